"""Smart-meter roll-out: from a day on, meters are billed by their load curves."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.utils.translation import gettext as _

from gridhall.cis.metering.models import Installation
from gridhall.cis.network.models import ServicePoint
from gridhall.platform.actions import Act, action
from gridhall.platform.errors import NotInScope, Refused
from gridhall.platform.locks import lock
from gridhall.platform.models import OrgUnit
from gridhall.platform.tags import Tag


@action(Tag.METER_SOURCE)
def bill_by_curve(act: Act, unit: OrgUnit, service_point_ids: Collection[int], on: date) -> int:
    """Bill these points of ``unit`` by load curve from day ``on``; meter and multiplier stay. Returns how many.

    Points billed so already stay as they are. Raises NotInScope for a point outside the unit, Refused where a meter
    came on that very day.
    """
    act.on(unit, unit.path)
    points = lock(ServicePoint.objects.within(act.actor.scope).filter(pk__in=service_point_ids))
    if len(points) != len(set(service_point_ids)) or not all(point.path.startswith(unit.path) for point in points):
        raise NotInScope()
    present = Installation.objects.on(on).filter(service_point__in=points, billing_source=Installation.Source.REGISTER)
    rows = list(present.order_by("pk"))
    if any(row.valid_from == on for row in rows):
        raise Refused(_("A meter was installed on this very day; change its source of billing from the next day."))
    following = [
        Installation(
            meter_id=row.meter_id, service_point_id=row.service_point_id, valid_from=on, valid_to=row.valid_to,
            multiplier=row.multiplier, billing_source=Installation.Source.INTERVAL,
        )
        for row in rows
    ]  # fmt: skip
    Installation.objects.filter(pk__in=[row.pk for row in rows]).update(valid_to=on)
    Installation.objects.bulk_create(following, batch_size=1000)
    act.note(points=len(rows), on=on)
    return len(rows)
