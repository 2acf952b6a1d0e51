"""Reads of meters and installations. Bulk reads by id are for service points that a scoped read gave."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from gridhall.cis.metering.models import Installation, Meter
from gridhall.cis.prefix import starting_with
from gridhall.platform.errors import NotInScope
from gridhall.platform.scope import Scope


def meter_by_asset_number(scope: Scope, asset_number: str) -> Meter:
    """One meter. Raises NotInScope where the actor may not know of it."""
    meter = Meter.objects.within(scope).filter(asset_number=asset_number).first()
    if meter is None:
        raise NotInScope()
    return meter


def installed_on(service_point_ids: Collection[int], day: date) -> list[Installation]:
    """The installations that hold on ``day``, with their meters, by service point."""
    return installations_overlapping(service_point_ids, day, date.fromordinal(day.toordinal() + 1))


def installations_overlapping(service_point_ids: Collection[int], first: date, end: date) -> list[Installation]:
    """The installations that hold on some day of ``[first, end)``, with their meters, by service point and date."""
    rows = Installation.objects.overlapping(first, end).filter(service_point__in=service_point_ids)
    return list(rows.select_related("meter").order_by("service_point", "valid_from"))


def service_points_of_meters(scope: Scope, asset_prefix: str, limit: int) -> list[int]:
    """At most ``limit`` service points where meters whose asset number starts so are or were installed."""
    meters = Meter.objects.within(scope).filter(starting_with("asset_number", asset_prefix)).order_by("asset_number")
    rows = Installation.objects.within(scope).filter(meter__in=list(meters.values_list("pk", flat=True)[:limit]))
    return list(rows.values_list("service_point", flat=True)[:limit])
