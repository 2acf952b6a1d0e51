"""Migration: an old system's 100,000 bills read from a file and compared with ours, one in twenty of them different."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from datetime import date, timedelta
from time import perf_counter
from typing import Any

import numpy as np

ACCOUNTS = int(os.environ.get("GRIDHALL_BENCH_ACCOUNTS", "100000"))
MONTH, FIRST, END = 202606, date(2026, 6, 1), date(2026, 7, 1)
WRONG_EVERY = 20  # each twentieth bill has a price, a reading, a multiplier or a fen wrong


def run() -> list[dict[str, Any]]:
    """Build the city, write the old system's file, bring it in, compare twice."""
    import django

    django.setup()
    from django.core.management import call_command

    from bench.spine.city import STATION, build
    from gridhall.cis.parallel.actions import start_run
    from gridhall.cis.parallel.models import ComparisonRound, ParallelRun
    from gridhall.codecs import legacy_bills as codec
    from gridhall.platform import jobs
    from gridhall.platform.actor import system
    from gridhall.readings.importing import files

    call_command("migrate", verbosity=0)
    build(ACCOUNTS, MONTH)
    kept = files.keep(_file())
    size = kept.stat().st_size
    with kept.open("rb") as stream:
        mapping, _ = codec.propose(codec.look(stream))
    run = start_run(system("bench"), kept, "old.csv", STATION, MONTH, mapping)
    began = perf_counter()
    assert jobs.run_one() is not None
    import_s = perf_counter() - began
    began = perf_counter()
    assert jobs.run_one() is not None
    compare_s = perf_counter() - began
    found = ParallelRun.objects.get(pk=run.pk)
    last = ComparisonRound.objects.get(run=run)
    assert (found.state, found.bills, last.bills_theirs, last.bills_ours) == ("compared", *[ACCOUNTS] * 3)
    assert abs(last.differing - ACCOUNTS // WRONG_EVERY) <= ACCOUNTS // 1000, last.differing
    unknown = last.comparisons.filter(cause="unknown").count()
    method = (
        f"{ACCOUNTS:,} accounts of mixed tariffs with 96-point curves; every bill calculated here, compared with the "
        f"file's, {last.differing:,} that differ explained line by line ({unknown} of them without a cause); wall time "
        f"{compare_s:.1f} s, two forked workers, SQLite"
    )
    return [
        {"name": "parallel_compare_per_s", "value": round(ACCOUNTS / compare_s), "unit": "bills/s", "method": method},
        {
            "name": "parallel_import_per_s", "value": round(ACCOUNTS / import_s), "unit": "bills/s",
            "method": f"a CSV of {size >> 20} MB, {found.bills:,} bills with {found.lines:,} lines, {import_s:.1f} s",
        },
    ]  # fmt: skip


def _file() -> Iterator[bytes]:
    """The old system's export, one row a bill, made of our own bills."""
    from gridhall.cis.billing.calculate import AMOUNT_FEN, BILL, ITEM, calculate
    from gridhall.cis.billing.supply import Chunk
    from gridhall.cis.customers.models import Account
    from gridhall.cis.tariffs.queries import items
    from gridhall.kernel.money import format_scaled
    from gridhall.readings.catalog import current_snapshot

    periods = {"sharp": "尖电费", "peak": "峰电费", "flat": "平电费", "valley": "谷电费", "deep": "深谷电费"}
    kinds = {
        "energy": "电度电费",
        "tier": "阶梯加价",
        "capacity": "容量电费",
        "demand": "需量电费",
        "power_factor": "力调电费",
    }
    columns = [*periods.values(), *kinds.values()]
    head = ["户号", "电费年月", "起始日期", "截止日期", "总电量", *columns, "应收电费"]
    yield ",".join(head).encode() + b"\n"
    rows = list(Account.objects.order_by("pk").values_list("pk", "number", "cycle_id"))
    for n in range(0, len(rows), 10_000):
        some = rows[n : n + 10_000]
        result = calculate(Chunk(some[0][2], some[0][0], some[-1][0]), MONTH, FIRST, END, current_snapshot())
        known = items({int(item) for item in np.unique(result.lines[:, ITEM])})
        amounts: list[dict[str, int]] = [{} for _ in some]
        for bill, item, fen in result.lines[:, [BILL, ITEM, AMOUNT_FEN]].tolist():
            one = known[item]
            if not one.included:
                name = periods.get(one.period) if one.kind == "energy" else None
                name = name or kinds[one.kind]
                amounts[bill][name] = amounts[bill].get(name, 0) + fen
        out = io.StringIO()
        for k, ((_, number, _), own) in enumerate(zip(some, amounts, strict=True)):
            energy, total = int(result.energy_wh[k]), int(result.total_fen[k])
            if (n + k) % WRONG_EVERY == 0:
                energy, total = _wrong((n + k) // WRONG_EVERY % 4, energy, total, own)
            cells = [format_scaled(own[name], 2) if name in own else "" for name in columns]
            line = [number, str(MONTH), str(FIRST), str(END - timedelta(days=1)), format_scaled(energy, 3), *cells]
            out.write(",".join([*line, format_scaled(total, 2)]) + "\n")
        yield out.getvalue().encode()


def _wrong(kind: int, energy: int, total: int, own: dict[str, int]) -> tuple[int, int]:
    """A fen, a reading, twice the energy charge, or the dearest line a tenth too high."""
    dearest = max(own, key=lambda name: own[name])
    more = (1, total // 50, total, own[dearest] // 10)[kind] or 1
    own[dearest] += more
    return (energy, energy + energy // 50, energy * 2, energy)[kind], total + more


if __name__ == "__main__":
    for row in run():
        print(row)
