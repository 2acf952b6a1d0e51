"""One round with the head-end: hear what came, send what is due, look at the switch after an acknowledgement."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from gridhall.cis.prepay.actions.commands import acknowledge, prepare, verify
from gridhall.cis.prepay.drivers import HeadEnd, Order, Unreachable
from gridhall.cis.prepay.models import LIVE, Command
from gridhall.platform import clock
from gridhall.platform.actor import system
from gridhall.platform.scope import EVERYTHING

ROUND = 500
VERBS = {Command.Kind.STOP: "open", Command.Kind.RESTORE: "permit-close"}


def drive(head_end: HeadEnd, step: Callable[[int], None] = lambda _done: None) -> int:
    """Returns how many orders something was done about. Raises Unreachable where the head-end does not answer."""
    actor, done = system("prepay-commands"), _hear(head_end)
    due = Command.objects.within(EVERYTHING).filter(state__in=LIVE, due_at__lte=clock.now()).order_by("due_at", "pk")
    for pk, state in list(due.values_list("pk", "state")[:ROUND]):
        if state == Command.State.ACKNOWLEDGED:
            command = Command.objects.within(EVERYTHING).get(pk=pk)
            verify(actor, pk, head_end.relay_closed(command.meter))
        else:
            command = prepare(actor, pk)
            if command.state == Command.State.SENT:
                _send(head_end, command)
        done += 1
        step(done)
    return done


def _send(head_end: HeadEnd, command: Command) -> None:
    order = Order(str(command.public_id), command.pk, command.meter, VERBS[Command.Kind(command.kind)])
    try:
        head_end.send(order)
    except Unreachable:
        return  # it counts as sent and unanswered: the next try sends the same order again


def _hear(head_end: HeadEnd) -> int:
    """Answers to orders of ours; an answer to nobody's order is passed over."""
    replies = {_uuid(reply.command_id): reply for reply in head_end.replies()}
    rows = Command.objects.within(EVERYTHING).filter(public_id__in=[key for key in replies if key is not None])
    known = dict(rows.values_list("public_id", "pk"))
    for public_id, pk in known.items():
        acknowledge(system("prepay-commands"), pk, replies[public_id].done, replies[public_id].detail)
    return len(known)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
