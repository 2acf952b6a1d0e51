"""The rules of demand are dated data: a new version of a tariff changes the reading of the 105 % rule, or its floor."""

from decimal import Decimal

import numpy as np
import pytest

from gridhall.kernel.oracle import Account, rate_one
from gridhall.kernel.rating import rate
from gridhall.kernel.tariffs import TariffVersion, load
from tests.kernel.both import determinants, lines_of

TEXT = """
code: demand-rules
name: {{en: Demand rules, zh: 需量规则}}
area: test
tariff_class: two_part
valid_from: {begin}
source: invented for a test
evidence: M
energy: [{{prices: {{total: "0.50"}}}}]
demand: {{price: "40", over_contract: {{reading: {reading}}}{more}}}
"""
A = load(TEXT.format(begin="2026-01-01", reading="A", more=""))
B = load(TEXT.format(begin="2026-07-01", reading="B", more=", floor_percent_of_capacity: 40"))


def demand_kw(version: TariffVersion, month: int, contract: int, measured: int, kva: int = 1000) -> Decimal:
    """kW that count, by the array path; the witness says the same line."""
    account = Account(
        month=month, period_kwh={"total": Decimal(1)}, charging="contract", contract_kw=Decimal(contract),
        demand_kw=Decimal(measured), capacity_kva=Decimal(kva),
    )  # fmt: skip
    lines = lines_of(rate(version, determinants([account]), 202600 + month), 0)
    assert lines == rate_one(version, account)
    return next(line.quantity for line in lines if line.kind == "demand")


@pytest.mark.parametrize(
    ("measured", "a", "b"), [(1000, 1000, 1000), (1050, 1000, 1000), (1051, 1052, 1002), (1200, 1350, 1300)]
)
def test_each_month_is_billed_by_the_reading_that_its_version_says(measured: int, a: int, b: int) -> None:
    versions = [A, B]
    for month, billed in ((6, a), (7, b)):
        version = [one for one in versions if one.valid_from.month <= month][-1]
        assert demand_kw(version, month, 1000, measured) == billed


def test_a_floor_that_comes_with_a_version_does_not_reach_back() -> None:
    assert [demand_kw(version, month, 350, 200) for version, month in ((A, 6), (B, 7))] == [350, 400]


def test_both_readings_agree_with_the_witness_around_the_limit() -> None:
    for contract, measured in np.random.default_rng(11).integers(1, 2000, (200, 2)).tolist():
        assert demand_kw(A, 6, contract, measured, kva=0) >= demand_kw(B, 7, contract, measured, kva=0) >= contract
