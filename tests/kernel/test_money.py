"""Money: rounding, overflow edges, texts."""

from decimal import ROUND_HALF_UP, Decimal, localcontext

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridhall.kernel.money import (
    DIVISORS,
    INT64_MAX,
    DecimalError,
    Unit,
    amount_fen,
    amount_fen_array,
    format_scaled,
    format_yuan,
    parse_decimal,
    round_half_up,
    round_half_up_array,
    scale_array,
    share_array,
)

INT64 = st.integers(-INT64_MAX, INT64_MAX)


@pytest.mark.parametrize(
    ("numerator", "denominator", "rounded"),
    [(5, 10, 1), (-5, 10, -1), (4, 10, 0), (-4, 10, 0), (15, 10, 2), (-15, 10, -2), (1, 3, 0), (2, 3, 1), (-2, 3, -1)],
)
def test_halves_round_away_from_zero(numerator: int, denominator: int, rounded: int) -> None:
    assert round_half_up(numerator, denominator) == rounded
    assert round_half_up_array(np.array([numerator]), denominator).tolist() == [rounded]


@pytest.mark.parametrize("denominator", [0, -1])
def test_a_denominator_must_be_positive(denominator: int) -> None:
    with pytest.raises(ValueError, match="positive"):
        round_half_up(1, denominator)
    with pytest.raises(ValueError, match="positive"):
        round_half_up_array(np.array([1]), denominator)


@given(st.lists(INT64, max_size=5), st.integers(1, 10**13))
def test_arrays_round_as_decimal_does(numerators: list[int], denominator: int) -> None:
    with localcontext(prec=60):
        exact = [Decimal(n) / Decimal(denominator) for n in numerators]
        expected = [int(value.quantize(Decimal(1), ROUND_HALF_UP)) for value in exact]
    assert round_half_up_array(np.array(numerators, np.int64), denominator).tolist() == expected


@given(st.integers(-(10**15), 10**15), st.integers(-(10**12), 10**12), st.sampled_from(list(Unit)))
def test_an_amount_is_the_decimal_product_rounded_to_the_fen(quantity: int, price_e8: int, unit: Unit) -> None:
    exact = Decimal(quantity) * Decimal(price_e8) / Decimal(DIVISORS[unit])
    assert amount_fen(quantity, price_e8, unit) == int(exact.quantize(Decimal(1), ROUND_HALF_UP))


@given(st.lists(st.tuples(st.integers(-(10**14), 10**14), st.integers(-(10**10), 10**10)), min_size=1, max_size=5))
def test_the_array_path_and_the_exact_path_agree_across_the_64_bit_edge(pairs: list[tuple[int, int]]) -> None:
    quantity, price = (np.array(column, np.int64) for column in zip(*pairs, strict=True))
    amounts = amount_fen_array(quantity, price, Unit.KWH)
    assert amounts.tolist() == [amount_fen(q, p, Unit.KWH) for q, p in pairs]


@pytest.mark.parametrize("over", [-1, 0, 1, 2])
def test_the_bound_is_exact_at_two_to_the_sixty_third(over: int) -> None:
    limit = INT64_MAX - DIVISORS[Unit.KWH] // 2
    price_e8 = 100_000_000
    quantity = np.array([limit // price_e8 + over, 1000], np.int64)
    assert amount_fen_array(quantity, price_e8, Unit.KWH).tolist() == [
        amount_fen(int(q), price_e8, Unit.KWH) for q in quantity
    ]


def test_ninety_three_gigawatt_hours_at_one_yuan_stay_exact() -> None:
    energy_wh = np.array([93_000_000_000, 1], np.int64)
    assert amount_fen_array(energy_wh, 100_000_000, Unit.KWH).tolist() == [9_300_000_000, 0]


def test_an_amount_past_sixty_four_bits_is_refused() -> None:
    with pytest.raises(OverflowError, match="2\\^63"):
        amount_fen_array(np.array([INT64_MAX]), INT64_MAX, Unit.YUAN)


@given(st.lists(st.tuples(INT64, st.integers(-(10**6), 10**6)), max_size=4), st.integers(10**6, 10**9))
def test_scaling_by_a_ratio_is_exact(pairs: list[tuple[int, int]], denominator: int) -> None:
    quantity = np.array([q for q, _ in pairs], np.int64)
    factor = np.array([f for _, f in pairs], np.int64)
    assert scale_array(quantity, factor, denominator).tolist() == [round_half_up(q * f, denominator) for q, f in pairs]


@given(st.lists(st.tuples(INT64, st.integers(0, 10**9), st.integers(0, 10**9)), max_size=4))
def test_shares_are_exact_and_nothing_of_nothing_is_nothing(rows: list[tuple[int, int, int]]) -> None:
    rows = [(q, min(a, b), max(a, b)) for q, a, b in rows]
    columns = [np.array(column, np.int64) for column in zip(*rows, strict=True)] or [np.zeros(0, np.int64)] * 3
    expected = [round_half_up(q * part, whole) if whole else 0 for q, part, whole in rows]
    assert share_array(*columns).tolist() == expected


@given(st.integers(-(10**18) + 1, 10**18 - 1), st.integers(0, 8))
def test_a_number_written_is_the_number_read(value: int, scale: int) -> None:
    assert parse_decimal(format_scaled(value, scale), scale, "x") == value
    assert parse_decimal(format_scaled(value, scale, decimals=0), scale, "x") == value


@pytest.mark.parametrize("text", ["", "abc", "1,5", "1e3", ".5", "5.", "--1", "٣", "0x10", "nan", "1 2"])
def test_a_text_that_is_no_plain_decimal_is_refused_by_name(text: str) -> None:
    with pytest.raises(DecimalError, match=r"row 3, price: .* is not a decimal number; write"):
        parse_decimal(text, 8, "row 3, price")


def test_more_decimals_than_can_be_kept_are_refused() -> None:
    with pytest.raises(DecimalError, match=r"price: .* has 9 decimals; at most 8"):
        parse_decimal("0.123456789", 8, "price")
    assert parse_decimal("0.1234567800", 8, "price") == 12_345_678


def test_a_number_too_large_for_a_field_is_refused() -> None:
    with pytest.raises(DecimalError, match="too large"):
        parse_decimal("12345678901", 8, "price")


def test_fen_are_shown_as_yuan() -> None:
    assert [format_yuan(fen) for fen in (0, 5, -5, 131560)] == ["0.00", "0.05", "-0.05", "1315.60"]
