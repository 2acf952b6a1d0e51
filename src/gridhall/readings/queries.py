"""Reading back: curves, blocks for bulk work, register reads, issues and coverage."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from django.db.models import QuerySet
from numpy.typing import NDArray

from gridhall.platform.scope import Scope, ScopedQuerySet
from gridhall.readings import catalog
from gridhall.readings.catalog import chunks, city_of
from gridhall.readings.models import Issue, MeteringPoint, ReadingsImport, RegisterRead
from gridhall.readings.store import Block, Curves, Flag, Quantity, SegmentRecord, iter_blocks, scan
from gridhall.readings.store.blocks import BLOCK_POINTS

Points = Sequence[int] | NDArray[np.int64]
ONE_DAY = timedelta(days=1)


def curves(
    point_ids: Points,
    quantity: int,
    first_day: date,
    end_day: date,
    snapshot: int | None = None,
    slots: int | None = None,
) -> Curves:
    """Dense curves of the points (ascending, each once) over days [first_day, end_day) as of ``snapshot`` (newest).

    ``values[p, d, slot]`` in Wh (varh). ValueError where the points differ in their intervals and ``slots`` is None.
    """
    points = np.unique(np.asarray(point_ids, np.int64))
    last_day = end_day - ONE_DAY
    records = _records(points, quantity, first_day, last_day, snapshot)
    if slots is None and len({record.slots for record in records}) != 1:
        own = set().union(*(_points(chunk).values_list("slots", flat=True) for chunk in chunks(points.tolist())))
        slots = own.pop() if len(own) == 1 else None
    return scan(catalog.store_root(), records, points, Quantity(quantity), first_day, last_day, slots)


def blocks(
    point_ids: Points | None, quantity: int, first_day: date, end_day: date, snapshot: int | None = None,
    cities: Iterable[str] = (), block_points: int = BLOCK_POINTS,
) -> Iterator[Block]:  # fmt: skip
    """Blocks of points for bulk work, rows where they lie in the files; None: all points of ``cities``."""
    last_day, known = end_day - ONE_DAY, list(cities)
    points = None if point_ids is None else np.unique(np.asarray(point_ids, np.int64))
    records = _records(points, quantity, first_day, last_day, snapshot, known)
    yield from iter_blocks(catalog.store_root(), records, points, Quantity(quantity), first_day, last_day, block_points)


@dataclass(frozen=True)
class Span:
    """The curves of some points over some days as several snapshots show them; the catalog is asked once."""

    quantity: Quantity
    records: Mapping[int, list[SegmentRecord]]  # by snapshot

    @classmethod
    def of(
        cls, points: NDArray[np.int64], quantity: Quantity, first_day: date, end_day: date, snapshots: Sequence[int],
        cities: Sequence[str],
    ) -> Span:  # fmt: skip
        """``points`` ascending; days ``[first_day, end_day)``."""
        last_day = end_day - ONE_DAY
        return cls(quantity, catalog.visible_at(snapshots, cities, quantity, first_day, last_day, points))

    def blocks(self, points: NDArray[np.int64], first_day: date, end_day: date, snapshot: int) -> Iterator[Block]:
        """As ``blocks`` gives them, for days and points within the span."""
        records = self.records[snapshot]
        yield from iter_blocks(catalog.store_root(), records, points, self.quantity, first_day, end_day - ONE_DAY)


def _records(
    points: NDArray[np.int64] | None, quantity: int, first_day: date, last_day: date, snapshot: int | None,
    cities: Sequence[str] = (),
) -> list[SegmentRecord]:  # fmt: skip
    number = catalog.current_snapshot() if snapshot is None else snapshot
    if not cities and points is not None:
        cities = sorted(cities_of(points))
    return catalog.visible(number, cities, quantity, first_day, last_day, points)


def cities_of(points: Points) -> set[str]:
    """The store's partitions that hold these points."""
    every = np.asarray(points, np.int64).tolist()
    paths = set().union(*(_points(chunk).values_list("path", flat=True).distinct() for chunk in chunks(every)))
    return {city_of(path) for path in paths}


def _points(ids: Sequence[int]) -> QuerySet[MeteringPoint]:
    return MeteringPoint.objects.filter(pk__in=ids)


def points_by_code(codes: Iterable[str], scope: Scope) -> dict[str, MeteringPoint]:
    """The metering points with these codes that lie in the scope."""
    found: dict[str, MeteringPoint] = {}
    for chunk in chunks(sorted(set(codes))):
        found.update((point.code, point) for point in MeteringPoint.objects.within(scope).filter(code__in=chunk))
    return found


# --- registers ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Read:
    """A register's number at the start of a day, in its own digits."""

    value: int
    decimals: int
    source: str

    @property
    def estimated(self) -> bool:
        return self.source == RegisterRead.Source.ESTIMATED


def register_reads(
    point_ids: Points, first_day: date, last_day: date, snapshot: int | None = None, registers: Iterable[str] = ()
) -> Mapping[tuple[int, str, str, date], Read]:
    """(point, meter, register, day) → read, for days first to last inclusive; the newest up to ``snapshot`` wins.

    One statement per 5,000 points.
    """
    number = catalog.current_snapshot() if snapshot is None else snapshot
    names = list(registers)
    found: dict[tuple[int, str, str, date], Read] = {}
    columns = ("point_id", "meter", "register", "read_on", "value", "decimals", "source")
    for chunk in chunks(np.unique(np.asarray(point_ids, np.int64)).tolist()):
        rows = RegisterRead.objects.filter(
            point_id__in=chunk, read_on__gte=first_day, read_on__lte=last_day, published__lte=number
        )
        if names:
            rows = rows.filter(register__in=names)
        for point, meter, register, read_on, *read in rows.order_by("published").values_list(*columns).iterator(10_000):
            found[point, meter, register, read_on] = Read(*read)
    return found


def any_register_read(first_point: int, last_point: int, first_day: date, last_day: date) -> bool:
    """Whether any register of the points from first to last was read on those days: cheap to ask before reading all."""
    rows = RegisterRead.objects.filter(point_id__gte=first_point, point_id__lte=last_point)
    return rows.filter(read_on__gte=first_day, read_on__lte=last_day).exists()


# --- issues and imports ---------------------------------------------------------------------------------------------


def issues(
    scope: Scope, *, state: str | None = Issue.State.OPEN, rule: str = "", code: str = "", quantity: int | None = None,
    first_day: date | None = None, end_day: date | None = None, import_id: int | None = None,
) -> ScopedQuerySet[Issue]:  # fmt: skip
    """Issues in the scope, newest day first, with their points; the page slices it."""
    wanted = {
        "state": state, "rule": rule or None, "point__code": code or None, "quantity": quantity, "day__gte": first_day,
        "day__lt": end_day, "imported_id": import_id,
    }  # fmt: skip
    rows = Issue.objects.within(scope).filter(**{name: value for name, value in wanted.items() if value is not None})
    return rows.select_related("point").order_by("-day", "pk")


def imports(scope: Scope) -> ScopedQuerySet[ReadingsImport]:
    """Imports in the scope, newest first."""
    return ReadingsImport.objects.within(scope).order_by("-created_at", "-pk")


# --- coverage -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Coverage:
    """Values expected of the points in the period, and how they came to be."""

    expected: int
    actual: int
    estimated: int  # estimated, substituted or edited
    suspect: int

    @property
    def missing(self) -> int:
        return self.expected - self.actual - self.estimated - self.suspect

    def share(self, part: str) -> float:
        """``actual``, ``estimated``, ``suspect`` or ``missing`` as a share of what was expected; 0 without points."""
        return getattr(self, part) / self.expected if self.expected else 0.0


def coverage(
    scope: Scope, first_day: date, end_day: date, point_ids: Points | None = None,
    quantity: int = Quantity.ACTIVE_IMPORT, snapshot: int | None = None,
) -> Coverage:  # fmt: skip
    """How complete the curves of the points (None: all in the scope) are over [first_day, end_day)."""
    rows = MeteringPoint.objects.within(scope)
    if point_ids is not None:
        wanted = set(np.asarray(point_ids).tolist())
    slots_of = {pk: slots for pk, slots in rows.values_list("pk", "slots") if point_ids is None or pk in wanted}
    if not slots_of:
        return Coverage(0, 0, 0, 0)
    counts = np.zeros(len(Flag), np.int64)
    for block in blocks(sorted(slots_of), quantity, first_day, end_day, snapshot):
        counts += _count_flags(block)
    estimated = counts[[Flag.ESTIMATED, Flag.SUBSTITUTED, Flag.EDITED]].sum()
    expected = sum(slots_of.values()) * (end_day - first_day).days
    return Coverage(expected, int(counts[Flag.ACTUAL]), int(estimated), int(counts[Flag.SUSPECT]))


def _count_flags(block: Block) -> NDArray[np.int64]:
    """int64[flags]: values of the block by flag."""
    counts = np.zeros(len(Flag), np.int64)
    for piece in block.pieces:
        days = np.broadcast_to(piece.days, (len(piece.at), piece.days.shape[1])) >= 0
        if piece.group.flags is None:
            counts[Flag.ACTUAL] += int(days.sum()) * block.slots
        else:
            counts += np.bincount(piece.group.flags[piece.rows][days].ravel(), minlength=len(Flag))
    return counts
