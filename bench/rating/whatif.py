"""A whole population re-rated: a million customers under ten tariffs, the answer to one slider, and moved hours.

The population is synthetic, with the mix of a city: tiers, time of use, two-part with power factor. Beside each figure
stands the machine's own limit for the same bytes.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from bench.spine.store_to_lines import FIRST, LAST, METERS, _sum, cost, decode_all, write_city
from gridhall.kernel import shipped
from gridhall.kernel.calendar_versions import day_types
from gridhall.kernel.calendars import DayFacts
from gridhall.kernel.profiles import fold_each
from gridhall.kernel.rating import CHARGING_DEMAND, Determinants, totals_fen
from gridhall.kernel.runs import Plan, Plans
from gridhall.kernel.tariffs import PERIODS, TariffVersion
from gridhall.readings.engines import map_blocks
from gridhall.readings.store import Quantity, iter_blocks

CUSTOMERS, SLIDER_CUSTOMERS, THREADS, REPEATS = 1_000_000, 100_000, 2, 5
MONTH = 202611
TARIFFS = (
    "zhejiang-residential", "zhejiang-residential-tou", "guangzhou-residential", "sichuan-residential",
    "yunnan-residential", "guizhou-residential", "flat-rate", "hubei-single-part-1-10kv", "hubei-two-part-1-10kv",
    "demo-business-two-part-35kv",
)  # fmt: skip
CALENDARS = ("hubei-business", "zhejiang-business", "shandong-business", "jiangsu-business", "sichuan-business")


def run() -> list[dict[str, Any]]:
    """From determinants, one slider over the whole server path, and from curves."""
    return [from_determinants(), slider(), from_curves()]


def from_determinants() -> dict[str, Any]:
    versions = [shipped.tariffs()[code][-1] for code in TARIFFS]
    facts = [population(version, CUSTOMERS) for version in versions]
    wall_s = walls(lambda: [totals_fen(v, f, MONTH, THREADS) for v, f in zip(versions, facts, strict=True)])
    words = np.ones(sum(getattr(facts[0], f.name).nbytes for f in fields(Determinants)) // 8, np.uint64)
    read_s = walls(lambda: [_halves(words) for _ in TARIFFS])
    how = f"{CUSTOMERS:,} customers x {len(TARIFFS)} tariffs, {MONTH}, determinants in memory, {THREADS} threads"
    return row("whatif_1m_10_tariffs_s", round(wall_s, 3), "s", "reading the same bytes", round(read_s, 3), how)


def population(version: TariffVersion, n: int) -> Determinants:
    """n customers with energy in the periods that the version prices."""
    random, facts = np.random.default_rng(n), Determinants.empty(n)
    for period in version.season(MONTH % 100).prices.periods():
        facts.period_wh[:, PERIODS.index(period)] = random.integers(0, 900_000, n)
    facts.tier_before_wh[:] = random.integers(0, 5_000_000, n)
    if version.demand is not None:
        facts.charging[:] = CHARGING_DEMAND
        facts.demand_kw_e6[:] = random.integers(0, 2_000_000_000, n)
        facts.capacity_kva_e6[:] = random.integers(0, 2_000_000_000, n)
        facts.reactive_varh[:] = random.integers(0, 900_000, n)
        facts.power_factor_standard[:] = 90
    return facts


def slider() -> dict[str, Any]:
    """A population in files, one price turned, the answer as the page shows it."""
    import django

    django.setup()
    from django.core.management import call_command

    from gridhall.cis.tariffs.actions import publish_shipped
    from gridhall.cis.tariffs.models import TariffVersion as Row
    from gridhall.cis.whatif import queries
    from gridhall.cis.whatif.columns import Columns, load, save
    from gridhall.cis.whatif.knobs import turned
    from gridhall.cis.whatif.models import Population
    from gridhall.halls.office import whatif as show
    from gridhall.platform import clock
    from gridhall.platform.actor import system
    from gridhall.platform.scope import EVERYTHING

    call_command("migrate", verbosity=0)
    publish_shipped(system("bench"))
    version = shipped.tariffs()["zhejiang-residential-tou"][-1]
    held = Row.objects.get(tariff__code=version.code, valid_from=version.valid_from)
    facts, n = population(version, SLIDER_CUSTOMERS), SLIDER_CUSTOMERS
    base = totals_fen(version, facts, MONTH)
    made = Population.objects.create(path="32/", month=MONTH, state="ready", created_at=clock.now(), accounts=n)
    zero = np.zeros(n, np.uint8)
    save(made.public_id, Columns(
        facts=facts, owner=np.arange(n), base_fen=base, version_first=np.array([0, n]), versions=(held.pk,),
        account_id=np.arange(1, n + 1), unit=(np.arange(n) % 40).astype(np.uint16), use_class=zero,
        low_income=zero.astype(np.bool_), before_fen=base, units=tuple(f"32/{i:02d}/" for i in range(40)),
        classes=("residential",), opened=np.full(n, 737_000), earlier_wh=np.zeros((n, 11), np.int64),
        before_in_bill_wh=np.zeros(n, np.int64),
    ))  # fmt: skip
    load(made.public_id)

    def answer() -> None:
        candidate = turned(version, MONTH % 100, {"energy.0.prices.peak": "0.6"})
        show.answer(EVERYTHING, queries.answer(made, {version.code: candidate}, 100_000), {})

    ms = 1000 * walls(answer)
    how = f"{n:,} customers of a TOU tariff with tiers, an elasticity of 0.1; from request to rows"
    return row("whatif_100k_slider_ms", round(ms, 1), "ms", "felt as at once", 100, how)


def from_curves() -> dict[str, Any]:
    """Five calendars cut from one pass over the store and priced, against decoding the same bytes through Arrow."""
    days = [FIRST.fromordinal(FIRST.toordinal() + n) for n in range((LAST - FIRST).days + 1)]
    holidays, plans = DayFacts(holidays=shipped.holidays()), []
    for code in CALENDARS:
        versions = shipped.calendars()[code]
        if versions[-1].valid_to is not None and versions[-1].valid_to <= LAST:
            continue
        types, index = day_types(versions, days, "single_part", holidays, 96)
        plans.append(Plan(index.astype(np.uint8), types, with_demand=False))
    stacked, version = Plans.of(plans), shipped.tariffs()["hubei-single-part-1-10kv"][-1]
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        records = write_city(root)

        def rated(block: Any) -> int:
            each, total = fold_each(block.runs(), stacked, len(block.points)), 0
            for energy_wh in each.energy_wh:
                facts = Determinants.empty(len(block.points))
                facts.period_wh[:] = energy_wh
                total += int(totals_fen(version, facts, MONTH).sum())
            return total

        def all_blocks() -> None:
            blocks = iter_blocks(root, records, None, Quantity.ACTIVE_IMPORT, FIRST, LAST, 16_384)
            sum(total for _, total in map_blocks(rated, blocks, THREADS))

        ours, decoded = cost(all_blocks), cost(lambda: decode_all(root, records))
    how = f"{METERS:,} meters x {len(plans)} calendars from warm day files, {THREADS} threads; decoding through pyarrow"
    ratio = round(ours.wall_s / decoded.wall_s, 2)
    return row("whatif_curves_vs_decode", ratio, "x the decode time", "allowed", 1.5, how)


def _halves(words: np.ndarray) -> None:
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(_sum, np.array_split(words, THREADS)))


def walls(work: Callable[[], object]) -> float:
    """Median wall seconds after one warming run."""
    work()
    taken = []
    for _ in range(REPEATS):
        began = time.perf_counter()
        work()
        taken.append(time.perf_counter() - began)
    return median(taken)


def row(name: str, value: float, unit: str, against: str, other: float, how: str) -> dict[str, Any]:
    return {
        "name": name, "value": value, "unit": unit, "against": against, "against_value": other,
        "ratio": round(value / other, 2) if other else None, "method": f"{how}, median of {REPEATS}",
    }  # fmt: skip
