"""Money that moves twice, in parts, or without its beginning: it is never swallowed, and each can be closed rightly."""

from __future__ import annotations

import pytest

from gridhall.cis.channels.models import Link
from gridhall.cis.ledger import chart
from gridhall.cis.ledger.chart import SUSPENSE
from gridhall.cis.ledger.queries import trial_balance
from gridhall.cis.payments.actions import announce, charge_back, refund_by_channel
from gridhall.cis.payments.actions import confirm as confirm_payment
from gridhall.cis.reconcile import queries
from gridhall.cis.reconcile.actions import propose
from gridhall.cis.reconcile.ways import ways_of
from gridhall.codecs.payments.items import Item, Kind
from gridhall.platform import clock
from gridhall.platform.actor import system
from gridhall.platform.errors import Refused
from tests.cast import Cast
from tests.cis.reconcile.test_reconcile import (
    CLEARING,
    brought,
    closed,
    day_file,
    item,
    link,
    pay,
    proof,
    the_difference,
)

__all__ = ["link", "proof"]


def refunded(serial: str, fen: int, original: str) -> Item:
    return item(serial, fen, Kind.REV, original)


def table(serial: str, order: str, yuan: str) -> bytes:
    """A statement that names our order."""
    at = f"{clock.now():%Y-%m-%d %H:%M:%S}"
    return f"serial,kind,yuan,time,order\n{serial},PAY,{yuan},{at},{order}\n".encode()


def test_money_that_comes_twice_for_one_order_is_paid_once_and_waits_once(cast: Cast, link: Link) -> None:
    account = cast.accounts["Ms Li"]
    order = announce(system(), account.pk, 50_00, "bank-counter", "transfer", key="order", link_code="BK01")
    confirm_payment(system("bank"), order.pk, 50_00, "T1")
    brought(cast, link, table("T1", order.order_number, "50.00"))
    brought(cast, link, table("T2", order.order_number, "50.00"), "again.csv")
    row = the_difference(kind="theirs-only")
    assert (row.line.serial, row.theirs_fen, trial_balance()[SUSPENSE]) == ("T2", 50_00, -50_00)
    closed(cast, row, "book", account.number)
    books = trial_balance()
    assert (books[SUSPENSE], books[CLEARING], books[chart.BANK], books[chart.PREPAYMENT]) == (0, 0, 100_00, -100_00)


def test_parts_that_the_partner_paid_back_without_telling_are_taken_off_the_payment_one_by_one(
    cast: Cast, link: Link, english: None
) -> None:  # fmt: skip
    payment = pay(cast, "Ms Li", 100_00, "A4")
    brought(cast, link, day_file(item("A4", 100_00)))
    brought(cast, link, day_file(refunded("R1", 30_00, "A4"), refunded("R2", 20_00, "A4")), "back.txt")
    closed(cast, the_difference(line__serial="R2"), "charge-back")
    closed(cast, the_difference(line__serial="R1"), "charge-back")
    payment.refresh_from_db()
    books = trial_balance()
    assert (payment.state, books[chart.BANK], books[chart.PREPAYMENT]) == ("settled", 50_00, -50_00)
    brought(cast, link, day_file(refunded("R3", 50_01, "A4")), "more.txt")
    with pytest.raises(Refused, match="More was taken back"):
        closed(cast, the_difference(line__serial="R3"), "charge-back")


def test_two_parts_of_the_same_size_that_we_paid_back_are_both_found(cast: Cast, link: Link) -> None:
    payment = pay(cast, "Ms Li", 100_00, "A4")
    for key in ("first", "second"):
        refund_by_channel(system(), payment.pk, 10_00, "asked for", key=key)
    statement = brought(
        cast, link, day_file(item("A4", 100_00), refunded("R1", 10_00, "A4"), refunded("R2", 10_00, "A4"))
    )
    assert [count for _outcome, count, _fen in queries.outcomes(statement)] == [3]
    assert trial_balance()[chart.BANK] == 80_00


def test_a_taking_back_that_is_shown_without_its_payment_waits_for_the_partner(cast: Cast, link: Link) -> None:
    payment = pay(cast, "Ms Li", 70_00, "A7")
    charge_back(system("bank"), payment.pk, "returned", "A8")
    brought(cast, link, day_file(refunded("A8", 70_00, "A7")))
    row = the_difference(kind="ours-only")
    assert (row.payment_id, ways_of(row), trial_balance()[CLEARING]) == (payment.pk, [], 70_00)
    with pytest.raises(Refused):
        propose(cast.actor("Reconciler Yan"), row.pk, "book", "looked into it", cast.accounts["Ms Li"].number)
    brought(cast, link, day_file(item("A7", 70_00)), "corrected.txt")
    row.refresh_from_db()
    payment.refresh_from_db()
    assert (row.state, payment.state, trial_balance()[CLEARING]) == ("closed", "charged-back", 0)
