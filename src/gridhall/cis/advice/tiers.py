"""What the counters of a tariff's tiers would have held before a billed row."""

from __future__ import annotations

from gridhall.cis.advice.billed import Billed, Row
from gridhall.cis.billing.history import months_served, window_start
from gridhall.cis.tariffs.queries import parsed
from gridhall.kernel.tariffs import TariffVersion


def counters(row: Row, account: Billed, version: TariffVersion) -> tuple[int, int]:
    """(energy before in Wh, months served) under ``version``: as stored where the tiers count alike, else counted."""
    stored = row.stored["tier_before_wh"], row.stored["tier_months"]
    tiers, own = version.tiers, parsed(row.stored["version"]).tiers
    if tiers is None or (
        own is not None and (own.basis, own.year_start_month) == (tiers.basis, tiers.year_start_month)
    ):
        return stored
    start = window_start(version, row.month)
    earlier = sum(wh for month, wh in account.used_wh.items() if start <= month < row.month)
    served = months_served(account.opened_on, start) if tiers.basis == "year" else 12
    return earlier + row.before_in_bill_wh, served
