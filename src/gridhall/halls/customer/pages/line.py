"""Why? One line of a bill, down to the days and the intervals, or the register reads, it came from."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render

from gridhall.cis.billing import queries as billing
from gridhall.cis.billing.explain import ExplainedDay, Explanation
from gridhall.halls import charts
from gridhall.halls.customer import figures
from gridhall.halls.customer.bills import find
from gridhall.halls.customer.meters import read_row
from gridhall.halls.customer.reasons import reason
from gridhall.halls.customer.usage import DayUse
from gridhall.halls.lines import line_row
from gridhall.halls.page import PageRequest, page
from gridhall.kernel.calendars import PERIODS
from gridhall.readings.store import Flag


@page("customer-line")
def line(request: PageRequest, public_id: UUID, seq: int) -> HttpResponse:
    """The formula with its figures, what the rule says, and the days that add up to the quantity."""
    bill, found = _explained(request, public_id, seq)
    days = [{"day": day.day, "energy_wh": day.energy_wh, "estimated": any(day.flags)} for day in found.days]
    context: dict[str, Any] = {
        "bill": bill, "explanation": found, "row": line_row(found.line), "reason": reason(found),
        "reads": [read_row(read) for read in found.reads], "days": days if found.line.opens else [],
    }  # fmt: skip
    if days and found.line.opens:
        labels = [figures.day_label(day.day) for day in found.days]
        finding = figures.sum_of_days(found.energy_wh, len(found.days))
        context["bars"] = charts.bars(finding, labels, [day.energy_wh for day in found.days])
    return render(request, "customer/line.html", context)


@page("customer-line-day")
def line_day(request: PageRequest, public_id: UUID, seq: int, on: date) -> HttpResponse:
    """The intervals of one day; those that belong to the line are named."""
    bill, found = _explained(request, public_id, seq)
    day = next((one for one in found.days if one.day == on), None)
    if day is None:
        raise Http404
    context = {"bill": bill, "row": line_row(found.line), "day": day, "curve": figures.day_curve(_use(day))}
    return render(request, "customer/line_day.html", context)


def _explained(request: PageRequest, public_id: UUID, seq: int) -> tuple[Any, Explanation]:
    bill = find(request.actor.scope, public_id)
    found = billing.explain_line(bill, seq)
    if found is None:
        raise Http404
    return bill, found


def _use(day: ExplainedDay) -> DayUse:
    values = [
        None if day.flags and day.flags[slot] == Flag.MISSING else value for slot, value in enumerate(day.values_wh)
    ]
    return DayUse(day.day, values, [PERIODS[period] for period in day.periods], bool(day.flags))
