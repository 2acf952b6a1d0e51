"""Published tariffs by code and date. A published version never changes, so it is parsed once per process."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from django.db.models import QuerySet

from gridhall.cis.tariffs import calendars
from gridhall.cis.tariffs.models import Tariff, TariffItem, TariffVersion
from gridhall.kernel import tariffs as kernel_tariffs
from gridhall.kernel.rating import LineItem
from gridhall.kernel.tariffs.types import Name


@dataclass(frozen=True)
class Published:
    """A version as stored and as the kernel reads it, over the part ``[first, end)`` of a period where it holds."""

    id: int
    version: kernel_tariffs.TariffVersion
    first: date
    end: date


@functools.lru_cache(maxsize=4096)
def parsed(version_id: int) -> kernel_tariffs.TariffVersion:
    """The kernel's record of one stored version."""
    return kernel_tariffs.from_json(TariffVersion.objects.values_list("document", flat=True).get(pk=version_id))


Dates = tuple[int, date, date | None]  # a version's key, its first day, and the day after its last


def in_force(code: str, first: date, end: date) -> list[Published]:
    """The versions of ``code`` over ``[first, end)``, in order; days that no version covers are left out.

    Of two versions that hold on a day, the one with the later ``valid_from`` counts, then the one published last.
    """
    return pieces(_dates(TariffVersion.objects.filter(tariff__code=code, valid_from__lt=end)).get(code, []), first, end)


def versions_by_code() -> dict[str, list[Dates]]:
    """When every published version holds, by code: one question for whoever looks at many tariffs."""
    return _dates(TariffVersion.objects.all())


def _dates(rows: QuerySet[TariffVersion]) -> dict[str, list[Dates]]:
    found: dict[str, list[Dates]] = {}
    for code, *dates in rows.order_by("valid_from", "pk").values_list("tariff__code", "pk", "valid_from", "valid_to"):
        found.setdefault(code, []).append(tuple(dates))
    return found


def pieces(rows: Sequence[Dates], first: date, end: date) -> list[Published]:
    """What ``in_force`` says, from the dates of one code's versions in order."""
    edges = sorted({first, end, *(d for _, a, b in rows for d in (a, b) if d and first < d < end)})
    found: list[Published] = []
    for start, stop in pairwise(edges):
        holding = [
            pk for pk, valid_from, valid_to in rows if valid_from <= start and (valid_to is None or valid_to > start)
        ]
        if not holding:
            continue
        if found and found[-1].id == holding[-1] and found[-1].end == start:
            found[-1] = Published(holding[-1], found[-1].version, found[-1].first, stop)
        else:
            found.append(Published(holding[-1], parsed(holding[-1]), start, stop))
    return found


def exists(code: str, on: date) -> bool:
    """Whether a published version of ``code`` holds on the day."""
    rows = TariffVersion.objects.filter(tariff__code=code, valid_from__lte=on)
    return any(valid_to is None or valid_to > on for valid_to in rows.values_list("valid_to", flat=True))


def tariffs() -> list[Tariff]:
    """Every tariff with its versions, for reading."""
    return list(Tariff.objects.order_by("area", "code").prefetch_related("versions"))


ItemKey = tuple[str, str, int, str, str]


def item_key(item: LineItem) -> ItemKey:
    """What tells the items of a version apart."""
    return item.kind, item.period or "", item.tier or 0, item.component or "", item.unit.value


@functools.lru_cache(maxsize=4096)
def _item_ids(version_id: int) -> dict[ItemKey, int]:
    rows = TariffItem.objects.filter(version_id=version_id)
    columns = ("kind", "period", "tier", "component", "unit", "pk")
    return {row[:-1]: row[-1] for row in rows.values_list(*columns)}


def item_id(version_id: int, item: LineItem) -> int:
    """The stored row of a kind of line, so that bill lines can point at its clause."""
    return _item_ids(version_id)[item_key(item)]


def forget() -> None:
    """Empty the caches: for tests, whose versions are rolled back and whose ids come again."""
    parsed.cache_clear()
    calendars.forget()
    _item_ids.cache_clear()


def items(ids: Sequence[int]) -> dict[int, TariffItem]:
    """Items by id, with their versions."""
    return {item.pk: item for item in TariffItem.objects.filter(pk__in=set(ids)).select_related("version__tariff")}


def component_name(code: str) -> Name | None:
    """What the newest version with this component calls it."""
    item = TariffItem.objects.filter(component=code).order_by("-version_id").first()
    if item is None:
        return None
    return next((one.name for one in parsed(item.version_id).components if one.code == code), None)
