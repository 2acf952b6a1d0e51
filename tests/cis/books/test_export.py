"""The exported ledger: every line once, in the order of posting, with sums that an auditor can add up alone."""

from __future__ import annotations

import csv
import os
import re
import subprocess
import sys
from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from gridhall.cis.books import balances, days, export
from gridhall.cis.ledger import chart
from gridhall.cis.ledger.models import Line
from gridhall.platform.scope import Scope
from tests.halls.conftest import town as town

HERE, NOVEMBER = Scope(prefixes=("32/",)), (date(2026, 11, 1), date(2026, 12, 1))
pytestmark = pytest.mark.usefixtures("town", "db")


def table(scope: Scope = HERE) -> list[list[str]]:
    return list(csv.reader("".join(export.as_csv(scope, "32/", *NOVEMBER)).removeprefix("\ufeff").splitlines()))


def test_the_csv_holds_every_line_of_the_month_and_ends_with_both_sums() -> None:
    head, *rows, debit, credit = table()
    assert tuple(head) == export.HEAD
    lines = Line.objects.filter(entry__effective_on__gte=NOVEMBER[0], entry__effective_on__lt=NOVEMBER[1])
    assert len(rows) == lines.count() == int(debit[4]) == int(credit[4])
    amounts = [Decimal(row[9]) for row in rows]
    assert sum(amount for amount in amounts if amount > 0) == Decimal(debit[9]) == -Decimal(credit[9])
    assert Counter(amounts) == Counter(Decimal(line.amount_fen) / 100 for line in lines)


def test_lines_name_their_customer_their_bill_and_the_national_code() -> None:
    row = next(row for row in table() if row[5] == chart.RECEIVABLE)
    assert row[6] == chart.accounts()[chart.RECEIVABLE].national
    assert re.fullmatch(r"\d{10,}", row[7]) and row[8].startswith("2026")


def test_the_order_is_the_same_every_time_and_does_not_depend_on_the_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = table()
    monkeypatch.setattr(export, "ENTRIES_AT_ONCE", 2)
    assert table() == whole


def test_the_stranger_takes_nothing_along() -> None:
    assert len(table(Scope(prefixes=("41/",)))) == 3  # the head and two sums of zero


def beancount() -> str:
    days.catch_up()
    opening = {row.account.code: row.opening_fen for row in balances.trial_balance(HERE, "32/", *NOVEMBER)}
    return "".join(export.as_beancount(HERE, "32/", *NOVEMBER, opening))


def test_every_transaction_of_the_beancount_text_sums_to_zero_and_ends_at_the_trial_balance() -> None:
    text = beancount()
    for block in re.split(r"\n(?=\d{4}-\d\d-\d\d \*)", text)[1:]:
        amounts = re.findall(r"^  [A-Z][\w:-]+  (-?[\d.]+) CNY", block.partition("\n\n2026-12-01 balance")[0], re.M)
        assert sum(map(Decimal, amounts)) == 0 and amounts, block
    for row in balances.trial_balance(HERE, "32/", *NOVEMBER):
        name = export.beancount_name(row.account.code)
        assert f"2026-12-01 balance {name} {export.yuan(row.closing_fen)} CNY\n" in text


def test_bean_check_accepts_it(tmp_path: Path, peers: Path) -> None:
    file = tmp_path / "ledger.beancount"
    file.write_text(beancount())
    done = subprocess.run(
        [sys.executable, "-m", "beancount.scripts.check", str(file)],
        env={**os.environ, "PYTHONPATH": str(peers / "python")}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout + done.stderr) == (0, "")
