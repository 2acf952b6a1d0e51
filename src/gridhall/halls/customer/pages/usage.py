"""Usage: a month by days, a day by intervals, a week by hours. The day in the address decides all three."""

from __future__ import annotations

from datetime import date, timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from gridhall.halls.customer import figures
from gridhall.halls.customer.accounts import chosen
from gridhall.halls.customer.usage import ONE_DAY, days_used
from gridhall.halls.dates import day_or, month_bounds, month_of
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
    context = {"on": on, "last": last, "before": on - ONE_DAY, "after": on + ONE_DAY}
    if any(day.read for day in read):
        context |= {"bars": figures.daily_bars(month), "heat": figures.week_heat(week)}
        context["curve"] = next((figures.day_curve(day) for day in read if day.day == on and day.read), None)
    return render(request, "customer/usage.html", {**mine, **context})


def _newest(account_id: int, last: date) -> date:
    """The newest day with readings of the last two weeks, or ``last``."""
    days = days_used(account_id, last - 2 * WEEK, last + ONE_DAY)
    return next((day.day for day in reversed(days) if day.read), last)
