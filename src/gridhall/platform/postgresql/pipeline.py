"""Prepared statements by the client library itself, several in one round trip.

Values travel as text and the server knows their types. A cursor of the driver costs three times as much: it looks up
how to write each value, and names its type by its size, so that one statement is prepared anew for every mixture.
"""

from __future__ import annotations

import select
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg.adapt import PyFormat, Transformer
from psycopg.errors import InFailedSqlTransaction, error_from_result
from psycopg.pq import ExecStatus, TransactionStatus
from psycopg.pq.abc import PGresult

Rows = list[tuple[Any, ...]]
Values = list[Any]  # bytes, or None for NULL
_FINE = (ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK)


class Pipeline:
    """The prepared statements of one connection. What answers nothing waits, and travels with the next that does.

    So a fault of such a statement shows later, at the latest when the transaction is to be committed.
    """

    def __init__(self, connection: Connection[Any]) -> None:
        self._connection, self._libpq = connection, connection.pgconn
        self._transformer = Transformer(connection)
        self._names: dict[str, bytes] = {}
        self._waiting: list[tuple[bytes, Values]] = []

    def fetch(self, sql: str, parameters: Sequence[Any]) -> Rows:
        """The rows of a query, which sees whatever was to run before it."""
        self._add(sql, parameters)
        return self._rows(self._exchange())

    def run(self, sql: str, parameters: Sequence[Any]) -> None:
        """A statement that answers nothing: at once outside a transaction, else with the next exchange."""
        self._add(sql, parameters)
        if self._connection.autocommit:
            self._exchange()

    def send(self) -> None:
        """Run what waits."""
        if self._waiting:
            self._exchange()

    def forget(self) -> None:
        """What waits is part of a transaction that is rolled back."""
        self._waiting.clear()

    def commit(self) -> None:
        """Run what waits and end the transaction. Raises InFailedSqlTransaction where the server rolled it back."""
        if not self._waiting and self._libpq.transaction_status == TransactionStatus.IDLE:
            return
        self._add("COMMIT", ())
        if self._exchange().command_status != b"COMMIT":
            raise InFailedSqlTransaction("an earlier statement of this transaction failed; nothing was kept")

    def _add(self, sql: str, parameters: Sequence[Any]) -> None:
        """Let a statement wait; the first of a transaction begins it."""
        idle = self._libpq.transaction_status == TransactionStatus.IDLE
        if idle and not self._waiting and not self._connection.autocommit:
            self._waiting.append((self._name("BEGIN"), []))
        values = [(_AS_TEXT.get(type(value)) or self._written)(value) for value in parameters]
        self._waiting.append((self._name(sql), values))

    def _name(self, sql: str) -> bytes:
        return self._names.get(sql) or self._prepare(sql)

    def _prepare(self, sql: str) -> bytes:
        """The server keeps a prepared statement for as long as the connection, whatever becomes of transactions."""
        name = b"gridhall_%d" % len(self._names)
        first, *others = sql.split("%s")
        text = first + "".join(f"${number}{part}" for number, part in enumerate(others, start=1))
        result = self._libpq.prepare(name, text.encode())
        if result.status not in _FINE:
            raise error_from_result(result)
        self._names[sql] = name
        return name

    def _exchange(self) -> PGresult:
        """Send all that waits, in order. The last one's result; raises the error of the first that failed."""
        waiting, self._waiting = self._waiting, []
        with self._pipelined():
            for name, values in waiting:
                self._libpq.send_query_prepared(name, values)
            self._libpq.pipeline_sync()
            results = list(self._results())
        for result in results:
            if result.status not in _FINE:
                raise error_from_result(result)
        return results[-1]

    @contextmanager
    def _pipelined(self) -> Iterator[None]:
        self._libpq.enter_pipeline_mode()
        try:
            yield
        except BaseException:
            self._libpq.finish()  # answers may be under way that nobody would fetch: this connection is no use now
            raise
        self._libpq.exit_pipeline_mode()

    def _results(self) -> Iterator[PGresult]:
        """One for each statement; after each the library says that there is no more of it."""
        while True:
            self._wait()
            result = self._libpq.get_result()
            if result is None:
                continue
            if result.status == ExecStatus.PIPELINE_SYNC:
                return
            yield result

    def _wait(self) -> None:
        """Until the next result is here; the interpreter's lock is free meanwhile."""
        while (unsent := self._libpq.flush()) or self._libpq.is_busy():
            waiter = select.poll()
            waiter.register(self._libpq.socket, select.POLLIN | (select.POLLOUT if unsent else 0))
            waiter.poll()
            self._libpq.consume_input()

    def _rows(self, result: PGresult) -> Rows:
        self._transformer.set_pgresult(result)
        return self._transformer.load_rows(0, result.ntuples, tuple)

    def _written(self, value: Any) -> Any:
        """As the driver writes it, whatever it is."""
        if isinstance(value, str):
            return str.encode(value)
        return self._transformer.get_dumper(value, PyFormat.TEXT).dump(value)


def _array(values: list[int | str]) -> bytes:
    return ("{" + ",".join(str(value) if isinstance(value, int) else _quoted(value) for value in values) + "}").encode()


def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


_AS_TEXT: dict[type, Callable[[Any], Any]] = {
    int: lambda value: b"%d" % value,
    str: str.encode,
    type(None): lambda value: None,
    bool: lambda value: b"t" if value else b"f",
    list: _array,
    date: lambda value: value.isoformat().encode(),
    datetime: lambda value: value.isoformat().encode(),
    UUID: lambda value: value.hex.encode(),
}
