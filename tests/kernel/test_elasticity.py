"""Load that moves with prices: nothing is lost, nothing moves without a reason, and more moves for more."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridhall.kernel.elasticity import ONE_E6, factors_e6, shifted_wh
from gridhall.kernel.tariffs import PERIODS, PeriodPrices, PriceE8

PEAK, VALLEY = PERIODS.index("peak"), PERIODS.index("valley")
USE = np.array([[0, 0, 300_000, 0, 200_000, 0]], np.int64)


def prices(peak: int, valley: int) -> PeriodPrices:
    """In fen a kWh."""
    return PeriodPrices(peak=PriceE8(peak * 10**6), valley=PriceE8(valley * 10**6))


def test_a_peak_that_costs_twice_as_much_loses_load_to_the_valley() -> None:
    factors = factors_e6(prices(60, 30), prices(120, 30), ONE_E6 // 10)
    assert factors[PEAK] == 933_033  # 2 to the power of -0.1
    assert factors[VALLEY] == ONE_E6
    # 279.910 kWh weighed against 200 of 500 kWh
    assert shifted_wh(USE, factors).tolist() == [[0, 0, 291_628, 0, 208_372, 0]]


@settings(deadline=None)
@given(
    st.lists(st.integers(0, 10**9), min_size=6, max_size=6),
    st.lists(st.integers(1, 3 * 10**8), min_size=10, max_size=10),
    st.integers(0, 2 * ONE_E6),
)
def test_no_kwh_is_lost_and_none_is_negative(wh, levels, elasticity_e6) -> None:
    before = PeriodPrices(**dict(zip(PERIODS[1:], map(PriceE8, levels[:5]), strict=True)))
    after = PeriodPrices(**dict(zip(PERIODS[1:], map(PriceE8, levels[5:]), strict=True)))
    moved = shifted_wh(np.array([wh], np.int64), factors_e6(before, after, elasticity_e6))
    assert moved.sum() == sum(wh)
    assert moved.min() >= 0


def test_equal_prices_and_no_elasticity_move_nothing() -> None:
    same, dearer = prices(60, 30), prices(90, 30)
    for factors in (factors_e6(same, same, ONE_E6), factors_e6(same, dearer, 0)):
        np.testing.assert_array_equal(shifted_wh(USE, factors), USE)


def test_an_elasticity_out_of_range_is_refused() -> None:
    with pytest.raises(ValueError, match="not between 0 and 2"):
        factors_e6(prices(60, 30), prices(90, 30), 3 * ONE_E6)
