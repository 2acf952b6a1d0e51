"""The world's tariffs against NREL-PySAM: coverage of the published sample, cents of difference, bills per CPU second.

Needs the sample of published rates in ../shared/data/urdb; without it only the speed is measured.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from gridhall.kernel.structures import rate_year
from tests.kernel.structures import judge
from tests.kernel.structures.examples import DEMAND, FLAT, by_time
from tests.kernel.structures.published import Compared, differences

PUBLISHED = Path(__file__).resolve().parents[2].parent / "shared/data/urdb"
METERS, JUDGED, REPEATS = 2_000, 10, 5
SLOTS = 96


def run() -> list[dict[str, Any]]:
    """Coverage, exactness, speed."""
    rows = [
        speed(
            "vs_pysam",
            "two tiers of demand by time, demand by month, three periods",
            by_time(demand=DEMAND, flat_demand=FLAT),
        )
    ]
    if PUBLISHED.is_dir():
        found = differences(PUBLISHED)
        rows = [*coverage(found), *rows]
        priced = [one.structure for one in found if one.structure is not None and not one.differs]
        ratios = sorted(speed("", "", structure)["ratio"] for structure in priced)
        how = f"each of {len(priced)} published rates on the same {SLOTS}-value days; lowest {ratios[0]} x"
        rows.append(row("vs_pysam_published", median(ratios), "x bills per CPU second, median", "", 0, how))
    return rows


def coverage(found: list[Compared]) -> list[dict[str, Any]]:
    accepted = [one for one in found if one.structure is not None]
    unexplained = [one for one in accepted if one.differs and not one.because]
    equal = [one for one in accepted if not one.differs]
    worst = max(max(one.month_cents, one.year_cents) for one in equal)
    how = "records of the Utility Rate Database, a shop and a home of 8,760 hours, months and year"
    return [
        row("urdb_accepted", len(accepted), "rates", "published", len(found), how),
        row(
            "urdb_refused", len(found) - len(accepted), "rates", "published", len(found), "each with a reason to act on"
        ),
        row("urdb_differs", len(unexplained), "rates, unexplained", "explained", len(accepted) - len(equal), how),
        row("pysam_difference_max", round(worst, 3), "cents", "allowed", 1, f"{len(equal)} rates as published; {how}"),
    ]


def speed(name: str, what: str, structure: Any) -> dict[str, Any]:
    """Monthly bills per CPU second of both, on the same quarter hours."""
    curves = np.random.default_rng(2).integers(0, 1250, (METERS, 365, SLOTS), dtype=np.uint16)
    rates, flat = judge.rates_from(structure), curves[:JUDGED].reshape(JUDGED, -1).astype(float)
    ours = per_cpu_s(lambda: rate_year(structure, judge.YEAR, curves), METERS * 12, REPEATS)
    theirs = per_cpu_s(lambda: [judge.bills(rates, one) for one in flat], JUDGED * 12, 1 if not name else 3)
    how = f"{what}; {METERS:,} years of {SLOTS} values a day in memory, PySAM on {JUDGED} of them, one thread each"
    return row(name, round(ours), "monthly bills per CPU second", "PySAM", round(theirs), how)


def per_cpu_s(work: Callable[[], object], count: int, repeats: int) -> float:
    """Median after one warming run."""
    work()
    costs = []
    for _ in range(repeats):
        before = time.process_time()
        work()
        costs.append(time.process_time() - before)
    return count / median(costs)


def row(name: str, value: float, unit: str, against: str, other: float, how: str) -> dict[str, Any]:
    return {
        "name": name, "value": value, "unit": unit, "against": against, "against_value": other,
        "ratio": round(value / other, 1) if other else None, "method": how,
    }  # fmt: skip
