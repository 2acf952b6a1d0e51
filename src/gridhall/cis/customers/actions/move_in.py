"""Opening an account where a customer is supplied."""

from __future__ import annotations

from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from gridhall.cis.customers import numbers
from gridhall.cis.customers.models import Account, Agreement, BillingCycle, Customer
from gridhall.cis.customers.search.index import reindex
from gridhall.cis.customers.supply import Supply, require_unsupplied
from gridhall.cis.network import queries as network
from gridhall.cis.network.models import ServicePoint
from gridhall.platform.actions import Act, action
from gridhall.platform.errors import NotInScope, Refused
from gridhall.platform.locks import lock
from gridhall.platform.tags import Tag


@action(Tag.MOVE_IN)
def move_in(
    act: Act,
    customer: Customer,
    service_point: ServicePoint,
    cycle: BillingCycle,
    supply: Supply,
    on: date,
    *,
    feed_in: Supply | None = None,
) -> Account:
    """``customer`` is supplied at ``service_point`` from day ``on``: an account, its number, and its agreements.

    ``feed_in`` adds an agreement for energy given to the grid. Raises Refused where the point is supplied already (with
    account and dates), the tariff does not hold, or the point has no terms on that day.
    """
    act.on(service_point, service_point.path)
    if not act.actor.scope.covers(customer.path):
        raise NotInScope()
    if not service_point.path.startswith(cycle.path):
        raise Refused(_("Billing cycle %(code)s belongs to another unit.") % {"code": cycle.code})
    lock(ServicePoint.objects.filter(pk=service_point.pk))
    require_unsupplied(service_point, on)
    for terms in filter(None, (supply, feed_in)):
        terms.check(on)
    if service_point.pk not in network.terms_on([service_point.pk], on):
        raise Refused(_("The service point has no supply terms on %(day)s.") % {"day": date_format(on)})
    account = Account.objects.create(
        number=numbers.take(service_point.path)[0],
        customer=customer,
        premise_id=service_point.premise_id,
        cycle=cycle,
        path=service_point.path,
        opened_on=on,
    )
    supply.agreement(account, service_point, on).save()
    if feed_in:
        feed_in.agreement(account, service_point, on, Agreement.Direction.EXPORT).save()
    reindex([account.pk])
    act.on(account, account.path)
    act.note(number=account.number, tariff=supply.tariff_code, on=on)
    return account
