"""Register reads: a new value for the same moment is a new version, and the newest one published counts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from gridhall.platform.actions import Act
from gridhall.platform.errors import NotInScope
from gridhall.readings import catalog
from gridhall.readings.models import MeteringPoint, ReadingsImport, RegisterRead


@dataclass(frozen=True, slots=True)
class NewRead:
    """A register of a meter at the start of day ``read_on``; ``value`` in its own digits, without the point."""

    point_id: int
    meter: str
    register: str
    read_on: date
    value: int
    decimals: int
    source: str

    @property
    def moment(self) -> tuple[int, str, str, date]:
        """What a read is a version of."""
        return self.point_id, self.meter, self.register, self.read_on


@dataclass(frozen=True, slots=True)
class Counts:
    """Rows that were not there before, that changed, and that said the same."""

    new: int = 0
    changed: int = 0
    same: int = 0


def record(
    act: Act, point: MeteringPoint, meter: str, register: str, read_on: date, value: int, decimals: int, source: str
) -> RegisterRead:
    """Store one read inside the action ``act``; the newest version, new or not. NotInScope for another's point."""
    if not act.actor.scope.covers(point.path):
        raise NotInScope()
    record_many([NewRead(point.pk, meter, register, read_on, value, decimals, source)], reason=act.tag.value)
    newest = RegisterRead.objects.filter(point=point, meter=meter, register=register, read_on=read_on)
    return newest.latest("published")


def record_many(
    reads: Sequence[NewRead], *, reason: str, published: int | None = None, imported: ReadingsImport | None = None
) -> Counts:
    """Store the reads that say something new, in the caller's transaction; the last of several for one moment counts.

    ``published`` is the snapshot of a publication under way; without it, a change takes the next number.
    """
    wanted = {read.moment: read for read in reads}
    stored = _newest({read.point_id for read in reads})
    fresh = [read for read in wanted.values() if stored.get(read.moment) != (read.value, read.decimals, read.source)]
    if fresh:
        number = published if published is not None else catalog.next_snapshot(reason)
        RegisterRead.objects.bulk_create([_row(read, number, imported) for read in fresh], batch_size=2000)
    changed = sum(read.moment in stored for read in fresh)
    return Counts(len(fresh) - changed, changed, len(wanted) - len(fresh))


def compare(reads: Iterable[NewRead]) -> Counts:
    """What ``record_many`` would do."""
    wanted = {read.moment: read for read in reads}
    stored = _newest({read.point_id for read in wanted.values()})
    same = sum(stored.get(read.moment) == (read.value, read.decimals, read.source) for read in wanted.values())
    known = sum(moment in stored for moment in wanted)
    return Counts(len(wanted) - known, known - same, same)


def _newest(points: set[int]) -> dict[tuple[int, str, str, date], tuple[int, int, str]]:
    found: dict[tuple[int, str, str, date], tuple[int, int, str]] = {}
    columns = ("point_id", "meter", "register", "read_on", "value", "decimals", "source")
    for chunk in catalog.chunks(sorted(points)):
        rows = RegisterRead.objects.filter(point_id__in=chunk).order_by("published").values_list(*columns)
        for point, meter, register, read_on, value, decimals, source in rows.iterator(10_000):
            found[point, meter, register, read_on] = (value, decimals, source)
    return found


def _row(read: NewRead, published: int, imported: ReadingsImport | None) -> RegisterRead:
    return RegisterRead(
        point_id=read.point_id, meter=read.meter, register=read.register, read_on=read.read_on, value=read.value,
        decimals=read.decimals, source=read.source, published=published, imported=imported,
    )  # fmt: skip
