"""Validation rules: what they find, where, and what they leave alone."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridhall.kernel.tariffs.text import TariffError
from gridhall.kernel.vee import (
    Issues,
    Rule,
    VeeRules,
    duplicate_days,
    like_day_peaks,
    load_rules,
    missing_values,
    negative_values,
    out_of_range,
    register_differences,
    rules_on,
    shipped_rules,
    spikes,
    stuck_values,
)

RULES: VeeRules = shipped_rules()[-1]
MS_LI, LAO_ZHOU = 11, 22
POINTS = np.array([MS_LI, LAO_ZHOU])
DAYS = np.array([20_000, 20_001], np.int32)


def rows(issues: Issues) -> list[tuple[int, ...]]:
    """(point, day, first slot, slots, measured, limit) of each finding."""
    columns = (issues.point, issues.day, issues.first_slot, issues.n_slots, issues.measured, issues.limit)
    return list(zip(*(column.tolist() for column in columns), strict=True))


def quiet(slots: int = 96) -> np.ndarray:
    """Two points, two days, values that never stand still: 100, 101, 100, 101, ..."""
    return np.tile(np.array([100, 101], np.uint16), (2, 2, slots // 2))


def test_missing_intervals_are_found_as_runs_that_end_at_midnight() -> None:
    missing = np.zeros((2, 2, 96), bool)
    missing[0, 0, 90:] = missing[0, 1, :3] = True
    missing[1, 1, 5] = missing[1, 1, 7] = True
    assert rows(missing_values(POINTS, DAYS, missing)) == [
        (MS_LI, 20_000, 90, 6, 6, 0),
        (MS_LI, 20_001, 0, 3, 3, 0),
        (LAO_ZHOU, 20_001, 5, 1, 1, 0),
        (LAO_ZHOU, 20_001, 7, 1, 1, 0),
    ]


@given(st.lists(st.booleans(), min_size=24, max_size=24), st.lists(st.booleans(), min_size=24, max_size=24))
def test_runs_cover_exactly_the_missing_intervals(first: list[bool], second: list[bool]) -> None:
    missing = np.array([[first, second]])
    found = np.zeros_like(missing)
    for _, day, start, n, *_ in rows(missing_values(POINTS[:1], DAYS, missing)):
        assert not found[0, day - 20_000, start : start + n].any()
        found[0, day - 20_000, start : start + n] = True
    np.testing.assert_array_equal(found, missing)


def test_a_negative_value_is_found_before_it_is_stored() -> None:
    values = quiet().astype(np.int64)
    values[1, 0, 10:12] = -5, -9
    assert rows(negative_values(POINTS, DAYS, values)) == [(LAO_ZHOU, 20_000, 10, 2, -9, 0)]


def test_a_value_over_the_connection_is_out_of_range_and_an_unknown_connection_is_not_judged() -> None:
    values = quiet()
    values[:, 0, 7] = 3001  # 12.004 kW
    capacity_w = np.array([10_000, 0])  # 10 kW x 120 % = 3,000 Wh in a quarter hour
    assert rows(out_of_range(POINTS, DAYS, values, capacity_w, RULES)) == [(MS_LI, 20_000, 7, 1, 3001, 3000)]
    values[:, 0, 7] = 3000
    assert len(out_of_range(POINTS, DAYS, values, capacity_w, RULES)) == 0


def test_a_spike_is_measured_against_the_points_own_like_days() -> None:
    history = np.tile(np.array([200, 250], np.uint16), (2, 5, 48))
    history[1] *= 10
    kinds = np.zeros(5, np.uint8)
    peaks = like_day_peaks(history, np.ones((2, 5), bool), kinds, np.zeros(2, np.uint8), RULES)
    assert peaks.tolist() == [[250, 250], [2500, 2500]]
    values = quiet()
    values[:, 1, 40:42] = 1001, 5000
    assert rows(spikes(POINTS, DAYS, values, peaks, RULES)) == [(MS_LI, 20_001, 40, 2, 5000, 1000)]


def test_one_wild_like_day_does_not_hide_the_next_spike() -> None:
    history = np.full((1, 4, 96), 200, np.uint16)
    history[0, 1, 50] = 60_000
    peaks = like_day_peaks(history, np.ones((1, 4), bool), np.zeros(4, np.uint8), np.zeros(1, np.uint8), RULES)
    assert peaks.tolist() == [[200]]


def test_too_few_like_days_judge_nothing() -> None:
    history = np.full((1, 6, 96), 200, np.uint16)
    usable = np.array([[True, True, False, True, True, True]])
    kinds = np.array([0, 0, 0, 1, 1, 1], np.uint8)  # two usable days of kind 0, three of kind 1
    wanted = np.array([0, 1, 2], np.uint8)
    assert like_day_peaks(history, usable, kinds, wanted, RULES).tolist() == [[-1, 200, -1]]
    values = np.full((1, 3, 96), 60_000, np.uint16)
    days = np.array([1, 2, 3], np.int32)
    found = spikes(POINTS[:1], days, values, np.array([[-1, 200, -1]]), RULES)
    assert set(found.day.tolist()) == {2}


def test_the_same_value_for_a_day_is_stuck_even_over_midnight() -> None:
    values = quiet()
    values[0, 0, 50:] = values[0, 1, :50] = 7
    missing = np.zeros(values.shape, bool)
    assert rows(stuck_values(POINTS, DAYS, values, missing, RULES)) == [(MS_LI, 20_000, 50, 96, 7, 96)]
    values[0, 1, 49] = 8
    assert len(stuck_values(POINTS, DAYS, values, missing, RULES)) == 0


def test_standing_at_zero_is_an_empty_flat_unless_the_rules_say_otherwise() -> None:
    values = np.zeros((2, 2, 96), np.uint16)
    missing = np.zeros(values.shape, bool)
    assert len(stuck_values(POINTS, DAYS, values, missing, RULES)) == 0
    strict = load_rules(YAML.replace("stuck_zeros: false", "stuck_zeros: true"))[0]
    assert [row[3] for row in rows(stuck_values(POINTS, DAYS, values, missing, strict))] == [192, 192]


def test_a_gap_ends_a_run_of_equal_values() -> None:
    values = np.full((1, 2, 96), 7, np.uint16)
    missing = np.zeros(values.shape, bool)
    missing[0, 0, 95] = True
    found = rows(stuck_values(POINTS[:1], DAYS, values, missing, RULES))
    assert found == [(MS_LI, 20_001, 0, 96, 7, 96)]


def test_a_stuck_run_does_not_reach_into_the_next_point() -> None:
    values = np.full((2, 1, 96), 7, np.uint16)
    found = rows(stuck_values(POINTS, DAYS[:1], values, np.zeros(values.shape, bool), RULES))
    assert [(row[0], row[3]) for row in found] == [(MS_LI, 96), (LAO_ZHOU, 96)]


@pytest.mark.parametrize(
    ("curve_wh", "register_wh", "doubted"),
    [
        (101_000, 100_000, False),  # 1 kWh is always tolerated
        (101_001, 100_000, True),
        (995_000, 1_000_000, False),  # and 5 permille of more
        (994_999, 1_000_000, True),
    ],
)
def test_curve_and_register_may_differ_by_the_tolerance(curve_wh: int, register_wh: int, doubted: bool) -> None:
    found = register_differences(
        POINTS[:1], DAYS[:1], np.array([curve_wh]), np.array([register_wh]), np.array([2880]), RULES
    )
    assert rows(found) == ([(MS_LI, 20_000, 0, 2880, curve_wh, register_wh)] if doubted else [])


def test_a_day_sent_twice_is_kept_once_and_doubted_only_where_it_differs() -> None:
    values = np.tile(np.array([100, 101], np.uint16), (5, 12))
    values[4, 3:6] += 5
    points = np.array([MS_LI, MS_LI, LAO_ZHOU, LAO_ZHOU, MS_LI])
    days = np.array([1, 2, 2, 2, 1], np.int32)
    keep, found = duplicate_days(points, days, values)
    assert keep.tolist() == [False, True, False, True, True]
    assert rows(found) == [(MS_LI, 1, 3, 3, 12 * 201 + 15, 12 * 201)]


def test_findings_of_several_rules_come_in_order() -> None:
    missing = np.zeros((2, 2, 96), bool)
    missing[1, 0, 3] = True
    values = quiet().astype(np.int64)
    values[0, 1, 0] = -1
    found = Issues.join([missing_values(POINTS, DAYS, missing), negative_values(POINTS, DAYS, values)])
    assert [(row[0], Rule(rule)) for row, rule in zip(rows(found), found.rule, strict=True)] == [
        (MS_LI, Rule.NEGATIVE),
        (LAO_ZHOU, Rule.MISSING),
    ]


YAML = """
- code: house
  valid_from: 2020-01-01
  source: a test
  evidence: C
  spike_percent_of_like_peak: 400
  spike_watt_min: 3000
  spike_like_days_min: 3
  stuck_hours_min: 24
  stuck_zeros: false
  range_percent_of_capacity: 120
  register_tolerance_wh: 1000
  register_tolerance_permille: 5
  like_days: 4
"""


def test_rules_are_dated_and_a_wrong_field_is_named() -> None:
    versions = load_rules(YAML.replace("2020", "2025").replace("400", "500") + YAML)
    assert [rules.valid_from.year for rules in versions] == [2020, 2025]
    assert rules_on(versions, date(2024, 12, 31)).spike_percent_of_like_peak == 400
    assert rules_on(versions, date(2025, 1, 1)).spike_percent_of_like_peak == 500
    with pytest.raises(ValueError, match="no validation rules are in force on 2019-12-31"):
        rules_on(versions, date(2019, 12, 31))
    with pytest.raises(TariffError, match="stuck_hours_min"):
        load_rules(YAML.replace("stuck_hours_min: 24", "stuck_hours_min: a day"))
