"""Estimates: like days give the shape, registers the sum, to the last Wh."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridhall.kernel.estimate import estimate, share_exactly

WEEK = np.array([0, 0, 0, 0, 0, 1, 1] * 2, np.uint8)
LIKE_DAYS = 4


def two_weeks() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """One point: day d has 10 * d Wh in every hour. Values, what is usable, no gaps yet."""
    values = np.repeat(np.arange(14, dtype=np.uint16) * 10, 24).reshape(1, 14, 24)
    return values, np.ones(values.shape, bool), np.zeros(values.shape, bool)


def cut(usable: np.ndarray, gaps: np.ndarray, day: int, hours: slice) -> None:
    usable[0, day, hours] = False
    gaps[0, day, hours] = True


def test_a_gap_takes_the_mean_of_the_nearest_days_of_its_kind() -> None:
    values, usable, gaps = two_weeks()
    cut(usable, gaps, 7, slice(0, 3))  # a Monday: nearest weekdays are 8, 9, then 4 before 10
    found = estimate(values, usable, gaps, WEEK, LIKE_DAYS)
    assert found.values[0, 7].tolist() == [(80 + 90 + 40 + 100 + 2) // 4] * 3 + [70] * 21
    np.testing.assert_array_equal(found.filled, gaps)
    assert not found.unsettled.any()


def test_days_whose_own_value_is_missing_are_passed_over() -> None:
    values, usable, gaps = two_weeks()
    cut(usable, gaps, 7, slice(0, 1))
    usable[0, 8, 0] = False
    found = estimate(values, usable, gaps, WEEK, LIKE_DAYS)
    assert found.values[0, 7, 0] == (90 + 40 + 100 + 30 + 2) // 4


def test_where_no_day_of_the_kind_is_known_any_day_serves() -> None:
    values, usable, gaps = two_weeks()
    cut(usable, gaps, 12, slice(5, 6))
    usable[0, [5, 6, 13], 5] = False
    found = estimate(values, usable, gaps, WEEK, LIKE_DAYS)
    assert found.values[0, 12, 5] == (110 + 100 + 90 + 80 + 2) // 4


def test_the_register_decides_the_sum_and_the_like_days_the_shape() -> None:
    values, usable, gaps = two_weeks()
    values[0, :, 0], values[0, :, 1], values[0, :, 2] = 100, 200, 300
    cut(usable, gaps, 7, slice(0, 3))
    found = estimate(values, usable, gaps, WEEK, LIKE_DAYS, gap_wh=np.array([1201]))
    assert found.values[0, 7, :3].tolist() == [200, 400, 601]


def test_a_known_sum_without_any_shape_is_spread_evenly() -> None:
    values = np.zeros((1, 1, 24), np.uint16)
    gaps = np.ones(values.shape, bool)
    found = estimate(values, ~gaps, gaps, WEEK[:1], LIKE_DAYS, gap_wh=np.array([49]))
    assert found.values.sum() == 49
    assert set(found.values[0, 0].tolist()) == {2, 3}
    assert not found.unsettled.any()


def test_a_gap_without_shape_or_sum_stays_open_and_is_named() -> None:
    values = np.zeros((2, 1, 24), np.uint16)
    gaps = np.zeros(values.shape, bool)
    gaps[1, 0, 4] = True
    found = estimate(values, ~gaps, gaps, WEEK[:1], LIKE_DAYS, gap_wh=np.array([-1, -1]))
    assert found.unsettled.tolist() == [False, True]
    assert not found.filled.any()


def test_known_values_are_never_touched() -> None:
    values, usable, gaps = two_weeks()
    cut(usable, gaps, 3, slice(6, 20))
    found = estimate(values, usable, gaps, WEEK, LIKE_DAYS, gap_wh=np.array([77]))
    np.testing.assert_array_equal(found.values[~gaps], values[~gaps])
    assert found.values[gaps].sum() == 77


@given(total=st.integers(0, 2**62), weights=st.lists(st.integers(0, 2**40), min_size=1, max_size=96))
def test_shares_add_up_and_stay_within_one_of_exact(total: int, weights: list[int]) -> None:
    parts = share_exactly(total, np.array(weights, np.int64)).tolist()
    assert sum(parts) == total
    whole = sum(weights)
    for part, weight in zip(parts, weights, strict=True):
        exact = total * weight if whole else total
        assert abs(part * (whole or len(weights)) - exact) < (whole or len(weights))


@pytest.mark.parametrize("seed", range(5))
def test_any_gaps_of_any_points_add_up_to_their_registers(seed: int) -> None:
    random = np.random.default_rng(seed)
    values = random.integers(0, 65_536, (20, 14, 96)).astype(np.uint16)
    gaps = random.random(values.shape) < random.choice([0.001, 0.1, 0.9])
    gap_wh = random.integers(0, 10**12, 20)
    found = estimate(values, ~gaps, gaps, WEEK, LIKE_DAYS, gap_wh)
    sums = np.where(gaps, found.values, 0).sum(axis=(1, 2))
    has_gap = gaps.any(axis=(1, 2))
    np.testing.assert_array_equal(sums[has_gap], gap_wh[has_gap])
