"""Hours of a month as they arrive, and what time it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from gridhall.platform import clock
from gridhall.readings import catalog
from gridhall.readings.store import Flag, Quantity, day_number, write_segments
from tests.cast import Cast
from tests.cis.facts import CITY

QUANTITY = Quantity.ACTIVE_IMPORT


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, settings: Any) -> None:
    """Columns of a test's own."""
    settings.DATA = tmp_path


def at(day: date, hour: int = 12) -> AbstractContextManager[None]:
    """It is this day and hour in China."""
    return clock.set_to(timezone.make_aware(datetime.combine(day, time(hour, 30))))


class Curves:
    """Random curves of some customers; each day is put once, corrected or cut short when asked."""

    def __init__(self, cast: Cast, seed: int) -> None:
        self.cast, self.random = cast, np.random.default_rng(seed)

    def put(self, name: str, day: date, usual_wh: int, quantity: Quantity = QUANTITY, hours: int = 24) -> None:
        """One day of one customer; after ``hours`` nothing has arrived yet."""
        self.put_day({name: usual_wh}, day, quantity, hours)

    def put_day(self, usual_wh: dict[str, int], day: date, quantity: Quantity = QUANTITY, hours: int = 24) -> None:
        """One day of several customers, in one file."""
        names = sorted(usual_wh, key=lambda name: self.cast.service_points[name].point_id)
        rows = [self.random.integers(usual_wh[name] // 2, usual_wh[name] * 2, 96) for name in names]
        values, flags = np.array(rows, np.uint32), np.zeros((len(names), 96), np.uint8)
        flags[:, hours * 4 :] = Flag.MISSING
        values[flags == Flag.MISSING] = 0
        points = np.array([self.cast.service_points[name].point_id for name in names], np.int64)
        days = np.full(len(names), day_number(day), np.int32)
        records = write_segments(
            settings.INTERVAL_STORE, CITY, points, days, values, flags if hours < 24 else None, quantity, ""
        )
        with transaction.atomic():
            catalog.publish(records, reason="test")


@pytest.fixture
def curves(cast: Cast) -> Iterator[Callable[[int], Curves]]:
    """``curves(seed)``."""
    yield lambda seed: Curves(cast, seed)
