"""The cast with readings, bills and a payment: something for every page to show. Today is 21 November 2026."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np

from gridhall.cis.billing.actions import create_run, release_run
from gridhall.cis.billing.models import BillRun
from gridhall.cis.payments.actions import receive
from gridhall.platform import jobs
from gridhall.platform.actor import system
from gridhall.readings.importing.options import ImportOptions
from gridhall.readings.importing.run import bring_in
from tests.cast import Cast, build_cast

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)  # ten in the morning in Shanghai
FIRST, LAST = date(2026, 9, 1), date(2026, 11, 20)
CURVES = {
    # name: point, usual Wh per interval, quantity
    "Ms Li": ("LHMP000001", 90, "active_import"),
    "Haisheng Foods": ("LHMP000004", 90_000, "active_import"),
    "Sunny Roof": ("LHMP000005", 120, "active_import"),
    "Green Wheels": ("LHMP000006", 9_000, "active_import"),
    "No. 1 High School": ("LHMP000007", 7_000, "active_import"),
}
EXTRA = [("LHMP000004", 25_000, "reactive_import"), ("LHMP000005", 60, "active_export")]
READS = {"LH0000002": (512_340, 23_150), "LH0000003": (99_871_05, 8_040)}  # meter: first reading, advance per month


def build_town(folder: Path) -> Cast:
    """Readings of three months, bills of September and October released, and September paid by Ms Li."""
    cast = build_cast()
    bring_in(system(), _curves(folder), "curves.csv", ImportOptions())
    bring_in(system(), _reads(folder), "reads.csv", ImportOptions())
    assert cast.cycle is not None
    for month in (202609, 202610):
        bill(cast, month)
    li = cast.accounts["Ms Li"]
    receive(
        cast.actor("Ms Li"), account_id=li.pk, amount_fen=50_00, channel="online", method="demo", key="li-september"
    )
    return cast


def bill(cast: Cast, month: int) -> BillRun:
    """Create, calculate and release the run of a month, by two people."""
    assert cast.cycle is not None
    gao, checker = cast.actor("Biller Gao"), cast.actor("Checker He")
    run = create_run(gao, cast.cycle.pk, month)
    jobs.run_until_idle()
    return release_run(checker, run.pk)


def shape(slot: int) -> int:
    """Percent of the usual load: a morning and an evening hump."""
    hour = slot / 4
    return int(40 + 80 * np.exp(-((hour - 8) ** 2) / 3) + 140 * np.exp(-((hour - 19.5) ** 2) / 5))


def _curves(folder: Path) -> Path:
    rng = np.random.default_rng(7)
    lines = ["point,date,quantity,unit," + ",".join(f"v{i + 1}" for i in range(96))]
    for code, usual, quantity in [*CURVES.values(), *EXTRA]:
        for n in range((LAST - FIRST).days + 1):
            noise = rng.integers(80, 120, 96)
            values = (str(usual * shape(slot) * int(noise[slot]) // 10_000) for slot in range(96))
            lines.append(f"{code},{FIRST + timedelta(days=n)},{quantity},Wh,{','.join(values)}")
    return _written(folder / "curves.csv", lines)


def _reads(folder: Path) -> Path:
    lines = ["meter,register,read_on,value"]
    for meter, (start, advance) in READS.items():
        for n, day in enumerate((date(2026, 9, 1), date(2026, 10, 1), date(2026, 11, 1))):
            value = start + advance * (n + 8)
            lines.append(f"{meter},active_total,{day},{value // 100}.{value % 100:02d}")
    return _written(folder / "reads.csv", lines)


def _written(path: Path, lines: list[str]) -> Path:
    path.write_text("\n".join(lines) + "\n")
    return path
