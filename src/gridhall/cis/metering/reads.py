"""Register readings taken when a meter comes, goes or changes hands."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.utils.translation import gettext as _

from gridhall.cis.metering.models import Installation, Meter
from gridhall.platform.errors import Refused
from gridhall.readings.models import MeteringPoint, RegisterRead, Snapshot

# Register kind to the number it shows, in the register's own digits: 1234.56 on two decimals is 123456.
Readings = Mapping[str, int]

_QUANTITIES = ("active_import", "active_export", "reactive_import", "reactive_export", "demand_import")
_PERIODS = ("sharp", "peak", "flat", "valley", "deep")
REGISTERS = frozenset(_QUANTITIES) | {f"{quantity}_{period}" for quantity in _QUANTITIES for period in _PERIODS}


def record(point: MeteringPoint, meter: Meter, readings: Readings, on: date, source: str) -> None:
    """Store what the registers of ``meter`` show at the start of ``on``. Raises Refused where one cannot show it."""
    if not readings:
        return
    for register, value in readings.items():
        if register not in REGISTERS:
            raise Refused(_("%(value)s is not a register.") % {"value": register})
        if not 0 <= value < 10 ** (meter.digits + meter.decimals):
            raise Refused(
                _("The reading %(value)s of %(register)s does not fit meter %(meter)s with %(digits)s digits.")
                % {"value": value, "register": register, "meter": meter.asset_number, "digits": meter.digits}
            )
    snapshot = Snapshot.objects.create(reason=f"{source} reading")
    RegisterRead.objects.bulk_create(
        RegisterRead(
            point=point,
            meter=meter.asset_number,
            register=register,
            read_on=on,
            value=value,
            decimals=meter.decimals,
            source=source,
            published=snapshot.number,
        )
        for register, value in readings.items()
    )


def require_final(installation: Installation, readings: Readings) -> None:
    """Raises Refused where a meter billed by registers leaves without the register it is billed by.

    A meter billed by its load curve needs none: its last day is in the curve.
    """
    if installation.billing_source != Installation.Source.REGISTER:
        return
    point = installation.service_point.point
    started = RegisterRead.objects.filter(point=point, meter=installation.meter.asset_number)
    wanted = set(started.values_list("register", flat=True)) or {"active_import"}
    missing = ", ".join(sorted(wanted - set(readings)))
    if missing:
        raise Refused(
            _("Meter %(meter)s is billed by its registers: give its reading of %(registers)s.")
            % {"meter": installation.meter.asset_number, "registers": missing}
        )
