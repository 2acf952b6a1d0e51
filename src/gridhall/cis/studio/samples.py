"""Sample bills of a draft and of its base: typical uses, and any account's last bill."""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace
from importlib import resources
from typing import Any, Literal

import msgspec
import numpy as np
import yaml

from gridhall.cis.billing.inputs import determinants_stored, stored
from gridhall.cis.billing.models import Bill
from gridhall.cis.customers.models import Account
from gridhall.cis.tariffs import series
from gridhall.cis.tariffs.queries import item_key
from gridhall.kernel.money import Unit, amount_fen
from gridhall.kernel.rating import (
    CHARGING_CAPACITY,
    CHARGING_CONTRACT,
    CHARGING_DEMAND,
    CHARGING_NONE,
    REAL_TIME_UNKNOWN,
    Determinants,
    LineColumn,
    LineItem,
    rate,
)
from gridhall.kernel.real_time import charged_e8
from gridhall.kernel.tariffs import PERIODS, TariffVersion
from gridhall.kernel.tariffs.types import Name
from gridhall.platform.scope import Scope

WAYS = {
    "none": CHARGING_NONE,
    "capacity": CHARGING_CAPACITY,
    "contract": CHARGING_CONTRACT,
    "demand": CHARGING_DEMAND,
}
LIVE = (Bill.State.DRAFT, Bill.State.HELD, Bill.State.RELEASED)


class Use(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A row of data/tariff_samples/typical-uses.yaml."""

    code: str
    tariff_class: str = msgspec.field(name="class")
    name: Name
    kwh: int
    shares: dict[str, int]
    low_income: bool = False
    charging: Literal["none", "capacity", "contract", "demand"] = "none"
    demand_kw: int = 0
    contract_kw: int = 0
    capacity_kva: int = 0
    power_factor_standard: int = 0
    kvarh: int = 0


@dataclass(frozen=True)
class SampleLine:
    """One kind of line under both versions; None where a version has no such line."""

    item: LineItem
    quantity: int
    price_e8: int | None
    price_before_e8: int | None
    amount_fen: int
    before_fen: int

    @property
    def difference_fen(self) -> int:
        return self.amount_fen - self.before_fen


@dataclass(frozen=True)
class SampleBill:
    """Bills of the same use under the draft and under its base; ``problem`` says why there is none."""

    name: Name
    total_fen: int = 0
    before_fen: int | None = None
    lines: tuple[SampleLine, ...] = ()
    problem: str = ""

    @property
    def difference_fen(self) -> int | None:
        return None if self.before_fen is None else self.total_fen - self.before_fen


@functools.cache
def uses() -> tuple[Use, ...]:
    """The typical uses that come with the product."""
    text = (resources.files("gridhall.data") / "tariff_samples/typical-uses.yaml").read_text(encoding="utf-8")
    return msgspec.convert(yaml.safe_load(text)["uses"], tuple[Use, ...])


def typical(version: TariffVersion, before: TariffVersion | None, month: int) -> list[SampleBill]:
    """Every typical use of the draft's class, in the same month under both versions."""
    bills = []
    for use in uses():
        if use.tariff_class == version.tariff_class:
            now = [determinants(use, version, month)]
            then = [determinants(use, before, month)] if before else None
            bills.append(_bill(use.name, version, now, before, then, [month]))
    return bills


def determinants(use: Use, version: TariffVersion, month: int) -> Determinants:
    """What the kernel is told about a typical use."""
    energy_wh = use.kwh * 1000
    period_wh = np.zeros((1, len(PERIODS)), np.int64)
    for period, wh in _split(energy_wh, use.shares, version.season(month % 100).prices.periods()):
        period_wh[0, PERIODS.index(period)] = wh
    one = Determinants.empty(1)
    return replace(
        one,
        period_wh=period_wh,
        tier_before_wh=np.array([_months_before(version, month) * energy_wh], np.int64),
        persons=np.array([1], one.persons.dtype),
        free_quota=np.array([use.low_income]),
        charging=np.array([WAYS[use.charging]], one.charging.dtype),
        demand_kw_e6=np.array([use.demand_kw * 10**6], np.int64),
        contract_kw_e6=np.array([use.contract_kw * 10**6], np.int64),
        capacity_kva_e6=np.array([use.capacity_kva * 10**6], np.int64),
        reactive_varh=np.array([use.kvarh * 1000], np.int64),
        power_factor_standard=np.array([use.power_factor_standard], one.power_factor_standard.dtype),
        real_time_fen=np.array([_at_mean_price(version, energy_wh)], np.int64),
    )


def _at_mean_price(version: TariffVersion, energy_wh: int) -> int:
    """A sample has no curve: all its energy at the mean of the newest days, where the version charges intervals."""
    if version.real_time is None:
        return 0
    mean = series.mean_e8(version.real_time.series)
    if mean is None:
        return REAL_TIME_UNKNOWN
    return amount_fen(energy_wh, int(charged_e8(version, np.array([mean]))[0]), Unit.KWH)


def _split(energy_wh: int, shares: dict[str, int], periods: list[str]) -> list[tuple[str, int]]:
    """Energy by the shares of the priced periods; the last of them takes what division leaves."""
    if periods == ["total"]:
        return [("total", energy_wh)]
    weights = {period: shares.get(period, 0) for period in periods}
    whole = sum(weights.values())
    if not whole:
        return [(periods[0], energy_wh)]
    parts = [(period, energy_wh * weight // whole) for period, weight in weights.items()]
    left = energy_wh - sum(wh for _period, wh in parts)
    return [*parts[:-1], (parts[-1][0], parts[-1][1] + left)]


def _months_before(version: TariffVersion, month: int) -> int:
    if version.tiers is None:
        return 0
    start = version.tiers.counter_start(month)
    return (month // 100 - start // 100) * 12 + month % 100 - start % 100


def account_bill(scope: Scope, number: str, version: TariffVersion, before: TariffVersion | None) -> SampleBill | None:
    """The determinants of an account's last bill under both versions; None where there is no such account or bill.

    The periods are those that were measured on its own tariff.
    """
    account = Account.objects.within(scope).filter(number=number).first()
    if account is None:
        return None
    rows = Bill.objects.within(scope).filter(account=account, state__in=LIVE, kind__in=Bill.RATED)
    bill = rows.order_by("-month", "-pk").first()
    if bill is None:
        return None
    facts = [determinants_stored([row]) for row in stored(bill.inputs) if not row["export"]]
    name = Name(en=f"{number}, {bill.month}", zh=f"{number}，{bill.month}")
    return _bill(name, version, facts, before, facts if before else None, [bill.month] * len(facts))


def _in_periods_of(version: TariffVersion, facts: Determinants) -> Determinants:
    """Energy measured by period counts as a whole where the version has one price."""
    if version.calendar is not None:
        return facts
    whole = np.zeros_like(facts.period_wh)
    whole[:, 0] = facts.period_wh.sum(axis=1)
    return replace(facts, period_wh=whole)


def _bill(
    name: Name, version: TariffVersion, now: list[Determinants], before: TariffVersion | None,
    then: list[Determinants] | None, months: list[int],
) -> SampleBill:  # fmt: skip
    try:
        lines, total = _lines(version, now, months)
        old, old_total = _lines(before, then, months) if before and then else ({}, None)
    except (ValueError, OverflowError) as error:
        return SampleBill(name, problem=str(error))
    merged = []
    for key in dict.fromkeys([*lines, *old]):
        item, quantity, price, amount = lines.get(key) or (old[key][0], old[key][1], None, 0)
        then_price, then_amount = (old[key][2], old[key][3]) if key in old else (None, 0)
        merged.append(SampleLine(item, quantity, price, then_price, amount, then_amount))
    return SampleBill(name, total, old_total, tuple(merged))


def _lines(version: TariffVersion, facts: list[Determinants], months: list[int]) -> tuple[dict[Any, Any], int]:
    """(item, quantity, price, amount) by kind of line, and the total; segments of one line are added up."""
    found: dict[Any, Any] = {}
    total = 0
    for one, month in zip(facts, months, strict=True):
        rated = rate(version, _in_periods_of(version, one), month)
        total += int(rated.total_fen[0])
        for column in rated.columns:
            if column.present[0]:
                _add(found, column)
    return found, total


def _add(found: dict[Any, Any], column: LineColumn) -> None:
    key = item_key(column.item)
    quantity, amount = int(column.quantity[0]), int(column.amount_fen[0])
    if key in found:
        item, so_far, price, amount_so_far = found[key]
        found[key] = (item, so_far + quantity, price, amount_so_far + amount)
    else:
        found[key] = (column.item, quantity, int(column.price_e8[0]), amount)
