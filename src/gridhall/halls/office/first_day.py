"""From which day a measured point has readings."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from gridhall.readings import catalog, queries
from gridhall.readings.models import MeteringPoint
from gridhall.readings.store import Quantity, day_of

EVER = date(2000, 1, 1)
DAYS_LOOKED_AT = 62  # a segment is shared by many points; a new one has its first day near its beginning


def first_day(point: MeteringPoint, today: date) -> date | None:
    """The first day with a curve of energy taken; None where there is none."""
    snapshot, city = catalog.current_snapshot(), catalog.city_of(point.path)
    ids = np.array([point.pk], np.int64)
    found = catalog.visible(snapshot, [city], Quantity.ACTIVE_IMPORT, EVER, today, ids)
    if not found:
        return None
    begin = min(record.first_day for record in found)
    end = begin + timedelta(days=DAYS_LOOKED_AT)
    curves = queries.curves(ids, Quantity.ACTIVE_IMPORT, begin, end, snapshot, slots=point.slots)
    days = np.flatnonzero(curves.present[0])
    return day_of(int(curves.days[days[0]])) if len(days) else None
