"""Reports of the books: age of receivables, collection, revenue and tax; every figure opens to what is behind it."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from gridhall.cis.billing.queries import numbers_of as bill_numbers
from gridhall.cis.books import aged, days, marks, open_bills, revenue, rules
from gridhall.cis.customers import queries as customers
from gridhall.halls.lists import listing
from gridhall.halls.office.books import parts
from gridhall.halls.office.books.place import Place, place
from gridhall.halls.page import PageRequest, page


@page("office-books-aged")
def aged_receivables(request: PageRequest) -> HttpResponse:
    """By unit below and by class, in groups of age."""
    here, on = place(request), timezone.localdate()
    ages, below = rules.ages(on), parts.below(request.actor.scope, here.path)
    rows = aged.aged(request.actor.scope, here.path, on)
    columns = len(ages.up_to_days) + 1
    units = aged.table(rows, below.of, columns)
    classes = aged.table(rows, lambda row: row.use_class, columns)
    context = {
        "ages": ages, "heads": [parts.age_words(ages, group) for group in range(columns)],
        "units": [(path, below.name(path), fen) for path, fen in units.items()],
        "classes": [(code, parts.class_words(code), fen) for code, fen in classes.items()],
        "whole": next(iter(aged.table(rows, lambda _row: "", columns).values()), []),
        "bills": sum(row.bills for row in rows), "counted_at": marks.counted_at(open_bills.MARK),
    }  # fmt: skip
    return render(request, "office/books/aged.html", {"place": here, **context})


@page("office-books-aged-bills")
def aged_bills(request: PageRequest) -> HttpResponse:
    """The bills behind one figure, the oldest first."""
    here, on, scope = place(request), timezone.localdate(), request.actor.scope
    asked, use_class = request.GET.get("age", ""), request.GET.get("class", "")
    group = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 3 else None
    found = listing(request, aged.bills(scope, here.path, on, use_class, group))
    numbers = customers.numbers_of(scope, [row.account_id for row in found.rows])
    bills = bill_numbers(scope, [row.bill_id for row in found.rows])
    rows = [(row, *bills.get(row.bill_id, ("", None)), numbers.get(row.account_id, "")) for row in found.rows]
    context = {
        "listing": found, "rows": rows, "use": parts.class_words(use_class) if use_class else "",
        "age": parts.age_words(rules.ages(on), group) if group is not None else "",
    }  # fmt: skip
    return render(request, "office/books/aged_bills.html", {"place": here, **context})


@page("office-books-collection")
def collection(request: PageRequest) -> HttpResponse:
    """Collection rates of the month by unit below."""
    here, below = place(request), parts.below(request.actor.scope, place(request).path)
    found = revenue.collection(request.actor.scope, here.path, here.first, here.end, below.of_path)
    whole = revenue.Collection()
    for part in found.values():
        whole = whole.plus(part)
    rows = [(path, below.name(path), part) for path, part in found.items()]
    return _show(request, "office/books/collection.html", here, rows=rows, whole=whole)


@page("office-books-revenue")
def revenue_report(request: PageRequest) -> HttpResponse:
    """Revenue of the month by kind of line, by component and by fund, with what the books say."""
    here = place(request)
    found = revenue.revenue(request.actor.scope, here.path, here.first, here.end)
    names = parts.component_names(row.name for row in found.components)
    itemised = sum(row.amount_fen for row in found.components)
    energy = sum(row.amount_fen for row in found.kinds if row.name == "energy")
    context = {
        "revenue": found, "kinds": [(row, parts.kind_words(row.name)) for row in found.kinds],
        "components": [(row, names[row.name]) for row in found.components], "rest_fen": energy - itemised,
    }  # fmt: skip
    return _show(request, "office/books/revenue.html", here, **context)


@page("office-books-revenue-days")
def revenue_days(request: PageRequest) -> HttpResponse:
    """The days behind one row of the revenue report."""
    here = place(request)
    kind, component = request.GET.get("kind", "energy"), request.GET.get("component", "")
    rows = revenue.revenue_days(request.actor.scope, here.path, here.first, here.end, kind, component)
    words = parts.component_names([component])[component] if component else parts.kind_words(kind)
    total = sum(fen for _on, fen in rows)
    return _show(request, "office/books/revenue_days.html", here, rows=rows, words=words, total_fen=total)


@page("office-books-vat")
def vat(request: PageRequest) -> HttpResponse:
    """Tax of the month by rate, with the sum that the bills carry."""
    here = place(request)
    found = revenue.tax(request.actor.scope, here.path, here.first, here.end)
    law = rules.vat(here.first)
    strange = [row.percent for row in found.rates if row.percent not in law.percents and row.gross_fen]
    return _show(request, "office/books/vat.html", here, tax=found, law=law, strange=strange)


def _show(request: PageRequest, template: str, here: Place, **context: Any) -> HttpResponse:
    return render(request, template, {"place": here, "counted_at": marks.counted_at(days.MARK), **context})
