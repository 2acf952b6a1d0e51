"""Taking on a point that is measured already: customer, premise, meter and agreement in one go."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from gridhall.cis.customers.actions.customer import create_customer
from gridhall.cis.customers.actions.move_in import move_in
from gridhall.cis.customers.models import Account, BillingCycle, Customer
from gridhall.cis.customers.supply import Supply
from gridhall.cis.metering.actions import MeterDetails, install_meter
from gridhall.cis.network.actions import SupplyTerms, create_premise
from gridhall.platform.actions import Act, action
from gridhall.platform.errors import Refused
from gridhall.platform.models import OrgUnit
from gridhall.platform.scope import path_range
from gridhall.platform.tags import Tag
from gridhall.readings.models import MeteringPoint


@dataclass(frozen=True)
class Newcomer:
    """Who and where; what is left out gets a plain word that can be changed later."""

    name: str
    kind: str = Customer.Kind.PERSON
    phone: str = ""
    address: str = ""


@action(Tag.TAKE_ON)
def take_on(
    act: Act, point_code: str, newcomer: Newcomer, supply: Supply, terms: SupplyTerms, on: date, cycle_code: str = "",
    feed_in: Supply | None = None,
) -> Account:  # fmt: skip
    """A customer supplied and billed from ``on`` at a metering point that readings were imported for.

    Raises Refused when the point is not known or is supplied already.
    """
    point = MeteringPoint.objects.within(act.actor.scope).filter(code=point_code).first()
    if point is None:
        raise Refused(
            _("No metering point %(code)s; import its readings with “create points” first.") % {"code": point_code}
        )
    if hasattr(point, "service_point"):
        raise Refused(
            _("Metering point %(code)s has a premise already; move a customer in there.") % {"code": point_code}
        )
    unit = OrgUnit.objects.within(act.actor.scope).get(path=point.path)
    customer = create_customer(act, unit, newcomer.kind, newcomer.name, phone=newcomer.phone)
    service_point = create_premise(act, unit, newcomer.address or point_code, terms, on, point_code=point_code)
    install_meter(act, service_point, MeterDetails(f"POINT-{point.pk}"), on)
    account = move_in(act, customer, service_point, _cycle(unit, cycle_code), supply, on, feed_in=feed_in)
    act.on(account, account.path)
    act.note(point=point_code, tariff=supply.tariff_code, number=account.number)
    return account


def _cycle(unit: OrgUnit, code: str) -> BillingCycle:
    """The named cycle, else the unit's own calendar-month cycle, made on first use."""
    if code:
        found = BillingCycle.objects.filter(code=code).first()
        if found is None:
            raise Refused(_("No billing cycle %(code)s.") % {"code": code})
        return found
    cycle, _made = BillingCycle.objects.filter(path_range("path", unit.path)).get_or_create(
        code=f"month-{unit.path.strip('/').replace('/', '-')}",
        defaults={"name_zh": f"{unit.name_zh}月度", "name_en": f"{unit.name_en} monthly", "path": unit.path},
    )
    return cycle
