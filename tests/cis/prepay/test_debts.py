"""A cut for a debt by command to the meter: every step of the law, the way of every order, and back once paid."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from gridhall.cis.collections.actions import (
    cut,
    cut_remotely,
    propose_protection,
    tell_again,
    withdraw_disconnection,
)
from gridhall.cis.collections.models import DisconnectionOrder
from gridhall.cis.prepay import debts, jobs
from gridhall.cis.prepay.actions import retry, start_prepay, withdraw
from gridhall.cis.prepay.drivers import HeadEnd, LineHeadEnd
from gridhall.cis.prepay.drivers.simulator import Server, simulated
from gridhall.cis.prepay.driving import drive
from gridhall.cis.prepay.models import Command
from gridhall.cis.prepay.orders import meters
from gridhall.cis.tariffs.actions import record_day_fact
from gridhall.platform.actor import system
from gridhall.platform.errors import NotAllowed, NotInScope, Refused
from gridhall.platform.models import OutboxEvent
from gridhall.platform.scope import EVERYTHING
from tests.cast import Cast
from tests.cis.collections.owing import TODAY, at
from tests.cis.collections.test_disconnection import CUT_AT, DAY, approved, pay_all, reminded
from tests.cis.prepay.test_weather import place

__all__ = ["place", "reminded"]  # Lao Zhou is forty days overdue and was visited
State, Kind = DisconnectionOrder.State, Command.Kind
SOON = timedelta(minutes=5)


@pytest.fixture
def server(settings: Any) -> Iterator[Server]:
    with simulated() as found:
        settings.HEAD_END = found.address
        yield found


@pytest.fixture
def order(reminded: Cast, server: Server) -> DisconnectionOrder:
    """Approved, and told again: it may be cut at CUT_AT."""
    row = approved(reminded)
    with at(CUT_AT - timedelta(minutes=40)):
        tell_again(reminded.actor("Fitter Sun"), row.pk, "sms")
    return row


def head_end(server: Server) -> HeadEnd:
    return LineHeadEnd(*server.server_address)


def drive_at(server: Server, moment: datetime, rounds: int = 3) -> None:
    with at(moment):
        for _ in range(rounds):
            drive(head_end(server))


def ask(cast: Cast, order: DisconnectionOrder, moment: datetime = CUT_AT) -> DisconnectionOrder:
    with at(moment):
        return cut_remotely(cast.actor("Collector Shen"), order.pk)


def closed(server: Server, cast: Cast) -> bool:
    meter = meters([cast.accounts["Lao Zhou"].pk], CUT_AT)[cast.accounts["Lao Zhou"].pk]
    found = server.world.meters.get(meter)
    return found is None or found.closed


def commands(kind: str) -> list[Command]:
    return list(Command.objects.within(EVERYTHING).filter(kind=kind).order_by("pk"))


def test_the_supply_counts_as_cut_when_the_switch_was_seen_open_and_comes_back_once_paid(
    reminded: Cast, server: Server, order: DisconnectionOrder
) -> None:
    assert ask(reminded, order).state == State.APPROVED
    (stop,) = commands(Kind.STOP)
    assert (stop.disconnection_id, stop.balance_fen) == (order.pk, -order.overdue_fen)
    with at(CUT_AT):
        drive(head_end(server))  # sent, not yet seen
    order.refresh_from_db()
    assert order.state == State.APPROVED
    drive_at(server, CUT_AT + SOON)
    order.refresh_from_db()
    assert (order.state, order.executed_by) == (State.EXECUTED, "Collector Shen") and not closed(server, reminded)
    assert str(stop.public_id) in order.cut_photo
    pay_all(reminded, CUT_AT + DAY)
    order.refresh_from_db()
    (restore,) = commands(Kind.RESTORE)
    assert (order.state, restore.disconnection_id) == (State.TO_RECONNECT, order.pk)
    drive_at(server, CUT_AT + DAY + SOON)
    order.refresh_from_db()
    assert order.state == State.RECONNECTED and closed(server, reminded)
    assert order.reconnected_at <= order.reconnect_by
    told = OutboxEvent.objects.filter(topic__startswith="supply.").order_by("pk").values_list("topic", flat=True)
    assert list(told) == ["supply.disconnected", "supply.stopped", "supply.reconnected", "supply.permitted"]


def test_every_step_of_the_law_is_asked_for_as_at_the_door(reminded: Cast, server: Server) -> None:
    row = approved(reminded)
    with pytest.raises(Refused, match="Told again"):
        ask(reminded, row)
    with at(CUT_AT - timedelta(minutes=40)):
        tell_again(reminded.actor("Fitter Sun"), row.pk, "sms")
    with pytest.raises(Refused, match="announced time, a working day"):
        ask(reminded, row, CUT_AT - timedelta(minutes=5))
    with pytest.raises(NotAllowed):
        cut_remotely(reminded.actor("Clerk Wu"), row.pk)
    with pytest.raises(NotInScope):
        cut_remotely(reminded.actor("Stranger"), row.pk)
    assert not commands(Kind.STOP)


def test_who_is_protected_while_the_command_waits_is_not_cut_and_the_desk_reads_why(
    reminded: Cast, server: Server, order: DisconnectionOrder
) -> None:
    ask(reminded, order)
    with at(CUT_AT):
        zhou = reminded.accounts["Lao Zhou"].pk
        propose_protection(reminded.actor("Clerk Wu"), zhou, "medical", "certificate 3", TODAY)
    drive_at(server, CUT_AT + SOON)
    (stop,) = commands(Kind.STOP)
    order.refresh_from_db()
    assert stop.state == Command.State.WITHDRAWN and closed(server, reminded)
    assert order.remote_at is None and "Medical equipment" in order.remote_said


def test_a_command_that_waits_into_the_night_is_sent_in_the_next_friendly_hour(
    reminded: Cast, server: Server, order: DisconnectionOrder
) -> None:
    ask(reminded, order)
    drive_at(server, CUT_AT + timedelta(hours=12))
    (stop,) = commands(Kind.STOP)
    assert stop.state == Command.State.QUEUED and "working hour" in stop.waits_for and closed(server, reminded)
    assert CUT_AT + timedelta(hours=12) < stop.due_at <= CUT_AT + DAY


def test_a_debt_paid_a_minute_before_the_command_is_not_cut_off(
    reminded: Cast, server: Server, order: DisconnectionOrder
) -> None:
    ask(reminded, order)
    pay_all(reminded, CUT_AT)
    drive_at(server, CUT_AT + SOON)
    order.refresh_from_db()
    assert (order.state, commands(Kind.STOP)[0].state) == (State.CANCELLED, Command.State.WITHDRAWN)
    assert closed(server, reminded) and not commands(Kind.RESTORE)


def test_a_debt_paid_while_the_command_is_on_its_way_is_switched_on_again(
    reminded: Cast, server: Server, order: DisconnectionOrder
) -> None:
    ask(reminded, order)
    with at(CUT_AT):
        drive(head_end(server))
    pay_all(reminded, CUT_AT + timedelta(seconds=30))
    drive_at(server, CUT_AT + SOON)
    order.refresh_from_db()
    assert order.state == State.CANCELLED and closed(server, reminded)
    assert commands(Kind.RESTORE)[0].state == Command.State.VERIFIED


def test_heat_stands_against_a_cut_for_a_debt_too(
    reminded: Cast, server: Server, order: DisconnectionOrder, place: str
) -> None:
    ask(reminded, order)
    with at(CUT_AT):
        record_day_fact(system(), place, CUT_AT.date() - DAY, 362, "weather office")
    drive_at(server, CUT_AT)
    (stop,) = commands(Kind.STOP)
    assert stop.state == Command.State.QUEUED and "36.2 °C" in stop.waits_for and closed(server, reminded)


def test_given_up_taken_back_and_asked_again(reminded: Cast, server: Server, order: DisconnectionOrder) -> None:
    ask(reminded, order)
    with pytest.raises(Refused, match="on its way"):
        ask(reminded, order)
    with at(CUT_AT), pytest.raises(Refused, match="on its way"):
        cut(reminded.actor("Fitter Sun"), order.pk, "5123.40", "IMG-0042")
    (stop,) = commands(Kind.STOP)
    with at(CUT_AT):
        withdraw(reminded.actor("Biller Gao"), stop.pk, "the collector will call first")
    order.refresh_from_db()
    assert (order.remote_at, order.remote_said) == (None, "the collector will call first")
    ask(reminded, order)
    with at(CUT_AT):
        withdraw_disconnection(reminded.actor("Collector Shen"), order.pk, "he pays tomorrow")
    assert [one.state for one in commands(Kind.STOP)] == [Command.State.WITHDRAWN] * 2
    drive_at(server, CUT_AT + SOON)
    assert closed(server, reminded)


def test_a_cut_that_nobody_answered_is_asked_for_anew_from_the_order(
    reminded: Cast, server: Server, order: DisconnectionOrder
) -> None:
    ask(reminded, order)
    server.world.loss = 1.0
    for minute in range(0, 30, 3):
        drive_at(server, CUT_AT + timedelta(minutes=minute), rounds=1)
    (stop,) = commands(Kind.STOP)
    order.refresh_from_db()
    assert stop.state == Command.State.FAILED and order.state == State.APPROVED
    assert order.remote_at is None and "without an answer" in order.remote_said
    with at(CUT_AT + timedelta(hours=1)), pytest.raises(Refused, match="from the disconnection order"):
        retry(reminded.actor("Biller Gao"), stop.pk)
    server.world.loss = 0.0
    pay_all(reminded, CUT_AT + timedelta(hours=1))  # it was sent: it may have arrived after all
    assert len(commands(Kind.RESTORE)) == 1


def test_without_a_head_end_or_a_meter_a_fitter_goes(
    reminded: Cast, server: Server, order: DisconnectionOrder, settings: Any
) -> None:
    settings.HEAD_END = ""
    with pytest.raises(Refused, match="send a fitter"):
        ask(reminded, order)
    order.refresh_from_db()
    assert order.remote_at is None
    with at(CUT_AT):
        assert cut(reminded.actor("Fitter Sun"), order.pk, "5123.40", "IMG-0042").state == State.EXECUTED


def test_a_full_balance_does_not_undo_a_cut_for_a_debt(
    reminded: Cast, server: Server, order: DisconnectionOrder
) -> None:
    """Held by the debt: money that is not enough for it permits nothing, whatever the prepaid balance says."""
    zhou = reminded.accounts["Lao Zhou"].pk
    ask(reminded, order)
    drive_at(server, CUT_AT + SOON)
    with at(CUT_AT + timedelta(hours=1)):
        start_prepay(reminded.actor("Clerk Wu"), zhou)
        assert debts.held_for_debt([zhou]) == {zhou}
        jobs.count_all()
    assert not commands(Kind.RESTORE) and not closed(server, reminded)
