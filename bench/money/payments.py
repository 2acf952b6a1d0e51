"""Money in: a bank's file of 100,000 lines, and payments one by one, beside the raw insert of their rows."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from itertools import chain
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

from bench.spine.cluster import postgresql

ROOT = Path(__file__).resolve().parents[2]
LINES = int(os.environ.get("GRIDHALL_BENCH_LINES", "100000"))
SINGLE = int(os.environ.get("GRIDHALL_BENCH_PAYMENTS", "8000"))
CLIENTS = 8
PROCESSES = min(os.cpu_count() or 1, CLIENTS)  # of a web server that `./run start` begins on PostgreSQL
TABLES = (
    "payments_payment",
    "ledger_entry",
    "ledger_line",
    "platform_outboxevent",
    "platform_actionkey",
    "platform_auditevent",
)


def run() -> list[dict[str, Any]]:
    """Each figure in a process and a data folder of its own."""
    rows = _apart("bank_file", "") + _apart("one_client", "")
    with postgresql() as url:
        if url is not None:
            rows += _apart("many_clients", url)
    return rows


def _apart(what: str, url: str) -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory(prefix="gridhall-money-") as folder:
        env = {
            **os.environ, "GRIDHALL_DATA": folder, "GRIDHALL_DATABASE_URL": url,
            "DJANGO_SETTINGS_MODULE": "gridhall.settings", "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
        }  # fmt: skip
        words = [sys.executable, "-m", "bench.money.payments", what]
        return json.loads(subprocess.run(words, cwd=ROOT, env=env, check=True, stdout=subprocess.PIPE).stdout)


def _city(accounts: int) -> list[tuple[int, str]]:
    """Accounts with a bill of 88.88 yuan each, written by raw inserts: ids and numbers."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import transaction

    from bench.spine.city import build
    from gridhall.cis.customers.models import Account
    from gridhall.cis.ledger.posting import Posting, Side, post_many
    from gridhall.platform import clock
    from gridhall.platform.scope import EVERYTHING

    call_command("migrate", verbosity=0)
    build(accounts, 202606, with_curves=300)
    rows = list(Account.objects.within(EVERYTHING).order_by("pk").values_list("pk", "number", "path"))
    postings = [
        Posting(f"bill:{pk}", "bill", path, [Side("receivable", 88_88, pk, pk), Side("energy-revenue", -88_88)], pk)
        for pk, _number, path in rows
    ]
    with transaction.atomic():
        for first in range(0, len(postings), 20_000):
            post_many(postings[first : first + 20_000], date(2026, 7, 1), clock.now())
    return [(pk, number) for pk, number, _path in rows]


def bank_file() -> list[dict[str, Any]]:
    """From the bytes of the file to the last answer."""
    accounts = _city(LINES)
    from gridhall.cis.channels import files
    from gridhall.cis.channels.actions import keep_file, open_link, post_file
    from gridhall.cis.ledger.queries import problems, trial_balance
    from gridhall.codecs.payments import bank_file as codec
    from gridhall.codecs.payments.items import Item, Kind
    from gridhall.platform import jobs
    from gridhall.platform.actor import system

    link = open_link(system("bench"), "BK01", "Bench bank", "bank-counter", "bank_file", "32/04/")
    at = datetime(2026, 7, 20, 9, tzinfo=UTC)
    items = [Item(0, f"S{n}", Kind.PAY, 88_88, at, number) for n, (_pk, number) in enumerate(accounts)]
    data = codec.write(codec.DayFile("BK01", date(2026, 7, 20), items))
    before = _counts()
    began, cpu = perf_counter(), process_time()
    row = post_file(system("bench"), keep_file(system("bench"), link.pk, data, "bench.txt").pk)
    jobs.run_until_idle()
    row.refresh_from_db()
    answer = files.answer(row)
    wall_s, cpu_s = perf_counter() - began, process_time() - cpu
    assert (row.state, row.booked, answer.count(b"|ok|")) == ("posted", LINES, LINES), row.refused[:3]
    assert trial_balance()["clearing-bank-counter"] == LINES * 88_88 and not problems()
    how = (
        f"{LINES:,} lines for as many accounts with an open bill, SQLite: read, book, settle, answer; {cpu_s:.1f} CPU s"
    )
    return [_row("bank_file_100k_s", round(wall_s, 1), "s", round(_raw_s(before), 2), how)]


def one_client() -> list[dict[str, Any]]:
    """The action of the counter and of every channel, one payment after the other, SQLite."""
    accounts = _city(SINGLE)
    before = _counts()
    statements = _statements(accounts.pop())
    began, cpu = perf_counter(), process_time()
    _pay(accounts, "one")
    rate, cpu_ms = len(accounts) / (perf_counter() - began), 1000 * (process_time() - cpu) / len(accounts)
    how = (
        f"{SINGLE:,} payments, each a transaction with audit, outbox and settlement; {statements} statements and "
        f"{cpu_ms:.1f} CPU ms each"
    )
    return [_row("payments_sqlite", round(rate), "payments/s", round(SINGLE / _raw_s(before)), how)]


def many_clients() -> list[dict[str, Any]]:
    """The same by eight clients on PostgreSQL: threads of as many processes as the web server has, then a process each.
    Last nothing but the rows, with a commit a payment."""
    accounts = _city(2 * SINGLE)
    before = _counts()
    served, alone = accounts[:SINGLE], accounts[SINGLE:]
    rate, cpu_ms = _at_once(PROCESSES, lambda number: _clients(served, number))
    texts, raw_s = _texts(before), _raw_s(before)
    how = (
        f"{SINGLE:,} payments by {CLIENTS} clients of {PROCESSES} server processes on {os.cpu_count()} cores; those "
        f"that come at the same time share a transaction; {cpu_ms:.2f} CPU ms of a process each, the database's apart"
    )
    rows = [_row("payments_postgresql", round(rate), "payments/s", round(SINGLE / raw_s), how)]
    rate, cpu_ms = _at_once(CLIENTS, lambda number: _pay(alone[number::CLIENTS], f"client{number}"))
    how = f"the same where each client is a process, so that nobody shares; {cpu_ms:.2f} CPU ms of a client each"
    rows.append(_row("payments_postgresql_apart", round(rate), "payments/s", round(SINGLE / raw_s), how))
    rate, cpu_ms = _at_once(CLIENTS, lambda number: _rows_only(texts, range(number, SINGLE, CLIENTS)))
    how = (
        f"the same rows by {CLIENTS} clients with prepared statements, one commit for those of a payment, into tables "
        f"without index, trigger or key: nothing read and nothing checked; {cpu_ms:.2f} CPU ms of a client each"
    )
    return [*rows, {"name": "raw_commits_postgresql", "value": round(rate), "unit": "payments/s", "method": how}]


def _at_once(processes: int, work: Callable[[int], None]) -> tuple[float, float]:
    """Payments a second and CPU milliseconds of a payment, by that many processes."""
    from django.db import connections

    connections.close_all()
    used, began, clients = resource.getrusage(resource.RUSAGE_CHILDREN), perf_counter(), []
    for number in range(processes):
        child = os.fork()
        if not child:
            try:
                work(number)
            except BaseException:
                traceback.print_exc()
                os._exit(1)
            os._exit(0)
        clients.append(child)
    failed = [child for child in clients if os.waitpid(child, 0)[1]]
    rate = SINGLE / (perf_counter() - began)
    assert not failed, f"{len(failed)} clients failed"
    now = resource.getrusage(resource.RUSAGE_CHILDREN)
    return rate, 1000 * (now.ru_utime + now.ru_stime - used.ru_utime - used.ru_stime) / SINGLE


def _clients(accounts: list[tuple[int, str]], process: int) -> None:
    """The clients that one process serves, each by a thread."""
    with ThreadPoolExecutor(CLIENTS) as threads:
        mine = range(process, CLIENTS, PROCESSES)
        list(threads.map(lambda number: _pay(accounts[number::CLIENTS], f"client{number}"), mine))


def _pay(accounts: list[tuple[int, str]], who: str) -> None:
    from gridhall.cis.payments.actions import receive
    from gridhall.platform.actor import system

    for pk, number in accounts:
        receive(system(who), pk, 88_88, "bank-app", "transfer", key=f"{who}:{number}", link_code="B", serial=number)


def _statements(account: tuple[int, str]) -> int:
    """How many one payment sends to the database."""
    from django.db import connection

    seen = []

    def count(run: Callable[..., Any], sql: str, *rest: Any) -> Any:
        seen.append(sql)
        return run(sql, *rest)

    with connection.execute_wrapper(count):
        _pay([account], "counted")
    return len(seen)


def _counts() -> dict[str, int]:
    """How many rows each table holds."""
    from django.db import connection

    with connection.cursor() as cursor:
        counts = {}
        for table in TABLES:
            cursor.execute(f"SELECT count(*) FROM {table}")
            counts[table] = cursor.fetchone()[0]
    return counts


def _raw_s(before: dict[str, int]) -> float:
    """Seconds to insert the rows that came since, again, into tables without index, trigger or key."""
    return sum(_write_again(table, skip) for table, skip in before.items())


def _rows_since(cursor: Any, table: str, skip: int) -> list[list[Any]]:
    """The rows behind the first ``skip``, as they can be written again."""
    cursor.execute(f"SELECT * FROM {table} ORDER BY 1 LIMIT 10000000 OFFSET {skip}")
    return [[json.dumps(one) if isinstance(one, dict) else one for one in row] for row in cursor.fetchall()]


def _texts(before: dict[str, int]) -> list[tuple[str, list[list[Any]]]]:
    """An INSERT for each table, and its values for each payment."""
    from django.db import connection

    texts = []
    with connection.cursor() as cursor:
        for table, skip in before.items():
            content = _rows_since(cursor, table, skip)
            each = len(content) // SINGLE
            row = f"({', '.join(['%s'] * len(content[0]))})"
            parts = [list(chain.from_iterable(content[n * each : (n + 1) * each])) for n in range(SINGLE)]
            texts.append((f"INSERT INTO raw_{table} VALUES {', '.join([row] * each)}", parts))
    return texts


def _rows_only(texts: list[tuple[str, list[list[Any]]]], payments: range) -> None:
    from django.db import connection
    from psycopg import Cursor

    connection.ensure_connection()
    connection.set_autocommit(False)
    cursor = Cursor(connection.connection)
    for n in payments:
        for text, parts in texts:
            cursor.execute(text, parts[n], prepare=True)
        connection.connection.commit()


def _write_again(table: str, skip: int) -> float:
    from django.db import connection, transaction

    with connection.cursor() as cursor:
        content = _rows_since(cursor, table, skip)
        cursor.execute(f"CREATE TABLE raw_{table} AS SELECT * FROM {table} WHERE 1 = 0")
    if not content:
        return 0.0
    began = perf_counter()
    with transaction.atomic():
        if connection.vendor == "sqlite":
            marks = ", ".join("?" * len(content[0]))
            connection.connection.executemany(f"INSERT INTO raw_{table} VALUES ({marks})", content)
        else:
            with connection.cursor() as cursor, cursor.copy(f"COPY raw_{table} FROM STDIN") as copy:
                for row in content:
                    copy.write_row(row)
    return perf_counter() - began


def _row(name: str, value: float, unit: str, raw: float, how: str) -> dict[str, Any]:
    return {
        "name": name, "value": value, "unit": unit, "against": "raw insert of the same rows", "against_value": raw,
        "ratio": round(value / raw, 3), "method": how,
    }  # fmt: skip


if __name__ == "__main__":
    print(json.dumps({"bank_file": bank_file, "one_client": one_client, "many_clients": many_clients}[sys.argv[1]]()))
