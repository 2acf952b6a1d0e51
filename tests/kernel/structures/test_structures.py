"""Structures against a naive witness, compiled and in NumPy; what cannot be priced is refused."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridhall.kernel.structures import fold, rate, rate_year, year_numpy
from gridhall.kernel.structures.types import OPEN, Energy, EnergyTier, Structure
from tests.kernel.structures import witness
from tests.kernel.structures.examples import ROUND_THE_CLOCK, STRUCTURES, by_time

YEAR = 2020  # a leap year that begins on a Wednesday
NAMES = [name for name in STRUCTURES if "ratchet" not in name and "year" not in name]


def curves(seed: int, meters: int, slots: int, dtype=np.uint16) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 24_000 // slots, (meters, 366, slots)).astype(dtype)


@pytest.mark.parametrize("slots", [24, 96])
@pytest.mark.parametrize("name", NAMES)
def test_every_month_is_what_a_naive_pricing_says(name: str, slots: int) -> None:
    structure, drawn = STRUCTURES[name], curves(len(name), 2, slots)
    bills = rate_year(structure, YEAR, drawn)
    for meter in range(2):
        for month, expected in enumerate(witness.months(structure, YEAR, drawn[meter].tolist())):
            found = Fraction(int(bills.total_cents[meter, month]), 100)
            assert abs(found - expected) <= Fraction(1, 200) + Fraction(1, 10_000), (meter, month)


@pytest.mark.parametrize("dtype", [np.uint16, np.uint32])
@pytest.mark.parametrize("name", STRUCTURES)
def test_numpy_gives_what_the_compiled_passes_give(name: str, dtype, monkeypatch) -> None:
    drawn = curves(7, 3, 48, dtype)
    compiled = rate_year(STRUCTURES[name], YEAR, drawn)
    monkeypatch.setattr(rate, "compiled", lambda: year_numpy)
    plain = rate_year(STRUCTURES[name], YEAR, drawn)
    for part in ("energy_wh", "tier_wh", "billed_w_e2", "total_cents"):
        np.testing.assert_array_equal(getattr(compiled, part), getattr(plain, part))


@settings(deadline=None, max_examples=25)
@given(st.lists(st.tuples(st.integers(1, 10**7), st.integers(0, 10**8)), min_size=1, max_size=5), st.integers(0, 9))
def test_tiers_keep_every_wh_whatever_their_ends(steps, seed) -> None:
    ends = sorted({end for end, _ in steps})
    prices = [price for _, price in steps][: len(ends)]
    tiers = [EnergyTier(to_e3=end, price_e8=price) for end, price in zip(ends, prices, strict=True)]
    periods = tuple((*tiers, EnergyTier(price_e8=5 * 10**7 + extra)) for extra in range(3))
    weekday = tuple((0,) * 8 + (1,) * 8 + (2,) * 8 for _ in range(12))
    for metering in ("net_metering", "net_billing"):
        energy = Energy(periods=periods, weekday=weekday, weekend=ROUND_THE_CLOCK)
        bills = rate_year(Structure(name="x", energy=energy, metering=metering), YEAR, curves(seed, 1, 24))
        np.testing.assert_array_equal(bills.tier_wh.sum(axis=(2, 3)), bills.energy_wh.sum(axis=2))
        assert bills.tier_wh.min() >= 0


def test_a_charge_per_day_follows_the_days_of_the_month() -> None:
    structure = Structure(
        name="x",
        energy=Energy(periods=((EnergyTier(price_e8=0),),), weekday=ROUND_THE_CLOCK, weekend=ROUND_THE_CLOCK),
        fixed_day_e8=10**8,
    )
    cents = rate_year(structure, YEAR, curves(1, 1, 24)).total_cents[0]
    assert cents[:4].tolist() == [3100, 2900, 3100, 3000]


def test_curves_that_do_not_fit_the_year_are_refused() -> None:
    with pytest.raises(ValueError, match="365 days and 24 slots do not fit 2020: 366 days"):
        fold(by_time(), YEAR, np.zeros((1, 365, 24), np.uint16))
    with pytest.raises(ValueError, match="288 slots"):
        fold(by_time(), YEAR, np.zeros((1, 366, 288), np.uint16))


def test_amounts_past_the_bound_are_refused_and_not_wrapped() -> None:
    dear = Structure(
        name="x",
        energy=Energy(
            periods=((EnergyTier(to_e3=OPEN, price_e8=10**13),),), weekday=ROUND_THE_CLOCK, weekend=ROUND_THE_CLOCK
        ),
    )
    with pytest.raises(ValueError, match="passes 2\\^62"):
        rate_year(dear, YEAR, np.full((1, 366, 24), 60_000, np.uint16))
