"""Other plans as the customer and the clerk see them: sums, months, energy by period, and what to know beforehand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from gridhall.cis.advice import queries
from gridhall.cis.advice.comparing import Compared, Option
from gridhall.cis.advice.plans import Catalogue, Plan
from gridhall.cis.advice.shifting import Shift
from gridhall.cis.customers.models import Account
from gridhall.halls import charts, formats, shift
from gridhall.halls.plans import plan_name, supplies
from gridhall.kernel.tariffs import PERIODS
from gridhall.platform.scope import Scope


@dataclass(frozen=True)
class MonthCell:
    """One month under a plan; ``fen`` None with the reason in words."""

    month: int
    billed_fen: int
    fen: int | None
    why: str

    @property
    def change_fen(self) -> int:
        return 0 if self.fen is None else self.fen - self.billed_fen


@dataclass(frozen=True)
class Share:
    """A period's energy under a plan."""

    letter: str
    name: str
    energy_wh: int
    percent: str


@dataclass(frozen=True)
class PlanRow:
    """A plan with its sums over the months that can be compared."""

    plan: Plan
    name: str
    current: bool
    same_tariff: bool  # as the present plan: only the way of charging capacity differs
    best: bool
    compared: int
    paid_fen: int
    fen: int
    cells: list[MonthCell]
    shares: list[Share]

    @property
    def change_fen(self) -> int:
        return self.fen - self.paid_fen


@dataclass(frozen=True)
class View:
    """The whole comparison."""

    months: int
    billed_fen: int
    finding: str
    checked: bool
    rows: list[PlanRow]
    caveats: list[str]
    chart: charts.Chart | None


def view(found: Compared, catalogue: Catalogue) -> View:
    """The comparison of an account with bills."""
    best = found.best()
    rows = [_row(found, option, catalogue, best) for option in found.options]
    return View(
        len(found.account.billed_fen), sum(found.account.billed_fen.values()), _finding(rows, best is not None),
        not found.differing, rows, _caveats(found, catalogue), _chart(rows, len(found.account.billed_fen)),
    )  # fmt: skip


def _row(found: Compared, option: Option, catalogue: Catalogue, best: Option | None) -> PlanRow:
    cells = [
        MonthCell(month, billed_fen, option.months[month].fen, reason(option.months[month].why))
        for month, billed_fen in sorted(found.account.billed_fen.items())
    ]
    return PlanRow(
        option.plan, plan_name(option.plan, catalogue), option is found.current,
        option.plan.code == found.current.plan.code, option is best, len(option.known), found.paid_fen(option),
        option.fen, cells, _shares(option),
    )  # fmt: skip


def _shares(option: Option) -> list[Share]:
    whole = sum(option.period_wh)
    return [
        Share(charts.letter(period), charts.period_name(period), wh, formats.percent(wh, whole))
        for period, wh in zip(PERIODS, option.period_wh, strict=True)
        if wh
    ]


def reason(why: str) -> str:
    """Why a month cannot be compared; empty where it can."""
    return {
        "no_curve": _("There are no readings by the hour of these days."),
        "curve_differs": _("The readings by the hour do not add up to the billed energy."),
        "no_hours": _("The hours of this plan cannot be told from these readings."),
        "no_price": _("This plan had no published price then."),
        "price_changes": _("The price of this plan changed within these days."),
        "no_interval_prices": _("The plan charges the price of every interval, and not all of them are published."),
        "no_contract": _("No contract demand was agreed then."),
        "cannot_rate": _("This plan does not price this energy."),
        "not_again": _("This bill holds amounts that do not come from its readings."),
    }.get(why, why)


def _finding(rows: list[PlanRow], better: bool) -> str:
    """The one sentence that answers the question."""
    if len(rows) == 1:
        return _("No other plan is open to this supply.")
    if better:
        best = next(row for row in rows if row.best)
        facts = {"plan": best.name, "yuan": formats.yuan(-best.change_fen), "count": best.compared}
        return (
            ngettext(
                "On “%(plan)s” this %(count)d month would have cost %(yuan)s less.",
                "On “%(plan)s” these %(count)d months would have cost %(yuan)s less.",
                best.compared,
            )
            % facts
        )
    if any(row.compared < len(row.cells) for row in rows):
        return _("Not every month can be compared; of the plans that can, none is cheaper over the whole time.")
    return _("No other plan would have been cheaper.")


def _caveats(found: Compared, catalogue: Catalogue) -> list[str]:
    """What the figures do not say."""
    told = [_("The same energy at the same hours is assumed; who uses it at other hours pays more or less.")]
    if any(not option.complete for option in found.options):
        told.append(_("Months that cannot be compared are left out of both sums. Nothing is estimated."))
    if any(option.plan.charging for option in found.options):
        told.append(
            _("Capacity counts as it stands in each bill, demand as it was measured; no contract demand is proposed.")
        )
    if found.account.supplies > 1:
        told.append(
            _("Of the %(count)s supplies of this account only this one changes its plan; the rest stays as billed.")
            % {"count": found.account.supplies}
        )
    told.append(
        _("As a rule a plan that was chosen is kept for %(months)s months; ask before you change, provinces differ.")
        % {"months": catalogue.rules.stay_months}
    )
    return [*told, _("These are the prices of those months; prices to come may be others.")]


def _chart(rows: list[PlanRow], months: int) -> charts.Chart | None:
    """Bars of the plans that can be compared over all the months."""
    whole = [row for row in rows if row.compared == months]
    if len(whole) < 2:
        return None
    lowest = min(whole, key=lambda row: row.fen)
    facts = {"plan": lowest.name, "yuan": formats.yuan(lowest.fen)}
    finding = _("Lowest: %(plan)s, %(yuan)s.") % facts
    return charts.bars(
        finding, [row.name for row in whole], [row.fen for row in whole], "¥", name="plans", head=_("Plan")
    )


def context(scope: Scope, account: Account, on: date, asked: Mapping[str, Any]) -> dict[str, Any]:
    """For the template ``halls/_advice.html``; ``asked`` is the address's: which supply, and what use is assumed."""
    catalogue = queries.catalogue(on)
    every, agreement_id = supplies(scope, account, on, asked, catalogue)
    found = queries.advice(scope, account.pk, catalogue, agreement_id=agreement_id)
    if found is None or not found.account.billed_fen:
        return {"advice": None}
    shown, movable = None, queries.movable(found, catalogue)
    if movable is not None:
        compared = partial(_moved, scope, account, catalogue, agreement_id)
        shown = shift.shown(found, movable, catalogue, asked, compared)
    return {"advice": view(found, catalogue), "supplies": every, "shift": shown}


def _moved(scope: Scope, account: Account, catalogue: Catalogue, agreement_id: int, assumed: Shift) -> Compared | None:
    return queries.advice(scope, account.pk, catalogue, agreement_id=agreement_id, shift=assumed)
