"""Every kind of line a version can produce, found by rating one account of each sort in each month."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from gridhall.kernel.rating import (
    CHARGING_CAPACITY,
    CHARGING_CONTRACT,
    CHARGING_DEMAND,
    CHARGING_NONE,
    Determinants,
    LineItem,
    rate,
)
from gridhall.kernel.tariffs import PERIODS, TariffVersion


def possible_items(version: TariffVersion) -> list[LineItem]:
    """The items of ``version``, in the order in which they first appear."""
    ways = [CHARGING_NONE]
    ways += [CHARGING_CAPACITY] if version.capacity else []
    ways += [CHARGING_CONTRACT, CHARGING_DEMAND] if version.demand else []
    n, found = len(ways), dict[LineItem, None]()
    for month in range(1, 13):
        priced = version.season(month).prices.periods()
        period_wh = np.zeros((n, len(PERIODS)), np.int64)
        period_wh[:, [PERIODS.index(period) for period in priced]] = 1000
        facts = replace(
            Determinants.empty(n),
            period_wh=period_wh,
            free_quota=np.ones(n, np.bool_),
            charging=np.array(ways, np.uint8),
            power_factor_standard=np.full(n, 90, np.int16),
            capacity_kva_e6=np.full(n, 1_000_000, np.int64),
            contract_kw_e6=np.full(n, 1_000_000, np.int64),
            demand_kw_e6=np.full(n, 1_000_000, np.int64),
        )
        found.update(dict.fromkeys(column.item for column in rate(version, facts, 2026 * 100 + month).columns))
    return list(found)
