"""Usage: a month by days, a day by intervals, a week by hours. The day in the address decides all three."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from gridhall.halls.charts import clock
from gridhall.halls.customer import figures
from gridhall.halls.customer.accounts import chosen
from gridhall.halls.customer.usage import ONE_DAY, DayUse, days_used
from gridhall.halls.dates import day_or, month_bounds, month_of, month_or
from gridhall.halls.page import PageRequest, page

WEEK = timedelta(days=7)


@page("customer-usage")
def usage(request: PageRequest) -> HttpResponse:
    """``?day=`` defaults to the newest day that was read; today itself is never complete."""
    mine = chosen(request)
    account = mine["account"]
    last = timezone.localdate() - ONE_DAY
    on = min(max(day_or(request.GET.get("day"), _newest(account.pk, last)), account.opened_on), last)
    first, end = month_bounds(month_of(on))
    monday = on - timedelta(days=on.weekday())
    read = days_used(account.pk, min(first, monday), min(max(end, monday + WEEK), last + ONE_DAY))
    month = [day for day in read if first <= day.day < end]
    week = [day for day in read if monday <= day.day < monday + WEEK]
    context = {"month": month_of(on), "on": on, "last": last, "before": on - ONE_DAY, "after": on + ONE_DAY}
    if any(day.read for day in read):
        context |= {"bars": figures.daily_bars(month), "heat": figures.week_heat(week)}
        context["curve"] = next((figures.day_curve(day) for day in read if day.day == on and day.read), None)
    return render(request, "customer/usage.html", {**mine, **context})


def _newest(account_id: int, last: date) -> date:
    """The newest day with readings of the last two weeks, or ``last``."""
    days = days_used(account_id, last - 2 * WEEK, last + ONE_DAY)
    return next((day.day for day in reversed(days) if day.read), last)


@page("customer-usage-csv")
def download(request: PageRequest) -> HttpResponse:
    """The intervals of a month (``?month=202610``) as CSV: end, kWh, period, and whether the day has estimates."""
    account = chosen(request)["account"]
    month = month_or(request.GET.get("month"), month_of(timezone.localdate()))
    first, end = month_bounds(month)
    days = days_used(account.pk, first, min(end, timezone.localdate()))
    name = f"usage-{account.number}-{month}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse("".join(_csv(days)), content_type="text/csv; charset=utf-8", headers=headers)


def _csv(days: list[DayUse]) -> Iterator[str]:
    """Numbers and fixed words only, so that no cell can be a formula."""
    yield "\ufeffday,interval_end,kwh,period,day_has_estimates\n"
    for day in days:
        for slot, (value, period) in enumerate(zip(day.values_wh, day.periods, strict=True)):
            end = clock((slot + 1) * 1440 // len(day.values_wh))
            kwh = "" if value is None else f"{value // 1000}.{value % 1000:03d}"
            yield f"{day.day},{end},{kwh},{period},{int(day.estimated)}\n"
