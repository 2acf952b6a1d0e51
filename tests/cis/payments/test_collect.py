from __future__ import annotations

import pytest
from django.utils import timezone

from gridhall.cis.ledger.queries import open_items, prepaid_fen
from gridhall.cis.payments.actions import Collected, collect, receive
from gridhall.cis.payments.models import Payment
from gridhall.cis.payments.queries import settled_by, standing
from gridhall.platform.actor import system
from gridhall.platform.errors import NotInScope, Refused
from gridhall.platform.models import AuditEvent, OutboxEvent
from gridhall.platform.scope import EVERYTHING
from tests.cast import Cast
from tests.cis.facts import bill_of, put_month, released

MONTH = 202601


@pytest.fixture
def billed(cast: Cast) -> Cast:
    put_month(cast, MONTH)
    released(cast, MONTH)
    return cast


def row(cast: Cast, name: str, fen: int, key: str = "") -> Collected:
    return Collected(cast.accounts[name].pk, fen, key or f"bank-{name}")


def due_fen(cast: Cast, name: str) -> int:
    return standing(cast.accounts[name].pk, timezone.localdate()).due_fen


def take(rows: list[Collected]) -> int:
    return collect(system("bank"), rows, "counter", "list 1")


def test_a_list_pays_every_bill_on_it_as_single_payments_would(billed: Cast) -> None:
    names = ("Ms Li", "Grandma Chen")
    bills = {name: bill_of(billed, name, MONTH) for name in names}
    receive(system(), billed.accounts["Lao Zhou"].pk, 100, "online", "demo", key="single")
    assert take([row(billed, name, due_fen(billed, name)) for name in names]) == 2
    for name in names:
        account = billed.accounts[name].pk
        assert (open_items(account), prepaid_fen(account)) == ([], 0)
        payment = Payment.objects.within(EVERYTHING).get(account_id=account)
        assert [settled.number for settled, _fen in settled_by(payment)] == [bills[name].number]
    assert OutboxEvent.objects.filter(topic="payment.received").count() == 3


def test_a_late_payer_on_a_list_pays_the_penalty_too(billed: Cast) -> None:
    account = billed.accounts["Ms Li"].pk
    bill = bill_of(billed, "Ms Li", MONTH)
    take([row(billed, "Ms Li", bill.total_fen)])
    (left,) = open_items(account)
    assert (left.principal_fen, left.penalty_fen) == (0, due_fen(billed, "Ms Li"))
    assert left.penalty_fen > 0


def test_what_exceeds_the_debt_is_kept_for_the_next_bills(billed: Cast) -> None:
    take([row(billed, "Ms Li", due_fen(billed, "Ms Li") + 1_00)])
    assert prepaid_fen(billed.accounts["Ms Li"].pk) == 1_00


def test_the_same_list_again_books_nothing(billed: Cast) -> None:
    rows = [row(billed, "Ms Li", 10_00), row(billed, "Lao Zhou", 20_00)]
    assert take(rows) == 2
    assert take(rows) == 0
    assert Payment.objects.within(EVERYTHING).count() == 2


def test_a_list_leaves_one_event_in_the_audit_chain(billed: Cast) -> None:
    before = AuditEvent.objects.count()
    take([row(billed, "Ms Li", 10_00), row(billed, "Lao Zhou", 20_00)])
    assert AuditEvent.objects.count() == before + 1


@pytest.mark.parametrize("fen", [0, -1, 10**11])
def test_an_impossible_amount_refuses_the_whole_list(billed: Cast, fen: int) -> None:
    with pytest.raises(Refused):
        take([row(billed, "Ms Li", 10_00), row(billed, "Lao Zhou", fen)])
    assert not Payment.objects.within(EVERYTHING).exists()


def test_an_account_named_twice_refuses_the_whole_list(billed: Cast) -> None:
    with pytest.raises(Refused):
        take([row(billed, "Ms Li", 10_00), row(billed, "Ms Li", 20_00, key="another")])
    assert not Payment.objects.within(EVERYTHING).exists()


def test_an_account_that_does_not_exist_refuses_the_whole_list(billed: Cast) -> None:
    with pytest.raises(NotInScope):
        take([row(billed, "Ms Li", 10_00), Collected(999_999, 10_00, "bank-nobody")])
    assert not Payment.objects.within(EVERYTHING).exists()
