"""Reads of the network, always scoped; bulk reads by id are for rows that a scoped read gave."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from gridhall.cis.network.models import ServicePoint, ServicePointTerms, TransformerArea
from gridhall.platform.errors import NotInScope
from gridhall.platform.scope import Scope


def service_point_by_code(scope: Scope, code: str) -> ServicePoint:
    """The service point measured at metering point ``code``. Raises NotInScope."""
    rows = ServicePoint.objects.within(scope).select_related("premise", "point")
    service_point = rows.filter(point__code=code).first()
    if service_point is None:
        raise NotInScope()
    return service_point


def areas(scope: Scope, day: date) -> list[TransformerArea]:
    """The transformer areas that exist on ``day``, by code."""
    return list(TransformerArea.objects.on(day).within(scope).order_by("code"))


def terms_on(service_point_ids: Collection[int], day: date) -> dict[int, ServicePointTerms]:
    """The terms that hold on ``day``, by service point id; a point without terms on that day is absent."""
    rows = ServicePointTerms.objects.on(day).filter(service_point__in=service_point_ids)
    return {row.service_point_id: row for row in rows}


def terms_overlapping(service_point_ids: Collection[int], first: date, end: date) -> list[ServicePointTerms]:
    """The terms that hold on some day of ``[first, end)``, by service point and date."""
    rows = ServicePointTerms.objects.overlapping(first, end).filter(service_point__in=service_point_ids)
    return list(rows.order_by("service_point", "valid_from"))
