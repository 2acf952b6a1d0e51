"""The tax invoice of a bill: ask for it, and see how far it is."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gridhall.cis.invoices import queries
from gridhall.cis.invoices.actions import GONE, request_invoice
from gridhall.cis.invoices.printing import printed
from gridhall.halls.customer.bills import find
from gridhall.halls.forms import KeyedForm
from gridhall.halls.page import PageRequest, page
from gridhall.halls.prints import pdf_response
from gridhall.platform.errors import Refused


class InvoiceForm(KeyedForm):
    """Whom the invoice is for."""

    name = forms.CharField(label=gettext_lazy("Name on the invoice"), max_length=120)
    tax_id = forms.CharField(
        label=gettext_lazy("Tax number"), max_length=20, required=False,
        help_text=gettext_lazy("Of a company or organisation; a person leaves it empty."),
    )  # fmt: skip


@page("customer-invoice-pdf")
def pdf(request: PageRequest, public_id: UUID) -> HttpResponse:
    """The print of an issued invoice, to keep."""
    found = queries.invoice(request.actor.scope, public_id)
    return pdf_response("invoice", printed(found), f"invoice-{found.number}.pdf")


@page("customer-invoice", "GET", "POST")
def invoice(request: PageRequest, public_id: UUID) -> HttpResponse:
    """The form where none was asked for, else the state of what was."""
    bill, status = find(request.actor.scope, public_id), 200
    form = InvoiceForm(request.POST or None, initial={"name": bill.account.customer.name})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            request_invoice(request.actor, bill.pk, data["name"], data["tax_id"], key=str(data["key"]))
        except Refused as error:
            form.add_error(None, str(error))
            status = error.status
        else:
            messages.success(request, _("Your invoice is requested."))
            return redirect("customer-invoice", public_id)
    found = queries.of_bill(request.actor.scope, bill.pk)
    may_ask = bill.state == "released" and bill.total_fen > 0 and all(one.state in GONE for one in found)
    context = {"bill": bill, "form": form, "invoices": found, "may_ask": may_ask}
    return render(request, "customer/invoice.html", context, status=status)
