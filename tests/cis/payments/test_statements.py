"""A payment as the database sees it: few statements, and none of them alone."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from gridhall.cis.ledger.models import Entry, Line
from gridhall.cis.ledger.queries import owed_fen
from gridhall.cis.payments.actions import receive
from gridhall.cis.payments.models import Payment
from gridhall.platform.models import ActionKey, AuditEvent, AuditHead, OutboxEvent
from tests.cast import Cast
from tests.cis.facts import put_month, released
from tests.platform.test_actions import PulledPlug, fails_at

BOOKS = (Payment, Entry, Line, OutboxEvent, ActionKey, AuditEvent, AuditHead)
STATEMENTS_MAX = 20  # one of them asks for the lock of the books, which SQLite does not have


@pytest.fixture
def late(cast: Cast) -> Cast:
    """Ms Li owes a month that is overdue: a payment brings a penalty, the money and a settlement."""
    from gridhall.cis.billing.models import Bill

    put_month(cast, 202601)
    released(cast, 202601)
    Bill._base_manager.update(due_on=timezone.localdate() - timedelta(days=20))
    return cast


def pay(cast: Cast) -> Payment:
    return receive(cast.actor("Ms Li"), cast.accounts["Ms Li"].pk, 1_000, "online", "demo", key="statements")


def books() -> list[list[tuple[Any, ...]]]:
    return [list(model._base_manager.order_by("pk").values_list()) for model in BOOKS]


def counted(seen: list[str]) -> Callable[..., Any]:
    def execute(run: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if not sql.startswith(("SAVEPOINT", "RELEASE")):
            seen.append(sql)
        return run(sql, params, many, context)

    return execute


def test_even_a_late_payment_takes_few_statements(late: Cast) -> None:
    seen: list[str] = []
    with connection.execute_wrapper(counted(seen)):
        pay(late)
    assert Entry._base_manager.filter(kind="penalty").exists()
    assert len(seen) <= STATEMENTS_MAX, "\n".join(seen)


def test_a_fault_at_any_statement_of_a_payment_leaves_nothing_behind(late: Cast) -> None:
    before, owed, faults = books(), owed_fen(late.accounts["Ms Li"].pk), 0
    while True:
        try:
            with connection.execute_wrapper(fails_at(faults)):
                pay(late)
            break
        except PulledPlug:
            faults += 1
            assert books() == before, f"after statement {faults}"
    assert faults > 10, "the faults were not injected"
    penalty = sum(
        Line._base_manager.filter(entry__kind="penalty", amount_fen__gt=0).values_list("amount_fen", flat=True)
    )
    assert penalty > 0
    assert owed_fen(late.accounts["Ms Li"].pk) == owed + penalty - 1_000


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no round trips")
def test_what_answers_nothing_travels_with_the_next_question(late: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    pay(late)  # statements are prepared
    trips, statements = [], []
    pipeline = connection.pipeline  # type: ignore[attr-defined]
    monkeypatch.setattr(pipeline, "_exchange", lambda real=pipeline._exchange: trips.append(1) or real())
    with connection.execute_wrapper(counted(statements)):
        receive(late.actor("Ms Li"), late.accounts["Ms Li"].pk, 1_000, "online", "demo", key="trips")
    assert len(trips) <= 12 < len(statements)
