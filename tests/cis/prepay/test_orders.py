"""Stopping and restoring supply through a head-end that loses, delays and repeats."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from django.db import transaction
from django.utils import timezone

from gridhall.cis.collections.actions import propose_protection
from gridhall.cis.payments.actions import Collected, collect, receive
from gridhall.cis.prepay import jobs, rules
from gridhall.cis.prepay.actions import acknowledge, hold_stops, retry, start_prepay, withdraw
from gridhall.cis.prepay.balance import levels
from gridhall.cis.prepay.drivers import HeadEnd, LineHeadEnd, Order, Unreachable, configured
from gridhall.cis.prepay.drivers.simulator import Server, simulated
from gridhall.cis.prepay.driving import drive
from gridhall.cis.prepay.models import LEVELS, Alarm, Command, Level, Standing
from gridhall.platform import clock
from gridhall.platform.actor import system
from gridhall.platform.errors import NotAllowed, NotInScope, Refused
from gridhall.platform.models import Notification, OutboxEvent
from gridhall.platform.scope import EVERYTHING
from gridhall.readings.store import Flag
from tests.cast import Cast
from tests.cis.facts import first_of, put_curve

State, Kind = Command.State, Command.Kind
CHINA = ZoneInfo("Asia/Shanghai")
MONDAY = datetime(2026, 1, 19, 10, tzinfo=CHINA)  # a working day
METER = "LH0000001"


class _Round:
    """A job in nobody's hands."""

    def report(self, *_: object) -> None:
        """Nobody asks."""


def count(now: datetime) -> None:
    with clock.set_to(now):
        jobs.count_all()


def read(cast: Cast, until: date) -> None:
    """Ms Li used 20 kWh on each day of January before ``until``."""
    put_curve(cast, "Ms Li", first_of(202601), until, 20_000)


@pytest.fixture
def head_end() -> Iterator[tuple[Server, HeadEnd]]:
    with simulated() as server:
        yield server, LineHeadEnd(*server.server_address)


@pytest.fixture
def li(cast: Cast) -> int:
    """Ms Li prepays, was counted on Monday and is far below zero: warned, and a stop waits."""
    read(cast, MONDAY.date())
    with clock.set_to(MONDAY):
        start_prepay(cast.actor("Clerk Wu"), cast.accounts["Ms Li"].pk)
    count(MONDAY)
    return cast.accounts["Ms Li"].pk


def order(kind: str = Kind.STOP) -> Command:
    return Command.objects.within(EVERYTHING).filter(kind=kind).latest("pk")


def drive_at(head_end: HeadEnd, now: datetime) -> int:
    with clock.set_to(now):
        return drive(head_end)


def stopped(cast: Cast, head_end: HeadEnd) -> datetime:
    """The stop goes through on Tuesday; returns when it was verified."""
    tuesday = MONDAY + timedelta(days=1, minutes=5)
    read(cast, tuesday.date())
    drive_at(head_end, tuesday)
    drive_at(head_end, tuesday + timedelta(seconds=5))
    assert order().state == State.VERIFIED, order().waits_for
    return tuesday + timedelta(seconds=10)


def test_a_customer_is_warned_and_supply_stops_a_day_later_and_not_before(
    cast: Cast, li: int, head_end: tuple[Server, HeadEnd]
) -> None:
    server, line = head_end
    assert drive_at(line, MONDAY + timedelta(hours=23)) == 0
    assert order().state == State.QUEUED
    stopped(cast, line)
    assert not server.world.meters[METER].closed
    templates = list(Notification.objects.within(EVERYTHING).order_by("pk").values_list("template", flat=True))
    assert templates == ["prepay-stop-warning", "prepay-stopped"]


def test_money_that_comes_in_right_before_the_stop_takes_it_back(
    cast: Cast, li: int, head_end: tuple[Server, HeadEnd]
) -> None:
    with clock.set_to(MONDAY + timedelta(hours=20)):
        receive(cast.actor("Ms Li"), li, 500_00, "online", "demo", key="in-time")
    assert order().state == State.WITHDRAWN
    drive_at(head_end[1], MONDAY + timedelta(days=1, hours=1))
    assert METER not in head_end[0].world.meters
    assert not Standing.objects.within(EVERYTHING).exists()


def test_a_payment_anywhere_permits_closing_in_its_own_transaction(
    cast: Cast, li: int, head_end: tuple[Server, HeadEnd]
) -> None:
    server, line = head_end
    later = stopped(cast, line)
    with clock.set_to(later):
        collect(cast.actor("Supervisor Zheng"), [Collected(li, 900_00, "bank-1")], "counter", "list 1")
        assert OutboxEvent.objects.filter(topic="supply.close-permitted").count() == 1
        assert order(Kind.RESTORE).state == State.QUEUED
    for seconds in (1, 2):
        drive_at(line, later + timedelta(seconds=seconds))
    assert order(Kind.RESTORE).state == State.VERIFIED
    assert server.world.meters[METER].closed
    assert Notification.objects.within(EVERYTHING).latest("pk").template == "prepay-restored"


def test_a_payment_that_is_rolled_back_permits_nothing(cast: Cast, li: int, head_end: tuple[Server, HeadEnd]) -> None:
    later = stopped(cast, head_end[1])
    with clock.set_to(later), pytest.raises(RuntimeError), transaction.atomic():
        receive(cast.actor("Ms Li"), li, 900_00, "online", "demo", key="lost")
        raise RuntimeError("the bank said no")
    assert not Command.objects.within(EVERYTHING).filter(kind=Kind.RESTORE).exists()


def test_a_payment_that_is_not_enough_leaves_the_supply_off(
    cast: Cast, li: int, head_end: tuple[Server, HeadEnd]
) -> None:
    later = stopped(cast, head_end[1])
    with clock.set_to(later):
        receive(cast.actor("Ms Li"), li, 1_00, "online", "demo", key="too-little")
    assert not Command.objects.within(EVERYTHING).filter(kind=Kind.RESTORE).exists()


@pytest.mark.parametrize("seed", range(4))
def test_a_line_that_loses_delays_and_repeats_switches_each_order_once(cast: Cast, li: int, seed: int) -> None:
    with simulated(loss=0.3, delay_s=0.01, twice=0.4, seed=seed) as server:
        line, now = LineHeadEnd(*server.server_address), MONDAY + timedelta(days=1, minutes=5)
        read(cast, now.date())
        now = _until_verified(line, now, Kind.STOP)
        assert not server.world.meters[METER].closed
        with clock.set_to(now):
            receive(cast.actor("Ms Li"), li, 900_00, "online", "demo", key="back")
        _until_verified(line, now, Kind.RESTORE)
        assert server.world.meters[METER].closed
        assert server.world.meters[METER].switched == 2
    assert Command.objects.within(EVERYTHING).count() == 2


def _until_verified(line: HeadEnd, now: datetime, kind: str) -> datetime:
    for _ in range(60):
        drive_at(line, now)
        if order(kind).state == State.VERIFIED:
            return now
        now += timedelta(seconds=121)
        time.sleep(0.02)
        if order(kind).state in (State.FAILED, State.EXPIRED):
            with clock.set_to(now):
                retry(system(), order(kind).pk)
    raise AssertionError(order(kind).state)


def test_a_stop_that_arrives_after_the_permission_is_ignored_by_the_meter(
    li: int, head_end: tuple[Server, HeadEnd]
) -> None:
    line = head_end[1]
    line.send(Order("b", 2, METER, "permit-close"))
    line.send(Order("a", 1, METER, "open"))
    assert line.relay_closed(METER) is True
    assert {reply.command_id: reply.done for reply in line.replies()} == {"b": True, "a": False}


def test_an_order_that_nobody_answers_is_tried_and_fails_and_a_person_repeats_it(cast: Cast, li: int) -> None:
    now = MONDAY + timedelta(days=1, minutes=5)
    read(cast, now.date())
    tries = rules.in_force(now.date()).commands.tries_max
    with simulated(loss=1.0) as server:
        line = LineHeadEnd(*server.server_address)
        for _ in range(tries + 1):
            drive_at(line, now)
            now += timedelta(seconds=121)
    assert (order().state, order().tries) == (State.FAILED, tries)
    with pytest.raises(NotAllowed):
        retry(cast.actor("Clerk Wu"), order().pk)
    with pytest.raises(NotInScope):
        retry(cast.actor("Stranger"), order().pk)
    with clock.set_to(now):
        again = retry(cast.actor("Biller Gao"), order().pk)
    assert again.state == State.QUEUED


def test_without_a_head_end_orders_wait(cast: Cast, li: int, settings: Any) -> None:
    settings.HEAD_END = ""
    assert configured() is None
    with clock.set_to(MONDAY + timedelta(days=1, minutes=5)):
        jobs.drive_commands(_Round())
    assert order().state == State.QUEUED
    settings.HEAD_END = "udp://nowhere"
    with pytest.raises(ValueError, match="tcp://host:port"):
        configured()
    settings.HEAD_END = "tcp://127.0.0.1:9"
    with pytest.raises(Unreachable):
        configured().relay_closed(METER)  # type: ignore[union-attr]


def test_an_answer_that_comes_twice_or_late_changes_nothing(
    cast: Cast, li: int, head_end: tuple[Server, HeadEnd]
) -> None:
    stopped(cast, head_end[1])
    before = order()
    acknowledge(system(), before.pk, True)
    acknowledge(system(), before.pk, False, "late")
    assert (order().state, order().ended_at) == (State.VERIFIED, before.ended_at)


@pytest.mark.parametrize(
    ("now", "why"),
    [
        (datetime(2026, 1, 20, 15, 0, tzinfo=UTC), "working days"),  # 23:00 on Tuesday
        (datetime(2026, 1, 24, 3, 0, tzinfo=UTC), "working days"),  # Saturday
    ],
)
@pytest.mark.usefixtures("english")
def test_nobody_is_cut_off_at_night_or_on_a_day_off(
    cast: Cast, li: int, head_end: tuple[Server, HeadEnd], now: datetime, why: str
) -> None:
    read(cast, now.date())
    drive_at(head_end[1], now)
    assert order().state == State.QUEUED
    assert why in order().waits_for
    assert timezone.localtime(order().due_at).hour == 9


@pytest.mark.usefixtures("english")
def test_a_protected_customer_is_never_cut_off(cast: Cast, li: int, head_end: tuple[Server, HeadEnd]) -> None:
    now = MONDAY + timedelta(days=1, minutes=5)
    read(cast, now.date())
    with clock.set_to(MONDAY + timedelta(hours=1)):
        propose_protection(
            cast.actor("Clerk Wu"), li, "medical", "ventilator at home, doctor's letter 12", MONDAY.date()
        )
    drive_at(head_end[1], now)
    assert order().state == State.WITHDRAWN
    count(now + timedelta(minutes=5))
    assert Command.objects.within(EVERYTHING).count() == 1  # none is queued again


@pytest.mark.usefixtures("english")
def test_an_estimate_or_an_old_reading_never_stops_a_supply(
    cast: Cast, li: int, head_end: tuple[Server, HeadEnd]
) -> None:
    now = MONDAY + timedelta(days=3)
    drive_at(head_end[1], now)  # no reading since Sunday
    assert order().state == State.QUEUED
    assert "real readings" in order().waits_for
    flags = np.full((3, 96), Flag.ESTIMATED, np.uint8)
    put_curve(cast, "Ms Li", MONDAY.date(), now.date(), 20_000, flags=flags)
    drive_at(head_end[1], now + timedelta(hours=2))
    assert "real readings" in order().waits_for


@pytest.mark.usefixtures("english")
def test_a_hold_keeps_the_supply_on_and_taking_a_stop_back_needs_a_reason(
    cast: Cast, li: int, head_end: tuple[Server, HeadEnd]
) -> None:
    now, zheng = MONDAY + timedelta(days=1, minutes=5), cast.actor("Supervisor Zheng")
    read(cast, now.date())
    with clock.set_to(MONDAY):
        hold_stops(zheng, li, date(2026, 1, 26), "pays on payday")
    drive_at(head_end[1], now)
    assert "pays on payday" in order().waits_for
    with pytest.raises(Refused, match="reason"):
        withdraw(zheng, order().pk, " ")
    with pytest.raises(NotInScope):
        withdraw(cast.actor("Stranger"), order().pk, "no")
    withdraw(zheng, order().pk, "agreed on the phone")
    with pytest.raises(Refused, match="not over"):
        withdraw(zheng, order().pk, "again")


def test_a_stop_taken_back_after_it_was_sent_permits_closing(cast: Cast, li: int) -> None:
    now = MONDAY + timedelta(days=1, minutes=5)
    read(cast, now.date())
    with simulated(loss=1.0) as server:
        drive_at(LineHeadEnd(*server.server_address), now)
    withdraw(cast.actor("Supervisor Zheng"), order().pk, "wrong customer")
    assert order(Kind.RESTORE).state == State.QUEUED


def test_a_customer_is_told_once_per_level_and_top_up(cast: Cast, li: int) -> None:
    for hours in (1, 2, 3):
        count(MONDAY + timedelta(hours=hours))
    assert Alarm.objects.within(EVERYTHING).count() == 1
    with clock.set_to(MONDAY + timedelta(hours=4)):
        receive(cast.actor("Ms Li"), li, 210_00, "online", "demo", key="some")
    assert list(Alarm.objects.within(EVERYTHING).order_by("pk").values_list("level", flat=True)) == ["stop", "low"]
    read(cast, date(2026, 1, 26))
    count(datetime(2026, 1, 26, 8, tzinfo=CHINA))
    levels = list(Alarm.objects.within(EVERYTHING).order_by("pk").values_list("level", flat=True))
    assert levels == ["stop", "low", "stop"]
    message = Notification.objects.within(EVERYTHING).latest("pk")
    assert timezone.localtime(message.due_at).hour == 9  # nobody is disturbed before nine


def test_levels_follow_the_rules(cast: Cast) -> None:

    found = levels(np.array([5000, 2999, 0, -1, -2000, -2001]), np.full(6, 3000), np.full(6, 2000))
    assert [LEVELS[k] for k in found] == [Level.OK, Level.LOW, Level.LOW, Level.NEGATIVE, Level.NEGATIVE, Level.STOP]


def test_the_rules_are_dated_and_marked_as_to_verify() -> None:
    found = rules.in_force(MONDAY.date())
    assert found.evidence == "M"
    assert found.notes
