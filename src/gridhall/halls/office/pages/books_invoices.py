"""Tax invoices: which were asked for, which have their number, and what a driver sends."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gridhall.cis.billing.queries import bill_by_number
from gridhall.cis.invoices import document, printing, queries, rules
from gridhall.cis.invoices.actions import request_invoice
from gridhall.cis.invoices.models import Invoice
from gridhall.halls import formats
from gridhall.halls.deciding import attempt
from gridhall.halls.forms import KeyedForm
from gridhall.halls.lists import listing
from gridhall.halls.office.books.place import place
from gridhall.halls.page import PageRequest, page
from gridhall.halls.prints import pdf_response
from gridhall.platform import policy
from gridhall.platform.errors import Refused
from gridhall.platform.tags import Tag


class RequestForm(KeyedForm):
    """A bill and whom its invoice is for."""

    bill = forms.CharField(label=gettext_lazy("Bill number"), max_length=20)
    name = forms.CharField(label=gettext_lazy("Name on the invoice"), max_length=120)
    tax_id = forms.CharField(label=gettext_lazy("Tax number"), max_length=20, required=False)


@page("office-books-invoices", "GET", "POST")
def invoices(request: PageRequest) -> HttpResponse:
    """The list, and the form to ask for one."""
    form, status = RequestForm(request.POST or None), 200
    may_request = policy.may(request.actor, Tag.INVOICE_REQUEST)
    if request.method == "POST" and form.is_valid():
        made, status = attempt(form, lambda: _request(request, form))
        if made is not None:
            messages.success(request, _("The invoice is requested; its number comes from the tax service."))
            return redirect("office-books-invoice", made.public_id)
    state = request.GET.get("state", "")
    context = {
        "place": place(request), "form": form, "may_request": may_request, "state": state,
        "states": Invoice.State.choices, "listing": listing(request, queries.invoices(request.actor.scope, state)),
    }  # fmt: skip
    return render(request, "office/books/invoices.html", context, status=status)


def _request(request: PageRequest, form: RequestForm) -> Invoice:
    data = form.cleaned_data
    bill = bill_by_number(request.actor.scope, data["bill"].strip())
    if bill is None:
        raise Refused(_("There is no bill with this number in your unit."))
    return request_invoice(request.actor, bill.pk, data["name"], data["tax_id"], key=str(data["key"]))


@page("office-books-invoice")
def invoice(request: PageRequest, public_id: UUID) -> HttpResponse:
    """One invoice under the names of a digital invoice."""
    found = queries.invoice(request.actor.scope, public_id)
    shown = document.document(found)
    labels = [
        (row.zh if formats.chinese() else row.en, found.get_kind_display() if row.path == "kind" else value)
        for row, value in queries.labelled(shown)
        if value
    ]
    form = rules.form(found.requested_at.date())
    context = {
        "invoice": found, "shown": shown, "labels": labels, "law": form, "place": place(request),
        "red": Invoice.objects.within(request.actor.scope).filter(red_of=found).first(),
        "heads": [row.zh if formats.chinese() else row.en for row in form.line_fields],
    }  # fmt: skip
    return render(request, "office/books/invoice.html", context)


@page("office-books-invoice-json")
def as_json(request: PageRequest, public_id: UUID) -> HttpResponse:
    """The neutral document as JSON."""
    found = document.document(queries.invoice(request.actor.scope, public_id))
    return _file(document.as_json(found), found.id, "json")


@page("office-books-invoice-xml")
def as_xml(request: PageRequest, public_id: UUID) -> HttpResponse:
    """The neutral document as XML."""
    found = document.document(queries.invoice(request.actor.scope, public_id))
    return _file(document.as_xml(found), found.id, "xml")


@page("office-books-invoice-pdf")
def as_pdf(request: PageRequest, public_id: UUID) -> HttpResponse:
    """The print of an issued invoice."""
    found = queries.invoice(request.actor.scope, public_id)
    return pdf_response("invoice", printing.printed(found), f"invoice-{found.number}.pdf")


def _file(content: bytes, name: str, ending: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="invoice-{name}.{ending}"'}
    return HttpResponse(content, content_type=f"application/{ending}; charset=utf-8", headers=headers)
