"""Switching for collections: a cut for a debt goes the way of every order, is weighed by both rooms, and reported."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.conf import settings
from django.dispatch import receiver
from django.utils import timezone
from django.utils.translation import gettext as _

from gridhall.cis.collections import clocks, switching
from gridhall.cis.collections.actions import record_switching
from gridhall.cis.collections.models import DisconnectionOrder
from gridhall.cis.collections.models.disconnection import BEFORE_THE_CUT
from gridhall.cis.collections.rules import disconnection
from gridhall.cis.prepay import orders, rules
from gridhall.cis.prepay.guard import Verdict, weather
from gridhall.cis.prepay.models import Command, Level, Standing
from gridhall.platform.actions import Act
from gridhall.platform.errors import Refused
from gridhall.platform.scope import EVERYTHING
from gridhall.readings.catalog import current_snapshot

State, Kind = Command.State, Command.Kind
HELD = (*BEFORE_THE_CUT, DisconnectionOrder.State.EXECUTED)  # while an order stands so, its stop is not undone
TIME = {"hours"}  # steps of an order that time alone brings


@receiver(switching.asked, dispatch_uid="prepay-debts")
def on_asked(act: Act, order: DisconnectionOrder, closed: bool, **_more: Any) -> bool:
    """Whether the head-end sees to it: a meter and a head-end are needed, and no other order on its way."""
    return _let_flow(act, order) if closed else _stop(act, order)


def _stop(act: Act, order: DisconnectionOrder) -> bool:
    meter = orders.meters([order.account_id], act.at).get(order.account_id)
    if meter is None or not settings.HEAD_END:
        return False
    if orders.live([order.account_id]):
        raise Refused(_("Another order to this meter is on its way; wait until it has ended."))
    _queue(act, Kind.STOP, order, meter)
    return True


def _let_flow(act: Act, order: DisconnectionOrder) -> bool:
    """Take a stop back that is not over; permit closing where one was sent and no empty balance stands against it."""
    live = orders.live([order.account_id])
    stop = live.get((order.account_id, Kind.STOP))
    if stop is not None and stop.disconnection_id == order.pk:
        orders.end(stop, State.WITHDRAWN, act.at, _("The debt is settled, or the order was given up."))
    meter = orders.meters([order.account_id], act.at).get(order.account_id)
    sent = Command.objects.within(EVERYTHING).filter(disconnection=order, kind=Kind.STOP, sent_at__isnull=False)
    if meter is None or not sent.exists() or order.account_id not in orders.perhaps_open([order.account_id]):
        return False
    empty = Standing.objects.within(EVERYTHING).filter(account_id=order.account_id, level=Level.STOP).exists()
    if (order.account_id, Kind.RESTORE) not in live and not empty:
        _queue(act, Kind.RESTORE, order, meter)
    return True


def _queue(act: Act, kind: str, order: DisconnectionOrder, meter: str) -> None:
    orders.queue(
        act, kind, order.account_id, order.path, meter, -order.overdue_fen, current_snapshot(), act.at,
        disconnection=order,
    )  # fmt: skip


def verdict(order: DisconnectionOrder, now: datetime) -> Verdict:
    """Whether a cut for a debt may be sent right now: every clock of the order, then heat and frost."""
    missing = [step for step in clocks.before_the_cut(order, now) if not step.met]
    if order.state not in BEFORE_THE_CUT:
        return Verdict(_("The order is %(state)s.") % {"state": order.get_state_display()})
    if missing and {step.code for step in missing} <= TIME:
        planned = max(now, order.planned_at) if order.planned_at else now
        return Verdict(missing[0].words, disconnection(timezone.localtime(now).date()).friendly.next(planned))
    if missing:
        return Verdict(missing[0].words)
    return weather(rules.in_force(timezone.localtime(now).date()), order.path, now)


def held_for_debt(account_ids: Collection[int]) -> set[int]:
    """Accounts whose switch was opened for a debt that is still held against them."""
    rows = Command.objects.within(EVERYTHING).filter(
        account_id__in=account_ids, kind=Kind.STOP, disconnection__state__in=HELD
    )
    return set(rows.values_list("account_id", flat=True))


def report(act: Act, command: Command) -> None:
    """Tell collections how an order ended that it waits for; a supply that is on again ends every cut from afar."""
    done, closed = command.state == State.VERIFIED, command.kind == Kind.RESTORE
    waiting = [command.disconnection] if command.disconnection else []
    if done and closed:
        cut = DisconnectionOrder.objects.within(EVERYTHING).filter(account_id=command.account_id)
        waiting = list(cut.filter(state=DisconnectionOrder.State.TO_RECONNECT, remote_at__isnull=False))
    said = f"{command.meter} {command.public_id}" if done else command.waits_for
    for order in waiting:
        record_switching(act, order.pk, closed=closed, done=done, said=said)
