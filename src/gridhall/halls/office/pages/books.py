"""The books: what stands where, and the way from a balance down to the lines of an entry."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from gridhall.cis.books import balances, days, marks
from gridhall.cis.customers import queries as customers
from gridhall.cis.ledger import chart
from gridhall.cis.ledger.models import Entry, Period
from gridhall.cis.payments.movements import movement_words
from gridhall.halls.dates import day_or
from gridhall.halls.lists import listing
from gridhall.halls.office.books.place import Place, place
from gridhall.halls.page import PageRequest, page
from gridhall.platform.errors import NotInScope


@page("office-books")
def overview(request: PageRequest) -> HttpResponse:
    """Balances of the month by kind, and how far the books are closed."""
    here = place(request)
    rows = balances.trial_balance(request.actor.scope, here.path, here.first, here.end)
    closing = {row.account.code: row.closing_fen for row in rows}
    periods = Period.objects.within(request.actor.scope).order_by("path", "-month")[:12]
    context = {
        "owed_fen": closing.get(chart.RECEIVABLE, 0) + closing.get(chart.PENALTY_RECEIVABLE, 0),
        "prepaid_fen": -closing.get(chart.PREPAYMENT, 0),
        "money": [row for row in rows if row.account.kind == "asset" and row.account.sub_ledger == "none"],
        "moved_fen": sum(row.debit_fen for row in rows),
        "periods": periods,
    }
    return _show(request, "office/books/overview.html", here, **context)


@page("office-books-trial")
def trial(request: PageRequest) -> HttpResponse:
    """Opening, turnover and closing of every account of a month; both sides add up."""
    here = place(request)
    rows = balances.trial_balance(request.actor.scope, here.path, here.first, here.end)
    sums = {
        "opening": sum(row.opening_fen for row in rows),
        "debit": sum(row.debit_fen for row in rows),
        "credit": sum(row.credit_fen for row in rows),
        "closing": sum(row.closing_fen for row in rows),
    }
    return _show(request, "office/books/trial.html", here, rows=rows, sums=sums)


@page("office-books-account")
def account(request: PageRequest) -> HttpResponse:
    """The days on which one account moved in the month."""
    here, code = place(request), request.GET.get("account", chart.RECEIVABLE)
    if code not in chart.accounts():
        raise Http404
    rows = balances.days_of(request.actor.scope, here.path, code, here.first, here.end)
    sums = {"debit": sum(row.debit_fen for row in rows), "credit": sum(row.credit_fen for row in rows)}
    return _show(request, "office/books/account.html", here, account=chart.accounts()[code], rows=rows, sums=sums)


@page("office-books-day")
def day(request: PageRequest) -> HttpResponse:
    """The lines of one account on one day."""
    here, code = place(request), request.GET.get("account", chart.RECEIVABLE)
    if code not in chart.accounts():
        raise Http404
    on = day_or(request.GET.get("on"), timezone.localdate())
    found = listing(request, balances.lines_of(request.actor.scope, here.path, code, on))
    numbers = customers.numbers_of(request.actor.scope, (line.account_id for line in found.rows if line.account_id))
    rows = [(line, movement_words(line.entry.kind), numbers.get(line.account_id, "")) for line in found.rows]
    return _show(
        request, "office/books/day.html", here, account=chart.accounts()[code], on=on, listing=found, rows=rows
    )


@page("office-books-entry")
def entry(request: PageRequest) -> HttpResponse:
    """One entry with both of its sides."""
    found = Entry.objects.within(request.actor.scope).filter(ref=request.GET.get("ref", "")).first()
    if found is None:
        raise NotInScope()
    lines = list(found.lines.order_by("seq"))
    numbers = customers.numbers_of(request.actor.scope, (line.account_id for line in lines if line.account_id))
    rows = [(line, chart.accounts()[line.ledger_account_id], numbers.get(line.account_id, "")) for line in lines]
    return _show(
        request, "office/books/entry.html", place(request), entry=found, what=movement_words(found.kind), rows=rows
    )


def _show(request: PageRequest, template: str, here: Place, **context: Any) -> HttpResponse:
    counted_at = marks.counted_at(days.MARK)
    return render(request, template, {"place": here, "counted_at": counted_at, **context})
