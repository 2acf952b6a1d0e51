"""What other plans would have cost: one customer who asks, and everybody in one job."""

from __future__ import annotations

import os
from datetime import date
from statistics import median
from time import perf_counter, process_time
from typing import Any

ACCOUNTS = int(os.environ.get("GRIDHALL_BENCH_ACCOUNTS", "2000"))
MONTHS = (202511, 202512, *range(202601, 202611))
TODAY = date(2026, 11, 15)
ASKING = 60  # customers who ask, one after the other


def run() -> list[dict[str, Any]]:
    """Twelve months billed and released; then one customer at a time, then all of them."""
    import django

    django.setup()
    from django.core.management import call_command

    from bench.spine.city import STATION, another_month, build
    from gridhall.cis.advice import queries
    from gridhall.cis.advice.actions import start_run
    from gridhall.cis.billing.actions import create_run, release_run
    from gridhall.platform import jobs
    from gridhall.platform.actor import system
    from gridhall.platform.scope import EVERYTHING

    call_command("migrate", verbosity=0)
    cycle = build(ACCOUNTS, MONTHS[0])
    for seed, month in enumerate(MONTHS):
        if seed:
            another_month(ACCOUNTS, month, seed)
        made = create_run(system("bench"), cycle.pk, month)
        jobs.run_until_idle()
        release_run(system("bench-2"), made.pk)
    wall, cpu = [], []
    for account in range(1, ASKING + 1):
        began, used = perf_counter(), process_time()
        found = queries.advice(EVERYTHING, account, queries.catalogue(TODAY))
        wall.append(perf_counter() - began)
        cpu.append(process_time() - used)
        assert found is not None and not found.differing and found.current.complete
        assert all(option.complete for option in found.options)
    everybody = start_run(system("bench"), STATION)
    began = perf_counter()
    assert jobs.run_one() is not None
    job_s = perf_counter() - began
    everybody.refresh_from_db()
    assert everybody.ended and everybody.accounts == ACCOUNTS, (everybody.accounts, everybody.job)
    assert everybody.compared > ACCOUNTS // 2  # the others have no other plan to choose
    asked = f"each of {ASKING} customers, twelve bills under every plan of theirs, curves read where hours differ"
    job = (
        f"{ACCOUNTS:,} customers over twelve months, {everybody.compared:,} of them with a choice, "
        f"{everybody.with_saving:,} pay less elsewhere; two forked workers, SQLite"
    )
    return [
        _row("advice_ms", 1000 * median(wall), "ms", f"{asked}; median", "felt as at once", 100),
        _row("advice_cpu_ms", 1000 * median(cpu), "ms of CPU", f"{asked}; median", "felt as at once", 100),
        {"name": "advice_per_s", "value": round(ACCOUNTS / job_s), "unit": "customers/s", "method": job},
    ]


def _row(name: str, value: float, unit: str, method: str, against: str, other: int) -> dict[str, Any]:
    return {
        "name": name, "value": round(value, 1), "unit": unit, "against": against, "against_value": other,
        "ratio": round(value / other, 2), "method": method,
    }  # fmt: skip
