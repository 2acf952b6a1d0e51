"""Orders whose debt is gone: cancelled before the cut, to be reconnected after it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, timedelta

from gridhall.cis.collections import switching
from gridhall.cis.collections.books import Overdue
from gridhall.cis.collections.models import DisconnectionOrder
from gridhall.cis.collections.models.disconnection import BEFORE_THE_CUT
from gridhall.cis.collections.rules import disconnection, dunning
from gridhall.platform.actions import Act
from gridhall.platform.locks import lock
from gridhall.platform.scope import EVERYTHING

State = DisconnectionOrder.State
HELD_BY_DEBT = (*BEFORE_THE_CUT, State.EXECUTED)


def relieve(act: Act, account_ids: Collection[int], owed: Mapping[int, Overdue], on: date) -> int:
    """End the orders of accounts whose debt is paid, disputed, arranged or too small; returns how many. What was cut
    from afar, or is about to be, is restored the same way."""
    smallest, hours = dunning(on).smallest_debt_fen, disconnection(on).reconnect_hours
    orders = lock(
        DisconnectionOrder.objects.within(EVERYTHING).filter(account_id__in=account_ids, state__in=HELD_BY_DEBT)
    )
    done, at = 0, act.at
    for order in orders:
        debt = owed.get(order.account_id)
        if debt is not None and debt.fen >= smallest.of(debt.payer):
            continue
        if order.state == State.EXECUTED:
            order.state, order.paid_at = State.TO_RECONNECT, at
            order.reconnect_by = at + timedelta(hours=hours)
        else:
            order.state, order.cancelled_at, order.why = State.CANCELLED, at, "paid"
        order.save(update_fields=["state", "paid_at", "reconnect_by", "cancelled_at", "why"])
        switching.ask(act, order, closed=True)
        done += 1
    return done
