"""What a chunk's points have between meter and bill: losses, and main meters and sub-meters, here and elsewhere.

Most chunks have none of it, and then nothing more is asked than the two questions whether they do.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from gridhall.cis.metering.models import Installation, LossTerms, SubMeter
from gridhall.cis.network.models import ServicePoint, ServicePointTerms
from gridhall.kernel.losses import Plate
from gridhall.platform.bulk import as_text, day, fetch

if TYPE_CHECKING:
    from gridhall.cis.billing.supply import Segment

FAR = date.max
METERED, FIXED, RATIO = SubMeter.Kind.METERED, SubMeter.Kind.FIXED, SubMeter.Kind.RATIO


@dataclass(slots=True)
class Meterage:
    """A meter at the point during (part of) the period."""

    asset_number: str
    digits: int
    decimals: int
    multiplier: int
    by_register: bool
    first: date
    end: date


@dataclass(frozen=True, slots=True)
class Loss:
    """Loss terms of a point on ``[first, end)``."""

    first: date
    end: date
    method: str
    series: str
    plate: Plate
    shift: str
    shape_e6: int
    table: str
    line_loss_e6: int
    spreading: str


@dataclass(frozen=True, slots=True)
class Sub:
    """A sub-meter behind its main meter on ``[first, end)``; ``main`` and ``sub`` are metering points."""

    id: int
    first: date
    end: date
    main: int
    sub: int
    kind: str
    ratio_e6: int
    kwh_per_month: int
    shares_demand: bool


@dataclass(slots=True)
class Family:
    """Points that hang on each other, by metering point; every one of them, whoever is supplied there."""

    losses: dict[int, list[Loss]] = field(default_factory=lambda: defaultdict(list))
    subs: dict[int, list[Sub]] = field(default_factory=lambda: defaultdict(list))
    mains: dict[int, list[Sub]] = field(default_factory=lambda: defaultdict(list))
    meters: dict[int, list[Meterage]] = field(default_factory=lambda: defaultdict(list))
    codes: dict[int, str] = field(default_factory=dict)
    slots: dict[int, int] = field(default_factory=dict)
    paths: dict[int, str] = field(default_factory=dict)
    capacity_kva_e6: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    edges: tuple[date, ...] = ()

    def loss(self, point: int, on: date) -> Loss | None:
        """The loss terms of a point on a day."""
        return _holding(self.losses.get(point, ()), on)

    def main(self, point: int, on: date) -> Sub | None:
        """What puts a point without a meter of its own behind its main meter on a day."""
        found = _holding(self.mains.get(point, ()), on)
        return found if found and found.kind != METERED else None

    def subs_on(self, point: int, on: date) -> list[Sub]:
        """What is taken from a point's meter on a day, oldest first."""
        return [sub for sub in self.subs.get(point, ()) if sub.first <= on < sub.end]

    def cut(self, segment: Segment) -> Iterable[Segment]:
        """The segment in pieces on which nothing about the family changes, each knowing its family."""
        days = [segment.first, *(d for d in self.edges if segment.first < d < segment.end), segment.end]
        for first, end in pairwise(days):
            yield replace(segment, first=first, end=end, family=self)


def _holding(rows: Iterable[Any], on: date) -> Any:
    return next((row for row in rows if row.first <= on < row.end), None)


def families(service_points: Any, first: date, end: date) -> dict[int, Family]:
    """By metering point, for those of ``service_points`` (a query of ids) that have losses, mains or subs."""
    relations = list(_relations(Q(main__in=service_points) | Q(sub__in=service_points), first, end))
    losses = list(_losses(Q(service_point__in=service_points), first, end))
    if not relations and not losses:
        return {}
    relations = _closed(relations, first, end)
    known = {point for point, _loss in losses}
    related = {point for sub in relations for point in (sub.main, sub.sub)}
    if related - known:
        losses += _losses(Q(service_point__point__in=related - known), first, end)
    found = _joined(relations, known | related)
    for sub in relations:
        found[sub.main].subs[sub.main].append(sub)
        found[sub.main].mains[sub.sub].append(sub)
    for point, loss in losses:
        found[point].losses[point].append(loss)
    _equip(found, first, end)
    return found


def _closed(relations: list[Sub], first: date, end: date) -> list[Sub]:
    """The relations with all that hang on them, upwards and downwards."""
    known = {sub.id: sub for sub in relations}
    fresh = {point for sub in relations for point in (sub.main, sub.sub)}
    asked: set[int] = set()
    while fresh:
        asked |= fresh
        more = _relations(Q(main__point__in=fresh) | Q(sub__point__in=fresh), first, end)
        known.update({sub.id: sub for sub in more})
        fresh = {point for sub in known.values() for point in (sub.main, sub.sub)} - asked
    return sorted(known.values(), key=lambda sub: (sub.first, sub.id))


def _joined(relations: Sequence[Sub], points: Iterable[int]) -> dict[int, Family]:
    """One family per set of connected points."""
    found = {point: Family() for point in points}
    for sub in relations:
        keep, drop = found[sub.main], found[sub.sub]
        if keep is not drop:
            for point, family in found.items():
                if family is drop:
                    found[point] = keep
    return found


def _relations(where: Q, first: date, end: date) -> Iterable[Sub]:
    columns = (
        "pk", as_text("valid_from"), as_text("valid_to"), "main__point_id", "sub__point_id", "kind", "ratio_e6",
        "kwh_per_month", "shares_demand",
    )  # fmt: skip
    rows = SubMeter.objects.overlapping(first, end).filter(where).order_by("pk")
    for pk, valid_from, valid_to, *rest, shares in fetch(rows.values_list(*columns)):
        yield Sub(pk, day(valid_from), day(valid_to) or FAR, *rest, bool(shares))


def _losses(where: Q, first: date, end: date) -> Iterable[tuple[int, Loss]]:
    columns = (
        "service_point__point_id", as_text("valid_from"), as_text("valid_to"), "method", "series", "rated_va",
        "no_load_w", "load_w", "no_load_current_e6", "impedance_e6", "shift", "shape_e6", "table", "line_loss_e6",
        "spreading",
    )  # fmt: skip
    rows = LossTerms.objects.overlapping(first, end).filter(where).order_by("valid_from")
    for point, valid_from, valid_to, method, series, *rest in fetch(rows.values_list(*columns)):
        yield point, Loss(day(valid_from), day(valid_to) or FAR, method, series, Plate(*rest[:5]), *rest[5:])


def _equip(found: dict[int, Family], first: date, end: date) -> None:
    """Meters, capacities and names of every point of the families, and the days on which something changes."""
    where = {"service_point__point__in": list(found)}
    points = ServicePoint.objects.filter(point__in=list(found))
    for point, code, slots, path in points.values_list("point_id", "point__code", "point__slots", "path"):
        family = found[point]
        family.codes[point], family.slots[point], family.paths[point] = code, slots, path
    terms = ServicePointTerms.objects.overlapping(first, end).filter(**where).order_by("valid_from")
    for point, capacity in terms.values_list("service_point__point_id", "operating_capacity_kva_e6"):
        found[point].capacity_kva_e6[point] = max(found[point].capacity_kva_e6[point], capacity)
    for point, meter in meterage(Installation.objects.overlapping(first, end).filter(**where), first, end):
        found[point].meters[point].append(meter)
    for family in {id(family): family for family in found.values()}.values():
        rows: list[Any] = [row for held in (family.losses, family.mains) for one in held.values() for row in one]
        family.edges = tuple(sorted({d for row in rows for d in (row.first, row.end) if first < d < end}))


def meterage(
    installations: Any, first: date, end: date, key: str = "service_point__point_id"
) -> Iterable[tuple[int, Meterage]]:
    """Column ``key`` and the meter of each installation, in order of time."""
    columns = (
        key, "meter__asset_number", "meter__digits", "meter__decimals", "multiplier",
        "billing_source", as_text("valid_from"), as_text("valid_to"),
    )  # fmt: skip
    for keyed, *plate, source, valid_from, valid_to in fetch(
        installations.order_by("valid_from").values_list(*columns)
    ):
        held_from, held_to = max(day(valid_from), first), min(day(valid_to) or FAR, end)
        yield keyed, Meterage(*plate, source == Installation.Source.REGISTER, held_from, held_to)
