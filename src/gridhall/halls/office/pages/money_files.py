"""Files of banks: brought, looked through, posted, answered."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from gridhall.cis.channels import files, queries
from gridhall.cis.channels.actions import keep_file, post_file
from gridhall.cis.channels.actions.files import awaits_second
from gridhall.cis.channels.models import Link, PartnerFile
from gridhall.codecs.errors import CodecError
from gridhall.halls.deciding import attempt
from gridhall.halls.forms import KeyedForm
from gridhall.halls.lists import listing
from gridhall.halls.office.money import UploadForm, code_words, links_of, said
from gridhall.halls.page import PageRequest, page
from gridhall.platform import policy
from gridhall.platform.errors import Refused
from gridhall.platform.tags import Tag

SHOWN = 20


@page("office-money-files")
def bank_files(request: PageRequest) -> HttpResponse:
    """Newest first."""
    found = listing(request, queries.files(request.actor.scope))
    return render(
        request, "office/money/files.html", {"listing": found, "may": policy.may(request.actor, Tag.BANK_FILE_KEEP)}
    )


@page("office-money-file-new", "GET", "POST")
def new(request: PageRequest) -> HttpResponse:
    """Reads the file and keeps it; nothing is booked yet."""
    links = links_of(request.actor.scope, Link.Adapter.BANK_FILE)
    form, status = UploadForm(request.POST or None, request.FILES or None, links=links), 200
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        name = file.name.replace("\\", "/").rsplit("/", 1)[-1]
        try:
            row, status = attempt(form, lambda: keep_file(request.actor, form.chosen.pk, file.read(), name))
            if row is not None:
                return redirect("office-money-file", row.public_id)
        except CodecError as error:
            form.add_error("file", said(error.problem))
    if request.method == "POST" and status == 200:
        status = Refused.status
    return render(request, "office/money/file_new.html", {"form": form, "links": links}, status=status)


@page("office-money-file")
def bank_file(request: PageRequest, public_id: UUID) -> HttpResponse:
    """Before posting the first lines, afterwards what was booked and what was refused."""
    return render(request, "office/money/file.html", _context(request, public_id))


@page("office-money-file-post", "POST")
def post(request: PageRequest, public_id: UUID) -> HttpResponse:
    """Have it posted; pressing twice is once."""
    row, form = queries.file(request.actor.scope, public_id), KeyedForm(request.POST)
    if form.is_valid():
        done, status = attempt(form, lambda: post_file(request.actor, row.pk, key=str(form.cleaned_data["key"])))
        if done is not None:
            messages.success(request, _("The file is being posted."))
            return redirect("office-money-file", row.public_id)
    else:
        status = Refused.status
    return render(request, "office/money/file.html", {**_context(request, public_id), "form": form}, status=status)


@page("office-money-file-answer")
def answer(request: PageRequest, public_id: UUID) -> HttpResponse:
    """The answer file, to be sent to the bank."""
    row = queries.file(request.actor.scope, public_id)
    headers = {"Content-Disposition": f'attachment; filename="answer-{row.link.code}-{row.day}.txt"'}
    return HttpResponse(files.answer(row), content_type=f"text/plain; charset={row.link.charset}", headers=headers)


def _context(request: PageRequest, public_id: UUID) -> dict[str, object]:
    row = queries.file(request.actor.scope, public_id)
    first = files.read(row).items[:SHOWN] if row.state == PartnerFile.State.CHECKED else []
    refused = [(number, serial, code_words(code)) for number, serial, code in row.refused[:200]]
    form: forms.Form = KeyedForm()
    today, checked = timezone.localdate(), row.state == PartnerFile.State.CHECKED
    return {
        "row": row, "first": first, "refused": refused, "form": form,
        "may": policy.may(request.actor, Tag.BANK_FILE_POST),
        "mine": checked and awaits_second(row, request.actor.user_id, today),
        "awaited": checked and awaits_second(row, row.kept_by_user, today),
    }  # fmt: skip
