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
