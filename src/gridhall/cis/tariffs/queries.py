"""Published tariffs by code and date. A published version never changes, so it is parsed once per process."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from gridhall.cis.tariffs.models import Tariff, TariffItem, TariffVersion
from gridhall.kernel import tariffs as kernel_tariffs
from gridhall.kernel.rating import LineItem


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


def in_force(code: str, first: date, end: date) -> list[Published]:
    """The versions of ``code`` over ``[first, end)``, in order; days that no version covers are left out.

    Of two versions that hold on a day, the one with the later ``valid_from`` counts, then the one published last.
    """
    rows = list(
        TariffVersion.objects.filter(tariff__code=code, valid_from__lt=end)
        .order_by("valid_from", "pk")
        .values_list("pk", "valid_from", "valid_to")
    )
    edges = sorted({first, end, *(d for _, a, b in rows for d in (a, b) if d and first < d < end)})
    pieces: list[Published] = []
    for start, stop in zip(edges, edges[1:], strict=False):
        holding = [
            pk for pk, valid_from, valid_to in rows if valid_from <= start and (valid_to is None or valid_to > start)
        ]
        if not holding:
            continue
        if pieces and pieces[-1].id == holding[-1] and pieces[-1].end == start:
            pieces[-1] = Published(holding[-1], pieces[-1].version, pieces[-1].first, stop)
        else:
            pieces.append(Published(holding[-1], parsed(holding[-1]), start, stop))
    return pieces


def exists(code: str, on: date) -> bool:
    """Whether a published version of ``code`` holds on the day."""
    rows = TariffVersion.objects.filter(tariff__code=code, valid_from__lte=on)
    return any(valid_to is None or valid_to > on for valid_to in rows.values_list("valid_to", flat=True))


def tariffs() -> list[Tariff]:
    """Every tariff with its versions, for reading."""
    return list(Tariff.objects.order_by("area", "code").prefetch_related("versions"))


@functools.lru_cache(maxsize=65536)
def item_id(version_id: int, item: LineItem) -> int:
    """The stored row of a kind of line; made on first use, so that bill lines can point at its clause."""
    row, _ = TariffItem.objects.get_or_create(
        version_id=version_id,
        kind=item.kind,
        period=item.period or "",
        tier=item.tier or 0,
        component=item.component or "",
        unit=item.unit.value,
        defaults={"included": item.included, "clause": item.clause},
    )
    return row.pk


def items(ids: Sequence[int]) -> dict[int, TariffItem]:
    """Items by id, with their versions."""
    return {item.pk: item for item in TariffItem.objects.filter(pk__in=set(ids)).select_related("version__tariff")}
