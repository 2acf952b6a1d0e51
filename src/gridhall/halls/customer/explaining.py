"""Opening a line of a bill: what the page of a line and the page of one of its days show, in any hall."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _

from gridhall.cis.billing import queries as billing
from gridhall.cis.billing.explain import ExplainedDay, Explanation
from gridhall.cis.billing.models import Bill
from gridhall.halls import charts
from gridhall.halls.customer import figures
from gridhall.halls.customer.meters import read_row
from gridhall.halls.customer.reasons import reason
from gridhall.halls.customer.usage import DayUse
from gridhall.halls.lines import line_row
from gridhall.kernel.calendars import PERIODS
from gridhall.readings.store import Flag


def line_context(bill: Bill, seq: int) -> dict[str, Any]:
    """The formula with its figures, what the rule says, and the days that add up to the quantity."""
    found = _explained(bill, seq)
    days = [{"day": day.day, "energy_wh": day.energy_wh, "estimated": any(day.flags)} for day in found.days]
    context: dict[str, Any] = {
        "bill": bill, "explanation": found, "row": line_row(found.line), "reason": reason(found),
        "reads": [read_row(read) for read in found.reads], "steps": steps(found),
        "days": days if found.line.opens else [],
    }  # fmt: skip
    if days and found.line.opens:
        labels = [figures.day_label(day.day) for day in found.days]
        finding = figures.sum_of_days(found.energy_wh, len(found.days))
        context["bars"] = charts.bars(finding, labels, [day.energy_wh for day in found.days])
    return context


def steps(found: Explanation) -> list[tuple[str, str, int]]:
    """From metered to billed energy: what, of which point, Wh; empty where what was metered was billed."""
    rows = found.facts.get("adjust", []) if found.line.unit == "kWh" else []
    names = {
        "main": _("Stays with the main meter"), "metered": _("Metered"), "transformer": _("Transformer loss"),
        "line": _("Line loss"), "sub": _("Sub-meter"), "unpaid": _("Not paid for"),
    }  # fmt: skip
    shown = [(names.get(row["kind"], row["kind"]), str(row.get("code", "")), sum(row["wh"])) for row in rows]
    return [*shown, (_("Billed"), "", sum(wh for _name, _code, wh in shown))] if shown else []


def day_context(bill: Bill, seq: int, on: date) -> dict[str, Any]:
    """The intervals of one day; those that belong to the line are named."""
    found = _explained(bill, seq)
    day = next((one for one in found.days if one.day == on), None)
    if day is None:
        raise Http404
    prices = figures.day_prices(day.day, day.prices_e8) if day.prices_e8 else None
    return {
        "bill": bill,
        "row": line_row(found.line),
        "day": day,
        "curve": figures.day_curve(_use(day)),
        "prices": prices,
    }


def _explained(bill: Bill, seq: int) -> Explanation:
    found = billing.explain_line(bill, seq)
    if found is None:
        raise Http404
    return found


def _use(day: ExplainedDay) -> DayUse:
    values = [
        None if day.flags and day.flags[slot] == Flag.MISSING else value for slot, value in enumerate(day.values_wh)
    ]
    return DayUse(day.day, values, [PERIODS[period] for period in day.periods], bool(day.flags))
