"""The catalog of segments: which files are visible in which snapshot. The store below it knows no database."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

import numpy as np
from django.conf import settings
from django.db import connection
from django.db.models import Max, Q, QuerySet
from numpy.typing import NDArray

from gridhall.readings.models import ReadingsImport, Segment, Snapshot
from gridhall.readings.store import Quantity, SegmentRecord

_SAME = (
    "segment_id", "file", "city", "width", "slots", "layout", "first_day", "last_day", "min_point", "max_point", "rows",
    "scale", "has_flags", "sha256", "bytes",
)  # fmt: skip


class Moved(Exception):
    """Another publication changed what this one was computed on; compute again on the newest snapshot."""


def store_root() -> Path:
    """The folder of the segment files."""
    return Path(settings.INTERVAL_STORE)


def current_snapshot() -> int:
    """The number of the last publication; 0 before the first."""
    return Snapshot.objects.aggregate(last=Max("number"))["last"] or 0


def lock() -> None:
    """Let publications commit in the order of their numbers; call first in the publishing transaction.

    SQLite's IMMEDIATE transactions are that lock already.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE readings_snapshot IN EXCLUSIVE MODE")


def next_snapshot(reason: str) -> int:
    """Take the next publication number, inside the caller's transaction."""
    lock()
    return Snapshot.objects.create(reason=reason).pk


def publish(
    records: Iterable[SegmentRecord],
    retire: Iterable[str] = (),
    imported: ReadingsImport | None = None,
    reason: str = "",
) -> int:
    """Make segments visible, and the retired ones invisible, from a new snapshot on; returns its number.

    Call inside the transaction of an action. Raises Moved when a segment to retire is retired already.
    """
    number = next_snapshot(reason)
    Segment.objects.bulk_create([to_row(record, number, imported) for record in records], batch_size=1000)
    leaving = list(retire)
    for chunk in chunks(leaving):
        live = Segment.objects.filter(segment_id__in=chunk, retired=None)
        if live.update(retired=number) != len(chunk):
            raise Moved
    return number


def visible(
    snapshot: int,
    cities: str | Iterable[str],
    quantity: int | None,
    first_day: date,
    last_day: date,
    points: Sequence[int] | NDArray[np.int64] | None = None,
) -> list[SegmentRecord]:
    """Segments that may hold rows of these cities and days (inclusive), in publication order: the later one wins."""
    return visible_at([snapshot], cities, quantity, first_day, last_day, points)[snapshot]


def visible_at(
    snapshots: Sequence[int],
    cities: str | Iterable[str],
    quantity: int | None,
    first_day: date,
    last_day: date,
    points: Sequence[int] | NDArray[np.int64] | None = None,
) -> dict[int, list[SegmentRecord]]:
    """What is ``visible`` at each of several snapshots, in one question."""
    if points is not None and len(points) == 0:
        return {snapshot: [] for snapshot in snapshots}
    rows = _live(min(snapshots), max(snapshots), cities, first_day, last_day)
    if quantity is not None:
        rows = rows.filter(quantity=quantity)
    if points is not None:
        rows = rows.filter(min_point__lte=int(np.max(points)), max_point__gte=int(np.min(points)))
    found = [
        (row.published, row.retired, to_record(row))
        for row in rows.select_related("imported").order_by("published", "segment_id")
    ]
    return {
        snapshot: [
            record
            for published, retired, record in found
            if published <= snapshot and (retired is None or retired > snapshot)
        ]
        for snapshot in snapshots
    }


def published_since(snapshot: int, city: str, quantity: int, first_day: date, last_day: date) -> bool:
    """Whether anything touching these days was published or retired after `snapshot`."""
    changed = Q(published__gt=snapshot) | Q(retired__gt=snapshot)
    days = Q(first_day__lte=last_day, last_day__gte=first_day)
    return Segment.objects.filter(changed & days, city=city, quantity=quantity).exists()


def _live(oldest: int, newest: int, cities: str | Iterable[str], first_day: date, last_day: date) -> QuerySet[Segment]:
    """Rows that were visible at some snapshot from ``oldest`` to ``newest``, and perhaps a few more."""
    names = [cities] if isinstance(cities, str) else sorted(set(cities))
    return Segment.objects.filter(
        Q(retired=None) | Q(retired__gt=oldest),
        city__in=names, published__lte=newest, first_day__lte=last_day, last_day__gte=first_day,
    )  # fmt: skip


def to_record(row: Segment) -> SegmentRecord:
    """The frozen record of a catalog row (its import joined)."""
    import_id = row.imported.public_id.hex if row.imported else ""
    values = {name: getattr(row, name) for name in _SAME}
    return SegmentRecord(**values, quantity=Quantity(row.quantity), import_id=import_id)


def to_row(record: SegmentRecord, published: int, imported: ReadingsImport | None) -> Segment:
    """The catalog row, not yet saved, of a record."""
    values = {name: getattr(record, name) for name in _SAME}
    return Segment(**values, quantity=int(record.quantity), published=published, imported=imported)


def city_of(path: str) -> str:
    """The first two steps of an organisation path: the partition of the store."""
    return "/".join(path.split("/")[:2]).rstrip("/") + "/"


def chunks(items: Sequence, size: int = 5000) -> Iterable[Sequence]:
    """Pieces small enough for one SQL statement on either database."""
    return (items[start : start + size] for start in range(0, len(items), size))
