"""Money in: part, exact, over, twice, late, back again, and the till."""

from datetime import timedelta

import pytest
from django.utils import timezone

from gridhall.cis.ledger.queries import open_items, owed_fen, prepaid_fen, statement, trial_balance
from gridhall.cis.payments.actions import close_shift, open_shift, receive, reverse
from gridhall.cis.payments.models import Payment
from gridhall.cis.payments.queries import settled_by, standing
from gridhall.platform.errors import KeyReused, NotAllowed, NotInScope, Refused
from gridhall.platform.scope import EVERYTHING
from tests.cast import Cast
from tests.cis.facts import put_month, released


@pytest.fixture
def owing(cast: Cast) -> Cast:
    """Two months billed and not due yet, as if the bills had been sent out today."""
    from gridhall.cis.billing.models import Bill

    for month in (202601, 202602):
        put_month(cast, month)
        released(cast, month)
    Bill.objects.within(EVERYTHING).update(due_on=timezone.localdate() + timedelta(days=20))
    return cast


def pay(cast: Cast, fen: int, key: str, name: str = "Ms Li", by: str = "Ms Li") -> Payment:
    return receive(cast.actor(by), cast.accounts[name].pk, fen, "online", "demo", key=key)


def test_part_of_a_debt_settles_the_oldest_bill_first(owing: Cast) -> None:
    account = owing.accounts["Ms Li"].pk
    first, second = open_items(account)
    paid = pay(owing, first.principal_fen + 100, "k1")
    assert [(item.bill_id, item.principal_fen) for item in open_items(account)] == [
        (second.bill_id, second.principal_fen - 100)
    ]
    assert [(bill.pk, fen) for bill, fen in settled_by(paid)] == [
        (first.bill_id, first.principal_fen),
        (second.bill_id, 100),
    ]


def test_the_exact_amount_settles_everything_and_more_becomes_a_prepayment(owing: Cast) -> None:
    account = owing.accounts["Ms Li"].pk
    pay(owing, owed_fen(account), "k1")
    assert (owed_fen(account), prepaid_fen(account)) == (0, 0)
    pay(owing, 5_000, "k2")
    assert prepaid_fen(account) == 5_000


def test_pressing_twice_pays_once(owing: Cast) -> None:
    one, two = pay(owing, 1_000, "same"), pay(owing, 1_000, "same")
    assert one.pk == two.pk
    assert Payment.objects.within(EVERYTHING).count() == 1


def test_the_same_key_with_another_amount_is_refused(owing: Cast) -> None:
    pay(owing, 1_000, "same")
    with pytest.raises(KeyReused):
        pay(owing, 2_000, "same")


@pytest.mark.parametrize("fen", [0, -5, 100_000_000_01])
def test_amounts_that_cannot_be_are_refused(owing: Cast, fen: int) -> None:
    with pytest.raises(Refused):
        pay(owing, fen, "bad")


def test_a_customer_cannot_pay_into_a_strangers_account_nor_a_clerk_of_another_province(owing: Cast) -> None:
    with pytest.raises(NotInScope):
        pay(owing, 100, "k", name="Lao Zhou", by="Ms Li")
    with pytest.raises(NotInScope):
        pay(owing, 100, "k", name="Lao Zhou", by="Stranger")
    with pytest.raises(NotAllowed):
        pay(owing, 100, "k", name="Lao Zhou", by="Manager Tang")


def test_cash_needs_an_open_shift_and_the_count_is_posted(owing: Cast) -> None:
    clerk, account = owing.actor("Clerk Wu"), owing.accounts["Lao Zhou"].pk
    with pytest.raises(Refused):
        receive(clerk, account, 3_000, "counter", "cash", key="c0")
    shift = open_shift(clerk, owing.station.pk, 10_000)
    receive(clerk, account, 3_000, "counter", "cash", tendered_fen=5_000, key="c1")
    with pytest.raises(Refused):
        close_shift(clerk, shift.pk, 12_950)
    closed = close_shift(clerk, shift.pk, 12_950, "a coin rolled away")
    assert (closed.expected_fen, closed.counted_fen) == (13_000, 12_950)
    assert trial_balance()["cash-difference"] == 50


def test_a_payment_of_today_can_be_taken_back_and_the_debt_is_open_again(owing: Cast) -> None:
    clerk, account = owing.actor("Clerk Wu"), owing.accounts["Lao Zhou"].pk
    open_shift(clerk, owing.station.pk, 0)
    before = open_items(account)
    paid = receive(clerk, account, owed_fen(account) + 700, "counter", "cash", key="c1")
    with pytest.raises(NotAllowed):
        reverse(clerk, paid.pk, "typed wrong")
    reverse(owing.actor("Supervisor Zheng"), paid.pk, "typed wrong")
    assert (open_items(account), prepaid_fen(account)) == (before, 0)
    with pytest.raises(Refused):
        reverse(owing.actor("Supervisor Zheng"), paid.pk, "again")
    rows = statement(account, timezone.localdate() - timedelta(days=400), timezone.localdate() + timedelta(days=400))
    assert rows.closing_fen == owed_fen(account)


def test_lateness_costs_and_is_never_charged_twice_for_a_day(cast: Cast) -> None:
    from gridhall.cis.billing.models import Bill

    put_month(cast, 202601)
    released(cast, 202601)
    today = timezone.localdate()
    Bill.objects.within(EVERYTHING).update(due_on=today - timedelta(days=10))
    account = cast.accounts["Ms Li"].pk
    late = standing(account, today)
    assert late.items[0].penalty_fen == 334  # 333.56 yuan x 10 days x 0.1 %, half-up
    pay(cast, 1_000, "k1")
    assert standing(account, today).due_fen == 33_356 + 334 - 1_000
    pay(cast, 33_356 + 334 - 1_000, "k2")
    assert standing(account, today).due_fen == 0


def test_the_order_of_two_payments_does_not_change_what_is_owed(owing: Cast) -> None:
    from django.db import transaction

    def balance_after(*amounts: int) -> int:
        account = owing.accounts["Ms Li"].pk
        with transaction.atomic():
            for number, fen in enumerate(amounts):
                pay(owing, fen, f"k{number}")
            balance = owed_fen(account) - prepaid_fen(account)
            transaction.set_rollback(True)
        return balance

    assert balance_after(12_345, 54_321) == balance_after(54_321, 12_345)
