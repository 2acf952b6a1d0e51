"""The fold: compiled, NumPy and plain Python give the same integers."""

import os
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridhall.kernel import determinants as subject
from gridhall.kernel.demand import kw_e6_per_wh, peak_demand_kw_e6, slots_per_window
from gridhall.kernel.determinants import Folded, MonthToDate, determinants, fold_energy, fold_runs
from gridhall.kernel.runs import Plan, Plans, Run


@pytest.fixture(params=["numba", "numpy"])
def engine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    if request.param == "numpy":
        monkeypatch.setattr(subject, "compiled", lambda: None)
    else:
        assert subject.compiled() is not None
    return request.param


def plain_fold(runs: list[Run], plans: list[Plan], plan_of: np.ndarray) -> Folded:
    """Value by value, in Python integers."""
    energy = [[0] * 6 for _ in plan_of]
    demand = [[0] * 6 for _ in plan_of]
    days = [0] * len(plan_of)
    for run in runs:
        count, n, slots = run.values.shape
        window = {24: 1, 48: 1, 96: 1, 288: 3}[slots]
        kw_e6 = {24: 1000, 48: 2000, 96: 4000, 288: 4000}[slots]
        for row in range(count):
            for j in range(n):
                point, day = run.at[row], run.days[row if len(run.days) > 1 else 0, j]
                if day < 0:
                    continue
                days[point] += 1
                plan = plans[plan_of[point]]
                periods = plan.type_periods[plan.type_of_day[day]]
                wh = [int(value) * 10**run.scale for value in run.values[row, j]]
                for slot in range(slots):
                    energy[point][periods[slot]] += wh[slot]
                for slot in range(0, slots, window) if plan.with_demand else ():
                    kw = sum(wh[slot : slot + window]) * kw_e6
                    for column in (0, periods[slot]):
                        demand[point][column] = max(demand[point][column], kw)
    return Folded(np.array(energy), np.array(demand), np.array(days))


def assert_same(found: Folded, expected: Folded) -> None:
    np.testing.assert_array_equal(found.days, expected.days)
    np.testing.assert_array_equal(found.energy_wh, expected.energy_wh)
    np.testing.assert_array_equal(found.demand_kw_e6, expected.demand_kw_e6)


def some_plans(random: np.random.Generator, days: int, slots: int) -> list[Plan]:
    plans = []
    for _ in range(random.integers(1, 4)):
        kinds = random.integers(1, 4)
        periods = np.repeat(random.integers(0, 6, (kinds, 24), dtype=np.uint8), slots // 24, axis=1)
        plans.append(Plan(random.integers(0, kinds, days, dtype=np.uint8), periods, bool(random.integers(0, 2))))
    return plans


def some_run(random: np.random.Generator, points: int, days: np.ndarray, slots: int) -> Run:
    """Some of the points on some of these days: the same days for all, or each row a day of its own."""
    chosen = random.permutation(days)[: random.integers(1, len(days) + 1)].astype(np.int16)
    who = np.flatnonzero(random.random(points) < random.random()).astype(np.int32)
    if random.integers(0, 2):
        at, which = who, chosen[None, :]
    else:
        at, which = np.repeat(who, len(chosen)), np.tile(chosen, len(who))[:, None]
    which = np.where(random.random(which.shape) < 0.1, np.int16(-1), which)
    dtype = random.choice([np.uint16, np.uint32])
    shape = (len(at), which.shape[1], slots)
    values = random.integers(0, np.iinfo(dtype).max, shape, dtype=dtype, endpoint=True)
    return Run(values, at, which, int(random.choice([0, 0, 2])))


@pytest.mark.parametrize("slots", [24, 48, 96, 288])
@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_any_rows_fold_to_what_plain_python_adds_up(slots: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    points, days = int(random.integers(1, 12)), 31
    plans = some_plans(random, days, slots)
    plan_of = random.integers(0, len(plans), points).astype(np.int16)
    runs = [some_run(random, points, part, slots) for part in np.array_split(np.arange(days), 4)]
    expected = plain_fold(runs, plans, plan_of)
    assert_same(fold_runs(runs, Plans.of(plans), plan_of), expected)
    kept, subject.compiled = subject.compiled, lambda: None
    try:
        assert_same(fold_runs(runs, Plans.of(plans), plan_of), expected)
    finally:
        subject.compiled = kept


def weekdays_and_weekend() -> Plan:
    """Valley to 08:00, then flat; on the one weekend day all valley."""
    weekday = np.full(96, 3, np.uint8)
    weekday[:32] = 4
    return Plan(np.array([0, 0, 1], np.uint8), np.stack([weekday, np.full(96, 4, np.uint8)]))


def test_energy_goes_to_the_period_of_its_slot_and_day_type(engine: str) -> None:
    values = np.ones((1, 3, 96), np.uint16)
    values[0, 0, 31], values[0, 0, 32] = 1000, 5000
    folded = determinants(values, weekdays_and_weekend())
    assert folded.energy_wh[0].tolist() == [0, 0, 0, 2 * 64 + 4999, 2 * 32 + 999 + 96, 0]
    assert folded.demand_kw_e6[0].tolist() == [20_000_000, 0, 0, 20_000_000, 4_000_000, 0]
    assert folded.days.tolist() == [3]


def test_slots_of_no_period_count_in_the_total_column_alone(engine: str) -> None:
    plan = Plan(np.zeros(2, np.uint8), np.zeros((1, 24), np.uint8))
    folded = determinants(np.full((1, 2, 24), 500, np.uint16), plan)
    assert folded.energy_wh[0].tolist() == [24_000, 0, 0, 0, 0, 0]
    assert folded.demand_kw_e6[0].tolist() == [500_000, 0, 0, 0, 0, 0]


@pytest.mark.parametrize("dtype", [np.uint16, np.uint32])
@pytest.mark.parametrize("slots", [96, 288])
def test_the_highest_values_of_a_year_do_not_overflow(engine: str, dtype: type, slots: int) -> None:
    highest = int(np.iinfo(dtype).max)
    values = np.full((1, 366, slots), highest, dtype)
    folded = determinants(values, Plan(np.zeros(366, np.uint8), np.full((1, slots), 2, np.uint8)))
    assert folded.energy_wh[0, 2] == highest * 366 * slots
    assert folded.demand_kw_e6[0, 0] == highest * {96: 1, 288: 3}[slots] * 4000


@pytest.mark.parametrize("days", [682, 683])
def test_the_narrow_sum_ends_where_it_would_overflow(engine: str, days: int) -> None:
    values = np.full((2, days, 96), 65_535, np.uint16)
    energy = fold_energy(values, np.zeros(days, np.uint8), np.zeros((1, 96), np.uint8))
    assert energy[:, 0].tolist() == [65_535 * 96 * days] * 2


def test_rows_point_by_point_are_taken_as_curves(engine: str) -> None:
    plan = weekdays_and_weekend()
    values = np.random.default_rng(5).integers(0, 9999, (4, 3, 96), dtype=np.uint16)
    rows = fold_energy(values.reshape(12, 96), plan.type_of_day, plan.type_periods)
    np.testing.assert_array_equal(rows, determinants(values, plan).energy_wh)


def test_a_month_to_date_equals_the_whole_month() -> None:
    plan = weekdays_and_weekend()
    values = np.random.default_rng(6).integers(0, 9999, (5, 3, 96), dtype=np.uint16)
    running = MonthToDate.start(5)
    for day in range(3):
        running.add_day(day, values[:, day], plan.type_periods[plan.type_of_day[day]])
    assert_same(running.folded, determinants(values, plan))
    with pytest.raises(ValueError, match="day 1 comes after 2: fold the month anew"):
        running.add_day(1, values[:, 1], plan.type_periods[0])


def test_five_minute_demand_is_the_mean_of_a_quarter_hour() -> None:
    values = np.zeros((1, 1, 288), np.uint16)
    values[0, 0, 3:6] = 100, 200, 301
    values[0, 0, 8:10] = 300, 300  # two quarter hours: neither reaches 601
    assert peak_demand_kw_e6(values).tolist() == [601 * 4000]


def test_half_hourly_and_hourly_demand_is_the_mean_of_the_interval() -> None:
    assert [(slots_per_window(slots), kw_e6_per_wh(slots)) for slots in (24, 48, 96, 288)] == [
        (1, 1000),
        (1, 2000),
        (1, 4000),
        (3, 4000),
    ]


def test_plans_that_do_not_fit_are_refused() -> None:
    plan = weekdays_and_weekend()
    with pytest.raises(ValueError, match="day type 2 has no row"):
        Plans.of([Plan(np.array([2], np.uint8), plan.type_periods)])
    with pytest.raises(ValueError, match="period 6 is not one of"):
        Plans.of([Plan(plan.type_of_day, np.full((2, 96), 6, np.uint8))])
    with pytest.raises(ValueError, match="same slots and days"):
        Plans.of([plan, Plan(plan.type_of_day, np.zeros((2, 48), np.uint8))])
    with pytest.raises(ValueError, match="rows of 48 values do not fit plans of 96 slots"):
        run = Run(np.zeros((1, 1, 48), np.uint16), np.zeros(1, np.int32), np.zeros((1, 1), np.int16))
        fold_runs([run], Plans.of([plan]), np.zeros(1, np.int16))


@pytest.mark.parametrize(
    ("at", "days", "plan_of", "problem"),
    [
        ([0, 2], [[0]], [0, 0], "positions 0 to 2 or days do not fit 2 points, 3 days"),
        ([-1, 1], [[0]], [0, 0], "positions -1 to 1"),
        ([0, 1], [[3]], [0, 0], "or days do not fit"),
        ([0, 1], [[0, 1]], [0, 0], r"2 rows of 1 days have 2 positions and days \[1, 2\]"),
        ([0], [[0]], [0, 0], "have 1 positions"),
        ([0, 1], [[0]], [0, 1], "plan_of names plans 0 to 1, there are 1"),
        ([1, 0], [[0]], [0, 0], "positions 1 to 0"),
    ],
)
def test_indices_that_do_not_fit_are_refused_before_any_memory_is_read(
    at: list[int], days: list[list[int]], plan_of: list[int], problem: str
) -> None:
    run = Run(np.zeros((2, 1, 96), np.uint16), np.array(at, np.int32), np.array(days, np.int16))
    with pytest.raises(ValueError, match=problem):
        fold_runs([run], Plans.of([weekdays_and_weekend()]), np.array(plan_of, np.int16))


def test_positions_that_do_not_ascend_are_refused() -> None:
    at = np.array([0, 30, 5, 40], np.int32)
    run = Run(np.zeros((4, 1, 96), np.uint16), at, np.zeros((1, 1), np.int16))
    with pytest.raises(ValueError, match="do not ascend: 2 rows could not be read"):
        fold_runs([run], Plans.of([weekdays_and_weekend()]), np.zeros(41, np.int16))


def test_a_day_given_twice_is_refused(engine: str) -> None:
    run = Run(np.zeros((1, 1, 96), np.uint16), np.zeros(1, np.int32), np.zeros((1, 1), np.int16))
    with pytest.raises(ValueError, match="position 0 was given 4 days of 3"):
        fold_runs([run] * 4, Plans.of([weekdays_and_weekend()]), np.zeros(1, np.int16))


def test_numba_is_loaded_by_the_first_fold_and_not_before() -> None:
    code = "import sys, gridhall.kernel.determinants; sys.exit('numba' in sys.modules)"
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    assert subprocess.run([sys.executable, "-c", code], check=False, env=env).returncode == 0


def test_nothing_to_fold_is_zero(engine: str) -> None:
    run = Run(np.zeros((0, 1, 96), np.uint16), np.zeros(0, np.int32), np.zeros((1, 1), np.int16))
    folded = fold_runs([run], Plans.of([weekdays_and_weekend()]), np.zeros(3, np.int16))
    assert not folded.energy_wh.any()
    assert folded.days.tolist() == [0, 0, 0]
