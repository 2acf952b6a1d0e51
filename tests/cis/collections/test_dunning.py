"""The day of the collections desk: who is touched, how, with which words, and when it ends."""

from datetime import UTC, datetime, timedelta

import pytest

from gridhall.cis.collections.actions import choose_channel, make_touch, record_touch
from gridhall.cis.collections.jobs import DAY_JOB
from gridhall.cis.collections.models import DunningCase, Touch
from gridhall.cis.collections.queries import cases, touches_of
from gridhall.cis.ledger.queries import open_items
from gridhall.cis.payments.actions import receive
from gridhall.platform import jobs
from gridhall.platform.errors import NotAllowed, NotInScope, Refused
from gridhall.platform.models import AuditEvent, Job, Notification
from gridhall.platform.scope import EVERYTHING
from tests.cast import Cast
from tests.cis.collections.owing import TODAY, at, dun, overdue, ten_oclock


def case_of(cast: Cast, name: str) -> DunningCase:
    return DunningCase.objects.within(EVERYTHING).get(account=cast.accounts[name])


def touches(cast: Cast, name: str) -> list[Touch]:
    return list(touches_of(EVERYTHING, cast.accounts[name].pk).order_by("pk"))


def pay(cast: Cast, name: str, fen: int) -> None:
    receive(cast.actor(name), cast.accounts[name].pk, fen, "online", "demo", key=f"pay-{name}-{fen}")


def test_lao_zhou_is_reminded_by_text_message_in_chinese(cast: Cast) -> None:
    overdue(cast, Lao_Zhou=3)
    dun()
    (touch,) = touches(cast, "Lao Zhou")
    assert (touch.stage, touch.channel, touch.state) == ("reminder", "sms", Touch.State.SENT)
    assert "2026-06-28" in touch.body and "尚有电费" in touch.subject
    message = Notification.objects.get(pk=touch.notification_id)
    assert (message.recipient, message.template, message.account_id) == (
        "13800010002", "dunning-reminder", cast.accounts["Lao Zhou"].pk,
    )  # fmt: skip
    case = case_of(cast, "Lao Zhou")
    assert (case.stage, case.state, case.overdue_fen) == ("reminder", DunningCase.State.OPEN, touch.overdue_fen)


def test_sunny_roof_reads_english_and_a_firm_gets_a_letter(cast: Cast) -> None:
    overdue(cast, Sunny_Roof=12, Haisheng_Foods=7)
    dun()
    assert touches(cast, "Sunny Roof")[0].subject.endswith("has been overdue for 12 days")
    (firm,) = touches(cast, "Haisheng Foods")
    assert (firm.stage, firm.channel) == ("urgent", "letter")
    assert "港前大道66号" in Notification.objects.get(pk=firm.notification_id).recipient


def test_who_owes_nothing_overdue_or_too_little_is_left_alone(cast: Cast) -> None:
    overdue(cast, Ms_Li=20)
    open_fen = open_items(cast.accounts["Ms Li"].pk)[0].principal_fen
    with at(ten_oclock()):
        pay(cast, "Ms Li", open_fen + 668 - 999)  # 668 of penalty are paid first to the oldest bill; 9.99 stay open
    dun()
    assert not Touch.objects.within(EVERYTHING).exists()
    assert not DunningCase.objects.within(EVERYTHING).exists()


def test_running_the_day_twice_touches_once(cast: Cast) -> None:
    overdue(cast, Lao_Zhou=3, Ms_Li=30)
    dun()
    Job.objects.filter(kind=DAY_JOB).update(state=Job.State.QUEUED, checkpoint={}, due_at=ten_oclock())
    with at(ten_oclock()):
        jobs.run_until_idle()
    assert Touch.objects.within(EVERYTHING).count() == 2
    assert Notification.objects.filter(template__startswith="dunning").count() == 2


def test_a_debt_moves_through_its_stages_day_by_day(cast: Cast) -> None:
    overdue(cast, Lao_Zhou=1)
    for day in range(36):
        dun(TODAY + timedelta(days=day))
    seen = [(touch.stage, touch.channel, (touch.made_at.date() - TODAY).days) for touch in touches(cast, "Lao Zhou")]
    assert seen == [
        ("reminder", "sms", 2), ("urgent", "sms", 11), ("call", "phone", 19), ("letter", "letter", 25),
        ("visit", "door", 34),
    ]  # fmt: skip
    assert [touch.state for touch in touches(cast, "Lao Zhou")][2] == Touch.State.TO_DO


def test_a_customer_without_a_telephone_gets_a_letter_and_who_chose_the_web_hall_is_told_there(cast: Cast) -> None:
    overdue(cast, Lao_Zhou=3, Ms_Li=3)
    customer = cast.customers["Lao Zhou"]
    customer.phone = ""
    customer.save()
    choose_channel(cast.actor("Ms Li"), cast.accounts["Ms Li"].pk, "web")
    dun()
    assert touches(cast, "Lao Zhou")[0].channel == "letter"
    assert touches(cast, "Ms Li")[0].channel == "web"
    with pytest.raises(NotInScope):
        choose_channel(cast.actor("Ms Li"), cast.accounts["Lao Zhou"].pk, "web")


def test_no_message_about_a_debt_goes_out_by_night_or_on_a_day_off(cast: Cast) -> None:
    overdue(cast, Lao_Zhou=3)
    from gridhall.cis.collections import jobs as days

    with at(datetime(2026, 7, 1, 15, 30, tzinfo=UTC)):  # half past eleven at night
        days.submit(TODAY)
        jobs.run_until_idle()
    message = Notification.objects.get(pk=touches(cast, "Lao Zhou")[0].notification_id)
    assert message.due_at == datetime(2026, 7, 2, 1, tzinfo=UTC)
    assert message.sent_at is None


def test_paying_ends_it_at_once_and_takes_back_what_was_not_sent(cast: Cast) -> None:
    overdue(cast, Lao_Zhou=20)
    dun()
    assert [touch.channel for touch in touches(cast, "Lao Zhou")] == ["phone"]
    with at(ten_oclock()):
        pay(cast, "Lao Zhou", 500_00)
    case = case_of(cast, "Lao Zhou")
    assert (case.state, case.why, case.ended_on) == (DunningCase.State.ENDED, "paid", TODAY)
    assert touches(cast, "Lao Zhou")[0].state == Touch.State.WITHDRAWN
    assert AuditEvent.objects.filter(tag="dunning:stop").count() == 1


def test_paying_before_the_message_went_out_withdraws_it(cast: Cast) -> None:
    overdue(cast, Lao_Zhou=3)
    night = datetime(2026, 7, 1, 15, 30, tzinfo=UTC)
    from gridhall.cis.collections import jobs as days

    with at(night):
        days.submit(TODAY)
        jobs.run_until_idle()
        pay(cast, "Lao Zhou", 500_00)
    touch = touches(cast, "Lao Zhou")[0]
    assert touch.state == Touch.State.WITHDRAWN
    message = Notification.objects.get(pk=touch.notification_id)
    assert (message.due_at, message.sent_at) == (None, None)


def test_part_of_the_debt_keeps_the_case_open(cast: Cast) -> None:
    overdue(cast, Lao_Zhou=20)
    dun()
    with at(ten_oclock()):
        pay(cast, "Lao Zhou", 10_00)
    assert case_of(cast, "Lao Zhou").state == DunningCase.State.OPEN


def test_a_collector_writes_down_a_call_and_reminds_by_hand_once_a_day(cast: Cast, english: None) -> None:
    overdue(cast, Lao_Zhou=20)
    dun()
    shen = cast.actor("Collector Shen")
    with at(ten_oclock()):
        call = record_touch(shen, touches(cast, "Lao Zhou")[0].pk, "reached", "pays on Friday")
        assert (call.state, call.outcome, call.done_by) == (Touch.State.DONE, "reached", "Collector Shen")
        with pytest.raises(Refused, match="does not wait"):
            record_touch(shen, call.pk, "nobody")
        make_touch(shen, cast.accounts["Lao Zhou"].pk, "sms")
        with pytest.raises(Refused, match="today already"):
            make_touch(shen, cast.accounts["Lao Zhou"].pk, "sms")
        with pytest.raises(Refused, match="nothing overdue"):
            make_touch(shen, cast.accounts["Ms Li"].pk, "sms")


def test_the_stranger_sees_no_case_and_touches_nobody(cast: Cast) -> None:
    overdue(cast, Lao_Zhou=20)
    dun()
    stranger = cast.actor("Stranger")
    assert not cases(stranger.scope).exists()
    assert not touches_of(stranger.scope, cast.accounts["Lao Zhou"].pk).exists()
    with at(ten_oclock()):
        with pytest.raises(NotInScope):
            make_touch(stranger, cast.accounts["Lao Zhou"].pk, "sms")
        with pytest.raises(NotInScope):
            record_touch(stranger, touches(cast, "Lao Zhou")[0].pk, "nobody")
        with pytest.raises(NotAllowed):
            make_touch(cast.actor("Clerk Wu"), cast.accounts["Lao Zhou"].pk, "sms")
