"""The audit chain only grows, and every way to change it shows."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from gridhall.platform import audit
from gridhall.platform.actions import Act
from gridhall.platform.actor import Actor
from gridhall.platform.models import AuditEvent, AuditHead
from gridhall.platform.tags import Tag

pytestmark = pytest.mark.django_db
TABLE = AuditEvent._meta.db_table


@pytest.fixture
def chain() -> None:
    """Five events of Clerk Wu, two of them at once."""
    wu = Actor("Clerk Wu", "staff", frozenset({"clerk"}), address="10.0.0.7")

    def event(n: int) -> Act:
        return Act(wu, Tag.PAYMENT_RECEIVE, timezone.now(), None, f"payment:{n}", "32/04/", {"fen": n})

    audit.append([event(1)])
    audit.append([event(2), event(3)])
    audit.append([event(4)])
    audit.append([event(5)])


def run(sql: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def release() -> None:
    """Take the triggers away, as somebody with the database's password could."""
    if connection.vendor == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            run(f"DROP TRIGGER {TABLE}_no_{verb}")
    else:
        run(f"DROP TRIGGER {TABLE}_append_only ON {TABLE}")


STATEMENTS = {
    "altered": f"UPDATE {TABLE} SET actor = 'Nobody' WHERE number = 3",
    "removed": f"DELETE FROM {TABLE} WHERE number = 3",
    "emptied": f"DELETE FROM {TABLE}",
}


@pytest.mark.parametrize("statement", STATEMENTS.values(), ids=STATEMENTS)
def test_the_database_refuses_to_change_the_past(statement: str, chain: None) -> None:
    with pytest.raises(DatabaseError, match="append-only"):
        run(statement)
    assert AuditEvent.objects.count() == 5


def test_a_whole_chain_has_no_broken_link(chain: None) -> None:
    assert list(audit.broken_links()) == []
    said = StringIO()
    call_command("audit", "verify", stdout=said)
    assert said.getvalue().startswith("5 events in 1 chains")


@pytest.mark.parametrize(
    "column, value",
    [
        ("actor", "'Nobody'"), ("tag", "'payment:reverse'"), ("subject", "'payment:9'"), ("detail", "'{}'"),
        ("address", "'10.0.0.8'"), ("path", "'32/05/'"), ("previous_hash", f"'{'1' * 64}'"), ("hash", f"'{'1' * 64}'"),
        ("at", "'2020-01-01 00:00:00+00:00'"), ("actor_user", "7"),
    ],
)  # fmt: skip
def test_an_altered_event_is_named(column: str, value: str, chain: None) -> None:
    release()
    run(f"UPDATE {TABLE} SET {column} = {value} WHERE number = 3")
    first = next(audit.broken_links())
    assert "event 3 (" in first
    with pytest.raises(CommandError) as stopped:
        call_command("audit", "verify", stdout=StringIO())
    assert stopped.value.returncode == 1


def test_a_removed_event_is_missed(chain: None) -> None:
    release()
    run(f"DELETE FROM {TABLE} WHERE number = 3")
    assert "event 3 is missing" in next(audit.broken_links())


def test_a_cut_off_end_shows(chain: None) -> None:
    release()
    run(f"DELETE FROM {TABLE} WHERE number > 3")
    assert "its end was cut off" in next(audit.broken_links())


def test_a_chain_whose_head_was_taken_away_shows(chain: None) -> None:
    AuditHead.objects.all().delete()
    assert "has no head" in next(audit.broken_links())


def test_the_events_of_one_subject_are_shown_and_no_others(chain: None) -> None:
    said = StringIO()
    call_command("audit", "show", "payment:2", stdout=said)
    assert said.getvalue().count("\n") == 1
    assert '{"fen": 2}' in said.getvalue()
    with pytest.raises(CommandError):
        call_command("audit", "show", "payment:77", stdout=StringIO())
