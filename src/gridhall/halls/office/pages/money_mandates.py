"""Direct debit in the office: who has a mandate, what became of its debits, and the lists that banks are given."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gridhall.cis.channels import mandates
from gridhall.cis.channels.actions import ask_debits
from gridhall.cis.channels.models import Link
from gridhall.cis.customers import queries as customers
from gridhall.halls import mandates as hall
from gridhall.halls.deciding import attempt
from gridhall.halls.forms import KeyedForm
from gridhall.halls.lists import listing
from gridhall.halls.office.money import links_of
from gridhall.halls.page import PageRequest, page
from gridhall.platform import policy
from gridhall.platform.tags import Tag


class AskForm(KeyedForm):
    """Which bank, and the day on which it collects."""

    bank = forms.ChoiceField(label=gettext_lazy("Bank"))
    collect_on = forms.DateField(
        label=gettext_lazy("Collect on"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, banks: list[Link], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.banks = {str(link.public_id): link for link in banks}
        self.fields["bank"].choices = [(key, f"{link.code} {link.name}") for key, link in self.banks.items()]


@page("office-money-mandates")
def held(request: PageRequest) -> HttpResponse:
    """Mandates in force, or those that ended."""
    ended = request.GET.get("which") == "ended"
    found = listing(request, mandates.mandates(request.actor.scope).filter(ended_on__isnull=not ended))
    return render(request, "office/money/mandates.html", {"listing": found, "ended": ended})


@page("office-money-mandate")
def mandate(request: PageRequest, public_id: UUID) -> HttpResponse:
    """One account: its mandates and the debits; signing and ending is for the counter and the customer."""
    account = customers.account_by_public_id(request.actor.scope, public_id)
    context = {"account": account, **hall.shown(request.actor.scope, account)}
    return render(request, "office/money/mandate.html", context)


@page("office-money-debits", "GET", "POST")
def debits(request: PageRequest) -> HttpResponse:
    """The lists that banks were given, and asking for the next one."""
    may = policy.may(request.actor, Tag.DEBITS_ASK)
    banks = [link for link in links_of(request.actor.scope, *mandates.FILES) if link.channel in mandates.CHANNELS]
    form, status = AskForm(banks, request.POST or None), 200
    if request.method == "POST" and form.is_valid():
        link, data = form.banks[form.cleaned_data["bank"]], form.cleaned_data
        row, status = attempt(
            form, lambda: ask_debits(request.actor, link.pk, data["collect_on"], key=str(data["key"]))
        )  # fmt: skip
        if row is not None:
            messages.success(request, _("The list is written: send it to the bank."))
            return redirect("office-money-debits")
    found = listing(request, mandates.debit_files(request.actor.scope))
    context = {"listing": found, "form": form, "may": may, "banks": banks}
    return render(request, "office/money/debits.html", context, status=status)


@page("office-money-debit-file")
def debit_file(request: PageRequest, public_id: UUID) -> HttpResponse:
    """The list as it goes to the bank, with the customers' accounts there in full: for those who send it."""
    row = mandates.debit_file(request.actor.scope, public_id)
    ending = "xml" if row.link.adapter == Link.Adapter.ISO20022 else "txt"
    headers = {"Content-Disposition": f'attachment; filename="debits-{row.link.code}-{row.collect_on}.{ending}"'}
    return HttpResponse(mandates.content_of(row), content_type="application/octet-stream", headers=headers)
