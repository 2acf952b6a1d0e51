"""Arrears: how much, how old and where; the units below, the largest first."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from gridhall.cis.billing import queries as billing
from gridhall.halls import charts, formats
from gridhall.halls.manager.arrears import Arrears, together
from gridhall.halls.manager.figures import add_up, months_back
from gridhall.halls.manager.jobs import counted
from gridhall.halls.manager.units import Place, place
from gridhall.halls.page import PageRequest, page

MONTHS = 13


@page("manager-arrears")
def arrears(request: PageRequest) -> HttpResponse:
    """Of the highest unit that the manager may see."""
    return _show(request, place(request.actor.scope))


@page("manager-arrears-unit")
def arrears_unit(request: PageRequest, public_id: UUID) -> HttpResponse:
    """Of one unit below; a unit of others does not exist."""
    return _show(request, place(request.actor.scope, public_id))


def _show(request: PageRequest, here: Place) -> HttpResponse:
    today = timezone.localdate()
    found = counted(here.scope)
    units = found.units if found else {}
    whole = together(list(units.values()))
    ranking = []
    for unit in here.below:
        own = together([part for path, part in units.items() if path.startswith(unit.path)])
        if own.total_fen:
            ranking.append((unit, own))
    ranking.sort(key=lambda pair: -pair[1].total_fen)
    context: dict[str, Any] = {"place": here, "counted": found, "whole": whole, "ranking": ranking}
    if whole.total_fen:
        context |= {"ages": _by_age(whole), "months": _by_month(here, today)}
    return render(request, "manager/arrears.html", context)


def _by_month(here: Place, today: date) -> charts.Chart | None:
    """What is open on the bills of each of the last months, by the month figures."""
    span = months_back(today.year * 100 + today.month, MONTHS)
    rows = billing.figures(here.scope, span[0], span[-1])
    months = sorted(add_up(rows, lambda row: row.month).items())
    if not months:
        return None
    worst, totals = max(months, key=lambda pair: pair[1].open_fen)
    finding = _("Most is open on the bills of %(month)s: %(amount)s, %(share)s %% of what was billed.") % {
        "month": formats.month(worst),
        "amount": formats.yuan(totals.open_fen),
        "share": formats.percent(totals.open_fen, totals.billed_fen),
    }
    labels = [formats.month(month) for month, _totals in months]
    return charts.bars(finding, labels, [one.open_fen for _month, one in months], "¥", head=_("Month"), name="months")


def _by_age(whole: Arrears) -> charts.Chart:
    labels = ["1–30", "31–90", "> 90"]
    finding = _("%(total)s are overdue; %(share)s %% of it for more than 90 days.") % {
        "total": formats.yuan(whole.total_fen), "share": formats.percent(whole.ages_fen[2], whole.total_fen),
    }  # fmt: skip
    return charts.bars(finding, labels, list(whole.ages_fen), "¥", head=_("Days overdue"), name="ages")
