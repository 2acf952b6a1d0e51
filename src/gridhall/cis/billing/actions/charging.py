"""Changing how an account's capacity is charged: the way by quarter, the contract demand by month."""

from __future__ import annotations

from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from gridhall.cis.billing.actions.capacity import require_unbilled
from gridhall.cis.billing.demand_charging import Rules, in_force, months_later
from gridhall.cis.customers.actions import change_tariff
from gridhall.cis.customers.models import Account, Agreement
from gridhall.cis.network.models import ServicePointTerms
from gridhall.kernel.money import format_scaled
from gridhall.platform.actions import Act, action
from gridhall.platform.errors import NotInScope, Refused
from gridhall.platform.locks import lock
from gridhall.platform.tags import Tag

Charging = Agreement.Charging


@action(Tag.CHARGING_CHANGE)
def change_charging(
    act: Act, account_id: int, charging: int, contract_kw_e6: int, on: date, applied_on: date
) -> Agreement:
    """From the first of a month the account is charged another way, or on another contract demand (1e-6 kW).

    Raises Refused where the rules of that day are not kept: months held, working days of notice, floor of the demand,
    a month that is billed already.
    """
    rows = lock(Account.objects.within(act.actor.scope).filter(pk=account_id))
    if not rows:
        raise NotInScope()
    account: Account = rows[0]
    act.on(account, account.path)
    held = Agreement.objects.on(on).filter(account=account, direction=Agreement.Direction.IMPORT).first()
    if held is None:
        raise Refused(_("The account has no supply on %(day)s.") % {"day": date_format(on)})
    way = charging != held.charging
    if not way and contract_kw_e6 == held.contract_demand_kw_e6:
        raise Refused(_("It is charged this way already."))
    rules = in_force(on)
    _check_value(held, charging, contract_kw_e6, on, rules)
    _check_days(held, on, applied_on, rules, way=way)
    require_unbilled(account, on)
    act.note(before=held.charging, after=charging, contract_kw_e6=contract_kw_e6, on=str(on), applied=str(applied_on))
    return change_tariff(
        act, held, held.tariff_code, on, charging=charging, contract_demand_kw_e6=contract_kw_e6
    )  # fmt: skip


def _check_value(held: Agreement, charging: int, contract_kw_e6: int, on: date, rules: Rules) -> None:
    if charging == Charging.NONE or held.charging == Charging.NONE:
        raise Refused(_("Whether capacity is charged at all belongs to the tariff; change the tariff."))
    terms = ServicePointTerms.objects.on(on).filter(service_point_id=held.service_point_id).first()
    if charging != Charging.CONTRACT or terms is None:
        return
    capacity = terms.contract_capacity_kva_e6
    if not rules.least_kw_e6(capacity) <= contract_kw_e6 <= capacity:
        raise Refused(
            _("The contract demand lies between %(least)s kW (%(percent)s %% of the capacity) and %(most)s kW.")
            % {
                "least": format_scaled(rules.least_kw_e6(capacity), 6, decimals=0), "percent": rules.floor_percent,
                "most": format_scaled(capacity, 6, decimals=0),
            }
        )  # fmt: skip


def _check_days(held: Agreement, on: date, applied_on: date, rules: Rules, *, way: bool) -> None:
    if on.day != 1:
        raise Refused(_("It changes with the first day of a month."))
    free = months_later(_held_since(held, way=way), rules.months(way=way))
    if on < free:
        raise Refused(
            _("What holds now is held for %(months)s months; it may change from %(day)s on.")
            % {"months": rules.months(way=way), "day": date_format(free)}
        )
    earliest = rules.earliest(applied_on, way=way)
    if on < earliest:
        raise Refused(
            _("It needs %(days)s working days of notice; applied for on %(applied)s, it may change from %(day)s on.")
            % {
                "days": rules.way_notice_days if way else rules.value_notice_days,
                "applied": date_format(applied_on), "day": date_format(earliest),
            }
        )  # fmt: skip


def _held_since(held: Agreement, *, way: bool) -> date:
    """When the way, or the value, that holds now began; other changes of the agreement do not count."""
    since = held.valid_from
    earlier = Agreement.objects.filter(
        account_id=held.account_id, service_point_id=held.service_point_id, direction=held.direction,
        valid_from__lt=held.valid_from,
    ).order_by("-valid_from")  # fmt: skip
    for row in earlier:
        same = row.charging == held.charging and (way or row.contract_demand_kw_e6 == held.contract_demand_kw_e6)
        if not same or row.valid_to != since:
            break
        since = row.valid_from
    return since
