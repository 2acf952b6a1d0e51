"""Where the close of a month spends its time: 100,000 mixed customers (tiers, TOU, two-part, PV), largest cost first.

In one process, so that nothing hides in a worker: each stage counts the time spent in it and not in a stage below it.
"""

from __future__ import annotations

import importlib
import os
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import Any

ACCOUNTS = int(os.environ.get("GRIDHALL_BENCH_ACCOUNTS", "100000"))
MONTH = 202606
FEED_IN_EVERY = 20
# Stage -> where the function is looked up when it is called.
STAGES = {
    "agreements, terms and meters from the database": ("cis.billing.calculate", "supplied"),
    "curves to determinants": ("cis.billing.calculate", "measure"),
    "earlier use in the tier window": ("cis.billing.calculate", "used_before"),
    "rating: determinants to lines": ("cis.billing.calculate", "rate"),
    "lines as rows": ("cis.billing.calculate", "priced"),
    "inputs as stored text": ("cis.billing.calculate", "_inputs"),
    "content hashes": ("cis.billing.calculate", "_content_hashes"),
    "checks before release": ("cis.billing.checks", "doubt"),
    "rest of the calculation": ("cis.billing.jobs", "calculate"),
    "bills into the database": ("cis.billing.write", "_insert_bills"),
    "lines into the database": ("cis.billing.write", "_insert_lines"),
    "release: states and ledger": ("cis.billing.actions.runs", "release"),
    "figures of the month": ("cis.billing.figures", "refresh"),
}


def run() -> list[dict[str, Any]]:
    """Build the city, close its month stage by stage."""
    import django

    django.setup()
    from django.core.management import call_command

    from bench.spine.city import build
    from gridhall.cis.billing.actions import create_run, release_run
    from gridhall.cis.billing.measure import warm
    from gridhall.platform import jobs, parallel
    from gridhall.platform.actor import system

    call_command("migrate", verbosity=0)
    cycle = build(ACCOUNTS, MONTH, feed_in_every=FEED_IN_EVERY)
    parallel.ahead.__defaults__ = (1,)  # no worker: everything is seen here
    warm()
    with timed() as spent_s:
        began = perf_counter()
        run = create_run(system("bench"), cycle.pk, MONTH)
        jobs.run_until_idle()
        release_run(system("bench"), run.pk)
        wall_s = perf_counter() - began
    spent_s["actions, jobs, audit and the rest"] = wall_s - sum(spent_s.values())
    how = f"{ACCOUNTS:,} accounts, {ACCOUNTS // FEED_IN_EVERY:,} of them feeding in, SQLite, one process, own time"
    ordered = sorted(spent_s.items(), key=lambda item: -item[1])
    return [_row("close", wall_s, wall_s, how), *(_row(stage, s, wall_s, how) for stage, s in ordered)]


@contextmanager
def timed() -> Iterator[dict[str, float]]:
    """Seconds of each stage, without those of the stages it calls."""
    spent_s: dict[str, float] = defaultdict(float)
    below_s = [0.0]
    originals = []

    def clocked(stage: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def run(*given: Any, **named: Any) -> Any:
            below_s.append(0.0)
            began = perf_counter()
            try:
                return function(*given, **named)
            finally:
                took = perf_counter() - began
                spent_s[stage] += took - below_s.pop()
                below_s[-1] += took

        return run

    for stage, (module, name) in STAGES.items():
        room = importlib.import_module(f"gridhall.{module}")
        originals.append((room, name, getattr(room, name)))
        setattr(room, name, clocked(stage, getattr(room, name)))
    try:
        yield spent_s
    finally:
        for room, name, function in originals:
            setattr(room, name, function)


def _row(stage: str, seconds: float, wall_s: float, how: str) -> dict[str, Any]:
    return {
        "name": f"close_profile: {stage}", "value": round(seconds, 2), "unit": "s", "against": "whole close",
        "against_value": round(wall_s, 2), "ratio": round(seconds / wall_s, 3), "method": how,
    }  # fmt: skip
