"""The chart of accounts: data, in both languages, and the only accounts that take a line."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from django.apps import apps
from django.utils import timezone

from gridhall.cis.ledger import chart
from gridhall.cis.ledger.models import Entry, LedgerAccount
from gridhall.cis.ledger.posting import Side, Unbalanced, post
from gridhall.platform.scope import EVERYTHING
from tests.cast import Cast

ON = date(2026, 11, 21)


def sides(code: str, account_id: int | None = None) -> list[Side]:
    return [Side(chart.CASH, 100), Side(code, -100, account_id)]


def put(*lines: Side) -> Entry:
    return post("try:1", "try", list(lines), path="32/04/01/01/", effective_on=ON, recorded_at=timezone.now())


def test_every_account_has_both_names_and_the_table_is_in_step(cast: Cast) -> None:
    for row in chart.accounts().values():
        assert re.search("[一-鿿]", row.zh) and row.en.isascii(), row.code
    assert set(LedgerAccount.objects.values_list("code", "name_zh")) == {
        (row.code, row.zh) for row in chart.accounts().values()
    }


def test_a_new_line_in_the_chart_is_all_that_a_new_account_needs(cast: Cast) -> None:
    LedgerAccount.objects.filter(code=chart.SUSPENSE).delete()
    LedgerAccount.objects.filter(code=chart.BANK).update(name_zh="旧名")
    chart.sync(apps)
    assert LedgerAccount.objects.filter(code=chart.SUSPENSE).exists()
    assert LedgerAccount.objects.get(code=chart.BANK).name_zh == chart.accounts()[chart.BANK].zh


def test_an_account_that_is_not_in_the_chart_takes_nothing(cast: Cast) -> None:
    with pytest.raises(chart.NotInChart, match="petty-cash"):
        put(*sides("petty-cash"))
    assert not Entry.objects.within(EVERYTHING).filter(ref="try:1").exists()


def test_an_account_takes_nothing_before_and_after_its_days(monkeypatch: pytest.MonkeyPatch) -> None:
    row = chart.ChartAccount(
        code="deposit", zh="押金", en="Deposits", kind="liability", valid_from=ON, valid_to=date(2026, 12, 1)
    )
    monkeypatch.setitem(chart.accounts(), "deposit", row)
    assert chart.account("deposit", date(2026, 11, 30)) is row
    for day in (date(2026, 11, 20), date(2026, 12, 1)):
        with pytest.raises(chart.NotInChart):
            chart.account("deposit", day)


def test_a_line_of_a_sub_ledger_names_its_customer_and_its_bill(cast: Cast) -> None:
    li = cast.accounts["Ms Li"].pk
    with pytest.raises(Unbalanced, match="names its account"):
        put(*sides(chart.PREPAYMENT))
    with pytest.raises(Unbalanced, match="names its bill"):
        put(*sides(chart.RECEIVABLE, li))
    put(*sides(chart.PREPAYMENT, li))


def test_no_module_spells_a_code_of_the_chart_by_itself() -> None:
    """A code that is written out escapes the check against the chart when the module is loaded."""
    source = Path(chart.__file__).parents[1]
    spelled = re.compile(r'Side\(\s*"')
    assert not [path.name for path in source.rglob("*.py") if spelled.search(path.read_text("utf-8"))]
