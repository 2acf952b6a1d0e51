"""Instalments that pause dunning while they are kept, and questions about a bill."""

from datetime import timedelta

import pytest

from gridhall.cis.collections.actions import (
    Part,
    answer_dispute,
    cancel_arrangement,
    decide_arrangement,
    open_dispute,
    propose_arrangement,
)
from gridhall.cis.collections.arrangements import equal_parts, progress
from gridhall.cis.collections.models import Arrangement, Dispute, DunningCase, Touch
from gridhall.cis.ledger.queries import open_items
from gridhall.cis.payments.actions import receive
from gridhall.platform.errors import NotInScope, Refused
from gridhall.platform.models import Notification
from gridhall.platform.scope import EVERYTHING
from tests.cast import Cast
from tests.cis.collections.owing import TODAY, at, dun, overdue, ten_oclock
from tests.cis.facts import bill_of

State = Arrangement.State
DAY = timedelta(days=1)


@pytest.fixture
def owing(cast: Cast, english: None) -> Cast:
    """Lao Zhou is twenty days overdue and was called."""
    overdue(cast, Lao_Zhou=20)
    dun()
    return cast


def parts(total_fen: int, count: int = 3) -> list[Part]:
    return [Part(TODAY + 30 * n * DAY, fen) for n, fen in enumerate(equal_parts(total_fen, count))]


def proposed(cast: Cast, by: str = "Collector Shen") -> Arrangement:
    account = cast.accounts["Lao Zhou"].pk
    first = open_items(account)[0]
    with at(ten_oclock()):
        return propose_arrangement(cast.actor(by), account, [first.bill_id], parts(first.total_fen))


def kept(cast: Cast) -> Arrangement:
    row = proposed(cast)
    with at(ten_oclock()):
        return decide_arrangement(cast.actor("Checker Ma"), row.pk, True)


def pay(cast: Cast, fen: int, day: int) -> None:
    with at(ten_oclock(TODAY + day * DAY)):
        receive(cast.actor("Lao Zhou"), cast.accounts["Lao Zhou"].pk, fen, "online", "demo", key=f"pay-{day}")


def case(cast: Cast) -> DunningCase:
    return DunningCase.objects.within(EVERYTHING).get(account=cast.accounts["Lao Zhou"])


def test_an_approved_arrangement_pauses_dunning_at_once(owing: Cast) -> None:
    row = proposed(owing)
    assert case(owing).state == DunningCase.State.OPEN
    with at(ten_oclock()):
        decide_arrangement(owing.actor("Checker Ma"), row.pk, True)
    assert (case(owing).state, case(owing).why) == (DunningCase.State.PAUSED, "arranged")
    before = Touch.objects.within(EVERYTHING).count()
    pay(owing, row.instalments.first().amount_fen, 0)
    for day in (10, 20, 29):
        dun(TODAY + day * DAY)
    assert Touch.objects.within(EVERYTHING).count() == before


def test_a_broken_one_lets_dunning_go_on_after_the_days_of_grace(owing: Cast) -> None:
    row = kept(owing)
    dun(TODAY + 3 * DAY)
    row.refresh_from_db()
    assert row.state == State.KEPT  # three days of grace
    dun(TODAY + 4 * DAY)
    row.refresh_from_db()
    assert (row.state, row.ended_on) == (State.BROKEN, TODAY + 4 * DAY)
    assert case(owing).state == DunningCase.State.OPEN


def test_paying_the_instalments_keeps_it_and_the_last_completes_it(owing: Cast) -> None:
    row = kept(owing)
    for number, part in enumerate(row.instalments.all()):
        pay(owing, part.amount_fen, 30 * number)
        dun(TODAY + (30 * number + 5) * DAY)
        row.refresh_from_db()
        assert row.state in (State.KEPT, State.COMPLETED)
    # Penalties grew meanwhile and were paid first; the rest of the bill is what they took.
    left = progress(row, TODAY + 66 * DAY)
    pay(owing, left.open_fen + 500_00, 67)
    row.refresh_from_db()
    assert row.state == State.COMPLETED


def test_the_plan_has_to_fit_the_rules(owing: Cast) -> None:
    account, shen = owing.accounts["Lao Zhou"].pk, owing.actor("Collector Shen")
    first = open_items(account)[0]
    for plan, says in (
        (parts(first.total_fen, 1), "2 to 12"),
        (parts(first.total_fen - 1), "add up"),
        ([Part(TODAY, 1), Part(TODAY + 20 * DAY, first.total_fen - 1)], "at least 10 %"),
        ([Part(TODAY, first.total_fen - 100), Part(TODAY + 40 * DAY, 100)], "at most 31 days"),
    ):
        with at(ten_oclock()), pytest.raises(Refused, match=says):
            propose_arrangement(shen, account, [first.bill_id], plan)
    with at(ten_oclock()), pytest.raises(Refused, match="of this account"):
        propose_arrangement(shen, account, [bill_of(owing, "Ms Li", 202601).pk], parts(100_00))


def test_a_second_person_decides_and_one_arrangement_at_a_time(owing: Cast) -> None:
    row = proposed(owing, by="Lao Zhou")
    with pytest.raises(Refused, match="already"):
        proposed(owing)
    with at(ten_oclock()):
        with pytest.raises(Refused, match="Say why"):
            decide_arrangement(owing.actor("Checker Ma"), row.pk, False)
        decide_arrangement(owing.actor("Checker Ma"), row.pk, False, "too long")
        own = propose_arrangement(owing.actor("Checker Ma"), row.account_id, [row.bills.get().pk], parts(row.total_fen))
        with pytest.raises(Refused, match="second person"):
            decide_arrangement(owing.actor("Checker Ma"), own.pk, True)
        cancel_arrangement(owing.actor("Collector Shen"), own.pk, "customer changed his mind")
        with pytest.raises(Refused, match="ended already"):
            cancel_arrangement(owing.actor("Collector Shen"), own.pk, "once more")


def test_a_disputed_bill_is_not_dunned_until_the_office_has_answered(owing: Cast) -> None:
    bill = bill_of(owing, "Lao Zhou", 202601)
    with at(ten_oclock()):
        row = open_dispute(owing.actor("Lao Zhou"), bill.pk, "The reading is my neighbour's")
        with pytest.raises(Refused, match="waits for its answer"):
            open_dispute(owing.actor("Lao Zhou"), bill.pk, "still")
    assert (case(owing).state, case(owing).why) == (DunningCase.State.PAUSED, "disputed")
    dun(TODAY + 10 * DAY)
    assert Touch.objects.within(EVERYTHING).count() == 1
    with at(ten_oclock(TODAY + 10 * DAY)):
        answer_dispute(owing.actor("Biller Gao"), row.pk, False, "The photo shows your meter.")
    message = Notification.objects.get(template="dispute-answered")
    assert message.data["answer"] == "The photo shows your meter."
    dun(TODAY + 11 * DAY)
    assert case(owing).stage == "letter"
    assert Touch.objects.within(EVERYTHING).count() == 2


def test_another_bill_is_dunned_while_one_is_disputed(owing: Cast) -> None:
    bill_of(owing, "Lao Zhou", 202602)
    from gridhall.cis.billing.models import Bill

    later = Bill.objects.within(EVERYTHING).filter(account=owing.accounts["Lao Zhou"], month=202602)
    later.update(due_on=TODAY - 4 * DAY)
    with at(ten_oclock()):
        open_dispute(owing.actor("Lao Zhou"), bill_of(owing, "Lao Zhou", 202601).pk, "not mine")
    dun(TODAY + DAY)
    assert (case(owing).stage, case(owing).oldest_due_on) == ("reminder", TODAY - 4 * DAY)


def test_the_stranger_and_other_customers_find_nothing(owing: Cast) -> None:
    row, stranger = proposed(owing), owing.actor("Stranger")
    bill = bill_of(owing, "Lao Zhou", 202601)
    with at(ten_oclock()):
        dispute = open_dispute(owing.actor("Lao Zhou"), bill.pk, "not mine")
        for attempt in (
            lambda: propose_arrangement(stranger, row.account_id, [bill.pk], parts(100)),
            lambda: decide_arrangement(stranger, row.pk, True),
            lambda: cancel_arrangement(stranger, row.pk, "curious"),
            lambda: open_dispute(owing.actor("Ms Li"), bill.pk, "curious"),
            lambda: answer_dispute(stranger, dispute.pk, True, "curious"),
        ):
            with pytest.raises(NotInScope):
                attempt()
    assert not Arrangement.objects.within(stranger.scope).exists()
    assert not Dispute.objects.within(stranger.scope).exists()
