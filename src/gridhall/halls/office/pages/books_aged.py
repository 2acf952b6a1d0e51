"""Age of receivables: of today from kept figures, of any day before from the lines of the ledger."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone

from gridhall.cis.billing.queries import numbers_of as bill_numbers
from gridhall.cis.books import aged, aged_on, marks, open_bills, rules
from gridhall.cis.customers import queries as customers
from gridhall.halls.dates import day_or
from gridhall.halls.formats import chinese
from gridhall.halls.lists import listing
from gridhall.halls.office.books import parts
from gridhall.halls.office.books.place import place
from gridhall.halls.page import PageRequest, page
from gridhall.platform import policy


def asked_day(request: PageRequest) -> tuple[date, bool]:
    """The day that the address names, never one to come, and whether it has passed."""
    today = timezone.localdate()
    on = min(day_or(request.GET.get("on"), today), today)
    return on, on < today


@page("office-books-aged")
def aged_receivables(request: PageRequest) -> HttpResponse:
    """By unit below and by class, in groups of age."""
    here, (on, past) = place(request), asked_day(request)
    ages, below = rules.ages(on), parts.below(request.actor.scope, here.path)
    if past:
        rows = aged_on.aged(aged_on.open_on(request.actor.scope, here.path, on))
    else:
        rows = aged.aged(request.actor.scope, here.path, on)
    columns = len(ages.up_to_days) + 1
    units = aged.table(rows, below.of, columns)
    classes = aged.table(rows, lambda row: row.use_class, columns)
    context = {
        "ages": ages, "source": ages.notice.zh if chinese() else ages.notice.en, "on": on,
        "heads": [parts.age_words(ages, group) for group in range(columns)],
        "units": [(path, below.name(path), fen) for path, fen in units.items()],
        "classes": [(code, parts.class_words(code), fen) for code, fen in classes.items()],
        "whole": next(iter(aged.table(rows, lambda _row: "", columns).values()), []),
        "bills": sum(row.bills for row in rows), "counted_at": None if past else marks.counted_at(open_bills.MARK),
        "may_bills": policy.may_open(request.actor, "office-books-aged-csv"), "past": past,
    }  # fmt: skip
    return render(request, "office/books/aged.html", {"place": here, **context})


@page("office-books-aged-bills")
def aged_bills(request: PageRequest) -> HttpResponse:
    """The bills behind one figure, the oldest first."""
    here, (on, past), scope = place(request), asked_day(request), request.actor.scope
    asked, use_class = request.GET.get("age", ""), request.GET.get("class", "")
    group = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 3 else None
    found: Any = aged.bills(scope, here.path, on, use_class, group)
    if past:
        found = [
            row for row in aged_on.open_on(scope, here.path, on)
            if (not use_class or row.use_class == use_class) and group in (None, row.group)
        ]  # fmt: skip
    shown = listing(request, found)
    numbers = customers.numbers_of(scope, [row.account_id for row in shown.rows])
    bills = bill_numbers(scope, [row.bill_id for row in shown.rows])
    rows = [(row, *bills.get(row.bill_id, ("", None)), numbers.get(row.account_id, "")) for row in shown.rows]
    context = {
        "listing": shown, "rows": rows, "use": parts.class_words(use_class) if use_class else "", "on": on,
        "age": parts.age_words(rules.ages(on), group) if group is not None else "",
    }  # fmt: skip
    return render(request, "office/books/aged_bills.html", {"place": here, **context})


@page("office-books-aged-csv")
def aged_csv(request: PageRequest) -> StreamingHttpResponse:
    """Every open bill of the day, with its age and the sums at the end."""
    here, (on, _past) = place(request), asked_day(request)
    rows = aged_on.open_on(request.actor.scope, here.path, on)
    parts_of_file = aged_on.as_csv(request.actor.scope, rows, here.path, on)
    response = StreamingHttpResponse(parts_of_file, content_type="text/csv; charset=utf-8")
    name = f"receivables-{here.path.strip('/').replace('/', '-')}-{on}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
