"""Reports of the books: collection, revenue and tax; every figure opens to what is behind it."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from gridhall.cis.books import days, marks, revenue, rules
from gridhall.halls.office.books import parts
from gridhall.halls.office.books.place import Place, place
from gridhall.halls.page import PageRequest, page


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
