"""What earlier bills say that a new one needs: energy already used in the tier window, and what is usual."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db.models import Avg, Count, Q, Sum

from gridhall.cis.billing.models import Bill
from gridhall.cis.billing.supply import Chunk, Segment
from gridhall.kernel.tariffs import TariffVersion

COUNTED = ~Q(state=Bill.State.SUPPRESSED)


def window_start(version: TariffVersion, month: int) -> int:
    """First billing month (YYYYMM) of the tier year that ``month`` lies in; ``month`` itself for monthly tiers."""
    if version.tiers is None or version.tiers.basis == "month":
        return month
    start = version.tiers.year_start_month
    year = month // 100 if month % 100 >= start else month // 100 - 1
    return year * 100 + start


def months_between(first: int, last: int) -> int:
    """Whole months from YYYYMM to YYYYMM."""
    return (last // 100 - first // 100) * 12 + last % 100 - first % 100


def months_back(month: int, count: int) -> int:
    """The month ``count`` before YYYYMM."""
    number = month // 100 * 12 + month % 100 - 1 - count
    return number // 12 * 100 + number % 12 + 1


def used_before(chunk: Chunk, segments: Sequence[Segment], month: int) -> dict[int, dict[int, int]]:
    """For each tier window that begins before ``month``: energy in Wh already billed, by account.

    Reversed bills stay in the sum and their reversals, which are negative, take them out again.
    """
    starts = {
        window_start(version, month) for version in {s.published.id: s.published.version for s in segments}.values()
    }
    return {
        start: dict(
            Bill.objects.filter(COUNTED, chunk.where("account__"), month__gte=start, month__lt=month)
            .values_list("account_id")
            .annotate(s=Sum("energy_wh"))
        )
        for start in starts
        if start < month
    }


def months_served(opened_on: date, start: int) -> int:
    """How many months of the tier year that begins at ``start`` an account is supplied, 1 to 12."""
    opened = opened_on.year * 100 + opened_on.month
    return 12 - max(0, min(11, months_between(start, opened)))


def usual_wh(chunk: Chunk, month: int) -> dict[int, tuple[int, int]]:
    """Average energy and number of the bills of the three months before, by account."""
    rows = (
        Bill.objects.filter(
            COUNTED,
            chunk.where("account__"),
            month__gte=months_back(month, 3),
            month__lt=month,
            kind__in=("normal", "rebill"),
        )
        .values_list("account_id")
        .annotate(average=Avg("energy_wh"), count=Count("pk"))
    )
    return {account: (int(average), count) for account, average, count in rows}
