"""Another tariff, or other terms, from a day on."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from gridhall.cis.customers.models import Account, Agreement
from gridhall.cis.customers.supply import Supply
from gridhall.platform.actions import Act, action
from gridhall.platform.errors import Refused
from gridhall.platform.locks import lock
from gridhall.platform.tags import Tag


@action(Tag.TARIFF_CHANGE)
def change_tariff(act: Act, agreement: Agreement, tariff_code: str, on: date, **terms: int | bool | str) -> Agreement:
    """``agreement`` ends on ``on`` and the answer begins; ``terms`` are those fields of Supply that change with it.

    A change inside a dated agreement splits it: the new one ends where the old one would have. Raises Refused, naming
    dates, where the agreement does not hold on the days around ``on`` or the tariff is not published for ``on``.
    """
    act.on(agreement, agreement.path)
    lock(Account.objects.filter(pk=agreement.account_id))
    agreement = lock(Agreement.objects.filter(pk=agreement.pk))[0]
    if on <= agreement.valid_from or (agreement.valid_to and on >= agreement.valid_to):
        raise Refused(
            _("This agreement holds from %(from)s until %(to)s; choose a day in between.")
            % {
                "from": date_format(agreement.valid_from),
                "to": date_format(agreement.valid_to) if agreement.valid_to else _("further notice"),
            }
        )
    supply = replace(supply_of(agreement), tariff_code=tariff_code, **terms)
    supply.check(on)
    following = supply.agreement(agreement.account, agreement.service_point, on, agreement.direction)
    following.valid_to, agreement.valid_to = agreement.valid_to, on
    agreement.save(update_fields=["valid_to"])
    following.save()
    act.note(account=agreement.account.number, before=agreement.tariff_code, after=tariff_code, on=on)
    return following


def supply_of(agreement: Agreement) -> Supply:
    """The terms of a standing agreement."""
    return Supply(
        agreement.tariff_code,
        agreement.charging,
        agreement.contract_demand_kw_e6,
        agreement.power_factor_standard,
        agreement.persons,
        agreement.low_income,
        agreement.feed_in_mode,
    )
