"""The chart of accounts, read from dated data. Codes that actions post to are named here once.

A new account is one line of ``data/chart``; ``sync`` puts it into the database after every migration.
"""

from __future__ import annotations

import functools
from datetime import date
from importlib import resources
from typing import Any, Literal

from msgspec import Struct

from gridhall.kernel.tariffs.text import read_structured
from gridhall.kernel.tariffs.types import Evidence


class ChartAccount(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One account. ``sub_ledger`` says what its lines name, ``clears`` what is wrong when it is not empty."""

    code: str
    zh: str
    en: str
    kind: Literal["asset", "liability", "income", "expense"]
    sub_ledger: Literal["none", "account", "bill"] = "none"
    clears: Literal["", "settlement", "suspense"] = ""
    national: str = ""
    valid_from: date | None = None
    valid_to: date | None = None


class Chart(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A chart with its source; an account without dates holds as long as the chart."""

    code: str
    notice: str
    evidence: Evidence
    valid_from: date
    accounts: tuple[ChartAccount, ...]
    notes: tuple[str, ...] = ()


class NotInChart(ValueError):
    """A line names an account that the chart does not have on its day: a programming error, never a user's."""


@functools.cache
def accounts() -> dict[str, ChartAccount]:
    """Every account ever, by code, in the order of the chart."""
    folder = resources.files("gridhall.data") / "chart"
    charts = [read_structured(path.read_bytes(), Chart) for path in folder.iterdir() if path.name.endswith(".yaml")]
    return {row.code: row for chart in charts for row in chart.accounts}


def account(code: str, on: date) -> ChartAccount:
    """The account that may be posted to on a day. Raises NotInChart."""
    row = accounts().get(code)
    if row is None or (row.valid_from and on < row.valid_from) or (row.valid_to and on >= row.valid_to):
        raise NotInChart(f"the chart of accounts has no {code!r} on {on}; add it to data/chart")
    return row


def _code(code: str) -> str:
    if code not in accounts():
        raise NotInChart(f"the chart of accounts has no {code!r}; add it to data/chart")
    return code


def sync(apps: Any, **_signal: Any) -> None:
    """Bring the table that lines point to in step with the data; called after every migration."""
    model = apps.get_model("ledger", "LedgerAccount")
    columns = {field.name for field in model._meta.fields}
    if "sub_ledger" not in columns:
        return  # halfway through the migrations: the next one comes here again
    rows = [
        model(code=row.code, name_zh=row.zh, name_en=row.en, kind=row.kind, sub_ledger=row.sub_ledger)
        for row in accounts().values()
    ]
    model.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["code"], update_fields=["name_zh", "name_en", "kind", "sub_ledger"]
    )


RECEIVABLE = _code("receivable")
PENALTY_RECEIVABLE = _code("penalty-receivable")
PREPAYMENT = _code("prepayment")
CASH = _code("cash")
BANK = _code("bank")
ONLINE = _code("online-clearing")
SUSPENSE = _code("suspense")
ENERGY_REVENUE = _code("energy-revenue")
FUNDS_PAYABLE = _code("funds-payable")
VAT_PAYABLE = _code("vat-payable")
PENALTY_INCOME = _code("penalty-income")
CASH_DIFFERENCE = _code("cash-difference")
BREACH_INCOME = _code("breach-income")
REFUNDS_PAYABLE = _code("refunds-payable")
ADJUSTMENTS = _code("adjustments")
DEPOSIT = _code("customer-deposit")
WRITTEN_OFF = _code("written-off")
CHANNEL_FEES = _code("channel-fees")
