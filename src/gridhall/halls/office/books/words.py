"""The checks before closing and the kinds of entries, in words, with the page that shows what is meant."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from gridhall.cis.books.checks import Check
from gridhall.cis.ledger import chart
from gridhall.halls import formats
from gridhall.halls.office.books.place import Place
from gridhall.platform import policy
from gridhall.platform.actor import Actor


@dataclass(frozen=True)
class Shown:
    """One check as a reader sees it."""

    check: Check
    words: str
    state: str
    address: str = ""


def shown(actor: Actor, place: Place, checks: list[Check]) -> list[Shown]:
    """The checks in words, each with an address where the reader may open one."""
    return [Shown(check, _words(check), _state(check), _address(actor, place, check)) for check in checks]


def _state(check: Check) -> str:
    if not check.count:
        return "good"
    return "bad" if check.blocking else "wait"


def _words(check: Check) -> str:
    words = {
        "uncounted": _("Entries that the figures do not hold yet; they are counted every five minutes"),
        "unbalanced": _("Debits that differ from credits"),
        "shifts": _("Shifts that are open; a cashier or a supervisor closes them"),
        "runs": _("Bill runs that are not released"),
        "held": _("Bills that wait for a decision"),
        "jobs": _("Jobs that are at work"),
        "settlement": _("Money on its way that has not reached the bank"),
        "suspense": _("Money whose owner is not known"),
        "differences": _("Differences with banks and channels that are not closed"),
    }[check.code]
    row = chart.accounts().get(check.account)
    return words if row is None or not check.count else f"{words}: {row.zh if formats.chinese() else row.en}"


def _address(actor: Actor, place: Place, check: Check) -> str:
    if check.account:
        return f"{reverse('office-books-account')}?{place.query}&{urlencode({'account': check.account})}"
    page = {
        "unbalanced": "office-books-trial",
        "runs": "office-runs",
        "held": "office-exceptions",
        "jobs": "office-jobs",
        "differences": "office-money-reconciliation",
    }
    name = page.get(check.code, "")
    return reverse(name) if name and policy.may_open(actor, name) else ""
