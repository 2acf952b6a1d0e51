"""Energy at the price of its interval: exact for any curve, any sign, any size, however the rows lie."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridhall.kernel.rating import REAL_TIME_UNKNOWN, Determinants, rate, totals_fen
from gridhall.kernel.real_time import amount_fen, amounts_fen, charged_e8, in_slots
from gridhall.kernel.runs import Run
from gridhall.kernel.tariffs import TariffError, from_json, load, to_json

TARIFF = """
code: spot
name: {en: Spot, zh: 现货}
area: test
tariff_class: two_part
valid_from: 2026-01-01
source: worked out by hand
evidence: C
energy: [{prices: {total: "0.2000"}}]
real_time: {series: test-spot, factor: "1.035"}
"""
PRICES = st.integers(-(10**9), 10**10)


def of_curve(values: np.ndarray, prices: np.ndarray) -> int:
    """The whole curve of one point, `values[d, slots]`, by Decimal alone."""
    total = sum(Decimal(int(wh)) * int(price) for wh, price in zip(values.flat, prices.flat, strict=True))
    return int((total / 10**9).quantize(Decimal(1), rounding=ROUND_HALF_UP))


@settings(max_examples=200, deadline=None)
@given(st.data(), st.integers(1, 3), st.integers(1, 4), st.sampled_from([1, 2, 24]), st.sampled_from([0, 3]))
def test_every_sum_is_exact_and_rounds_once(data, points: int, days: int, slots: int, scale: int) -> None:
    most = data.draw(st.sampled_from([2**16 - 1, 2**32 - 1]))
    cells = st.integers(0, most)
    values = np.array(data.draw(st.lists(cells, min_size=points * days * slots, max_size=points * days * slots)))
    values = values.reshape(points, days, slots).astype(np.uint16 if most < 2**16 else np.uint32)
    prices = np.array(data.draw(st.lists(PRICES, min_size=days * slots, max_size=days * slots)), np.int64)
    prices = prices.reshape(days, slots)
    run = Run(values, np.arange(points, dtype=np.int32), np.arange(days, dtype=np.int16)[None, :], scale)
    expected = [of_curve(one.astype(object) * 10**scale, prices) for one in values]
    assert amounts_fen([run], points, prices).tolist() == expected
    by_day = [
        Run(values[:, d : d + 1], np.arange(points, dtype=np.int32), np.array([[d]], np.int16), scale)
        for d in range(days)
    ]
    assert amounts_fen(by_day, points, prices).tolist() == expected


@pytest.mark.parametrize(
    ("price_e8", "fen"), [(5 * 10**8, 1), (-5 * 10**8, -1), (5 * 10**8 - 1, 0), (1 - 5 * 10**8, 0)]
)
def test_a_half_fen_rounds_away_from_zero(price_e8: int, fen: int) -> None:
    run = Run(np.ones((1, 1, 1), np.uint16), np.zeros(1, np.int32), np.zeros((1, 1), np.int16))
    assert amounts_fen([run], 1, np.array([[price_e8]])).tolist() == [fen]
    assert amount_fen([1], [price_e8]) == fen


def test_a_day_left_out_costs_nothing() -> None:
    run = Run(np.full((1, 2, 24), 1000, np.uint16), np.zeros(1, np.int32), np.array([[0, -1]], np.int16))
    assert amounts_fen([run], 1, np.full((1, 24), 10**8)).tolist() == [2400]


def test_hourly_prices_lie_on_quarter_hours_and_never_the_other_way_round() -> None:
    hourly = np.arange(24)[None, :]
    assert in_slots(hourly, 96)[0, :5].tolist() == [0, 0, 0, 0, 1]
    with pytest.raises(ValueError, match="96 prices a day cannot be laid on 24 intervals"):
        in_slots(np.zeros((1, 96), np.int64), 24)


def test_the_factor_and_the_price_step_make_the_price_of_the_interval() -> None:
    exact, stepped = load(TARIFF), load(TARIFF + 'rounding: {price_step: "0.0001"}\n')
    price = np.array([[35_012_000, -1_000_000]])
    assert charged_e8(exact, price).tolist() == [[36_237_420, -1_035_000]]
    assert charged_e8(stepped, price).tolist() == [[36_240_000, -1_040_000]]


def test_the_line_stands_beside_the_plain_price_and_in_the_energy_charge() -> None:
    version = load(TARIFF)
    facts = Determinants.empty(2)
    facts.period_wh[:, 0], facts.real_time_fen[:] = [10_000, 0], [725, 0]
    lines = rate(version, facts, 202601)
    assert [(c.item.kind, c.amount_fen.tolist()) for c in lines.columns] == [
        ("energy", [200, 0]),
        ("real_time", [725, 0]),
    ]
    assert lines.total_fen.tolist() == [925, 0]
    assert lines.columns[1].present.tolist() == [True, False]


def test_a_curve_without_its_prices_is_refused_by_both_ways_of_rating() -> None:
    version, facts = load(TARIFF), Determinants.empty(3)
    facts.period_wh[1:, 0], facts.real_time_fen[:] = 1000, [REAL_TIME_UNKNOWN, 5, REAL_TIME_UNKNOWN]
    for way in (rate, totals_fen):
        with pytest.raises(ValueError, match="row 2: spot charges the prices of test-spot"):
            way(version, facts, 202601)
    assert totals_fen(version, facts.take(np.array([0, 1])), 202601).tolist() == [0, 25]
    plain = load("\n".join(TARIFF.splitlines()[:-1]))
    assert totals_fen(plain, facts, 202601).tolist() == [0, 20, 20]


def test_the_stored_form_comes_back_and_a_nonsensical_rule_is_refused() -> None:
    version = load(TARIFF)
    assert from_json(to_json(version)) == version
    assert version.valid_from == date(2026, 1, 1)
    with pytest.raises(TariffError, match=r"real_time.factor: must be positive"):
        load(TARIFF.replace("1.035", "0"))
    with pytest.raises(TariffError, match=r"real_time.series: name the price series"):
        load(TARIFF.replace("test-spot", '" "'))
