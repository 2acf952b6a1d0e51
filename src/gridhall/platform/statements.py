"""Statements of what happens hundreds of times a second: fixed text and bound values, prepared once.

The ORM builds its text anew for each use, which takes many times longer than the database needs to run it. Here a text
is written once for both databases and marks values with ``%s``. On PostgreSQL the server prepares it, so a pooler in
between has to keep the prepared statements of a session; and what answers nothing is sent with the next question, so
that a fault of it shows then, at the latest when the transaction ends.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from operator import attrgetter
from typing import Any

import msgspec
from django.db import DEFAULT_DB_ALIAS, connections, models

from gridhall.platform import bulk

_JSON = msgspec.json.Encoder()
FEW = 20  # rows of one statement; more go in as bulk.insert does it


def fetch(sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """The rows of a query, as the driver gives them."""
    return _execute(sql, parameters, answers=True)


def run(sql: str, parameters: Sequence[Any] = ()) -> None:
    """A statement that answers nothing."""
    _execute(sql, parameters, answers=False)


def insert(model: type[models.Model], columns: tuple[str, ...], rows: Sequence[Sequence[Any]]) -> None:
    """Rows given as tuples in the order of ``columns`` (database column names); values as the database takes them."""
    if len(rows) > FEW:
        bulk.insert(model, columns, rows)
    elif rows:
        run(_insert(model._meta.db_table, columns, len(rows)), [value for row in rows for value in row])


def keep(*rows: models.Model) -> None:
    """Insert new rows of one model that have their primary keys, as ``save`` would."""
    if not rows:
        return
    columns, values = _kept(type(rows[0]))
    insert(type(rows[0]), columns, [[value(row) for value in values] for row in rows])
    for row in rows:
        row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS


def among(column: str) -> str:
    """A condition with one parameter, which ``listed`` makes: the text is the same for any number of values."""
    if _postgresql():
        return f"{column} = ANY(%s)"
    return f"{column} IN (SELECT value FROM json_each(%s))"  # noqa: S608 - our own names


def listed(values: Iterable[int | str]) -> Any:
    """The parameter of ``among``."""
    return list(values) if _postgresql() else _JSON.encode(list(values)).decode()


def for_update(*, free: bool = False) -> str:
    """The end of a query that locks its rows, or those that are ``free``. SQLite's transactions hold the one lock."""
    return "" if not _postgresql() else " FOR UPDATE SKIP LOCKED" if free else " FOR UPDATE"


@functools.lru_cache(maxsize=256)
def moment(at: datetime) -> Any:
    """A point of time as the database keeps it. An action has one, for many rows."""
    return connections[DEFAULT_DB_ALIAS].ops.adapt_datetimefield_value(at)


@functools.lru_cache(maxsize=256)
def day(on: date) -> Any:
    """A civil day as the database keeps it."""
    return connections[DEFAULT_DB_ALIAS].ops.adapt_datefield_value(on)


def as_day(value: date | str) -> date:
    """A civil day that came back; SQLite answers an aggregate of days as text."""
    return date.fromisoformat(value) if isinstance(value, str) else value


def _execute(sql: str, parameters: Sequence[Any], *, answers: bool) -> list[tuple[Any, ...]]:
    """Past Django's cursors, which cost more than the database does; its transactions, wrappers and errors hold."""
    connection: Any = connections[DEFAULT_DB_ALIAS]
    connection.ensure_connection()
    if connection.needs_rollback:
        connection.validate_no_broken_transaction()  # raises

    def execute(sql: str, parameters: Any, many: bool, context: Any) -> list[tuple[Any, ...]]:
        with connection.wrap_database_errors:
            return _driver(connection, sql, parameters, answers)

    for wrapper in reversed(connection.execute_wrappers):
        execute = functools.partial(wrapper, execute)
    return execute(sql, parameters, False, {"connection": connection, "cursor": None})


def _driver(connection: Any, sql: str, parameters: Sequence[Any], answers: bool) -> list[tuple[Any, ...]]:
    if not _postgresql():
        return connection.connection.execute(_question_marks(sql), parameters).fetchall()
    if answers:
        return connection.pipeline.fetch(sql, parameters)
    connection.pipeline.run(sql, parameters)
    return []


@functools.cache
def _question_marks(sql: str) -> str:
    return sql.replace("%s", "?")


@functools.cache
def _postgresql() -> bool:
    return connections[DEFAULT_DB_ALIAS].vendor == "postgresql"


@functools.cache
def _insert(table: str, columns: tuple[str, ...], rows: int) -> str:
    row = f"({', '.join(['%s'] * len(columns))})"
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES {', '.join([row] * rows)}"  # noqa: S608 - our own names


@functools.cache
def _kept(model: type[models.Model]) -> tuple[tuple[str, ...], list[Callable[[models.Model], Any]]]:
    """The columns of a model, and how each takes its value from a row."""
    fields = model._meta.local_concrete_fields
    return tuple(field.column for field in fields), [_value(field) for field in fields]


def _value(field: models.Field) -> Callable[[models.Model], Any]:
    if isinstance(field, (models.CharField, models.IntegerField, models.ForeignKey)):
        return attrgetter(field.attname)
    return lambda row: field.get_db_prep_save(field.pre_save(row, True), connections[DEFAULT_DB_ALIAS])
