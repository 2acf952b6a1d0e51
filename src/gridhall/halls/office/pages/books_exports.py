"""The general ledger of a month to take along."""

from __future__ import annotations

from collections.abc import Iterator

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render

from gridhall.cis.books import balances, export
from gridhall.halls.office.books.place import Place, place
from gridhall.halls.page import PageRequest, page


@page("office-books-exports")
def exports(request: PageRequest) -> HttpResponse:
    """What can be taken along, and how much of it there is."""
    here = place(request)
    rows = balances.trial_balance(request.actor.scope, here.path, here.first, here.end)
    lines = balances.lines_between(request.actor.scope, here.path, here.first, here.end)
    context = {"place": here, "lines": lines, "debit_fen": sum(row.debit_fen for row in rows)}
    return render(request, "office/books/exports.html", context)


@page("office-books-csv")
def as_csv(request: PageRequest) -> StreamingHttpResponse:
    """Every line of the month."""
    here = place(request)
    return _file(export.as_csv(request.actor.scope, here.path, here.first, here.end), here, "csv", "text/csv")


@page("office-books-beancount")
def as_beancount(request: PageRequest) -> StreamingHttpResponse:
    """Every entry of the month with opening and closing balances."""
    here, scope = place(request), request.actor.scope
    rows = balances.trial_balance(scope, here.path, here.first, here.end)
    opening = {row.account.code: row.opening_fen for row in rows}
    return _file(
        export.as_beancount(scope, here.path, here.first, here.end, opening), here, "beancount", "text/plain"
    )  # fmt: skip


def _file(parts: Iterator[str], here: Place, ending: str, kind: str) -> StreamingHttpResponse:
    response = StreamingHttpResponse(parts, content_type=f"{kind}; charset=utf-8")
    name = f"ledger-{here.path.strip('/').replace('/', '-')}-{here.month}.{ending}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
