"""Agency-purchase tables: the file, what it says about itself and against last month, and confirming by two."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gridhall.cis.studio import actions, preview, queries
from gridhall.cis.studio.models import PriceTable
from gridhall.cis.studio.table_versions import first_of
from gridhall.cis.studio.wording import FIELDS, note_text
from gridhall.cis.tariffs.models import Tariff
from gridhall.codecs.price_table import BYTES_MAX
from gridhall.halls.forms import HallForm
from gridhall.halls.lists import listing
from gridhall.halls.page import PageRequest, page
from gridhall.platform import policy
from gridhall.platform.errors import NotInScope, Refused
from gridhall.platform.tags import Tag

State = PriceTable.State
WHY = {
    "no_tariff": gettext_lazy("no tariff is named for this row"),
    "no_version": gettext_lazy("the tariff has no version before this month"),
    "periods": gettext_lazy("the tariff has periods that the row does not price"),
    "problem": gettext_lazy("the version would have a problem"),
}


class FileForm(HallForm):
    """A table, and what it does not say itself."""

    file = forms.FileField(
        label=gettext_lazy("File"), max_length=200, help_text=gettext_lazy("XLSX, CSV, PDF, or the PDF's text as TXT.")
    )
    area = forms.CharField(label=gettext_lazy("Area, if the file does not say"), max_length=30, required=False)
    month = forms.RegexField(
        r"^20\d\d(0[1-9]|1[0-2])$", label=gettext_lazy("Month, if the file does not say"), required=False,
        help_text=gettext_lazy("Six digits, for example 202602."),
    )  # fmt: skip

    def clean_file(self) -> Any:
        """Too large is refused before it is read."""
        file = self.cleaned_data["file"]
        if file.size > BYTES_MAX:
            raise forms.ValidationError(_("The file is larger than %(most)s MB; split it.") % {"most": BYTES_MAX >> 20})
        return file


@page("office-price-tables")
def tables(request: PageRequest) -> HttpResponse:
    """Newest first."""
    context = {"listing": listing(request, queries.tables(request.actor.scope))}
    return render(request, "office/price_tables.html", context)


@page("office-price-table-new", "GET", "POST")
def new(request: PageRequest) -> HttpResponse:
    """Reads and keeps the file; the same file again leads to the first table."""
    form = FileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        name = data["file"].name.replace("\\", "/").rsplit("/", 1)[-1]
        try:
            month = int(data["month"] or 0)
            row = actions.import_table(request.actor, data["file"].read(), name, data["area"].strip(), month)
        except Refused as error:
            if error.status != 422:
                raise
            form.add_error("file", str(error))
        else:
            return redirect("office-price-table", row.public_id)
    status = 422 if request.method == "POST" else 200
    return render(request, "office/price_table_new.html", {"form": form}, status=status)


@page("office-price-table")
def table(request: PageRequest, public_id: UUID) -> HttpResponse:
    """Rows against last month, warnings, what was not understood, and what comes next."""
    return _show(request, public_id)


def _show(request: PageRequest, public_id: UUID, refused: Refused | None = None) -> HttpResponse:
    row = queries.table(request.actor.scope, public_id)
    prepared = preview.prepare(row, "V" if row.compared_by else "S")
    own = request.actor.user_id in (row.imported_by_user, row.submitted_by_user)
    checker = policy.may(request.actor, Tag.PRICE_TABLE_CONFIRM) and not own
    context = {
        "row": row, "prepared": prepared, "table": prepared.table, "first": first_of(row.month), "fields": FIELDS,
        "rows": [(one, WHY.get(one.why, ""), [(FIELDS[change.name], change) for change in one.changes])
                 for one in prepared.rows],
        "notes": [note_text(note) for note in prepared.table.notes], "own": own and row.state == State.SUBMITTED,
        "may_map": row.state == State.READ, "may_submit": row.state == State.READ and prepared.matched,
        "may_discard": row.state in (State.READ, State.SUBMITTED),
        "may_confirm": row.state == State.SUBMITTED and checker,
        "may_compare": row.state == State.CONFIRMED and not row.compared_by and checker,
        "tariffs": Tariff.objects.filter(area=row.area).order_by("code") if row.state == State.READ else [],
        "versions": row.versions.select_related("version__tariff").order_by("pk"), "refused": refused,
        "billed": _billed(prepared) if row.state == State.SUBMITTED else 0,
    }  # fmt: skip
    return render(request, "office/price_table.html", context, status=refused.status if refused else 200)


def _billed(prepared: preview.Prepared) -> int:
    versions = [one.version for one in prepared.matched if one.version]
    return sum(queries.billed(one.code, one.valid_from, one.valid_to) for one in versions)


@page("office-price-table-file")
def file(request: PageRequest, public_id: UUID) -> HttpResponse:
    """The file as it came, never shown in the browser."""
    row = PriceTable.objects.within(request.actor.scope).filter(public_id=public_id).first()
    if row is None:
        raise NotInScope()
    ending = row.file_name.rsplit(".", 1)[-1] if "." in row.file_name else "bin"
    ending = ending if ending.isascii() and ending.isalnum() else "bin"
    headers = {"Content-Disposition": f'attachment; filename="price-table-{row.month}.{ending}"'}
    return HttpResponse(bytes(row.content), content_type="application/octet-stream", headers=headers)


@page("office-price-table-map", "POST")
def map_row(request: PageRequest, public_id: UUID) -> HttpResponse:
    """For which tariff a row is, or a draft from it."""
    row = queries.table(request.actor.scope, public_id)
    tariff_class, _blank, voltage = request.POST.get("row", "").partition(" ")
    if "draft" in request.POST:
        return _draft(request, row, tariff_class, voltage)
    known = {(one.row.tariff_class, one.row.voltage) for one in preview.prepare(row).rows}
    if (tariff_class, voltage) not in known:
        raise Refused(_("This table has no such row."))
    actions.map_row(request.actor, row.pk, tariff_class, voltage, request.POST.get("tariff", "").strip()[:60])
    return redirect("office-price-table", row.public_id)


def _draft(request: PageRequest, row: PriceTable, tariff_class: str, voltage: str) -> HttpResponse:
    wanted = (tariff_class, voltage)
    found = [one for one in preview.prepare(row).matched if (one.row.tariff_class, one.row.voltage) == wanted]
    if not found:
        raise Refused(_("This table has no such row."))
    one = found[0]
    draft = actions.create(request.actor, first_of(row.month), one.base_id, one.text, row.pk)
    return redirect("office-draft", draft.public_id)


@page("office-price-table-submit", "POST")
def submit(request: PageRequest, public_id: UUID) -> HttpResponse:
    """To a second person."""
    row = queries.table(request.actor.scope, public_id)
    actions.submit_table(request.actor, row.pk)
    messages.success(request, _("Submitted. A second person confirms it."))
    return redirect("office-price-table", row.public_id)


@page("office-price-table-discard", "POST")
def discard(request: PageRequest, public_id: UUID) -> HttpResponse:
    """Put away, with the reason."""
    row = queries.table(request.actor.scope, public_id)
    reason = request.POST.get("reason", "").strip()
    if not reason:
        raise Refused(_("Give the reason."))
    actions.discard_table(request.actor, row.pk, reason)
    return redirect("office-price-table", row.public_id)


@page("office-price-table-confirm", "POST")
def confirm(request: PageRequest, public_id: UUID) -> HttpResponse:
    """By a second person; a refusal comes beside what was ticked."""
    row = queries.table(request.actor.scope, public_id)
    ticked, compared = request.POST.getlist("warning"), "compared" in request.POST
    try:
        actions.confirm(request.actor, row.pk, ticked, compared, request.POST.get("reason", ""))
    except Refused as error:
        if error.status != 422:
            raise
        return _show(request, public_id, error)
    messages.success(request, _("Published."))
    return redirect("office-price-table", row.public_id)


@page("office-price-table-compare", "POST")
def compare(request: PageRequest, public_id: UUID) -> HttpResponse:
    """A second person has held it against the published table."""
    row = queries.table(request.actor.scope, public_id)
    actions.compare(request.actor, row.pk)
    messages.success(request, _("The versions now carry evidence V."))
    return redirect("office-price-table", row.public_id)
