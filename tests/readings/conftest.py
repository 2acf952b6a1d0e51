"""A store of its own for every test, two cities, and files made from arrays."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from gridhall.platform.actor import Actor, system
from gridhall.platform.models import OrgUnit
from gridhall.platform.scope import Scope
from gridhall.readings.importing.options import ImportOptions
from gridhall.readings.importing.run import Outcome, bring_in
from gridhall.readings.models import MeteringPoint
from gridhall.readings.store import close_all

MONDAY = date(2026, 9, 7)
CITY, OTHER_CITY = "32/04/", "32/05/"
GAO = Actor("Biller Gao", "staff", frozenset({"biller"}), Scope(prefixes=(CITY,)), user_id=7)
STRANGER = Actor("the Stranger", "staff", frozenset({"biller"}), Scope(prefixes=("41/",)), user_id=8)


@pytest.fixture
def store(db: None, settings, tmp_path: Path) -> Path:
    """An empty interval store and upload folder; the database has the province and its two cities."""
    settings.DATA = tmp_path
    settings.INTERVAL_STORE = tmp_path / "intervals"
    settings.INTERVAL_STORE.mkdir()
    province = OrgUnit.objects.create(level="province", code="32", path="32/", name_zh="苏", name_en="Su")
    for path in (CITY, OTHER_CITY):
        OrgUnit.objects.create(
            parent=province, level="city", code=path[3:5], path=path, name_zh=f"市{path}", name_en=f"City {path}"
        )
    close_all()
    return settings.INTERVAL_STORE


@pytest.fixture
def points(store: Path) -> list[MeteringPoint]:
    """Four metering points of the first city, P0 … P3."""
    return [MeteringPoint.objects.create(code=f"P{i}", path=f"{CITY}17/") for i in range(4)]


@pytest.fixture
def wide(tmp_path: Path) -> Callable[..., Path]:
    """Writes a wide CSV in Wh: one row for each code and day of `values[code, day, slot]`; None is an empty field."""

    def write(
        codes: Sequence[str], values: NDArray, first_day: date = MONDAY, name: str = "wide.csv", **fixed: str
    ) -> Path:
        columns = {"quantity": "active_import", "unit": "Wh", **fixed}
        lines = [",".join(["point", "date", *columns, *(f"v{i + 1}" for i in range(np.shape(values)[2]))])]
        for code, days in zip(codes, values, strict=True):
            for offset, slots in enumerate(days):
                cells = ["" if value is None else str(value) for value in slots]
                lines.append(",".join([code, str(first_day + timedelta(days=offset)), *columns.values(), *cells]))
        path = tmp_path / name
        path.write_text("\n".join(lines) + "\n")
        return path

    return write


def readings(points: int, days: int, seed: int = 1, slots: int = 96) -> NDArray[np.int64]:
    """Reproducible values of 200 … 999 Wh."""
    return np.random.default_rng(seed).integers(200, 1000, (points, days, slots))


def take(path: Path, actor: Actor | None = None, **options: object) -> Outcome:
    """Import a file as the system or as somebody."""
    return bring_in(actor or system(), path, path.name, ImportOptions(**options))
