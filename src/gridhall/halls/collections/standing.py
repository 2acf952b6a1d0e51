"""What stands against an account, in sentences for the counter and for the customer."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from gridhall.cis.collections import queries
from gridhall.cis.collections.models import Arrangement, DisconnectionOrder, Dispute
from gridhall.cis.collections.models.disconnection import OVER
from gridhall.cis.customers.models import Account
from gridhall.halls import formats
from gridhall.platform.scope import Scope

State = DisconnectionOrder.State


@dataclass(frozen=True)
class Sentence:
    """One fact; ``grave`` ones concern the supply itself."""

    text: str
    grave: bool = False


def stands_against(scope: Scope, account: Account) -> list[Sentence]:
    """Orders first, then instalments, questions and dunning."""
    orders = queries.orders(scope).filter(account=account).exclude(state__in=OVER)
    found = [Sentence(_order(order), grave=True) for order in orders]
    live = (Arrangement.State.PROPOSED, Arrangement.State.KEPT)
    for row in queries.arrangements(scope).filter(account=account, state__in=live):
        said = {"amount": formats.yuan(row.total_fen), "state": row.get_state_display()}
        found.append(Sentence(_("Instalments over %(amount)s: %(state)s.") % said))
    for asked in queries.disputes(scope).filter(account=account, state=Dispute.State.OPEN):
        month = formats.month(asked.bill.month)
        found.append(Sentence(_("A question about the bill of %(month)s waits for its answer.") % {"month": month}))
    for case in queries.cases(scope).filter(account=account):
        day = formats.day(case.oldest_due_on)
        found.append(Sentence(_("Being reminded of a debt since %(day)s.") % {"day": day}))
    return found


def _order(order: DisconnectionOrder) -> str:
    if order.state == State.EXECUTED:
        return _("The supply is cut.")
    if order.state == State.TO_RECONNECT and order.reconnect_by:
        return _("Paid; the supply is on again by %(moment)s.") % {"moment": formats.moment(order.reconnect_by)}
    if order.planned_at:
        return _("The supply will be cut on %(moment)s unless it is paid before.") % {
            "moment": formats.moment(order.planned_at)
        }
    return _("A disconnection order is being prepared.")
