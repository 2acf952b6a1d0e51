"""Register readings taken when a meter comes, goes or changes hands."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.utils.translation import gettext as _

from gridhall.cis.metering.models import Installation, Meter
from gridhall.codecs.registers_csv import RegisterKind
from gridhall.platform.errors import Refused
from gridhall.readings.models import MeteringPoint, RegisterRead
from gridhall.readings.registers import NewRead, record_many

# Register kind to the number it shows, in the register's own digits: 1234.56 on two decimals is 123456.
Readings = Mapping[str, int]


def record(point: MeteringPoint, meter: Meter, readings: Readings, on: date, source: str) -> None:
    """Store what the registers of ``meter`` show at the start of ``on``. Raises Refused where one cannot show it."""
    for register, value in readings.items():
        if register not in set(RegisterKind):
            raise Refused(_("%(value)s is not a register.") % {"value": register})
        if not 0 <= value < 10 ** (meter.digits + meter.decimals):
            raise Refused(
                _("The reading %(value)s of %(register)s does not fit meter %(meter)s with %(digits)s digits.")
                % {"value": value, "register": register, "meter": meter.asset_number, "digits": meter.digits}
            )
    number, decimals = meter.asset_number, meter.decimals
    reads = [NewRead(point.pk, number, register, on, value, decimals, source) for register, value in readings.items()]
    record_many(reads, reason=f"{source} reading")


def require_final(installation: Installation, readings: Readings) -> None:
    """Raises Refused where a meter billed by registers leaves without the register it is billed by.

    A meter billed by its load curve needs none: its last day is in the curve.
    """
    if installation.billing_source != Installation.Source.REGISTER:
        return
    meter, since = installation.meter.asset_number, installation.valid_from
    started = RegisterRead.objects.filter(point=installation.service_point.point, meter=meter, read_on=since)
    missing = ", ".join(sorted(set(started.values_list("register", flat=True)) - set(readings)))
    if missing:
        raise Refused(
            _("Meter %(meter)s is billed by its registers: give its reading of %(registers)s.")
            % {"meter": meter, "registers": missing}
        )
