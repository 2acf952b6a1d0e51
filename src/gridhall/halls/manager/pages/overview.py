"""The cockpit: sales, money and arrears of a unit this month and the twelve before, down to the stations."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from gridhall.cis.billing import queries as billing
from gridhall.cis.billing.models import MonthFigure
from gridhall.cis.customers.models import Account
from gridhall.cis.network.models import ServicePointTerms
from gridhall.halls import charts, formats
from gridhall.halls.manager.figures import Totals, add_up, months_back
from gridhall.halls.manager.findings import energy, tiles
from gridhall.halls.manager.units import Place, place
from gridhall.halls.page import PageRequest, page

SHOWN_MONTHS = 13


@page("manager-today")
def today(request: PageRequest) -> HttpResponse:
    """The highest unit that the manager may see."""
    return _show(request, place(request.actor.scope))


@page("manager-unit")
def unit(request: PageRequest, public_id: UUID) -> HttpResponse:
    """One unit below; a unit of others does not exist."""
    return _show(request, place(request.actor.scope, public_id))


def _show(request: PageRequest, here: Place) -> HttpResponse:
    local = timezone.localdate()
    span = months_back(local.year * 100 + local.month, SHOWN_MONTHS + 1)
    rows = billing.figures(here.scope, span[0], span[-1])
    months = add_up(rows, lambda row: row.month)
    wanted = request.GET.get("month", "")
    # The running month has no bills before it ends, so the newest billed month is shown unless another is chosen.
    month = next((one for one in months if str(one) == wanted), max(months, default=0))
    context: dict[str, Any] = {"place": here, "month": month, "months": sorted(months, reverse=True)}
    if month:
        before = months_back(month, 2)[0]
        customers = Account.objects.within(here.scope).filter(status=Account.Status.ACTIVE).count()
        chosen = [row for row in rows if row.month == month]
        context |= {
            "tiles": tiles(customers, months, month, before),
            "units": by_unit(here, chosen),
            "classes": by_class(chosen),
            **trends(months, months_back(span[-1], SHOWN_MONTHS)),
        }
    return render(request, "manager/overview.html", context)


def by_unit(here: Place, rows: list[MonthFigure]) -> list[tuple[Any, Totals]]:
    """The units just below with their totals, the largest revenue first."""
    sums = add_up(rows, lambda row: next((one.path for one in here.below if row.path.startswith(one.path)), None))
    found = [(one, sums[one.path]) for one in here.below if one.path in sums]
    return sorted(found, key=lambda pair: -pair[1].billed_fen)


def by_class(rows: list[MonthFigure]) -> list[tuple[str, Totals]]:
    """Classes of use in words with their totals, the largest revenue first."""
    names = dict(ServicePointTerms.UseClass.choices)
    sums = add_up(rows, lambda row: row.use_class)
    found = [(str(names.get(name, name)), totals) for name, totals in sums.items()]
    return sorted(found, key=lambda pair: -pair[1].billed_fen)


def trends(months: dict[int, Totals], span: list[int]) -> dict[str, charts.Chart]:
    """Energy, billed against collected, over the months of ``span``."""
    shown = [number for number in span if number in months]
    labels = [formats.month(number) for number in shown]
    totals = [months[number] for number in shown]
    best = max(shown, key=lambda number: months[number].energy_wh)
    sold = _("Most energy was sold in %(month)s: %(mwh)s MWh.") % {
        "month": formats.month(best), "mwh": energy(months[best].energy_wh),
    }  # fmt: skip
    whole = Totals(
        billed_fen=sum(one.billed_fen for one in totals), collected_fen=sum(one.collected_fen for one in totals)
    )
    paid = _("Of %(billed)s billed in these months %(share)s %% are collected.") % {
        "billed": formats.yuan(whole.billed_fen), "share": formats.percent(whole.collected_fen, whole.billed_fen),
    }  # fmt: skip
    series = [
        (_("Billed"), [one.billed_fen for one in totals]),
        (_("Collected"), [one.collected_fen for one in totals]),
    ]
    return {
        "sales": charts.bars(sold, labels, [one.energy_wh for one in totals], head=_("Month"), name="sales"),
        "money": charts.line(paid, labels, series, "¥", name="money"),
    }
