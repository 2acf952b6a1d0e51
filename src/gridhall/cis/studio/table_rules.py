"""Dated rules of price tables: which tariff a row is for, and which change to last month is a jump."""

from __future__ import annotations

import functools
from datetime import date
from importlib import resources

import msgspec
import yaml

from gridhall.cis.studio.models import PriceRowTariff
from gridhall.codecs.price_table import PriceTable

Key = tuple[str, str]  # class, voltage


class ShippedRow(msgspec.Struct, frozen=True):
    """A row of data/price_tables/tariffs.yaml."""

    area: str
    tariff_class: str
    voltage: str
    tariff: str


class TablePolicy(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A row of data/price_table_policy.yaml."""

    valid_from: date
    code: str
    jump_percent: int


@functools.cache
def _shipped() -> tuple[ShippedRow, ...]:
    text = (resources.files("gridhall.data") / "price_tables/tariffs.yaml").read_text(encoding="utf-8")
    return msgspec.convert(yaml.safe_load(text)["rows"], tuple[ShippedRow, ...])


@functools.cache
def _policies() -> tuple[TablePolicy, ...]:
    text = (resources.files("gridhall.data") / "price_table_policy.yaml").read_text(encoding="utf-8")
    rows = msgspec.convert(yaml.safe_load(text), tuple[TablePolicy, ...])
    return tuple(sorted(rows, key=lambda row: row.valid_from))


def policy_on(on: date) -> TablePolicy:
    """The policy that counts on a day."""
    return [row for row in _policies() if row.valid_from <= on][-1]


def tariffs_of(table: PriceTable, path: str) -> dict[Key, str]:
    """The tariff of each row as the office says for the unit, else as shipped; rows for none are left out."""
    codes = {(row.tariff_class, row.voltage): row.tariff for row in _shipped() if row.area == table.area}
    said = PriceRowTariff.objects.filter(path=path, area=table.area)
    codes |= {(row.tariff_class, row.voltage): row.tariff_code for row in said}
    rows = {(row.tariff_class, row.voltage) for row in table.rows}
    return {key: code for key, code in codes.items() if code and key in rows}


def flat_key(key: Key) -> str:
    """A row's key as the stored mapping writes it."""
    return " ".join(key)
