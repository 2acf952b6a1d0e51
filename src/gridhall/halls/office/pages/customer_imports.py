"""Customers from a file: look through it, then bring in all of it, or the good rows."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core import signing
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gridhall.cis.customers.actions.import_customers import FileRefused, import_customers
from gridhall.cis.customers.importing.checking import Checked, check
from gridhall.cis.customers.importing.columns import template
from gridhall.cis.customers.models import CustomerImport
from gridhall.halls.forms import HallForm, KeyedForm
from gridhall.halls.lists import listing
from gridhall.halls.page import PageRequest, page
from gridhall.platform import policy
from gridhall.platform.errors import NotInScope, Refused
from gridhall.platform.tags import Tag
from gridhall.readings.importing import files

BYTES_MAX = 32 << 20  # 50,000 rows are some 15 MB; the page answers while the reader waits
PROBLEMS_SHOWN = 100
SALT = "customers-from-a-file"
KEPT_S_MAX = 86_400


class FileForm(HallForm):
    """A CSV or XLSX."""

    file = forms.FileField(label=gettext_lazy("File"), max_length=200, help_text=gettext_lazy("CSV or XLSX, UTF-8."))

    def clean_file(self) -> Any:
        """A file that the page cannot judge while the reader waits is refused before it is kept."""
        file = self.cleaned_data["file"]
        if file.size > BYTES_MAX:
            raise forms.ValidationError(_("The file is larger than %(most)s MB; split it.") % {"most": BYTES_MAX >> 20})
        return file


class ApplyForm(KeyedForm):
    """``kept`` is the looked-through upload, signed: nobody else's, and none made up."""

    kept = forms.CharField(widget=forms.HiddenInput, max_length=800)


@page("office-customer-imports")
def imports(request: PageRequest) -> HttpResponse:
    """Newest first."""
    rows = CustomerImport.objects.within(request.actor.scope).order_by("-created_at", "-pk")
    return render(request, "office/customer_imports.html", {"listing": listing(request, rows)})


@page("office-customer-template")
def example(request: PageRequest) -> HttpResponse:
    """A file with every column and one row."""
    headers = {"Content-Disposition": 'attachment; filename="customers.csv"'}
    return HttpResponse(template(), content_type="text/csv; charset=utf-8", headers=headers)


@page("office-customer-import-new", "GET", "POST")
def new(request: PageRequest) -> HttpResponse:
    """Keeps the upload under a random name and says what it would do; nothing is imported yet."""
    form = FileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        policy.require(request.actor, Tag.CUSTOMER_IMPORT)
        file = form.cleaned_data["file"]
        kept = files.keep(file.chunks())
        name = file.name.replace("\\", "/").rsplit("/", 1)[-1][-200:]
        said = signing.dumps([kept.name, name, request.actor.user_id], salt=SALT)
        return _preview(request, check(request.actor.scope, kept), name, said)
    status = 422 if request.method == "POST" else 200
    return render(request, "office/customer_import_new.html", {"form": form}, status=status)


def _preview(request: PageRequest, checked: Checked, name: str, said: str, refusal: str = "") -> HttpResponse:
    context = {
        "checked": checked, "name": name, "form": ApplyForm(initial={"kept": said}), "refusal": refusal,
        "problems": checked.problems[:PROBLEMS_SHOWN], "more": max(0, len(checked.problems) - PROBLEMS_SHOWN),
        "columns": list({column: None for row in checked.first for column in row}), "good": len(checked.good),
    }  # fmt: skip
    return render(request, "office/customer_preview.html", context, status=422 if refusal else 200)


@page("office-customer-import-apply", "POST")
def apply(request: PageRequest) -> HttpResponse:
    """All or nothing, or the good rows. The same content a second time leads to the first import."""
    form = ApplyForm(request.POST)
    if not form.is_valid():
        raise Refused(_("This form is not complete; upload the file again."))
    kept, name, said = _kept(request, form.cleaned_data["kept"])
    try:
        row = import_customers(request.actor, kept, name, quarantine=request.POST.get("take") == "good")
    except FileRefused as error:
        return _preview(request, error.checked, name, said, str(error))
    kept.unlink(missing_ok=True)
    messages.success(request, _("The customers are imported."))
    return redirect("office-customer-import", row.public_id)


def _kept(request: PageRequest, said: str) -> tuple[Path, str, str]:
    """The upload behind a signed name, if it is this reader's and still there."""
    try:
        file, name, user_id = signing.loads(said, salt=SALT, max_age=KEPT_S_MAX)
    except (signing.BadSignature, ValueError) as error:
        raise Refused(_("This form is too old; upload the file again.")) from error
    kept = files.kept(file)
    if user_id != request.actor.user_id or not kept.is_file():
        raise Refused(_("This form is too old; upload the file again."))
    return kept, name, said


@page("office-customer-import")
def result(request: PageRequest, public_id: UUID) -> HttpResponse:
    """What came in, and the refused rows to repair."""
    return render(request, "office/customer_import.html", {"row": _find(request, public_id)})


@page("office-customer-import-refused")
def refused(request: PageRequest, public_id: UUID) -> HttpResponse:
    """The refused rows in the form of the import, with the reasons in front."""
    row = _find(request, public_id)
    headers = {"Content-Disposition": f'attachment; filename="refused-{row.public_id}.csv"'}
    return HttpResponse(row.refused_csv, content_type="text/csv; charset=utf-8", headers=headers)


def _find(request: PageRequest, public_id: UUID) -> CustomerImport:
    row = CustomerImport.objects.within(request.actor.scope).filter(public_id=public_id).first()
    if row is None:
        raise NotInScope()
    return row
