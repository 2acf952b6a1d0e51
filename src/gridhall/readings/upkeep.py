"""Care of the store: complete months in one layout, orphans removed, damage found."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction

from gridhall.readings import catalog
from gridhall.readings.models import Segment
from gridhall.readings.store import StoreError, compact, verify
from gridhall.readings.store import sweep as sweep_files

LATE = timedelta(days=5)  # readings of a month still arrive in the first days of the next
SCATTERED = 2  # day segments of a month that a compaction itself may leave: narrow and wide


@dataclass(frozen=True, slots=True)
class Month:
    """One city, quantity and interval in one calendar month."""

    city: str
    quantity: int
    slots: int
    first_day: date


def compactable(today: date) -> list[Month]:
    """Complete months that lie in more day segments than a compaction would leave, oldest first."""
    this_month = (today - LATE).replace(day=1)
    rows = Segment.objects.filter(retired=None, layout="day", scale=0, last_day__lt=this_month)
    columns = ("city", "quantity", "slots", "first_day", "imported_id")
    found: dict[Month, list[int | None]] = {}
    for city, quantity, slots, first_day, imported in rows.values_list(*columns):
        found.setdefault(Month(city, quantity, slots, first_day.replace(day=1)), []).append(imported)
    scattered = [month for month, by in found.items() if len(by) > SCATTERED or any(pk is not None for pk in by)]
    return sorted(scattered, key=lambda month: (month.first_day, month.city, month.quantity, month.slots))


def compact_month(month: Month, fence: Callable[[], None] = lambda: None) -> int:
    """Rewrite one month and publish it in place of its segments; returns the new snapshot number.

    Every snapshot reads as before: the old segments stay for those that name them. Raises Moved when readings of the
    month were published meanwhile.
    """
    snapshot = catalog.current_snapshot()
    last_day = (month.first_day + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    records = catalog.visible(snapshot, month.city, month.quantity, month.first_day, last_day)
    done = compact(catalog.store_root(), [record for record in records if record.slots == month.slots])
    if not done.retired:
        return snapshot
    try:
        with transaction.atomic():
            fence()
            catalog.lock()
            if catalog.published_since(snapshot, month.city, month.quantity, month.first_day, last_day):
                raise catalog.Moved
            return catalog.publish(done.new, [record.segment_id for record in done.retired], reason="compaction")
    except BaseException:
        for record in done.new:
            (catalog.store_root() / record.file).unlink(missing_ok=True)
        raise


def sweep() -> list[str]:
    """Remove segment files that no catalog row names, left by a crash more than an hour ago."""
    return sweep_files(catalog.store_root(), frozenset(Segment.objects.values_list("file", flat=True)))


def damaged() -> Iterator[StoreError]:
    """Every published file that is missing or not byte for byte what was published."""
    for row in Segment.objects.select_related("imported").order_by("segment_id").iterator(1000):
        try:
            verify(catalog.store_root(), catalog.to_record(row))
        except StoreError as error:
            yield error
