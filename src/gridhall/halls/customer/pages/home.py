"""Home: what is owed and until when, what the running month costs so far, and where the energy goes."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from gridhall.cis.billing import queries as billing
from gridhall.cis.billing.models import Bill
from gridhall.cis.payments.queries import standing
from gridhall.halls.customer import figures, tiers
from gridhall.halls.customer.accounts import chosen
from gridhall.halls.customer.usage import days_used
from gridhall.halls.dates import day_or
from gridhall.halls.page import PageRequest, page

WEEK = timedelta(days=7)


@page("customer-home")
def home(request: PageRequest) -> HttpResponse:
    """``?day=`` chooses the day of the curve; without it the newest complete one is shown."""
    mine = chosen(request)
    account, today = mine["account"], timezone.localdate()
    context: dict[str, Any] = {
        "standing": standing(account.pk, today),
        "last_bill": billing.bills_of(request.actor.scope, account.pk).filter(kind__in=Bill.RATED).first(),
    }
    so_far = billing.month_to_date(request.actor.scope, account.pk, today)
    progress = billing.tier_progress(request.actor.scope, account.pk, today, so_far)
    context |= {"so_far": so_far, "gauge": tiers.gauge(progress) if progress else None}
    if so_far:
        context |= _curves(account.pk, so_far.first, so_far.until, day_or(request.GET.get("day"), so_far.until))
    return render(request, "customer/home.html", {**mine, **context})


def _curves(account_id: int, first: date, until: date, wanted: date) -> dict[str, Any]:
    """Bars of the running period, the curve of one day of it and the heat map of its last week."""
    days = days_used(account_id, min(first, until - WEEK), until)
    month = [day for day in days if day.day >= first]
    shown = next((day for day in days if day.day == wanted), days[-1])
    fed_in = days_used(account_id, first, until, export=True)
    return {
        "fed_in": sum(day.energy_wh for day in fed_in),
        "bars": figures.daily_bars(month),
        "heat": figures.week_heat(days[-7:]),
        "curve": figures.day_curve(shown),
        "shown": shown.day,
        "days": [day.day for day in reversed(days)],
    }
