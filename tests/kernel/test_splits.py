"""Main meters and sub-meters: nothing is lost, nothing is taken twice. G2 and its property."""

from datetime import date, timedelta
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridhall.kernel.money import Unit, amount_fen
from gridhall.kernel.splits import demand_parts, fixed_wh, ratio_part, ratio_parts


def test_g2_the_demand_of_a_main_meter_and_its_sub_meter() -> None:
    """[S] 30,844 kW at 39 yuan; the sub-meter's 900 kWh of 14,355,120 kWh bring it 1.933777 kW."""
    main, sub_wh, whole_wh = 30_844_000_000, 900_000, 14_355_120_000
    sub = int(demand_parts(np.array([main]), np.array([sub_wh]), np.array([whole_wh]))[0])
    assert (main - sub, sub) == (30_842_066_223, 1_933_777)
    price_e8 = 39 * 10**8
    amounts = [amount_fen(kw, price_e8, Unit.KW) for kw in (main - sub, sub, main)]
    assert amounts == [120_284_058, 7_542, 120_291_600]


def test_three_percent_of_a_main_meter() -> None:
    assert ratio_parts(np.array([1_000_000]), np.array([[30_000]])).tolist() == [[30_000]]


@given(st.integers(0, 10**14), st.lists(st.integers(0, 300_000), min_size=1, max_size=6))
def test_ratios_take_what_they_say_and_all_of_it_together(quantity: int, ratios: list[int]) -> None:
    if sum(ratios) > 10**6:
        ratios = [ratio // 2 for ratio in ratios]
    parts = ratio_parts(np.array([quantity]), np.array([ratios]))[0].tolist()
    upto = [sum(ratios[:k]) for k in range(len(ratios))]
    assert parts == [ratio_part(quantity, ratio, before) for ratio, before in zip(ratios, upto, strict=True)]
    assert all(abs(Fraction(quantity * ratio, 10**6) - part) <= 1 for ratio, part in zip(ratios, parts, strict=True))
    assert min(parts) >= 0
    assert sum(parts) <= quantity
    if sum(ratios) == 10**6:
        assert sum(parts) == quantity


def test_ratios_beyond_the_whole_are_refused() -> None:
    with pytest.raises(ValueError, match="more than the whole"):
        ratio_parts(np.array([10]), np.array([[600_000, 600_000]]))


@given(st.integers(0, 10**6), st.dates(date(2024, 1, 1), date(2027, 12, 1)), st.integers(0, 70), st.integers(0, 70))
def test_a_fixed_amount_is_the_same_however_the_days_are_cut(kwh: int, first: date, one: int, two: int) -> None:
    cut, end = first + timedelta(days=one), first + timedelta(days=one + two)
    assert fixed_wh(kwh, first, cut) + fixed_wh(kwh, cut, end) == fixed_wh(kwh, first, end)


@pytest.mark.parametrize(
    ("first", "end", "expected"),
    [
        (date(2026, 2, 1), date(2026, 3, 1), 900_000),
        (date(2026, 1, 1), date(2026, 3, 1), 1_800_000),
        (date(2026, 4, 1), date(2026, 4, 11), 300_000),
        (date(2026, 4, 21), date(2026, 5, 1), 300_000),
        (date(2026, 1, 1), date(2026, 1, 2), 29_032),
    ],
)
def test_a_whole_month_has_its_amount_and_a_part_its_days(first: date, end: date, expected: int) -> None:
    assert fixed_wh(900, first, end) == expected
