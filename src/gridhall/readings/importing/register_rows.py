"""Rows of a register file: which meter, which point, and the number in the register's own digits."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from django.db.models import Max, Min

from gridhall.codecs.registers_csv import RegisterRead as Row
from gridhall.platform.scope import Scope
from gridhall.readings.catalog import chunks
from gridhall.readings.importing import problems
from gridhall.readings.importing.intake import Intake
from gridhall.readings.importing.single_reads import source_of
from gridhall.readings.models import RegisterRead
from gridhall.readings.registers import NewRead


class Place(NamedTuple):
    """A meter at a point since a day, and the decimals of its registers."""

    since: date
    point_id: int
    meter: str
    decimals: int


def resolve(rows: Iterable[Row], intake: Intake) -> list[NewRead]:
    """The rows as reads; those whose meter or point is not known, or whose number does not fit, become problems.

    A meter is known by its earlier reads, of which its installation wrote the first.
    """
    every = list(rows)
    of_meter = _places("meter", {row.key for row in every if row.key_is == "meter"}, intake.points.scope)
    points = {row.key: intake.point_of(row.key, 96, row.row) for row in every if row.key_is == "point"}
    of_point = _places("point_id", {pk for pk in points.values() if pk is not None}, intake.points.scope)
    found = []
    for row in every:
        point_id = points.get(row.key) if row.key_is == "point" else None
        known = of_meter[row.key] if row.key_is == "meter" else of_point[point_id]
        place = _at(known, row.read_at.date())
        if place is None and row.key_is == "meter":
            intake.problem(problems.problem("meter_unknown", row=row.row, field="meter", value=row.key))
        elif place is not None or point_id is not None:
            read = _read(row, place or Place(row.read_at.date(), point_id or 0, "", row.decimals))
            if read is None:
                digits = place.decimals if place else 0
                intake.problem(
                    problems.problem("register_decimals", row=row.row, field="value", value=row.key, expected=digits)
                )
            else:
                found.append(read)
    return found


def _places(column: str, keys: set, scope: Scope) -> dict[object, list[Place]]:
    """Where each meter has been, or which meters a point has had, in order of time."""
    found: dict[object, list[Place]] = defaultdict(list)
    for chunk in chunks(sorted(keys)):
        rows = RegisterRead.objects.filter(**{f"{column}__in": chunk}).exclude(meter="")
        grouped = rows.values_list("point_id", "meter", "point__path").annotate(
            since=Min("read_on"), most=Max("decimals")
        )
        for point_id, meter, path, since, decimals in grouped:
            if scope.covers(path):
                found[meter if column == "meter" else point_id].append(Place(since, point_id, meter, decimals))
    for places in found.values():
        places.sort()
    return found


def _at(places: list[Place], on: date) -> Place | None:
    """The place that held on a day; the first one for a day before all."""
    if not places:
        return None
    return places[max(bisect_right([place.since for place in places], on) - 1, 0)]


def _read(row: Row, place: Place) -> NewRead | None:
    """The read in the register's digits, or None where it has decimals that the register does not show."""
    factor = 10 ** abs(place.decimals - row.decimals)
    finer = row.decimals > place.decimals
    if finer and row.value % factor:
        return None
    value = row.value // factor if finer else row.value * factor
    return NewRead(
        place.point_id, place.meter, row.kind.value, row.read_at.date(), value, place.decimals, source_of(row.flag)
    )
