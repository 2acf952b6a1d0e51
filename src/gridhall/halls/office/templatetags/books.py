"""Tags of the books: ``{% load books %}``."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import template
from django.utils.translation import gettext as _

from gridhall.cis.ledger.chart import ChartAccount
from gridhall.halls import formats
from gridhall.halls.office.books.place import Place
from gridhall.platform import policy

register = template.Library()


@register.inclusion_tag("office/books/_tabs.html", takes_context=True)
def books_tabs(context: template.Context) -> dict[str, Any]:
    """``{% books_tabs %}``: the way to every page of the books, for one without unit and month."""
    return books_top(context)


@register.inclusion_tag("office/books/_top.html", takes_context=True)
def books_top(context: template.Context) -> dict[str, Any]:
    """``{% books_top %}``: the way to every page of the books, and the choice of unit and month."""
    pages = [
        ("office-books", _("Overview")),
        ("office-books-trial", _("Trial balance")),
        ("office-books-aged", _("Age of receivables")),
        ("office-books-collection", _("Collection rate")),
        ("office-books-revenue", _("Revenue")),
        ("office-books-vat", _("Value-added tax")),
        ("office-books-periods", _("Month end")),
        ("office-books-exports", _("Exports")),
        ("office-books-invoices", _("Invoices")),
    ]
    tabs = [(name, word) for name, word in pages if policy.may_open(context["actor"], name)]
    kept = {name: context.get(name) for name in ("place", "page", "counted_at", "account")}
    return {"tabs": tabs, **kept}


@register.filter
def in_words(account: ChartAccount) -> str:
    """The account's name in the reader's language."""
    return account.zh if formats.chinese() else account.en


@register.filter
def kind_words(account: ChartAccount) -> str:
    """Asset, liability, income or expense."""
    return {
        "asset": _("Asset"), "liability": _("Liability"), "income": _("Income"), "expense": _("Expense"),
    }[account.kind]  # fmt: skip


@register.filter
def opposite(fen: int) -> int:
    """A credit as a positive amount."""
    return -fen


@register.filter
def rate(part: int, whole: int) -> str:
    """A collection rate with two digits, rounded down: 100.00 means that every fen was paid. Of nothing: –."""
    return formats.scaled(part * 10_000 // whole, 2) if whole > 0 else "–"


@register.simple_tag
def entry_query(ref: str, place: Place) -> str:
    """The address query of an entry."""
    return f"{urlencode({'ref': ref})}&{place.query}"
