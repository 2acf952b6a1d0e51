"""Interval prices of markets: what was published for a day, as of any moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from django.db.models import Max

from gridhall.cis.tariffs.models import PriceDay, PriceSeries
from gridhall.kernel.money import round_half_up

MEAN_DAYS = 31


@dataclass(frozen=True)
class Prices:
    """``prices_e8[d, m]`` of consecutive days in 1e-8 per kWh; the days nobody published are ``missing`` (and 0)."""

    prices_e8: np.ndarray
    missing: tuple[date, ...]


def newest() -> int:
    """The key of the newest published day; 0 before the first."""
    return int(PriceDay.objects.aggregate(newest=Max("pk"))["newest"] or 0)


def published(code: str, first: date, end: date, seen: int) -> dict[date, list[int]]:
    """The prices of the days of ``[first, end)`` as published up to ``seen``, in 1e-8 per kWh."""
    rows = PriceDay.objects.filter(series__code=code, day__gte=first, day__lt=end, pk__lte=seen).order_by("pk")
    return dict(rows.values_list("day", "prices_e8"))


def prices(code: str, first: date, end: date, seen: int) -> Prices:
    """The prices of ``[first, end)`` as published up to ``seen``; an unknown series misses every day."""
    days = [first + timedelta(days=n) for n in range((end - first).days)]
    series, known = PriceSeries.objects.filter(code=code).first(), published(code, first, end, seen)
    slots = 1440 // series.minutes if series else 24
    table = np.zeros((len(days), slots), np.int64)
    for n, day in enumerate(days):
        if day in known:
            table[n] = known[day]
    return Prices(table, tuple(day for day in days if day not in known))


def mean_e8(code: str) -> int | None:
    """The mean price of the newest days of a series, for samples; None where it has none."""
    days = dict(PriceDay.objects.filter(series__code=code).order_by("pk").values_list("day", "prices_e8"))
    prices = [price for day in sorted(days)[-MEAN_DAYS:] for price in days[day]]
    return round_half_up(sum(prices), len(prices)) if prices else None


def all_series() -> list[PriceSeries]:
    """Every series by code."""
    return list(PriceSeries.objects.order_by("code"))
