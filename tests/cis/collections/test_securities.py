"""Deposits and guarantees, waived penalties and bills that nobody will pay: every one balanced in the books."""

from datetime import timedelta

import pytest

from gridhall.cis.billing.actions import reverse as reverse_bill
from gridhall.cis.collections.actions import (
    Paper,
    call_guarantee,
    decide_relief,
    propose_waiver,
    propose_write_off,
    recover,
    return_guarantee,
    take_guarantee,
)
from gridhall.cis.collections.guarantees import asked_fen, ending
from gridhall.cis.collections.models import Guarantee, Relief
from gridhall.cis.ledger.queries import open_items, owed_fen, prepaid_fen, statement, trial_balance
from gridhall.cis.payments.actions import assess_penalties, receive
from gridhall.cis.payments.queries import standing
from gridhall.platform.errors import NotAllowed, NotInScope, Refused
from gridhall.platform.scope import EVERYTHING
from tests.cast import Cast
from tests.cis.collections.owing import TODAY, at, overdue, ten_oclock
from tests.cis.facts import bill_of

DAY = timedelta(days=1)


@pytest.fixture
def owing(cast: Cast, english: None) -> Cast:
    """Lao Zhou and Haisheng Foods are forty days overdue with January's bill."""
    overdue(cast, Lao_Zhou=40, Haisheng_Foods=40)
    return cast


def test_a_deposit_is_a_liability_is_called_for_the_debt_and_the_rest_returned(owing: Cast) -> None:
    account = owing.accounts["Lao Zhou"].pk
    shen, ma = owing.actor("Collector Shen"), owing.actor("Checker Ma")
    first = open_items(account)[0]
    with at(ten_oclock()):
        row = take_guarantee(shen, account, "deposit", 500_00, Paper("transfer 889"))
        assert trial_balance()["customer-deposit"] == -500_00
        assert statement(account, TODAY - 400 * DAY, TODAY).closing_fen == owed_fen(account)
        with pytest.raises(Refused, match="Something is overdue"):
            return_guarantee(ma, row.pk, "moves out")
        with pytest.raises(Refused, match="at most what is overdue"):
            call_guarantee(ma, row.pk, first.principal_fen + 1, "January")
        call_guarantee(ma, row.pk, first.principal_fen, "January")
        assert trial_balance()["customer-deposit"] == first.principal_fen - 500_00
        assert account not in {item.bill_id for item in open_items(account) if item.bill_id == first.bill_id}
        row = return_guarantee(ma, row.pk, "moves out")
    assert row.state == Guarantee.State.RETURNED
    assert trial_balance()["customer-deposit"] == 0
    with at(ten_oclock()), pytest.raises(Refused, match="not held"):
        return_guarantee(ma, row.pk, "again")


def test_a_bank_guarantee_is_paper_until_the_bank_pays(owing: Cast) -> None:
    account = owing.accounts["Haisheng Foods"].pk
    paper = Paper("LG-2026-3", "Linhai Bank", TODAY - 300 * DAY, TODAY + 30 * DAY)
    with at(ten_oclock()):
        with pytest.raises(Refused, match="who stands for it"):
            take_guarantee(owing.actor("Collector Shen"), account, "bank", 1_000_00, Paper("LG-1"))
        row = take_guarantee(owing.actor("Collector Shen"), account, "bank", 1_000_00, paper)
        assert "customer-deposit" not in trial_balance()
        assert list(ending(EVERYTHING, TODAY)) == [row]
        assert list(ending(EVERYTHING, TODAY - 40 * DAY)) == []
        before = trial_balance().get("bank", 0)
        row = call_guarantee(owing.actor("Checker Ma"), row.pk, 1_000_00, "January")
    assert row.state == Guarantee.State.CALLED
    assert trial_balance()["bank"] == before + 1_000_00


def test_who_took_it_may_neither_call_nor_return_it(owing: Cast) -> None:
    account = owing.accounts["Lao Zhou"].pk
    with at(ten_oclock()):
        row = take_guarantee(owing.actor("Checker Ma"), account, "deposit", 100_00, Paper("transfer 1"))
        with pytest.raises(Refused, match="second person"):
            call_guarantee(owing.actor("Checker Ma"), row.pk, 50_00, "January")
        with pytest.raises(Refused, match="second person"):
            return_guarantee(owing.actor("Checker Ma"), row.pk, "January")
        with pytest.raises(NotAllowed):
            call_guarantee(owing.actor("Collector Shen"), row.pk, 50_00, "January")


def test_a_household_is_asked_for_a_month_and_a_firm_for_two(owing: Cast) -> None:
    def bills(name: str) -> list[int]:
        return [bill_of(owing, name, month).total_fen for month in (202601, 202602)]

    assert asked_fen(owing.accounts["Ms Li"].pk, TODAY) == -(-sum(bills("Ms Li")) // 2)
    assert asked_fen(owing.accounts["Haisheng Foods"].pk, TODAY) == sum(bills("Haisheng Foods"))


def test_a_waived_penalty_is_not_charged_again_and_grows_on_from_there(owing: Cast) -> None:
    account, bill = owing.accounts["Lao Zhou"].pk, bill_of(owing, "Lao Zhou", 202601)
    with at(ten_oclock()):
        row = propose_waiver(owing.actor("Collector Shen"), bill.pk, 100, "hardship", "was in hospital")
        before = open_items(account)[0].penalty_fen
        with pytest.raises(NotAllowed):
            decide_relief(owing.actor("Collector Shen"), row.pk, True)
        decide_relief(owing.actor("Checker Ma"), row.pk, True)
        assert open_items(account)[0].penalty_fen == before - 100
        assess_penalties(owing.actor("Biller Gao"), account, TODAY)
        assert open_items(account)[0].penalty_fen == before - 100
        grown = standing(account, TODAY + DAY).items[0].penalty_fen
    assert grown > before - 100
    with at(ten_oclock()), pytest.raises(Refused, match="at most the penalty"):
        propose_waiver(owing.actor("Collector Shen"), bill.pk, before, "hardship", "was in hospital")


def test_a_reversed_bill_does_not_pay_out_a_penalty_that_was_waived(owing: Cast) -> None:
    account, bill = owing.accounts["Lao Zhou"].pk, bill_of(owing, "Lao Zhou", 202601)
    with at(ten_oclock()):
        row = propose_waiver(owing.actor("Collector Shen"), bill.pk, 100, "error", "our mistake")
        decide_relief(owing.actor("Checker Ma"), row.pk, True)
        reverse_bill(owing.actor("Biller Gao"), bill.pk, "wrong reading")
    assert bill.pk not in {item.bill_id for item in open_items(account)}
    assert prepaid_fen(account) == 0


def test_a_small_bill_is_written_off_alone_and_a_large_one_by_two(owing: Cast) -> None:
    shen, ma = owing.actor("Collector Shen"), owing.actor("Checker Ma")
    small, large = bill_of(owing, "Lao Zhou", 202601), bill_of(owing, "Haisheng Foods", 202601)
    with at(ten_oclock()):
        one = propose_write_off(shen, small.pk, "death", "certificate of the registry")
        assert one.amount_fen <= 100_00
        assert one.state == Relief.State.POSTED
        assert small.pk not in {item.bill_id for item in open_items(small.account_id)}
        two = propose_write_off(shen, large.pk, "bankrupt", "court's decision 12")
        assert two.state == Relief.State.PROPOSED
        with pytest.raises(Refused, match="already"):
            propose_write_off(shen, large.pk, "bankrupt", "court's decision 12")
        with pytest.raises(Refused, match="not due yet"):
            propose_write_off(shen, bill_of(owing, "Ms Li", 202601).pk, "gone", "nobody there")
        decide_relief(ma, two.pk, True)
    assert trial_balance()["written-off"] == one.amount_fen + two.amount_fen


def test_a_later_payment_posts_the_written_off_bill_back(owing: Cast) -> None:
    account, bill = owing.accounts["Lao Zhou"].pk, bill_of(owing, "Lao Zhou", 202601)
    with at(ten_oclock()):
        row = propose_write_off(owing.actor("Collector Shen"), bill.pk, "gone", "nobody there for a year")
        with pytest.raises(Refused, match="Nothing was paid in"):
            recover(owing.actor("Collector Shen"), row.pk)
        rest = open_items(account)[0].total_fen
        receive(owing.actor("Lao Zhou"), account, rest + 10_00, "online", "demo", key="found again")
        row = recover(owing.actor("Collector Shen"), row.pk)
        assert (row.recovered_fen, trial_balance()["written-off"]) == (10_00, row.amount_fen - 10_00)
        receive(owing.actor("Lao Zhou"), account, row.amount_fen, "online", "demo", key="the rest")
        row = recover(owing.actor("Collector Shen"), row.pk)
    assert (row.recovered_fen, trial_balance()["written-off"]) == (row.amount_fen, 0)
    assert prepaid_fen(account) == 10_00
    assert owed_fen(account) == 0


def test_a_refusal_says_why_and_changes_nothing(owing: Cast) -> None:
    large = bill_of(owing, "Haisheng Foods", 202601)
    with at(ten_oclock()):
        row = propose_write_off(owing.actor("Collector Shen"), large.pk, "bankrupt", "court's decision 12")
        with pytest.raises(Refused, match="Say why"):
            decide_relief(owing.actor("Checker Ma"), row.pk, False)
        row = decide_relief(owing.actor("Checker Ma"), row.pk, False, "the firm still works")
    assert row.state == Relief.State.REFUSED
    assert "written-off" not in trial_balance()


def test_the_stranger_finds_neither_securities_nor_reliefs(owing: Cast) -> None:
    account, bill = owing.accounts["Lao Zhou"].pk, bill_of(owing, "Haisheng Foods", 202601)
    stranger, shen = owing.actor("Stranger"), owing.actor("Collector Shen")
    with at(ten_oclock()):
        row = take_guarantee(shen, account, "deposit", 100_00, Paper("transfer 1"))
        relief = propose_write_off(shen, bill.pk, "bankrupt", "court's decision 12")
        for attempt in (
            lambda: take_guarantee(stranger, account, "deposit", 100_00, Paper("transfer 2")),
            lambda: call_guarantee(stranger, row.pk, 1, "curious"),
            lambda: return_guarantee(stranger, row.pk, "curious"),
            lambda: propose_waiver(stranger, bill.pk, 1, "error", "curious"),
            lambda: propose_write_off(stranger, bill.pk, "gone", "curious"),
            lambda: decide_relief(stranger, relief.pk, True),
            lambda: recover(stranger, relief.pk),
        ):
            with pytest.raises(NotInScope):
                attempt()
