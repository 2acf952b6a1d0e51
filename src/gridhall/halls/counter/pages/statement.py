"""The statement of an account: every movement with the balance after it."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gridhall.cis.customers import queries as customers
from gridhall.cis.ledger import queries as ledger
from gridhall.cis.payments.movements import movement_words
from gridhall.halls.forms import HallForm
from gridhall.halls.page import PageRequest, page

USUAL = timedelta(days=365)


class PeriodForm(HallForm):
    first = forms.DateField(label=_("From"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
    last = forms.DateField(label=_("To"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))


def period(request: HttpRequest) -> tuple[date, date, PeriodForm]:
    """The days asked for in the address, a year up to today without them or where they make no sense."""
    today = timezone.localdate()
    usual = {"first": today - USUAL, "last": today}
    form = PeriodForm(request.GET if "first" in request.GET else usual)
    if form.is_valid() and form.cleaned_data["first"] <= form.cleaned_data["last"]:
        return form.cleaned_data["first"], form.cleaned_data["last"], form
    return usual["first"], usual["last"], form


@page("counter-statement")
def statement(request: PageRequest, public_id: UUID) -> HttpResponse:
    """Movements of a period; what is owed stands positive."""
    account = customers.account_by_public_id(request.actor.scope, public_id)
    first, last, form = period(request)
    books = ledger.statement(account.pk, first, last)
    rows = [(movement, -movement.amount_fen, movement_words(movement.kind)) for movement in books.movements]
    context = {"account": account, "form": form, "first": first, "last": last, "books": books, "rows": rows}
    return render(request, "counter/statement.html", context)
