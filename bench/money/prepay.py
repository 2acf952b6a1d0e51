"""Every prepaid balance counted once: the worker's own round over a city, from the determinants it keeps on disk.

The city is synthetic (`bench.spine.city`); each account prepays, has paid ahead and has its bills up to last month.
What the round reads of the month is put into its files as if nineteen days had been folded: 1,000,000 curves of a month
are 6 GB, and folding them is measured by `bench.spine`.
"""

from __future__ import annotations

import os
import resource
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import numpy as np

ACCOUNTS = int(os.environ.get("GRIDHALL_BENCH_ACCOUNTS", "1000000"))
FIRST, TODAY = date(2026, 6, 1), date(2026, 6, 20)
NOW = datetime(2026, 6, 20, 4, tzinfo=UTC)


def run() -> list[dict[str, Any]]:
    """Build, put the kept determinants in place, count."""
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    from gridhall.platform import clock

    settings.DEMO = True  # else nobody may act in the past
    call_command("migrate", verbosity=0)
    with clock.set_to(NOW):
        return _measured()


def _measured() -> list[dict[str, Any]]:
    from bench.spine.city import build
    from gridhall.cis.prepay import jobs

    cycle = build(ACCOUNTS, with_curves=0)
    _prepaid(cycle.pk)
    steps = jobs.steps()
    for step in steps:
        _fold(step)
    began, cpu, children = time.perf_counter(), time.process_time(), _of_children()
    counted = jobs.count_all()
    wall, cpu, children = time.perf_counter() - began, time.process_time() - cpu, _of_children() - children
    how = (
        f"{counted:,} accounts (75 % tiered residents, 18 % TOU shops, 7 % two-part with power factor): agreements, "
        f"kept determinants, tiers, price, books, levels, files; the worker's round, two forked workers; "
        f"{cpu:.1f} CPU s in the writer and {children:.1f} in the workers, "
        f"{(cpu + children) * 10_000 / counted:.2f} for 10,000 accounts"
    )
    return [
        {"name": "prepay_1m_s", "value": round(wall * 1_000_000 / counted, 1), "unit": "s", "method": how,
         "against": "target", "against_value": 60, "ratio": round(wall * 1_000_000 / counted / 60, 2)},
        {"name": "prepay_accounts_s", "value": round(counted / wall), "unit": "accounts/s", "method": how},
    ]  # fmt: skip


def _of_children() -> float:
    """CPU seconds of the processes that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _prepaid(cycle_id: int) -> None:
    """Terms, one payment and one released bill each, by raw inserts."""
    from django.db import transaction

    from bench.spine.city import STATION
    from gridhall.cis.billing.models import Bill
    from gridhall.cis.ledger import chart
    from gridhall.cis.ledger.models import Entry, Line
    from gridhall.cis.prepay.models import PrepayTerms
    from gridhall.platform.bulk import insert
    from gridhall.platform.ids import uuid7s

    ids = range(1, ACCOUNTS + 1)
    paid = np.random.default_rng(3).integers(50_00, 3_000_000_00, ACCOUNTS).tolist()
    with transaction.atomic():
        insert(
            PrepayTerms,
            ("id", "public_id", "account_id", "path", "channel", "hold_reason", "valid_from"),
            ((i, key, i, STATION, "sms", "", "2026-01-01") for i, key in zip(ids, uuid7s(ACCOUNTS), strict=True)),
        )
        insert(
            Entry,
            ("id", "ref", "kind", "effective_on", "recorded_at", "path", "account_id"),
            ((i, f"payment:b{i}", "payment", "2026-06-01", "2026-06-01T00:00:00Z", STATION, i) for i in ids),
        )
        insert(
            Line,
            ("entry_id", "seq", "ledger_account_id", "account_id", "bill_id", "amount_fen"),
            _lines(paid, chart.BANK, chart.PREPAYMENT),
        )
        insert(Bill, ("id", "public_id", "number", "account_id", "path", "month", "period_from", "period_to", "kind",
                      "state", "use_class", "snapshot", "energy_wh", "total_fen", "funds_fen", "vat_fen", "due_on",
                      "inputs", "content_sha256"),
               ((i, key, f"B{i}", i, STATION, 202605, "2026-03-01", "2026-06-01", "normal", "released", "", 1, 200_000,
                 0, 0, 0, "2026-06-20", "[]", "") for i, key in zip(ids, uuid7s(ACCOUNTS), strict=True)))  # fmt: skip


def _lines(paid: list[int], bank: str, prepayment: str) -> Iterator[tuple[Any, ...]]:
    for i, fen in enumerate(paid, 1):
        yield i, 1, bank, None, None, fen
        yield i, 2, prepayment, i, None, -fen


def _fold(step: tuple[Any, list[int]]) -> None:
    """The file of a chunk, as the round leaves it when it has folded the days before today."""
    from gridhall.cis.billing.supply import Chunk, supplied
    from gridhall.cis.prepay import month_to_date as mtd
    from gridhall.cis.prepay.columns import Counted, place, save
    from gridhall.cis.tariffs import day_facts
    from gridhall.kernel.calendars import PERIODS
    from gridhall.readings.catalog import current_snapshot

    cycle, ids = step
    segments = [s for account in supplied(Chunk(ids=tuple(ids)), FIRST, date(2026, 6, 21)) for s in account.segments]
    random, rows = np.random.default_rng(ids[0]), np.zeros((len(segments), mtd.WIDTH), np.int64)
    for row, segment in zip(rows, segments, strict=True):
        row[: mtd.THROUGH] = mtd.key_of(segment)
        priced = segment.published.version.season(6).prices.periods()
        level = 40_000 if segment.capacity_kva_e6 < 100_000_000 else 40_000_000
        for period in priced if segment.published.version.calendar else ("total",):
            row[mtd.ENERGY + PERIODS.index(period)] = random.integers(0, level)
    days = (TODAY - FIRST).days
    rows[:, mtd.THROUGH], rows[:, mtd.PRESENT] = TODAY.toordinal(), days * 96
    nothing = np.zeros(0, np.int64)
    save(
        place(cycle.pk, ids[0]),
        mtd.Kept(current_snapshot(), TODAY, rows, day_facts.newest().calendars),
        Counted(*[nothing] * 6),
    )
