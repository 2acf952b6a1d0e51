"""Many rows in one go: prepared statements on SQLite, COPY on PostgreSQL; and back as the driver gives them."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db import connection, models
from django.db.models.functions import Cast

CLOSE_MIN, CLOSE = 200, 2


def insert(model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert rows given as tuples in the order of ``columns`` (database column names). UUIDs as hexadecimal text."""
    table, names = model._meta.db_table, ", ".join(columns)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        return
    marks = ", ".join("?" * len(columns))
    connection.ensure_connection()
    # Django's wrapper would parse the statement and copy the rows once more; the driver takes the iterator as it is.
    connection.connection.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", rows)  # noqa: S608 - our own names


def next_ids(model: type[models.Model], count: int) -> Sequence[int]:
    """``count`` new primary keys, ascending; call inside the transaction that inserts them. Nobody waits for another:
    where others insert at the same time the keys have gaps. Not for a table whose keys come from ``allocate_ids``."""
    table = model._meta.db_table
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, count]
            )
            return [pk for (pk,) in cursor.fetchall()]
    first = allocate_ids(model, count)
    return range(first, first + count)


def allocate_ids(model: type[models.Model], count: int) -> int:
    """The first of ``count`` consecutive new primary keys; call inside the transaction that inserts them."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # The block is taken by moving the sequence, so two sessions must not do it at once.
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [table])
            cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id'))", [table])
            first = int(cursor.fetchone()[0])
            cursor.execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", [table, first + count - 1])
            return first
        cursor.execute(f"SELECT coalesce(max(id), 0) + 1 FROM {table}")  # noqa: S608 - our own name
        return int(cursor.fetchone()[0])


def fetch(rows: models.QuerySet) -> list[tuple[Any, ...]]:
    """The tuples of a ``values_list`` query as the driver gives them; dates come ``as_text``, see ``day``."""
    sql, parameters = rows.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall()


def among(column: str, ids: Sequence[int]) -> models.Q:
    """A condition that holds for rows of ``ids``, which ascend, and perhaps for some between them: leave those out.

    A list of thousands costs more to bind than its rows to read; ids that lie close together are asked for as a range.
    """
    if len(ids) > CLOSE_MIN and ids[-1] - ids[0] < CLOSE * len(ids):
        return models.Q(**{f"{column}__gte": ids[0], f"{column}__lte": ids[-1]})
    return models.Q(**{f"{column}__in": ids})


def as_text(column: str) -> Cast:
    """A date column as ISO text: parsing it anew for each row is the slowest part of reading many."""
    return Cast(column, models.CharField())


@functools.lru_cache(maxsize=65536)
def _parsed(text: str) -> date:
    return date.fromisoformat(text)


def day(text: str | None) -> date | None:
    """The date that ``as_text`` gave; few distinct dates occur, so each is read once."""
    return _parsed(text) if text else None
