"""Use moved to other hours: what goes comes, to the Wh, on the same day."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from gridhall.kernel.money import round_half_up
from gridhall.kernel.shifting import shift
from gridhall.kernel.splits import largest_remainder

SLOTS = 8
DAYS = st.lists(
    st.lists(st.tuples(st.integers(0, 10**13), st.integers(0, 3)), min_size=SLOTS, max_size=SLOTS),
    min_size=1,
    max_size=4,
)


@given(DAYS, st.integers(1, 100))
def test_every_day_keeps_its_energy_and_no_interval_gives_more_than_it_has(days, percent) -> None:
    wh = np.array([[value for value, _ in day] for day in days], np.int64)
    periods = np.array([[period for _, period in day] for day in days], np.uint8)
    moved = shift(wh, periods, 1, 2, percent)
    assert moved.sum(axis=1).tolist() == wh.sum(axis=1).tolist()
    assert moved.min() >= 0
    for before, after, of_slot in zip(wh, moved, periods, strict=True):
        used, takes = int(before[of_slot == 1].sum()), (of_slot == 2).any()
        gone = round_half_up(used * percent, 100) if takes else 0
        assert int(after[of_slot == 1].sum()) == used - gone
        assert (after[(of_slot != 1) & (of_slot != 2)] == before[(of_slot != 1) & (of_slot != 2)]).all()


def test_a_day_worked_out_by_hand() -> None:
    """Of 10 + 5 + 0 Wh at the peak 40 % are 6: 4 and 2; the three of the valley take two each."""
    wh = np.array([[10, 5, 0, 7, 7, 7, 100, 1]], np.int64)
    periods = np.array([[1, 1, 1, 2, 2, 2, 3, 3]], np.uint8)
    assert shift(wh, periods, 1, 2, 40).tolist() == [[6, 3, 0, 9, 9, 9, 100, 1]]


def test_what_rounding_leaves_goes_where_the_remainder_is_largest() -> None:
    assert largest_remainder(10, [1, 1, 1]) == [4, 3, 3]
    assert largest_remainder(10, [13, 6, 1]) == [7, 3, 0]  # 6.5, 3.0, 0.5: of equal remainders the first
    assert largest_remainder(0, [3, 4]) == [0, 0]


def test_a_day_without_one_of_the_periods_stays() -> None:
    wh = np.array([[4, 4, 4, 4, 4, 4, 4, 4]], np.int64)
    for periods in (np.full((1, SLOTS), 1, np.uint8), np.full((1, SLOTS), 2, np.uint8)):
        assert shift(wh, periods, 1, 2, 100).tolist() == wh.tolist()
