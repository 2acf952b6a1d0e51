"""What every adapter promises, as tests that run against each: see test_contract.py for the partners that speak.

A partner speaks through ``inbox.take``, as the web view and the upload page do. Whatever an adapter answers in the
partner's own words, the books must say the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import ClassVar
from unittest.mock import patch

from gridhall.cis.channels import inbox
from gridhall.cis.channels.contract import Envelope, Reply
from gridhall.cis.channels.models import Link, Message
from gridhall.cis.ledger.queries import trial_balance
from gridhall.cis.payments.models import Payment
from gridhall.cis.payments.queries import unsettled_fen
from gridhall.platform import clock
from gridhall.platform.scope import EVERYTHING
from tests.cast import Cast

DEBT_FEN = 88_88


@dataclass(frozen=True)
class Told:
    """What a partner heard: whether its request counts as done, and the code or word it was given."""

    good: bool
    code: str


class Partner:
    """A bank or wallet as the adapter's tests see it. Subclasses speak its language."""

    adapter: ClassVar[str]
    channel: ClassVar[str]
    wrong_fen: ClassVar[int] = 0  # an amount that this partner must not get through with

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.link: Link = self.open()

    def open(self) -> Link:
        """The link with its key."""
        raise NotImplementedError

    def pay(self, name: str, fen: int, serial: str) -> Envelope:
        """A message that pays for a customer of the cast, or for an account that does not exist."""
        raise NotImplementedError

    def take_back(self, original: str, serial: str, fen: int) -> Envelope:
        """A message that takes a whole payment back."""
        raise NotImplementedError

    def forged(self, envelope: Envelope) -> Envelope:
        """The message with its content changed by somebody without the key."""
        raise NotImplementedError

    def heard(self, reply: Reply) -> Told:
        """What the partner reads in our reply."""
        raise NotImplementedError

    def send(self, envelope: Envelope) -> Told:
        return self.heard(inbox.take(self.link, envelope))

    def money(self) -> int:
        """Booked and not settled."""
        return unsettled_fen(EVERYTHING, f"clearing-{self.channel}", self.link.code)

    def booked(self) -> int:
        return Payment.objects.within(EVERYTHING).exclude(state__in=Payment.UNBOOKED).count()


@contextmanager
def later(**ahead: float) -> Iterator[None]:
    """Everybody's clocks, some time ahead."""
    moment = clock.now() + timedelta(**ahead)
    with patch("django.utils.timezone.now", lambda: moment):
        yield


def at(envelope: Envelope, moment: datetime) -> Envelope:
    return replace(envelope, at=moment)


class Contract:
    """The promises. A test module subclasses it and gives the fixture ``partner``."""

    def test_a_payment_is_booked_on_the_clearing_account_of_its_channel(self, partner: Partner) -> None:
        assert partner.send(partner.pay("Ms Li", DEBT_FEN, "s-1")).good
        assert (partner.money(), partner.booked()) == (DEBT_FEN, 1)
        payment = Payment.objects.within(EVERYTHING).get(link_code=partner.link.code)
        assert (payment.account_id, payment.state) == (partner.cast.accounts["Ms Li"].pk, "received")
        assert Message.objects.filter(link=partner.link, state=Message.State.DONE).exists()

    def test_an_unknown_account_gets_no_money_and_the_partner_is_told(self, partner: Partner) -> None:
        told = partner.send(partner.pay("Nobody", DEBT_FEN, "s-1"))
        assert not told.good
        assert (partner.money(), partner.booked()) == (0, 0)

    def test_a_wrong_amount_books_nothing(self, partner: Partner) -> None:
        told = partner.send(partner.pay("Ms Li", partner.wrong_fen, "s-1"))
        assert not told.good
        assert (partner.money(), partner.booked()) == (0, 0)

    def test_the_same_message_twice_is_one_payment_and_one_answer(self, partner: Partner) -> None:
        envelope = partner.pay("Ms Li", DEBT_FEN, "s-1")
        first = partner.send(envelope)
        books = trial_balance()
        assert partner.send(envelope) == first
        assert (first.good, partner.booked(), trial_balance()) == (True, 1, books)

    def test_the_same_key_with_another_content_is_refused(self, partner: Partner) -> None:
        assert partner.send(partner.pay("Ms Li", DEBT_FEN, "s-1")).good
        told = partner.send(partner.pay("Ms Li", DEBT_FEN + 1, "s-1"))
        assert not told.good
        assert (partner.money(), partner.booked()) == (DEBT_FEN, 1)

    def test_a_message_somebody_changed_on_the_way_is_refused(self, partner: Partner) -> None:
        told = partner.send(partner.forged(partner.pay("Ms Li", DEBT_FEN, "s-1")))
        assert not told.good
        assert (partner.money(), partner.booked()) == (0, 0)

    def test_an_old_message_replayed_books_nothing_more(self, partner: Partner) -> None:
        envelope = partner.pay("Ms Li", DEBT_FEN, "s-1")
        assert partner.send(envelope).good
        books = trial_balance()
        with later(days=2):
            partner.send(at(envelope, clock.now()))
        assert (partner.booked(), trial_balance()) == (1, books)

    def test_a_reversal_opens_the_debt_again(self, partner: Partner) -> None:
        assert partner.send(partner.pay("Ms Li", DEBT_FEN, "s-1")).good
        told = partner.send(partner.take_back("s-1", "r-1", DEBT_FEN))
        assert told.good, told
        assert partner.money() == 0
        payment = Payment.objects.within(EVERYTHING).get(link_code=partner.link.code, reverses=None)
        assert payment.state in (Payment.State.REVERSED, Payment.State.REFUNDED, Payment.State.CHARGED_BACK)
        again = partner.send(partner.take_back("s-1", "r-1", DEBT_FEN))
        assert (again.good, partner.money()) == (True, 0)

    def test_a_reversal_before_its_payment_waits_its_turn(self, partner: Partner) -> None:
        pay, back = partner.pay("Ms Li", DEBT_FEN, "s-1"), partner.take_back("s-1", "r-1", DEBT_FEN)
        assert not partner.send(back).good
        assert partner.booked() == 0
        assert partner.send(pay).good
        assert partner.send(back).good
        assert (partner.money(), partner.booked()) == (0, 2)

    def test_accounts_of_another_province_do_not_exist(self, partner: Partner) -> None:
        Link.objects.filter(pk=partner.link.pk).update(path="41/")
        partner.link.refresh_from_db()
        assert not partner.send(partner.pay("Ms Li", DEBT_FEN, "s-1")).good
        assert partner.booked() == 0
