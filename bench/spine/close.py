"""Month close end to end: 100,000 customers of mixed tariffs, from 96-point curves to released bills in the ledger."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

from bench.spine.cluster import postgresql

ROOT = Path(__file__).resolve().parents[2]
ACCOUNTS = int(os.environ.get("GRIDHALL_BENCH_ACCOUNTS", "100000"))
MONTH = 202606
METHOD = (
    f"{ACCOUNTS:,} accounts (75 % tiered residents, 18 % TOU shops, 7 % two-part with demand and power "
    "factor) with 96-point curves; create run, calculate every bill and line, release, post double entry, "
    "refresh figures; wall time, one writer and two forked workers"
)


def run() -> list[dict[str, Any]]:
    """One close on SQLite and one on PostgreSQL, each in its own process and folder."""
    rows = [_apart("close_sqlite", "")]
    with postgresql() as url:
        if url is not None:
            rows.append(_apart("close_postgresql", url))
    return rows


def _apart(name: str, url: str) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="gridhall-close-") as folder:
        env = {
            **os.environ,
            "GRIDHALL_DATA": folder,
            "GRIDHALL_DATABASE_URL": url,
            "DJANGO_SETTINGS_MODULE": "gridhall.settings",
            "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
        }
        words = [sys.executable, "-m", "bench.spine.close"]
        figures = json.loads(subprocess.run(words, cwd=ROOT, env=env, check=True, stdout=subprocess.PIPE).stdout)
    bills_s, raw_s = figures["bills"] / figures["wall_s"], figures["bills"] / figures["raw_s"]
    return {
        "name": name,
        "value": round(bills_s),
        "unit": "bills/s",
        "against": "raw insert of the same rows",
        "against_value": round(raw_s),
        "ratio": round(bills_s / raw_s, 2),
        "method": f"{METHOD}; {figures['cpu_s']:.1f} CPU s, {figures['rows']:,} rows, "
        f"{figures['memory_mb']} MB peak (without building the city)",
    }


def close() -> dict[str, Any]:
    """Build a city, close its month, and write the same rows again into bare tables."""
    import django

    django.setup()
    from django.core.management import call_command

    from bench.spine.city import build
    from gridhall.cis.billing.actions import create_run, release_run
    from gridhall.cis.billing.models import BillRun
    from gridhall.cis.ledger.queries import trial_balance
    from gridhall.platform import jobs
    from gridhall.platform.actor import system
    from gridhall.platform.scope import EVERYTHING

    call_command("migrate", verbosity=0)
    cycle = build(ACCOUNTS, MONTH)
    before_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    began, cpu = perf_counter(), process_time()
    run = create_run(system("bench"), cycle.pk, MONTH)
    jobs.run_until_idle()
    release_run(system("bench"), run.pk)
    wall_s, cpu_s = perf_counter() - began, process_time() - cpu
    done = BillRun.objects.within(EVERYTHING).get(pk=run.pk)
    balance = trial_balance()
    assert (done.bills, sum(balance.values())) == (ACCOUNTS, 0), (done.bills, balance)
    assert balance["receivable"] == done.total_fen
    memory_mb = max(before_mb, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
    raw_s, rows = _write_again()
    return {
        "bills": done.bills, "wall_s": wall_s, "cpu_s": cpu_s, "raw_s": raw_s, "rows": rows, "memory_mb": memory_mb,
    }  # fmt: skip


def _write_again() -> tuple[float, int]:
    """Seconds to insert the bills, bill lines, entries and ledger lines into tables without index, trigger or key."""
    from django.db import connection, transaction

    total_s, rows = 0.0, 0
    for table in ("billing_bill", "billing_billline", "ledger_entry", "ledger_line"):
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT * FROM {table}")
            content = cursor.fetchall()
            cursor.execute(f"CREATE TABLE raw_{table} AS SELECT * FROM {table} WHERE 1 = 0")
        began = perf_counter()
        with transaction.atomic():
            if connection.vendor == "sqlite":
                marks = ", ".join("?" * len(content[0]))
                connection.connection.executemany(f"INSERT INTO raw_{table} VALUES ({marks})", content)
            else:
                with connection.cursor() as cursor, cursor.copy(f"COPY raw_{table} FROM STDIN") as copy:
                    for row in content:
                        copy.write_row(row)
        total_s, rows = total_s + perf_counter() - began, rows + len(content)
        del content
    return total_s, rows


if __name__ == "__main__":
    print(json.dumps(close()))
