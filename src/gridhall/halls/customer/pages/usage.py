"""Usage: a month by days, a day by intervals, a week by hours. The day in the address decides all three."""

from __future__ import annotations

from datetime import timedelta

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
    """``?day=`` defaults to yesterday, the last day that can be complete."""
    mine = chosen(request)
    account = mine["account"]
    today = timezone.localdate()
    on = min(max(day_or(request.GET.get("day"), today - ONE_DAY), account.opened_on), today)
    first, end = month_bounds(month_of(on))
    monday = on - timedelta(days=on.weekday())
    days = {day.day: day for day in days_used(account.pk, min(first, monday), max(end, monday + WEEK))}
    month = [day for day in days.values() if first <= day.day < end and day.day <= today]
    week = [day for day in days.values() if monday <= day.day < monday + WEEK and day.day <= today]
    context = {"on": on, "today": today, "before": on - ONE_DAY, "after": on + ONE_DAY}
    if any(day.read for day in [*month, *week]):
        context |= {"bars": figures.daily_bars(month), "heat": figures.week_heat(week)}
        if on in days and days[on].read:
            context["curve"] = figures.day_curve(days[on])
    return render(request, "customer/usage.html", {**mine, **context})
