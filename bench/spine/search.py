"""Customer search over a million accounts on SQLite: every kind of fragment, in scopes from a station to a province.

People, streets and numbers are invented by a seeded generator; surnames are as uneven as real ones, so that some
fragments fit a tenth of all rows.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from random import Random
from statistics import median, quantiles
from time import perf_counter, thread_time
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
ACCOUNTS = 1_000_000
QUERIES_PER_KIND = 60
SLOW_SAMPLES = 5  # of the scan that an index replaces: each takes a large part of a second

SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭"
)
GIVEN = (
    "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂兰玉梅红志建国华文辉波斌宇浩凯健俊帆帅旭宁龙林欢阳思雨欣怡佳琪梓涵子轩"
    "浩然一诺雅诗语嘉博晨曦悦心宜可馨瑞霖泽楷睿渊启航景行致远承恩若水清扬凌云书翰乐天成龙海峰春生金凤银花月娥彩云"
)
ROADS = (
    "人民中山解放建设和平新华胜利文化光明东风红旗江滨湖光望海松柏柳荫枫林竹园桂花梧桐青年育才工业科技港前会展书院向阳"
)
TOWNS = ["望江区", "松岭县", "白沙区", "石桥镇", "东湾区", "云台县", "梅溪区", "长渡镇"]


def run() -> list[dict[str, Any]]:
    """Build and search in a process and a data folder of their own; takes about two minutes."""
    with tempfile.TemporaryDirectory(prefix="gridhall-bench-") as folder:
        environment = {
            **os.environ,
            "GRIDHALL_DATA": folder,
            "GRIDHALL_DATABASE_URL": "",
            "DJANGO_SETTINGS_MODULE": "gridhall.settings",
            "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
        }
        answer = subprocess.run(
            [sys.executable, "-m", "bench.spine.search"], cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE
        )
    return json.loads(answer.stdout)


def people(count: int, seed: int = 20261121) -> Iterator[tuple[int, str, str, str, str]]:
    """Number, name, telephone, address and path of each account, always the same."""
    random = Random(seed)
    weights = [1 / (rank + 3) for rank in range(len(SURNAMES))]
    surnames = random.choices(SURNAMES, weights, k=count)
    given = [1 / (rank + 20) for rank in range(len(GIVEN))]
    first, second = random.choices(GIVEN, given, k=count), random.choices(GIVEN, given, k=count)
    stems = map("".join, zip(ROADS[::2], ROADS[1::2], strict=True))
    roads = [stem + suffix for stem in stems for suffix in ("路", "街", "大道", "巷")]
    for number in range(1, count + 1):
        name = surnames[number - 1] + first[number - 1] + (second[number - 1] if random.random() < 0.85 else "")
        phone = f"1{random.choice('3589')}{random.randrange(10**9):09d}"
        county, station = random.randrange(len(TOWNS)), random.randrange(1, 13)
        house, room = random.randrange(1, 900), random.randrange(1, 34) * 100 + random.randrange(1, 5)
        address = f"临海市{TOWNS[county]}{random.choice(roads)}{house}号{random.randrange(1, 20)}幢{room}室"
        yield number, name, phone, address, f"32/04/{county + 1:02d}/{station:02d}/"


def load(count: int) -> None:
    """The rows of every table that a search reads, written by SQL; the search index is not among them."""
    from django.db import connection

    from gridhall.cis.customers.numbers import make

    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE person (id INTEGER PRIMARY KEY, name, phone, address, path, number)")
        cursor.executemany(
            "INSERT INTO person VALUES (%s, %s, %s, %s, %s, %s)", ((*row, make("04", row[0])) for row in people(count))
        )
        cursor.execute(
            "INSERT INTO customers_billingcycle (id, code, name_zh, name_en, path, reading_day, payment_days)"
            " VALUES (1, 'B', 'B', 'B', '32/04/', 1, 20)"
        )
        for table, columns, values in (
            (
                "customers_customer",
                "kind, name, phone, email, language, needs",
                "'person', name, phone, '', 'zh-hans', ''",
            ),
            ("network_premise", "address", "address"),
            ("readings_meteringpoint", "code, slots, utc_offset_minutes", "printf('MP%010d', id), 96, 480"),
            ("network_servicepoint", "premise_id, point_id", "id, id"),
            (
                "customers_account",
                "number, customer_id, premise_id, cycle_id, status, opened_on",
                "number, id, id, 1, 'active', '2026-01-01'",
            ),
            (
                "customers_agreement",
                "valid_from, account_id, service_point_id, direction, tariff_code, charging, contract_demand_kw_e6,"
                " power_factor_standard, persons, low_income",
                "'2026-01-01', id, id, 'import', 'flat-rate', 0, 0, 0, 1, 0",
            ),
            ("metering_meter", "asset_number, maker, digits, decimals", "printf('LH%010d', id * 7), '', 6, 2"),
        ):
            cursor.execute(
                f"INSERT INTO {table} (id, public_id, path, {columns})"
                f" SELECT id, printf('%032x', id), path, {values} FROM person ORDER BY id"
            )
        cursor.execute(
            "INSERT INTO metering_installation (id, valid_from, meter_id, service_point_id, multiplier, billing_source)"
            " SELECT id, '2026-01-01', id, id, 1, 'interval' FROM person ORDER BY id"
        )


def questions(random: Random) -> dict[str, list[str]]:
    """What clerks type, by kind; every kind is cut out of rows that exist, but for the last."""
    rows = [row for row in people(ACCOUNTS // 10) if random.random() < 0.05]

    def some(cut: Any) -> list[str]:
        return [cut(random.choice(rows)) for _ in range(QUERIES_PER_KIND)]

    from gridhall.cis.customers.numbers import make

    return {
        "account number": some(lambda row: make("04", row[0])),
        "account number, first 7": some(lambda row: make("04", row[0])[:7]),
        "telephone": some(lambda row: row[2]),
        "telephone, last 4": some(lambda row: row[2][-4:]),
        "telephone, middle 6": some(lambda row: row[2][3:9]),
        "name": some(lambda row: row[1]),
        "name, 2 characters anywhere": some(lambda row: row[1][-2:]),
        "address, 5 characters": some(lambda row: row[3][6:11]),
        "address to the house": some(lambda row: row[3][6 : row[3].index("号") + 1]),
        "address and name": some(lambda row: f"{row[3][6:9]} {row[1][-2:]}"),
        "meter": some(lambda row: f"LH{row[0] * 7:010d}"),
        "nothing": [f"{random.choice(SURNAMES)}鑫{random.choice(GIVEN)}" for _ in range(QUERIES_PER_KIND)],
    }


def measure() -> list[dict[str, Any]]:
    """In the child process: build, search, compare."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection, transaction

    from gridhall.cis.customers.models import Account
    from gridhall.cis.customers.queries import search
    from gridhall.cis.customers.search.index import reindex_all
    from gridhall.platform.scope import Scope

    call_command("migrate", verbosity=0)
    started = perf_counter()
    with transaction.atomic():
        load(ACCOUNTS)
    loaded = perf_counter()
    with transaction.atomic():
        reindex_all()
    indexed = perf_counter()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")

    random = Random(4)
    scopes = [Scope(prefixes=(prefix,)) for prefix in ("32/", "32/04/", "32/04/03/", "32/04/03/07/")]
    in_database = cpu_in_database = 0.0

    def timed(execute: Any, sql: str, parameters: Any, many: bool, context: Any) -> Any:
        nonlocal in_database, cpu_in_database
        begun, cpu_begun = perf_counter(), thread_time()
        try:
            return execute(sql, parameters, many, context)
        finally:
            in_database += perf_counter() - begun
            cpu_in_database += thread_time() - cpu_begun

    calls_ms: list[float] = []
    cpu_ms: list[float] = []
    database_ms: dict[str, list[float]] = {}
    with connection.execute_wrapper(timed):
        for kind, texts in questions(random).items():
            for text in texts:
                scope = random.choice(scopes)
                search(scope, text)  # once to warm the pages it needs
                in_database, cpu_in_database, begun = 0.0, 0.0, perf_counter()
                search(scope, text)
                calls_ms.append((perf_counter() - begun) * 1000)
                cpu_ms.append(cpu_in_database * 1000)
                database_ms.setdefault(kind, []).append(in_database * 1000)

    scans_ms = []
    for text in questions(random)["name, 2 characters anywhere"][:SLOW_SAMPLES]:
        begun = perf_counter()
        list(Account.objects.within(scopes[1]).filter(customer__name__contains=text).order_by("number")[:20])
        scans_ms.append((perf_counter() - begun) * 1000)

    for kind, times in database_ms.items():
        print(f"{kind:30} p50 {median(times):7.2f}  p95 {_p95(times):7.2f} ms in the database", file=sys.stderr)
    every = [time for times in database_ms.values() for time in times]
    method = f"{len(every)} searches of {len(database_ms)} kinds over {ACCOUNTS:,} accounts, warm, SQLite, 4 scopes"
    scan = {"against": "LIKE '%…%' on the name", "against_value": round(median(scans_ms), 1)}
    return [
        _row("search_p95", _p95(every), "ms", method + "; time in the database", **scan),
        # SQLite works in our own thread: its CPU time is the figure that other load on the machine does not touch.
        _row("search_cpu_p95", _p95(cpu_ms), "ms", method + "; CPU time in the database"),
        _row("search_call_p95", _p95(calls_ms), "ms", method + "; whole call with masking", **scan),
        _row("search_load", loaded - started, "s", f"{ACCOUNTS:,} accounts with meters into eight tables by SQL"),
        _row("search_index_build", indexed - loaded, "s", f"reindex_all over {ACCOUNTS:,} accounts"),
    ]


def _p95(values: list[float]) -> float:
    return quantiles(values, n=20)[-1]


def _row(
    name: str, value: float, unit: str, method: str, against: str = "", against_value: float | None = None
) -> dict[str, Any]:
    ratio = round(against_value / value, 1) if against_value else None
    return {
        "name": name, "value": round(value, 2), "unit": unit, "against": against, "against_value": against_value,
        "ratio": ratio, "method": method,
    }  # fmt: skip


if __name__ == "__main__":
    json.dump(measure(), sys.stdout)
