"""On PostgreSQL a statement that answers nothing travels with the next: nothing is lost, forgotten or out of order."""

import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError, IntegrityError, connection, connections, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gridhall.platform import statements

pytestmark = [
    pytest.mark.usefixtures("table"),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no round trips to save"),
]


@pytest.fixture
def table(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """A table of our own: what is tried here commits."""
    with django_db_blocker.unblock():
        with connection.cursor() as cursor:
            cursor.execute("CREATE TABLE pipeline_try (key text PRIMARY KEY)")
        yield
        connection.close()
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE pipeline_try")
        connection.close()


def put(key: str) -> None:
    statements.run("INSERT INTO pipeline_try (key) VALUES (%s)", [key])


def kept() -> list[str]:
    return [key for (key,) in statements.fetch("SELECT key FROM pipeline_try ORDER BY key")]


def counted(through: Any) -> int:
    """How many a cursor of Django's sees."""
    with through.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pipeline_try")
        return int(cursor.fetchone()[0])


@pytest.fixture
def elsewhere() -> Iterator[Any]:
    """Another connection, which sees what was committed."""
    other = connections.create_connection("default")
    yield other
    other.close()


def test_a_question_sees_what_was_to_run_before_it() -> None:
    with transaction.atomic():
        put("a")
        put("b")
        assert kept() == ["a", "b"]
        put("c")
        assert counted(connection) == 3, "so does one of Django's"
        put("d")
    assert kept() == ["a", "b", "c", "d"]


def test_nothing_is_kept_before_the_transaction_ends_and_all_of_it_after(elsewhere: Any) -> None:
    with transaction.atomic():
        put("a")
        kept()
        put("b")
        assert counted(elsewhere) == 0
    assert counted(elsewhere) == 2


def test_outside_a_transaction_a_statement_runs_at_once(elsewhere: Any) -> None:
    put("a")
    assert counted(elsewhere) == 1
    with pytest.raises(IntegrityError):
        put("a")


def test_what_waits_in_a_transaction_that_fails_is_forgotten(elsewhere: Any) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        put("a")
        raise ZeroDivisionError
    put("b")
    assert kept() == ["b"] and counted(elsewhere) == 1


def test_what_waits_in_an_inner_part_that_fails_is_forgotten_and_the_rest_kept() -> None:
    with transaction.atomic():
        put("a")
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            put("b")
            raise ZeroDivisionError
        with pytest.raises(IntegrityError), transaction.atomic():
            put("a")
        put("c")
    assert kept() == ["a", "c"]


def test_a_fault_shows_at_the_latest_when_the_transaction_ends() -> None:
    put("a")
    with pytest.raises(IntegrityError), transaction.atomic():
        put("b")
        put("a")
        put("c")
    assert kept() == ["a"]


def test_a_fault_that_somebody_swallowed_does_not_commit_in_silence() -> None:
    put("a")
    with pytest.raises(DatabaseError), transaction.atomic():
        put("b")
        put("a")
        with suppress(IntegrityError):
            kept()
    assert kept() == ["a"]


def test_values_that_no_buffer_holds_go_through() -> None:
    big = "李" * 200_000
    with transaction.atomic():
        for number in range(20):
            text = "INSERT INTO pipeline_try (key) SELECT %s WHERE length(%s) = 200000"
            statements.run(text, [f"{number:02d}", big])
        assert len(kept()) == 20


texts = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20)


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=texts, number=st.integers(-(2**63), 2**63 - 1), flag=st.booleans(), listed=st.lists(texts, max_size=4),
    numbers=st.lists(st.integers(-(2**63), 2**63 - 1), max_size=4), on=st.dates(), named=st.uuids(),
    seconds=st.integers(-(2**31), 2**34),
)  # fmt: skip
def test_every_kind_of_value_comes_back_as_it_went(
    text: str, number: int, flag: bool, listed: list[str], numbers: list[int], on: date, named: UUID, seconds: int
) -> None:
    at = datetime.fromtimestamp(seconds, UTC)
    given_values = [text, None, number, flag, listed, numbers, on, named, at]
    asked = (
        "SELECT %s::text, %s::text, %s::bigint, %s::bool, %s::text[], %s::bigint[], %s::date, %s::uuid, %s::timestamptz"
    )
    assert statements.fetch(asked, given_values) == [tuple(given_values)]


def test_who_waits_for_a_lock_keeps_nobody_else_from_working() -> None:
    put("a")
    order: list[str] = []
    locking = "SELECT key FROM pipeline_try WHERE key = %s" + statements.for_update()

    def wait() -> None:
        with transaction.atomic():
            statements.fetch(locking, ["a"])
            order.append("waited")
        connections.close_all()

    with transaction.atomic():
        statements.fetch(locking, ["a"])
        waiting = threading.Thread(target=wait)
        waiting.start()
        until = time.monotonic() + 0.3
        while time.monotonic() < until:
            kept()
        order.append("let go")
    waiting.join(10)
    assert order == ["let go", "waited"]


def test_an_exchange_that_is_broken_off_ends_its_connection() -> None:
    put("a")

    class Stop(BaseException):
        pass

    pipeline = connection.pipeline  # type: ignore[attr-defined]
    original = pipeline._wait

    def stop() -> None:
        raise Stop

    pipeline._wait = stop
    with pytest.raises(Stop), transaction.atomic():
        put("b")
        kept()
    pipeline._wait = original
    connection.close()
    assert kept() == ["a"]
