"""Rows that many tests begin with: made once by the actions, then written back as they were.

Building the cast takes 600 statements, writing it back 30. Works on both databases: rows are kept as SQL literals.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Generic, TypeVar

from django.apps import apps
from django.db import connection

T = TypeVar("T")
SEARCH = "customers_search"  # no model stands for it
LITERAL = {"sqlite": "quote({})", "postgresql": "quote_nullable({}::text)"}


class Frozen(Generic[T]):
    """What ``build`` answers, with the rows that it made in tables that were empty before."""

    def __init__(self, build: Callable[[], T]) -> None:
        self.build = build
        self.answer: T | None = None
        self.inserts: dict[str, str] = {}

    def __call__(self) -> T:
        """The rows and a copy of the answer; built by actions where a table holds something already."""
        filled = _filled(_tables())
        if self.answer is not None and not filled & self.inserts.keys():
            with connection.cursor() as cursor:
                for insert in self.inserts.values():
                    cursor.execute(insert)
            return copy.deepcopy(self.answer)
        before = {table: _count(table) for table in filled}
        answer = self.build()
        if self.answer is None and all(_count(table) == count for table, count in before.items()):
            self.inserts = {table: _insert(table) for table in sorted(_filled(_tables()) - filled)}
            self.answer = copy.deepcopy(answer)
        return answer


def _tables() -> list[str]:
    ours = [model for model in apps.get_models() if model.__module__.startswith("gridhall.")]
    return [SEARCH, *(model._meta.db_table for model in ours)]


def _filled(tables: list[str]) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM {table})" for table in tables))
        return {row[0] for row in cursor.fetchall()}


def _count(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        return cursor.fetchone()[0]


def _insert(table: str) -> str:
    with connection.cursor() as cursor:
        columns = [column.name for column in connection.introspection.get_table_description(cursor, table)]
        if table == SEARCH and connection.vendor == "sqlite":
            columns = ["rowid", "words"]
        literals = ", ".join(LITERAL[connection.vendor].format(column) for column in columns)
        cursor.execute(f"SELECT {literals} FROM {table}")
        rows = ", ".join(f"({', '.join(row)})" for row in cursor.fetchall())
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES {rows}"
