"""A cut and its end by command to the meter instead of a fitter: every clock of the order holds as at the door."""

from __future__ import annotations

from django.utils.translation import gettext as _

from gridhall.cis.collections import clocks, switching
from gridhall.cis.collections.guards import locked_row
from gridhall.cis.collections.models import DisconnectionOrder
from gridhall.cis.collections.models.disconnection import BEFORE_THE_CUT
from gridhall.platform.actions import Act, action
from gridhall.platform.errors import Refused
from gridhall.platform.tags import Tag

State = DisconnectionOrder.State


@action(Tag.DISCONNECTION_REMOTE)
def cut_remotely(act: Act, order_id: int) -> DisconnectionOrder:
    """Order the meter to cut the supply. The order is executed when the switch was seen open, not before."""
    order = locked_row(act, DisconnectionOrder, order_id)
    if order.state not in BEFORE_THE_CUT:
        raise Refused(_("The order is %(state)s.") % {"state": order.get_state_display()})
    if order.remote_at is not None:
        raise Refused(_("The command to the meter is on its way."))
    clocks.require(clocks.before_the_cut(order, act.at))
    if not switching.ask(act, order, closed=False):
        raise Refused(_("The meter of this account cannot be switched from afar; send a fitter."))
    order.remote_at, order.remote_by, order.remote_said = act.at, act.actor.name, ""
    order.save(update_fields=["remote_at", "remote_by", "remote_said"])
    act.note(planned_at=order.planned_at.isoformat() if order.planned_at else "")
    return order


@action(Tag.DISCONNECTION_SWITCHED)
def record_switching(act: Act, order_id: int, *, closed: bool, done: bool, said: str) -> DisconnectionOrder:
    """What became of a command: seen so at the switch (``said`` is its evidence), or why not. Twice is once."""
    order = locked_row(act, DisconnectionOrder, order_id)
    if done and not closed and order.state in BEFORE_THE_CUT:
        order.state, order.executed_at, order.executed_by = State.EXECUTED, act.at, order.remote_by
        order.cut_photo = said
        act.emit("supply.disconnected", account=order.account.number, at=act.at.isoformat())
    elif done and closed and order.state == State.TO_RECONNECT:
        order.state, order.reconnected_at, order.reconnected_by = State.RECONNECTED, act.at, act.actor.name
        order.on_photo = said
        act.emit("supply.reconnected", account=order.account.number, at=act.at.isoformat())
    elif not done:
        order.remote_said = said[:200]
        order.remote_at = order.remote_at if closed else None
    order.save()
    act.note(closed=closed, done=done, said=said)
    return order
