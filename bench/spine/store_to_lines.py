"""From stored curves to priced bill lines: meter-months per second on two threads, from an open and a closed month.

A meter-month is 30 days of 96 values. The open month is 30 day files as meters send them; the closed month is the same
data after compaction. Files are warm. `GRIDHALL_BENCH_METERS` sets how many meters (default 100,000: 0.6 GB a month).
"""

import os
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

import numpy as np
import pyarrow.parquet as pq
from numba import njit

from gridhall.kernel import shipped
from gridhall.kernel.calendar_versions import day_types
from gridhall.kernel.calendars import DayFacts
from gridhall.kernel.determinants import Folded
from gridhall.kernel.rating import CHARGING_DEMAND, Determinants, Lines, rate
from gridhall.kernel.runs import Plan, Plans
from gridhall.kernel.tariffs import TariffVersion
from gridhall.readings.engines import fold_block, map_blocks
from gridhall.readings.store import Block, Quantity, SegmentRecord, compact, day_number, iter_blocks, write_segments

METERS = int(os.environ.get("GRIDHALL_BENCH_METERS", "100000"))
FIRST, DAYS, SLOTS = date(2026, 11, 1), 30, 96
LAST = FIRST + timedelta(days=DAYS - 1)
MONTH = 202611
THREADS = 2
TARGET_PER_S = 1_500_000
REPEATS = 5
BLOCK_POINTS = 16_384
# Share of meters on each tariff, in percent: a city of mostly households.
MIX = {
    "zhejiang-residential": 45,
    "zhejiang-residential-tou": 35,
    "demo-business-single-part-1-10kv": 15,
    "demo-business-two-part-1-10kv": 5,
}


def run() -> list[dict[str, Any]]:
    """Write the city, measure, clean up."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        started = time.perf_counter()
        day_files = write_city(root)
        written_s = time.perf_counter() - started
        closed = list(compact(root, day_files).new)
        tariffs = [_in_force(code) for code in MIX]
        plans = Plans.of([_plan(version) for version in tariffs])
        every_demand = Plans.of([Plan(p.type_of_day, p.type_periods) for p in map(_plan, tariffs)])
        memory = read_bandwidth_gb_s()
        opened = cost(lambda: price_all(root, day_files, plans, tariffs))
        shut = cost(lambda: price_all(root, closed, plans, tariffs))
        folded = cost(lambda: price_all(root, day_files, plans, None))
        demand = cost(lambda: price_all(root, day_files, every_demand, None))
        decoded = cost(lambda: decode_all(root, day_files))
    values = METERS * DAYS * SLOTS
    per_s, per_cpu_s = METERS / opened.wall_s, METERS / opened.cpu_s
    how = f"{METERS:,} meters x {DAYS} days x {SLOTS} values, warm files, {THREADS} threads, median of {REPEATS}"
    each = "meter-months/s"
    return [
        _row("store_to_lines", per_s, each, "target", TARGET_PER_S, how),
        _row(
            "store_to_lines_open_month_two_cores", per_cpu_s * THREADS, each, "target", TARGET_PER_S, how + ", CPU time"
        ),
        _row("store_to_lines_closed_month", METERS / shut.wall_s, each, "open month", per_s, how),
        _row("store_to_lines_closed_month_two_cores", METERS / shut.cpu_s * THREADS, each, "target", TARGET_PER_S, how),
        _row("store_to_determinants", METERS / folded.wall_s, each, "with lines", per_s, how),
        _row("store_to_determinants_demand_for_all", METERS / demand.wall_s, each, "with lines", per_s, how),
        _row("store_to_determinants_read", values * 2 / folded.wall_s / 1e9, "GB/s", "memory read", memory, how),
        _row("decode_through_pyarrow", METERS / decoded.wall_s, each, "with lines", per_s, how + ", no arithmetic"),
        _row("write_day_files", values / written_s / 1e6, "million values/s", "", 0, "one thread, fsync, checksum"),
    ]


def write_city(root: Path) -> list[SegmentRecord]:
    """One file a day: plausible small loads with an evening peak."""
    random = np.random.default_rng(0)
    shape = (100 + 60 * np.sin(np.arange(SLOTS) / SLOTS * 2 * np.pi - 2)).astype(np.uint16)
    points = np.arange(METERS, dtype=np.int64) + 1
    records = []
    for day in range(DAYS):
        values = shape * random.integers(1, 9, (METERS, 1), dtype=np.uint16)
        values += random.integers(0, 30, values.shape, dtype=np.uint16)
        days = np.full(METERS, day_number(FIRST) + day, np.int32)
        records += write_segments(root, "32/01", points, days, values, None, Quantity.ACTIVE_IMPORT, f"day-{day}")
    return records


def price_all(root: Path, records: list[SegmentRecord], plans: Plans, tariffs: list[TariffVersion] | None) -> int:
    """Determinants, and lines where there are tariffs, of every meter; the sum of all bills or of all energy."""
    bounds = np.cumsum(list(MIX.values()))

    def kernel(block: Block) -> int:
        plan_of = np.searchsorted(bounds, block.points % 100, side="right").astype(np.int16)
        folded = fold_block(block, plans, plan_of)
        if tariffs is None:
            return int(folded.energy_wh.sum())
        lines = [_price(tariffs[c], folded, np.flatnonzero(plan_of == c)) for c in range(len(tariffs))]
        return sum(int(part.total_fen.sum()) for part in lines)

    blocks = iter_blocks(root, records, None, Quantity.ACTIVE_IMPORT, FIRST, LAST, BLOCK_POINTS)
    return sum(total for _, total in map_blocks(kernel, blocks, THREADS))


def decode_all(root: Path, records: list[SegmentRecord]) -> None:
    """The same bytes through Arrow's reader, without any arithmetic."""

    def decode(record: SegmentRecord) -> int:
        return pq.read_table(root / record.file, columns=["values"], use_threads=False).nbytes

    with ThreadPoolExecutor(THREADS) as pool:
        sum(pool.map(decode, records))


def read_bandwidth_gb_s() -> float:
    """Plain summing of memory on as many threads, far larger than the caches: the ceiling."""
    data = np.ones(1 << 26, np.uint64)
    halves = np.array_split(data, THREADS)
    _sum(halves[0][:8])

    def read() -> None:
        with ThreadPoolExecutor(THREADS) as pool:
            list(pool.map(_sum, halves))

    return data.nbytes / cost(read).wall_s / 1e9


@njit(nogil=True)
def _sum(data: Any) -> int:
    total = np.uint64(0)
    for value in data:
        total += value
    return total


class Cost(NamedTuple):
    """CPU time is what another program on the machine disturbs least."""

    wall_s: float
    cpu_s: float


def cost(work: Callable[[], object]) -> Cost:
    """Medians after one warming run."""
    work()
    walls, cpus = [], []
    for _ in range(REPEATS):
        wall, cpu = time.perf_counter(), time.process_time()
        work()
        walls.append(time.perf_counter() - wall)
        cpus.append(time.process_time() - cpu)
    return Cost(median(walls), median(cpus))


def _in_force(code: str) -> TariffVersion:
    return next(version for version in reversed(shipped.tariffs()[code]) if version.valid_from <= FIRST)


def _plan(version: TariffVersion) -> Plan:
    days = [FIRST + timedelta(days=day) for day in range(DAYS)]
    with_demand = version.demand is not None
    if version.calendar is None:
        return Plan(np.zeros(DAYS, np.uint8), np.zeros((1, SLOTS), np.uint8), with_demand)
    versions, facts = shipped.calendars()[version.calendar], DayFacts(holidays=shipped.holidays())
    types, index = day_types(versions, days, version.tariff_class, facts, SLOTS)
    return Plan(index.astype(np.uint8), types, with_demand)


def _price(version: TariffVersion, folded: Folded, rows: np.ndarray) -> Lines:
    facts = Determinants.empty(len(rows))
    facts.period_wh[:] = folded.energy_wh[rows]
    if version.demand is not None:
        facts.charging[:] = CHARGING_DEMAND
        facts.demand_kw_e6[:] = folded.demand_kw_e6[rows, 0]
    return rate(version, facts, MONTH)


def _row(name: str, value: float, unit: str, against: str, other: float, method: str) -> dict[str, Any]:
    ratio = round(value / other, 3) if other else None
    return {
        "name": name, "value": round(value, 1), "unit": unit, "against": against,
        "against_value": round(other, 1), "ratio": ratio, "method": method,
    }  # fmt: skip
