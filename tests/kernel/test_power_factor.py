"""Power factor: G4."""

import json
from decimal import Decimal, localcontext
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gridhall.kernel.power_factor import (
    adjustment_e8,
    adjustments_e8,
    month_power_factor,
    month_power_factors,
    table,
)

STANDARDS = (80, 85, 90)


def test_all_183_values_equal_the_table_of_1983(shared_data: Path) -> None:
    published = json.loads((shared_data / "power_factor_1983.json").read_text())["standards"]
    values = {
        f"{standard / 100:.2f}": {
            f"{hundredth / 100:.2f}": adjustment_e8("1983", standard, hundredth) // 10_000
            for hundredth in range(100, 39, -1)
        }
        for standard in STANDARDS
    }
    assert values == published
    assert sum(len(row) for row in values.values()) == 183


@pytest.mark.parametrize(
    ("hundredth", "at_90", "at_85", "at_80"),
    [
        (100, "-0.75", "-1.10", "-1.30"),
        (94, "-0.60", "-1.10", "-1.30"),
        (93, "-0.45", "-0.95", "-1.30"),
        (91, "-0.15", "-0.65", "-1.15"),
        (70, "10.00", "7.50", "5.00"),
        (65, "15.00", "10.00", "7.50"),
        (64, "17.00", "11.00", "8.00"),
        (50, "45.00", "35.00", "25.00"),
        (40, "65.00", "55.00", "45.00"),
        (39, "67.00", "57.00", "47.00"),
        (1, "143.00", "133.00", "123.00"),
    ],
)
def test_spot_values(hundredth: int, at_90: str, at_85: str, at_80: str) -> None:
    for standard, percent in ((90, at_90), (85, at_85), (80, at_80)):
        assert adjustment_e8("1983", standard, hundredth) == int(Decimal(percent).scaleb(6))


@pytest.mark.parametrize("standard", STANDARDS)
def test_the_own_standard_costs_nothing_and_a_worse_factor_never_less(standard: int) -> None:
    rates = [adjustment_e8("1983", standard, hundredth) for hundredth in range(1, 101)]
    assert adjustment_e8("1983", standard, standard) == 0
    assert rates == sorted(rates, reverse=True)


def test_the_factor_is_rounded_half_up_at_the_edge() -> None:
    assert month_power_factor(100_000, 49_839) == 90
    assert month_power_factor(100_000, 49_840) == 89


def test_rational_triangles_give_their_exact_factor() -> None:
    assert month_power_factor(7, 24) == 28
    assert month_power_factor(3, 4) == 60


def test_no_use_has_no_factor() -> None:
    assert month_power_factor(0, 5) == 0
    assert month_power_factors(np.array([0]), np.array([5])).tolist() == [0]


def test_hardly_any_use_beside_much_reactive_energy_has_the_worst_rate() -> None:
    assert month_power_factor(1, 1000) == 0
    assert adjustment_e8("1983", 80, 0) == 125_000_000


@given(st.lists(st.tuples(st.integers(0, 10**13), st.integers(0, 10**13)), min_size=1, max_size=8))
@example([(10**13, 49_839 * 10**8), (1, 0), (0, 0), (0, 1), (10**13, 1)])
def test_the_array_factor_is_the_exact_factor(pairs: list[tuple[int, int]]) -> None:
    active, reactive = (np.array(column, np.int64) for column in zip(*pairs, strict=True))
    assert month_power_factors(active, reactive).tolist() == [month_power_factor(p, q) for p, q in pairs]


@given(st.integers(2, 100), st.integers(10**9, 10**13), st.integers(-2, 2))
def test_the_array_factor_is_exact_beside_every_rounding_edge(hundredth: int, active: int, off: int) -> None:
    with localcontext(prec=60):
        cosine = (Decimal(hundredth) - Decimal("0.5")) / 100
        edge = int(Decimal(active) * (1 / cosine**2 - 1).sqrt())
    reactive = max(edge + off, 0)
    found = month_power_factors(np.array([active]), np.array([reactive]))
    assert found.tolist() == [month_power_factor(active, reactive)]


def test_rates_of_many_accounts_are_the_single_rates() -> None:
    standards = np.array([0, 80, 85, 90, 90], np.int16)
    factors = np.array([70, 70, 94, 0, 30], np.int16)
    expected = [adjustment_e8("1983", int(s), int(f)) for s, f in zip(standards, factors, strict=True)]
    assert adjustments_e8("1983", standards, factors).tolist() == expected


def test_an_unknown_standard_or_table_is_refused() -> None:
    with pytest.raises(ValueError, match="70 is not one of"):
        adjustment_e8("1983", 70, 90)
    with pytest.raises(KeyError):
        table("../secrets")
