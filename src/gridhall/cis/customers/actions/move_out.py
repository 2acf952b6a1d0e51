"""Closing an account."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from gridhall.cis.customers.models import Account, Agreement
from gridhall.cis.metering import queries as metering
from gridhall.cis.metering import reads
from gridhall.cis.metering.reads import Readings
from gridhall.cis.network.models import ServicePoint
from gridhall.platform.actions import Act, action
from gridhall.platform.errors import Refused
from gridhall.platform.locks import lock
from gridhall.platform.tags import Tag
from gridhall.readings.models import RegisterRead


@action(Tag.MOVE_OUT)
def move_out(act: Act, account: Account, on: date, *, readings: Mapping[str, Readings] | None = None) -> Account:
    """The account is supplied for the last time on the day before ``on``; agreements that had yet to begin fall away.

    ``readings`` holds the final register readings by the meter's asset number; a meter billed by its load curve needs
    none. Raises Refused where the account is closed already, ``on`` lies further ahead than tomorrow or before the
    start of an agreement, or a final reading is missing.
    """
    act.on(account, account.path)
    account = lock(Account.objects.filter(pk=account.pk))[0]
    if account.status == Account.Status.CLOSED:
        raise Refused(_("Account %(number)s is closed already.") % {"number": account.number})
    today = timezone.localdate()
    if on > today + timedelta(days=1):
        raise Refused(_("A final reading cannot be taken ahead of time; move the customer out on the day itself."))
    held = lock(Agreement.objects.filter(account=account).exclude(valid_to__lte=on))
    _drop_planned([agreement for agreement in held if agreement.valid_from > today])
    for agreement in held:
        if agreement.valid_from <= today:
            _end(agreement, on)
    points = lock(ServicePoint.objects.filter(pk__in={agreement.service_point_id for agreement in held}))
    _read(points, on, readings or {})
    account.status, account.closed_on = Account.Status.CLOSED, on
    account.save(update_fields=["status", "closed_on"])
    act.note(number=account.number, on=on)
    return account


def _drop_planned(agreements: list[Agreement]) -> None:
    Agreement.objects.filter(pk__in=[agreement.pk for agreement in agreements]).delete()


def _end(agreement: Agreement, on: date) -> None:
    if agreement.valid_from >= on:
        raise Refused(
            _("The agreement on %(tariff)s began on %(from)s; the move-out must be later.")
            % {"tariff": agreement.tariff_code, "from": date_format(agreement.valid_from)}
        )
    agreement.valid_to = on
    agreement.save(update_fields=["valid_to"])


def _read(service_points: list[ServicePoint], on: date, readings: Mapping[str, Readings]) -> None:
    """Final readings of the meters that measured the day before ``on``."""
    installations = metering.installed_on([point.pk for point in service_points], on - timedelta(days=1))
    unknown = set(readings) - {installation.meter.asset_number for installation in installations}
    if unknown:
        raise Refused(_("Meter %(meter)s is not installed here.") % {"meter": ", ".join(sorted(unknown))})
    for installation in installations:
        given = readings.get(installation.meter.asset_number, {})
        reads.require_final(installation, given)
        reads.record(installation.service_point.point, installation.meter, given, on, RegisterRead.Source.MANUAL)
