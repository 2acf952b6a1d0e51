"""Meters coming to a service point, being exchanged there, and leaving it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from gridhall.cis.metering import reads
from gridhall.cis.metering.models import Installation, Meter
from gridhall.cis.metering.reads import Readings
from gridhall.cis.metering.rollout import bill_by_curve as bill_by_curve
from gridhall.cis.network.models import ServicePoint
from gridhall.platform.actions import Act, action
from gridhall.platform.errors import Refused
from gridhall.platform.locks import lock
from gridhall.platform.tags import Tag
from gridhall.readings.models import RegisterRead

ASSET_NUMBER = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{3,39}")
MULTIPLIER_MAX = 1_000_000  # a 500 kV point has about 2.5 million over 5 A and 100 V; nothing above is a customer's


@dataclass(frozen=True)
class MeterDetails:
    """What is on the plate. The registers show ``digits`` before and ``decimals`` after the point."""

    asset_number: str
    maker: str = ""
    digits: int = 6
    decimals: int = 2


@action(Tag.METER_INSTALL)
def install_meter(
    act: Act,
    service_point: ServicePoint,
    meter: MeterDetails,
    on: date,
    *,
    multiplier: int = 1,
    billing_source: str = Installation.Source.INTERVAL,
    readings: Readings | None = None,
) -> Installation:
    """``meter`` measures ``service_point`` from day ``on``; a meter not seen before becomes an asset of the unit.

    Raises Refused when another meter is there, when the meter is elsewhere on that day, or when a meter billed by its
    registers comes without installation readings.
    """
    act.on(service_point, service_point.path)
    lock(ServicePoint.objects.filter(pk=service_point.pk))
    return _install(act, service_point, meter, on, multiplier, billing_source, readings or {})


@action(Tag.METER_EXCHANGE)
def exchange_meter(
    act: Act,
    service_point: ServicePoint,
    new: MeterDetails,
    on: date,
    *,
    removal: Readings,
    installation: Readings,
    multiplier: int | None = None,
) -> Installation:
    """The present meter leaves and ``new`` comes on the same day, billed the same way.

    The multiplier stays unless given. Raises Refused when no meter is there or a reading is missing that billing needs.
    """
    act.on(service_point, service_point.path)
    lock(ServicePoint.objects.filter(pk=service_point.pk))
    old = _present(service_point, on)
    _end(old, on, removal)
    act.note(removed=old.meter.asset_number)
    return _install(act, service_point, new, on, multiplier or old.multiplier, old.billing_source, installation)


@action(Tag.METER_REMOVE)
def remove_meter(act: Act, service_point: ServicePoint, on: date, *, readings: Readings | None = None) -> Installation:
    """The present meter no longer measures from day ``on``. Raises Refused as an exchange does."""
    act.on(service_point, service_point.path)
    lock(ServicePoint.objects.filter(pk=service_point.pk))
    old = _present(service_point, on)
    _end(old, on, readings or {})
    act.note(removed=old.meter.asset_number)
    return old


def check_details(meter: MeterDetails) -> None:
    """Raises Refused where an asset number or the size of a register cannot be."""
    if not ASSET_NUMBER.fullmatch(meter.asset_number):
        raise Refused(_("An asset number has 4 to 40 letters, digits and hyphens."))
    if not (1 <= meter.digits <= 9 and 0 <= meter.decimals <= 6):
        raise Refused(_("A register has 1 to 9 digits and at most 6 decimals."))


def _install(
    act: Act,
    service_point: ServicePoint,
    details: MeterDetails,
    on: date,
    multiplier: int,
    billing_source: str,
    readings: Readings,
) -> Installation:
    check_details(details)
    if not 1 <= multiplier <= MULTIPLIER_MAX:
        raise Refused(_("The multiplier must be between 1 and %(most)s.") % {"most": MULTIPLIER_MAX})
    if billing_source not in Installation.Source.values:
        raise Refused(_("%(value)s is not a source of billing.") % {"value": billing_source})
    if billing_source == Installation.Source.REGISTER and not readings:
        raise Refused(_("A meter billed by its registers needs installation readings."))
    meter, _made = Meter.objects.get_or_create(
        asset_number=details.asset_number,
        defaults={
            "maker": details.maker,
            "digits": details.digits,
            "decimals": details.decimals,
            "path": service_point.path,
        },
    )
    act.on(service_point, meter.path)
    meter = lock(Meter.objects.filter(pk=meter.pk))[0]
    _require_free(on, Q(service_point=service_point) | Q(meter=meter))
    row = Installation.objects.create(
        meter=meter, service_point=service_point, valid_from=on, multiplier=multiplier, billing_source=billing_source
    )
    if meter.path != service_point.path:
        meter.path = service_point.path
        meter.save(update_fields=["path"])
    reads.record(service_point.point, meter, readings, on, RegisterRead.Source.INSTALLATION)
    act.on(service_point, service_point.path)
    act.note(installed=meter.asset_number, on=on)
    return row


def _require_free(on: date, where: Q) -> None:
    """No installation may hold on ``on`` or begin later: an installation is open-ended."""
    rows = Installation.objects.filter(where, Q(valid_to__isnull=True) | Q(valid_to__gt=on))
    standing = rows.select_related("meter").order_by("valid_from").first()
    if standing is None:
        return
    names = {
        "meter": standing.meter.asset_number,
        "from": date_format(standing.valid_from),
        "day": date_format(on),
    }
    raise Refused(
        _("Meter %(meter)s is installed from %(from)s; remove or exchange it before installing on %(day)s.") % names
    )


def _present(service_point: ServicePoint, on: date) -> Installation:
    rows = Installation.objects.filter(service_point=service_point, valid_to__isnull=True)
    present = rows.select_related("meter", "service_point__point").first()
    if present is None:
        raise Refused(_("No meter is installed at this service point."))
    if on <= present.valid_from:
        raise Refused(
            _("Meter %(meter)s was installed on %(from)s; it cannot leave on %(day)s.")
            % {"meter": present.meter.asset_number, "from": date_format(present.valid_from), "day": date_format(on)}
        )
    lock(Meter.objects.filter(pk=present.meter_id))
    return present


def _end(installation: Installation, on: date, readings: Readings) -> None:
    reads.require_final(installation, readings)
    reads.record(installation.service_point.point, installation.meter, readings, on, RegisterRead.Source.REMOVAL)
    installation.valid_to = on
    installation.save(update_fields=["valid_to"])
