"""Cutting Lao Zhou off takes every step of the law, and paying undoes it at any of them."""

from datetime import UTC, datetime, timedelta

import pytest

from gridhall.cis.collections import clocks
from gridhall.cis.collections.actions import (
    approve_disconnection,
    cut,
    decide_protection,
    issue_notice,
    open_dispute,
    propose_disconnection,
    propose_protection,
    reconnect,
    record_delivery,
    tell_again,
    withdraw_disconnection,
)
from gridhall.cis.collections.models import DisconnectionOrder, Notice
from gridhall.cis.payments.actions import receive
from gridhall.platform.errors import NotAllowed, NotInScope, Refused
from gridhall.platform.models import Notification, OutboxEvent
from gridhall.platform.scope import EVERYTHING
from tests.cast import Cast
from tests.cis.collections.owing import TODAY, at, dun, overdue, ten_oclock
from tests.cis.facts import bill_of

State = DisconnectionOrder.State
DAY = timedelta(days=1)
CUT_AT = datetime(2026, 7, 9, 2, tzinfo=UTC)  # a Thursday at ten, four days after the notice reached him


@pytest.fixture
def reminded(cast: Cast, english: None) -> Cast:
    """Lao Zhou and Haisheng Foods are forty days overdue and were visited five days ago."""
    overdue(cast, Lao_Zhou=40, Haisheng_Foods=40)
    dun(TODAY - 14 * DAY)  # a letter
    return cast


def propose(cast: Cast, name: str = "Lao Zhou") -> DisconnectionOrder:
    with at(ten_oclock()):
        return propose_disconnection(cast.actor("Collector Shen"), cast.accounts[name].pk)


def noticed(cast: Cast, name: str = "Lao Zhou") -> DisconnectionOrder:
    order = propose(cast, name)
    with at(ten_oclock(TODAY + DAY)):
        return issue_notice(cast.actor("Collector Shen"), order.pk, CUT_AT)


def deliver(cast: Cast, order: DisconnectionOrder, day: int = 4, kind: str = "customer") -> Notice:
    notice = clocks.newest(order, kind)
    with at(ten_oclock(TODAY + day * DAY)):
        return record_delivery(
            cast.actor("Fitter Sun"), notice.pk, ten_oclock(TODAY + day * DAY), "hand", "his son", "receipt 77"
        )


def approved(cast: Cast) -> DisconnectionOrder:
    order = noticed(cast)
    deliver(cast, order)
    with at(ten_oclock(TODAY + 5 * DAY)):
        return approve_disconnection(cast.actor("Checker Ma"), order.pk)


def executed(cast: Cast) -> DisconnectionOrder:
    order = approved(cast)
    with at(CUT_AT - timedelta(minutes=40)):
        tell_again(cast.actor("Fitter Sun"), order.pk, "sms")
    with at(CUT_AT):
        return cut(cast.actor("Fitter Sun"), order.pk, "5123.40", "IMG-0042")


def pay_all(cast: Cast, moment: datetime, name: str = "Lao Zhou") -> None:
    with at(moment):
        receive(cast.actor(name), cast.accounts[name].pk, 50_000_00, "online", "demo", key=f"all-{name}")


def test_every_step_in_its_order_cuts_and_payment_brings_it_back_within_a_day(reminded: Cast) -> None:
    order = executed(reminded)
    assert (order.state, order.cut_reading, order.cut_photo) == (State.EXECUTED, "5123.40", "IMG-0042")
    paid_at = CUT_AT + timedelta(hours=3)
    pay_all(reminded, paid_at)
    order.refresh_from_db()
    assert (order.state, order.paid_at, order.reconnect_by) == (State.TO_RECONNECT, paid_at, paid_at + DAY)
    with at(paid_at + timedelta(hours=2)):
        order = reconnect(reminded.actor("Fitter Sun"), order.pk, "5123.40", "IMG-0043")
    assert order.state == State.RECONNECTED
    assert list(OutboxEvent.objects.filter(topic__startswith="supply").values_list("topic", flat=True)) == [
        "supply.disconnected", "supply.reconnected",
    ]  # fmt: skip


@pytest.mark.parametrize(("age", "says"), [(30, "More than 30 days overdue"), (20, "More than 30 days")])
def test_a_debt_of_thirty_days_is_too_young(cast: Cast, english: None, age: int, says: str) -> None:
    overdue(cast, Lao_Zhou=age)
    dun(TODAY - 4 * DAY)
    with pytest.raises(Refused, match=says):
        propose(cast)


def test_who_was_never_reminded_is_not_cut_off(cast: Cast, english: None) -> None:
    overdue(cast, Lao_Zhou=40)
    with pytest.raises(Refused, match="Reminded of this debt"):
        propose(cast)
    dun(TODAY - DAY)  # yesterday is not early enough
    with pytest.raises(Refused, match="Reminded of this debt"):
        propose(cast)


def test_a_message_that_nobody_took_is_no_reminder(cast: Cast, english: None) -> None:
    overdue(cast, Lao_Zhou=40)
    dun(TODAY - 14 * DAY)
    Notification.objects.update(sent_at=None)
    with pytest.raises(Refused, match="Reminded of this debt"):
        propose(cast)


def test_a_disputed_bill_or_a_small_debt_cuts_nobody_off(reminded: Cast) -> None:
    order = noticed(reminded)
    with at(ten_oclock(TODAY + DAY)):
        open_dispute(reminded.actor("Lao Zhou"), bill_of(reminded, "Lao Zhou", 202601).pk, "I was away in January")
    order.refresh_from_db()
    assert order.state == State.CANCELLED
    with pytest.raises(Refused, match=r"overdue \(now 0\)"):
        propose(reminded)


def test_the_list_stands_against_it_at_every_step(reminded: Cast) -> None:
    order = approved(reminded)
    with at(CUT_AT - DAY):
        row = propose_protection(
            reminded.actor("Clerk Wu"), reminded.accounts["Lao Zhou"].pk, "medical", "certificate 3", TODAY
        )
    with at(CUT_AT - timedelta(minutes=40)):
        tell_again(reminded.actor("Fitter Sun"), order.pk, "phone")
    with at(CUT_AT):
        with pytest.raises(Refused, match="Medical equipment"):
            cut(reminded.actor("Fitter Sun"), order.pk, "5123.40", "IMG-1")
        decide_protection(reminded.actor("Checker Ma"), row.pk, False, "certificate of a neighbour")
        assert cut(reminded.actor("Fitter Sun"), order.pk, "5123.40", "IMG-1").state == State.EXECUTED


def test_the_approver_is_told_which_step_is_missing(reminded: Cast) -> None:
    order = noticed(reminded)
    with at(ten_oclock(TODAY + 5 * DAY)):
        with pytest.raises(Refused, match="notice reached the customer"):
            approve_disconnection(reminded.actor("Checker Ma"), order.pk)
        with pytest.raises(NotAllowed):
            approve_disconnection(reminded.actor("Collector Shen"), order.pk)
    deliver(reminded, order, day=6)  # two days before the cut: too late
    with at(ten_oclock(TODAY + 6 * DAY)), pytest.raises(Refused, match="3 to 7 days after the notice"):
        approve_disconnection(reminded.actor("Checker Ma"), order.pk)
    with at(ten_oclock(TODAY + 6 * DAY)):
        own = withdraw_disconnection(reminded.actor("Collector Shen"), order.pk, "notice came late")
    assert own.state == State.CANCELLED


def test_who_proposed_may_not_approve(reminded: Cast) -> None:
    with at(ten_oclock()):
        order = propose_disconnection(reminded.actor("Checker Ma"), reminded.accounts["Lao Zhou"].pk)
        with pytest.raises(Refused, match="second person"):
            approve_disconnection(reminded.actor("Checker Ma"), order.pk)


def test_notices_have_their_days_hours_and_proof(reminded: Cast) -> None:
    order, shen = propose(reminded), reminded.actor("Collector Shen")
    with at(ten_oclock()):
        with pytest.raises(Refused, match="at least 3 days"):
            issue_notice(shen, order.pk, ten_oclock(TODAY + 2 * DAY))
        with pytest.raises(Refused, match="working day"):
            issue_notice(shen, order.pk, ten_oclock(TODAY + 3 * DAY))  # a Saturday
        with pytest.raises(Refused, match="working day"):
            issue_notice(shen, order.pk, CUT_AT + timedelta(hours=8))
        issue_notice(shen, order.pk, CUT_AT)
        notice = clocks.newest(order, "customer")
        assert "2026-07-09 10:00" in notice.subject
        assert "免费" in notice.body or "不收取任何费用" in notice.body
        with pytest.raises(Refused, match="evidence"):
            record_delivery(shen, notice.pk, ten_oclock(), "hand", "", " ")
        with pytest.raises(Refused, match="between the issue"):
            record_delivery(shen, notice.pk, ten_oclock(TODAY - DAY), "hand", "", "receipt 1")
        record_delivery(shen, notice.pk, ten_oclock(), "hand", "his wife", "receipt 1")
        with pytest.raises(Refused, match="already"):
            record_delivery(shen, notice.pk, ten_oclock(), "post", "", "receipt 2")


def test_an_important_user_needs_the_copy_to_the_authority(reminded: Cast) -> None:
    with at(ten_oclock()):
        propose_protection(
            reminded.actor("Clerk Wu"), reminded.accounts["Haisheng Foods"].pk, "important", "list of the city", TODAY
        )
    order = noticed(reminded, "Haisheng Foods")
    deliver(reminded, order)
    with at(ten_oclock(TODAY + 5 * DAY)), pytest.raises(Refused, match="authority has its copy"):
        approve_disconnection(reminded.actor("Checker Ma"), order.pk)
    deliver(reminded, order, kind="authority")
    with at(ten_oclock(TODAY + 5 * DAY)):
        assert approve_disconnection(reminded.actor("Checker Ma"), order.pk).state == State.APPROVED


def test_the_last_notice_comes_thirty_minutes_before_and_the_hour_is_kept(reminded: Cast) -> None:
    order, sun = approved(reminded), reminded.actor("Fitter Sun")
    with at(CUT_AT), pytest.raises(Refused, match="30 minutes before"):
        cut(sun, order.pk, "5123.40", "IMG-1")
    with at(CUT_AT - timedelta(minutes=20)):
        tell_again(sun, order.pk, "phone", "Lao Zhou himself")
    with at(CUT_AT), pytest.raises(Refused, match="30 minutes before"):
        cut(sun, order.pk, "5123.40", "IMG-1")
    with at(CUT_AT - timedelta(minutes=5)), pytest.raises(Refused, match="30 minutes before"):
        cut(sun, order.pk, "5123.40", "IMG-1")
    with at(CUT_AT + timedelta(hours=8)), pytest.raises(Refused, match="working hour"):
        cut(sun, order.pk, "5123.40", "IMG-1")
    with at(CUT_AT + timedelta(minutes=10)):
        with pytest.raises(Refused, match="meter shows"):
            cut(sun, order.pk, "about 5000", "IMG-1")
        with pytest.raises(Refused, match="photo"):
            cut(sun, order.pk, "5123.40", "")
        assert cut(sun, order.pk, "5123.40", "IMG-1").state == State.EXECUTED


def test_paying_before_the_cut_cancels_the_order_and_the_fitter_cannot_cut(reminded: Cast) -> None:
    order = approved(reminded)
    pay_all(reminded, CUT_AT - timedelta(minutes=1))
    order.refresh_from_db()
    assert (order.state, order.why) == (State.CANCELLED, "paid")
    with at(CUT_AT), pytest.raises(Refused, match="Cancelled"):
        cut(reminded.actor("Fitter Sun"), order.pk, "5123.40", "IMG-1")


def test_a_new_time_makes_new_notices_and_undoes_the_approval(reminded: Cast) -> None:
    order = approved(reminded)
    with at(ten_oclock(TODAY + 5 * DAY)):
        order = issue_notice(reminded.actor("Collector Shen"), order.pk, CUT_AT + 4 * DAY)
    assert (order.state, order.approved_at) == (State.NOTICED, None)
    assert clocks.newest(order, "customer").delivered_at is None
    assert Notice.objects.within(EVERYTHING).filter(order=order).count() == 2


def test_the_rules_may_ask_for_the_approval_before_the_notice(reminded: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    import msgspec

    from gridhall.cis.collections import rules

    law = msgspec.structs.replace(rules.disconnection(TODAY), approval="before_notice")
    monkeypatch.setattr(rules, "disconnection", lambda _on: law)
    order = propose(reminded)
    with at(ten_oclock(TODAY + DAY)):
        with pytest.raises(Refused, match="before the notice"):
            issue_notice(reminded.actor("Collector Shen"), order.pk, CUT_AT)
        approve_disconnection(reminded.actor("Checker Ma"), order.pk)
        order = issue_notice(reminded.actor("Collector Shen"), order.pk, CUT_AT)
    assert order.approved_at is not None


def test_the_stranger_finds_no_order(reminded: Cast) -> None:
    order, stranger = noticed(reminded), reminded.actor("Stranger")
    notice = clocks.newest(order, "customer")
    with at(ten_oclock(TODAY + DAY)):
        for attempt in (
            lambda: propose_disconnection(stranger, reminded.accounts["Ms Li"].pk),
            lambda: issue_notice(stranger, order.pk, CUT_AT),
            lambda: record_delivery(stranger, notice.pk, ten_oclock(TODAY + DAY), "hand", "", "receipt 1"),
            lambda: approve_disconnection(stranger, order.pk),
            lambda: withdraw_disconnection(stranger, order.pk, "curious"),
            lambda: tell_again(stranger, order.pk, "sms"),
            lambda: cut(stranger, order.pk, "1", "IMG-1"),
            lambda: reconnect(stranger, order.pk, "1", "IMG-1"),
        ):
            with pytest.raises(NotInScope):
                attempt()
