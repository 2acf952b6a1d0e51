"""Statements of fixed text: few rows and many come out alike, on both databases."""

from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, transaction

from gridhall.platform import statements
from gridhall.platform.models import ActionKey, OutboxEvent

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 30, 9, 15, tzinfo=UTC)


COLUMNS = ("key", "tag", "digest", "result_model", "result_pk", "at")


@pytest.mark.parametrize("count", [0, 1, statements.FEW, statements.FEW + 1])
def test_few_rows_and_many_go_in_alike(count: int) -> None:
    rows = [(f"{n:03d}", "try", "", "", "李", statements.moment(AT)) for n in range(count)]
    statements.insert(ActionKey, COLUMNS, rows)
    found = ActionKey.objects.order_by("key").values_list("key", "result_pk", "at")
    assert list(found) == [(f"{n:03d}", "李", AT) for n in range(count)]


def test_a_row_is_kept_as_the_orm_keeps_it() -> None:
    facts = {"topic": "try", "payload": {"number": 1, "name": "李"}, "path": "32/04/", "sent_at": AT}
    statements.keep(OutboxEvent(pk=101, **facts))
    OutboxEvent(pk=102, **facts).save(force_insert=True)
    kept, saved = OutboxEvent.objects.order_by("pk")
    assert all(getattr(kept, name) == getattr(saved, name) for name in (*facts, "attempts", "error"))
    assert kept.public_id != saved.public_id and kept.created_at <= saved.created_at


def test_a_moment_and_a_list_go_in_and_come_out() -> None:
    statements.insert(ActionKey, COLUMNS, [(key, "try", "", "", "", statements.moment(AT)) for key in ("a", "二", "c")])
    assert set(ActionKey.objects.values_list("at", flat=True)) == {AT}
    named = f"SELECT key FROM platform_actionkey WHERE {statements.among('key')} ORDER BY key"
    assert statements.fetch(named, [statements.listed(["a", "二", "none"])]) == [("a",), ("二",)]
    assert statements.fetch(named, [statements.listed([])]) == []


def test_a_day_comes_back_as_a_day() -> None:
    assert statements.as_day("2026-11-30") == statements.as_day(date(2026, 11, 30)) == date(2026, 11, 30)


def test_a_row_that_exists_is_refused_as_by_the_orm() -> None:
    row = ActionKey(key="once", tag="try", digest="", at=AT)
    statements.keep(row)
    with pytest.raises(IntegrityError), transaction.atomic():
        statements.keep(ActionKey(key="once", tag="try", digest="", at=AT))
