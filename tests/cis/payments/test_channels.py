"""One payment action for every channel: announced, booked, settled; reversed, refunded, charged back."""

from __future__ import annotations

from datetime import date, datetime
from unittest.mock import patch
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from gridhall.cis.ledger import chart
from gridhall.cis.ledger.chart import SUSPENSE
from gridhall.cis.ledger.models import LedgerAccount
from gridhall.cis.ledger.queries import open_items, prepaid_fen, trial_balance
from gridhall.cis.payments import channels
from gridhall.cis.payments.actions import announce, arrive, charge_back, confirm, fail, receive, refund_by_channel
from gridhall.cis.payments.actions import reverse as reverse_payment
from gridhall.cis.payments.models import Payment
from gridhall.cis.payments.queries import standing, unsettled_fen
from gridhall.platform.actor import system
from gridhall.platform.errors import KeyReused, NotAllowed, NotInScope, Refused
from gridhall.platform.scope import EVERYTHING
from tests.cast import Cast
from tests.cis.facts import bill_of, put_month, released

MONTH, TODAY = 202601, date(2026, 3, 2)


@pytest.fixture
def billed(cast: Cast) -> Cast:
    put_month(cast, MONTH)
    released(cast, MONTH)
    return cast


def paid(cast: Cast, fen: int, channel: str = "bank-app", key: str = "k-1", name: str = "Ms Li") -> Payment:
    return receive(
        system("bank"), cast.accounts[name].pk, fen, channel, "transfer", key=key, link_code="BK01", serial=key
    )


def due_fen(cast: Cast, name: str = "Ms Li") -> int:
    return standing(cast.accounts[name].pk, timezone.localdate()).due_fen


def test_every_channel_has_a_name_in_both_languages_and_an_account_in_the_chart(db: None) -> None:
    codes = set(LedgerAccount.objects.values_list("code", flat=True))
    for one in channels.every():
        assert one.zh and one.en
        assert {one.clearing, *one.direct.values()} <= codes


@pytest.mark.parametrize("channel", [one.code for one in channels.every()])
def test_money_lies_on_the_account_of_its_channel_until_a_statement_shows_it(cast: Cast, channel: str) -> None:
    payment = paid(cast, 50_00, channel)
    account = channels.channel(channel, TODAY).money_account("transfer")
    assert payment.money_account == account
    assert trial_balance()[account] == 50_00
    assert unsettled_fen(EVERYTHING, account) == (0 if account == chart.BANK else 50_00)


def test_a_channel_that_does_not_exist_takes_nothing(cast: Cast, english: None) -> None:
    with pytest.raises(Refused, match="no channel pigeon"):
        paid(cast, 1_00, "pigeon")
    assert not Payment.objects.within(EVERYTHING).exists()


def test_a_statement_settles_what_it_shows_and_the_clearing_account_is_what_is_left(billed: Cast) -> None:
    first, second = paid(billed, 30_00), paid(billed, 70_00, key="k-2", name="Lao Zhou")
    assert arrive(system("statement"), [first.pk], TODAY, "s1") == 30_00
    first.refresh_from_db()
    assert (first.state, first.settled_on) == (Payment.State.SETTLED, TODAY)
    books = trial_balance()
    assert (books[chart.BANK], books["clearing-bank-app"]) == (30_00, 70_00)
    assert unsettled_fen(EVERYTHING, "clearing-bank-app") == 70_00
    with pytest.raises(Refused):
        arrive(system("statement"), [first.pk, second.pk], TODAY, "s2")
    assert trial_balance()["clearing-bank-app"] == 70_00


def test_announced_money_is_in_no_book_until_it_is_confirmed(billed: Cast) -> None:
    li = billed.accounts["Ms Li"].pk
    before = trial_balance()
    order = announce(billed.actor("Ms Li"), li, due_fen(billed), "alipay", "wallet", key="click-1", link_code="ALI")
    assert (order.state, trial_balance()) == (Payment.State.PENDING, before)
    booked = confirm(system("alipay"), order.pk, order.amount_fen, "2026112122001")
    assert (booked.state, booked.serial, booked.money_account) == ("received", "2026112122001", "clearing-alipay")
    assert open_items(li) == []
    again = confirm(system("alipay"), order.pk, order.amount_fen, "2026112122001")
    assert again.pk == booked.pk
    assert trial_balance()["clearing-alipay"] == order.amount_fen


def test_a_fen_does_not_confirm_an_order_of_88_yuan(cast: Cast, english: None) -> None:
    order = announce(cast.actor("Ms Li"), cast.accounts["Ms Li"].pk, 88_88, "alipay", "wallet", key="click-1")
    with pytest.raises(Refused, match="differs from what was announced"):
        confirm(system("alipay"), order.pk, 1)
    assert Payment.objects.within(EVERYTHING).get().state == Payment.State.PENDING


def test_an_order_nobody_paid_is_closed_and_a_late_confirmation_still_books_it(cast: Cast) -> None:
    order = announce(cast.actor("Ms Li"), cast.accounts["Ms Li"].pk, 88_88, "alipay", "wallet", key="click-1")
    assert fail(system("alipay"), order.pk, "closed").state == Payment.State.FAILED
    assert confirm(system("alipay"), order.pk, 88_88, "s").state == Payment.State.RECEIVED
    with pytest.raises(Refused):
        fail(system("alipay"), order.pk, "closed")


def test_a_refund_in_two_parts_opens_the_bill_again_and_lies_on_the_clearing_account(billed: Cast) -> None:
    li = billed.accounts["Ms Li"].pk
    owed = due_fen(billed)
    payment = paid(billed, owed)
    refund_by_channel(system("bank"), payment.pk, 10_00, "paid twice", "rf-1")
    payment.refresh_from_db()
    assert (payment.state, due_fen(billed)) == (Payment.State.RECEIVED, 10_00)
    refund_by_channel(system("bank"), payment.pk, owed - 10_00, "paid twice", "rf-2")
    payment.refresh_from_db()
    assert (payment.state, due_fen(billed), prepaid_fen(li)) == (Payment.State.REFUNDED, owed, 0)
    assert trial_balance()["clearing-bank-app"] == 0
    with pytest.raises(Refused):
        refund_by_channel(system("bank"), payment.pk, 1, "once more")


@pytest.mark.parametrize("fen", [0, -1, 100_01])
def test_a_refund_is_at_most_what_was_paid(cast: Cast, fen: int) -> None:
    payment = paid(cast, 100_00)
    with pytest.raises(Refused):
        refund_by_channel(system("bank"), payment.pk, fen, "why")


def test_a_returned_debit_is_charged_back_weeks_after_it_was_settled(billed: Cast) -> None:
    owed = due_fen(billed)
    payment = paid(billed, owed, "direct-debit")
    arrive(system("statement"), [payment.pk], TODAY, "s1")
    with patch("gridhall.platform.clock.now", lambda: datetime(2027, 3, 30, 9, tzinfo=ZoneInfo("Asia/Shanghai"))):
        back = charge_back(system("bank"), payment.pk, "no cover", "ret-1")
    payment.refresh_from_db()
    assert (payment.state, back.amount_fen, back.state) == ("charged-back", -owed, "charged-back")
    assert bill_of(billed, "Ms Li", MONTH).pk in {item.bill_id for item in open_items(payment.account_id)}
    assert trial_balance()["clearing-direct-debit"] == -owed  # until a statement shows that the bank took it
    arrive(system("statement"), [back.pk], TODAY, "s2")
    books = trial_balance()
    assert (books["clearing-direct-debit"], books[chart.BANK]) == (0, 0)


def test_a_payment_and_its_reversal_of_the_same_day_settle_together(cast: Cast) -> None:
    payment = paid(cast, 40_00)
    back = reverse_payment(system("bank"), payment.pk, "wrong customer", "rev-1")
    assert unsettled_fen(EVERYTHING, "clearing-bank-app") == 0
    assert arrive(system("statement"), [payment.pk, back.pk], TODAY, "s1") == 0
    payment.refresh_from_db()
    assert (payment.state, payment.settled_on) == (Payment.State.REVERSED, TODAY)


def test_money_from_suspense_settles_a_payment_that_was_booked_later(cast: Cast) -> None:
    payment = paid(cast, 40_00)
    arrive(system("statement"), [payment.pk], TODAY, "s1-d1", SUSPENSE)
    assert trial_balance()[SUSPENSE] == 40_00


def test_the_same_key_with_another_amount_is_refused(cast: Cast) -> None:
    assert paid(cast, 10_00).pk == paid(cast, 10_00).pk
    with pytest.raises(KeyReused):
        paid(cast, 11_00)


def test_the_stranger_and_the_clerk_book_no_channels_refund(cast: Cast) -> None:
    payment = paid(cast, 10_00)
    for name in ("Stranger", "Clerk Wu", "Ms Li"):
        with pytest.raises(NotAllowed):
            refund_by_channel(cast.actor(name), payment.pk, 1_00, "why")
        with pytest.raises(NotAllowed):
            charge_back(cast.actor(name), payment.pk, "why")
    with pytest.raises((NotInScope, NotAllowed)):
        announce(cast.actor("Stranger"), cast.accounts["Ms Li"].pk, 1_00, "alipay", "wallet", key="k")
