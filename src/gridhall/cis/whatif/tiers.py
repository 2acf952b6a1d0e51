"""What the counters of a candidate's tiers would have held, where it counts otherwise than the bills did."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import numpy as np

from gridhall.cis.billing.history import COUNTED, months_back, months_between, months_served, window_start
from gridhall.cis.billing.models import Bill
from gridhall.cis.customers.models import Account
from gridhall.cis.whatif.columns import Columns
from gridhall.kernel.rating import Determinants
from gridhall.kernel.tariffs import TariffVersion

MONTHS = 11  # a tier year that began earlier has ended
IDS_PER_QUESTION = 5_000


def earlier_wh(account_ids: Sequence[int], month: int) -> np.ndarray:
    """Energy billed in each of the eleven months before ``month``, the nearest first, int64[m, 11] in Wh.

    Reversed bills stay in the sums and their reversals take them out again, as the counters of bills have it.
    """
    place = {account: n for n, account in enumerate(account_ids)}
    found = np.zeros((len(place), MONTHS), np.int64)
    for some in _steps(account_ids):
        rows = Bill.objects.filter(COUNTED, account__in=some, month__gte=months_back(month, MONTHS), month__lt=month)
        for account, earlier, wh in rows.order_by().values_list("account_id", "month", "energy_wh"):
            found[place[account], months_between(earlier, month) - 1] += wh
    return found


def opened(account_ids: Sequence[int]) -> np.ndarray:
    """The day on which each account was opened, as ordinals, int64[m]."""
    known = {}
    for some in _steps(account_ids):
        known |= dict(Account.objects.filter(pk__in=some).values_list("pk", "opened_on"))
    return np.array([known[account].toordinal() for account in account_ids], np.int64)


def _steps(account_ids: Sequence[int]) -> list[Sequence[int]]:
    return [account_ids[n : n + IDS_PER_QUESTION] for n in range(0, len(account_ids), IDS_PER_QUESTION)]


def counted(
    columns: Columns, rows: slice, facts: Determinants, versions: tuple[TariffVersion, TariffVersion], month: int
) -> Determinants:
    """The rows with the counters of the second of two versions: as the bills had them where both count alike."""
    own, tiers = (version.tiers for version in versions)
    if tiers is None or (own and (own.basis, own.year_start_month) == (tiers.basis, tiers.year_start_month)):
        return facts
    owner, start = columns.owner[rows], window_start(versions[1], month)
    earlier = columns.earlier_wh[:, : months_between(start, month)].sum(axis=1)
    served = np.full(facts.n, 12, np.int16)
    if tiers.basis == "year":
        days, which = np.unique(columns.opened[owner], return_inverse=True)
        served = np.array([months_served(date.fromordinal(day), start) for day in days.tolist()], np.int16)[which]
    return replace(facts, tier_before_wh=earlier[owner] + columns.before_in_bill_wh[rows], tier_months=served)
