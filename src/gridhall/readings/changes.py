"""What was published after a snapshot: the first day of each point that somebody who added days up must read again."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final

import numpy as np
from django.db.models import Q
from numpy.typing import NDArray

from gridhall.readings import catalog
from gridhall.readings.models import Segment
from gridhall.readings.store import StoreError, day_number, open_segment

NEVER: Final = np.iinfo(np.int64).max
EPOCH: Final = date(1970, 1, 1).toordinal()


def first_changed_day(
    points: NDArray[np.int64], since: int, until: int, cities: Iterable[str], first: date, end: date
) -> NDArray[np.int64]:
    """For each of ``points`` (ascending, each once): the ordinal of the first day of ``[first, end)`` with a row that
    was published or retired after snapshot ``since`` and up to ``until``; NEVER where there is none. Any quantity."""
    found = np.full(len(points), NEVER, np.int64)
    if not len(points) or since == until:
        return found
    moved = Q(published__gt=since, published__lte=until) | Q(retired__gt=since, retired__lte=until)
    rows = Segment.objects.filter(moved, city__in=sorted(set(cities)), first_day__lt=end, last_day__gte=first)
    rows = rows.filter(min_point__lte=int(points[-1]), max_point__gte=int(points[0])).select_related("imported")
    low = day_number(first)
    for row in rows:
        try:
            groups = open_segment(catalog.store_root(), catalog.to_record(row)).groups
        except StoreError:  # a retired file that is gone: nobody can say what was in it
            found[:] = np.minimum(found, max(low, day_number(row.first_day)) + EPOCH)
            continue
        for group in groups:
            at = np.searchsorted(points, group.points)
            inside = (at < len(points)) & (points[np.minimum(at, len(points) - 1)] == group.points)
            inside &= group.days + group.values.shape[1] > low
            days = np.maximum(group.days[inside].astype(np.int64), low) + EPOCH
            np.minimum.at(found, at[inside], days)
    return found
