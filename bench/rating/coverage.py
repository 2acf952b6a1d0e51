"""How much tariff law is shipped and holds: areas whose calendar covers every hour, and bills that a second arithmetic
agrees with line by line."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import numpy as np

from gridhall.kernel import shipped
from gridhall.kernel.calendars import DayFacts, slot_periods
from gridhall.kernel.oracle import Account, rate_one, total
from gridhall.kernel.rating import rate, totals_fen
from gridhall.kernel.tariffs import TariffVersion
from tests.kernel.both import determinants, lines_of, total_of

AREAS = 34  # price areas of mainland China with a time-of-use notice for business
YEAR = 2026
ACCOUNTS = 40  # per shipped version and month


def run() -> list[dict[str, Any]]:
    """Coverage, then exactness."""
    covered, bills, differ, totals_differ = areas_covered(), 0, 0, 0
    for versions in shipped.tariffs().values():
        for version in versions:
            for month in range(1, 13):
                found = compared(version, YEAR * 100 + month)
                bills, differ, totals_differ = bills + found[0], differ + found[1], totals_differ + found[2]
    how = f"every shipped version, 12 months, {ACCOUNTS} random accounts each; every line and total"
    return [
        _row(
            "areas_covered",
            covered,
            "areas",
            "price areas",
            AREAS,
            f"24 h of every day of {YEAR} (or of the last year that was published), both classes",
        ),
        _row("oracle_bills", bills, "bills", "", 0, how),
        _row("oracle_differs", differ, "bills", "", 0, f"{how}, against the Decimal arithmetic"),
        _row("totals_differ", totals_differ, "bills", "", 0, f"{how}, compiled totals against their lines"),
    ]


def areas_covered() -> int:
    """Areas with a calendar for business that gives every slot of every day of the year a period."""
    facts = DayFacts(holidays=shipped.holidays())
    covered = set()
    for code, versions in shipped.calendars().items():
        calendar = versions[-1]
        if not code.endswith("-business"):
            continue
        slots = min(count for count in calendar.slot_counts if count >= 48)
        ended = calendar.valid_to is not None and calendar.valid_to <= date(YEAR, 1, 1)  # published for one year only
        first = date(calendar.valid_to.year - 1 if ended and calendar.valid_to else YEAR, 1, 1)
        days = [first + timedelta(days=n) for n in range(365)]
        try:
            masks = [slot_periods(calendar, d, c, facts, slots) for d in days for c in ("single_part", "two_part")]
        except ValueError:
            continue
        if all((mask > 0).all() for mask in masks):
            covered.add(calendar.area)
    return len(covered)


def compared(version: TariffVersion, month: int) -> tuple[int, int, int]:
    """(bills, bills that differ in a line from the oracle, totals that differ from their lines)."""
    random = np.random.default_rng([*version.code.encode(), version.valid_from.toordinal(), month])
    accounts = [_account(random, version, month % 100) for _ in range(ACCOUNTS)]
    facts = determinants(accounts)
    lines = rate(version, facts, month)
    differ = sum(
        lines_of(lines, row) != (expected := rate_one(version, account)) or total_of(lines, row) != total(expected)
        for row, account in enumerate(accounts)
    )
    return ACCOUNTS, differ, int((totals_fen(version, facts, month) != lines.total_fen).sum())


def _account(random: np.random.Generator, version: TariffVersion, month: int) -> Account:
    def decimal(most: int, places: int) -> Decimal:
        return Decimal(int(random.integers(0, most * 10**places))).scaleb(-places)

    ways = ["none"] + ["capacity"] * bool(version.capacity) + ["contract", "demand"] * bool(version.demand)
    return Account(
        month=month,
        period_kwh={period: decimal(3000, 3) for period in version.season(month).prices.periods()},
        tier_before_kwh=decimal(6000, 3),
        tier_months=int(random.integers(1, 13)),
        persons=int(random.integers(1, 8)),
        free_quota=bool(random.integers(0, 2)),
        charging=str(random.choice(ways)),
        contract_kw=decimal(3000, 6),
        demand_kw=decimal(3000, 6),
        capacity_kva=decimal(3000, 6),
        reactive_kvarh=decimal(3000, 3),
        power_factor_standard=int(random.choice([0, 80, 85, 90])),
        month_thirtieths=int(random.choice([30, 30, 11])),
    )


def _row(name: str, value: int, unit: str, against: str, other: int, how: str) -> dict[str, Any]:
    return {
        "name": name, "value": value, "unit": unit, "against": against, "against_value": other,
        "ratio": round(value / other, 3) if other else None, "method": how,
    }  # fmt: skip
