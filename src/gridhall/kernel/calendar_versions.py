"""Dated versions of one calendar: which holds on a day, where one takes over, and where hours run out.

A later version takes over on its first day and leaves the earlier as it is. When the newest has ended, its hours do not
go on, nor do older ones come back: hours published for a year are those of that year.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from gridhall.kernel.calendars import Calendar, DayFacts, Slots, distinct, slot_periods

Versions = tuple[Calendar, ...]


def in_order(calendars: Iterable[Calendar]) -> Versions:
    """Oldest first; of two that begin on one day, the later given counts and stands last."""
    return tuple(sorted(calendars, key=_begin))


def on(versions: Sequence[Calendar], day: date) -> Calendar | None:
    """The version whose hours hold on the day: the newest that has begun, unless it has ended."""
    begun = [version for version in versions if _begin(version) <= day]
    return begun[-1] if begun and day < _end(begun[-1]) else None


def stretches(versions: Sequence[Calendar], first: date, end: date) -> list[tuple[date, date]]:
    """The parts of ``[first, end)`` over which one version holds, in order; days that none covers are left out."""
    edges = {edge for version in versions for edge in (_begin(version), _end(version)) if first < edge < end}
    found: list[tuple[date, date]] = []
    holding: list[Calendar] = []
    for start, stop in pairwise(sorted({first, end, *edges})):
        version = on(versions, start)
        if version is None:
            continue
        if holding and holding[-1] is version and found[-1][1] == start:
            found[-1] = found[-1][0], stop
        else:
            found.append((start, stop))
            holding.append(version)
    return found


def ends_on(versions: Sequence[Calendar]) -> date | None:
    """The first day for which no hours are published; None while the newest version is open."""
    return versions[-1].valid_to if versions else None


def day_types(
    versions: Sequence[Calendar], days: Sequence[date], tariff_class: str, facts: DayFacts, slots: int = 96
) -> tuple[Slots, npt.NDArray[np.intp]]:
    """As `calendars.day_types`, each day by the version that holds; ValueError names a day without hours."""
    return distinct([slot_periods(_holding(versions, day), day, tariff_class, facts, slots) for day in days], slots)


def _holding(versions: Sequence[Calendar], day: date) -> Calendar:
    found = on(versions, day)
    if found is None:
        raise ValueError(f"{versions[-1].code} has no hours published for {day}; publish those that hold then")
    return found


def _begin(version: Calendar) -> date:
    return version.valid_from or date.min


def _end(version: Calendar) -> date:
    return version.valid_to or date.max
