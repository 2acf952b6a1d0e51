"""Registers: G10 and its neighbours."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridhall.kernel.registers import ReadingError, Register, Span, advance_wh, advances_wh, served_wh

LARGE = Register(digits=6, decimals=2, multiplier=1500)
HOUSE = Register(digits=6, decimals=2)
AMPLE_WH = 10**12


def test_a_reading_that_rolls_over_counts_forward() -> None:
    assert advance_wh(LARGE, 99_995_000, 2_000, AMPLE_WH) == 105_000_000


def test_a_reading_that_did_not_move_is_no_use() -> None:
    assert advance_wh(HOUSE, 12_345, 12_345, 0) == 0


def test_a_smaller_reading_that_is_no_plausible_roll_over_is_an_error() -> None:
    with pytest.raises(ReadingError, match=r"900\.00 after 950\.00 means 999950 kWh rolling over.*reverse run"):
        advance_wh(HOUSE, 95_000, 90_000, wh_max=5_000_000)


def test_a_forward_reading_beyond_what_the_service_can_carry_is_an_error() -> None:
    with pytest.raises(ReadingError, match="counting forward"):
        advance_wh(HOUSE, 0, 9_000_000, wh_max=5_000_000)


@pytest.mark.parametrize(("last", "this"), [(-1, 0), (0, 100_000_000), (100_000_000, 0)])
def test_a_reading_the_display_cannot_show_is_an_error(last: int, this: int) -> None:
    with pytest.raises(ReadingError, match="does not fit 6 \\+ 2 digits"):
        advance_wh(HOUSE, last, this, AMPLE_WH)


def test_a_meter_exchange_adds_removal_and_installation() -> None:
    old = Span(HOUSE, 1_200_000, 1_210_050)
    new = Span(Register(digits=5, decimals=1, multiplier=2), 13, 513)
    assert served_wh([old, new], AMPLE_WH) == 100_500 + 100_000


def test_a_missing_removal_reading_is_named() -> None:
    with pytest.raises(ReadingError, match="meter 1 of 2: the removal reading"):
        served_wh([Span(HOUSE, 1, None), Span(HOUSE, 0, 5)], AMPLE_WH)
    with pytest.raises(ReadingError, match="meter 2 of 2: the installation reading"):
        served_wh([Span(HOUSE, 1, 2), Span(HOUSE, None, 5)], AMPLE_WH)


def test_the_meters_of_one_period_share_one_plausible_limit() -> None:
    spans = [Span(HOUSE, 0, 60), Span(HOUSE, 0, 60)]
    assert served_wh(spans, wh_max=1200) == 1200
    with pytest.raises(ReadingError):
        served_wh(spans, wh_max=1199)


@given(st.integers(0, 10**8 - 1), st.integers(0, 10**8 - 1), st.integers(1, 6000))
def test_a_display_runs_forward_by_what_was_used_whatever_it_showed_before(start: int, used: int, ratio: int) -> None:
    register = Register(digits=6, decimals=2, multiplier=ratio)
    shown = (start + used) % register.modulus
    assert advance_wh(register, start, shown, AMPLE_WH * 10) == used * ratio * 10
    columns = [np.array([number], np.int64) for number in (start, shown, register.modulus, ratio)]
    energy_wh, plausible = advances_wh(*columns, 2, np.array([AMPLE_WH * 10]))
    assert (energy_wh.tolist(), plausible.tolist()) == ([used * ratio * 10], [True])


def test_the_array_form_marks_what_the_single_form_refuses() -> None:
    last, this = np.array([95_000, 5, 0]), np.array([90_000, 100_000_000, 10])
    modulus, multiplier = np.full(3, 10**8), np.ones(3, np.int64)
    _, plausible = advances_wh(last, this, modulus, multiplier, 2, np.full(3, 5_000_000))
    assert plausible.tolist() == [False, False, True]
