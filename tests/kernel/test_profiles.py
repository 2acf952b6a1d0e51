"""Profiles: one pass for many calendars gives what the fold gives for each, compiled and in NumPy."""

import numpy as np
import pytest

from gridhall.kernel import profiles as subject
from gridhall.kernel import profiles_numpy
from gridhall.kernel.determinants import fold_runs
from gridhall.kernel.profiles import energy_by_period, fold_each, fold_profiles, joint_kinds
from gridhall.kernel.runs import Plan, Plans, Run
from tests.kernel.test_determinants import some_plans, some_run


@pytest.fixture(params=["numba", "numpy"], autouse=True)
def engine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "numpy":
        monkeypatch.setattr(subject, "compiled", lambda: profiles_numpy)
    else:
        assert subject.compiled() is not profiles_numpy


@pytest.mark.parametrize("slots", [24, 48, 96, 288])
@pytest.mark.parametrize("seed", range(8))
def test_each_plan_gets_what_a_fold_of_its_own_gives(slots: int, seed: int) -> None:
    random = np.random.default_rng(seed * 1000 + slots)
    points, days = int(random.integers(1, 40)), int(random.integers(2, 32))
    plans = Plans.of(some_plans(random, days, slots))
    halves = np.array_split(random.permutation(days), 2)
    runs = [some_run(random, points, half, slots) for half in halves if len(half)]
    each = fold_each(runs, plans, points)
    for number in range(len(plans.used)):
        alone = fold_runs(runs, plans, np.full(points, number, np.int16))
        np.testing.assert_array_equal(each.energy_wh[number], alone.energy_wh)
        np.testing.assert_array_equal(each.days, alone.days)
        if plans.with_demand[number]:
            np.testing.assert_array_equal(each.demand_kw_e6, alone.demand_kw_e6[:, 0])


def a_month(points: int) -> Run:
    values = np.random.default_rng(points).integers(0, 65_536, (points, 30, 96), dtype=np.uint16)
    return Run(values, np.arange(points, dtype=np.int32), np.arange(30, dtype=np.int16)[None, :])


def test_hours_can_be_moved_without_reading_the_curves_again() -> None:
    run, kinds = a_month(30), (np.arange(30) % 7 >= 5).astype(np.uint8)
    profiles = fold_profiles([run], kinds, 30, 96)
    for first in (8, 9, 17):
        periods = np.full((2, 96), 3, np.uint8)
        periods[0, first * 4 : first * 4 + 12] = 2
        plan = Plan(kinds, periods, with_demand=False)
        expected = fold_runs([run], Plans.of([plan]), np.zeros(30, np.int16)).energy_wh
        np.testing.assert_array_equal(energy_by_period(profiles, [periods])[0], expected)


def test_two_threads_give_what_one_gives() -> None:
    points = 2 * subject.POINTS_PER_THREAD_MIN + 7
    wh = np.random.default_rng(1).integers(0, 2**32, (points, 2, 24), dtype=np.uint32)
    profiles = subject.Profiles(wh, np.zeros(points, np.int64), np.zeros(points, np.int64))
    calendars = [np.repeat(np.arange(6, dtype=np.uint8), 4)[None, :].repeat(2, axis=0)]
    np.testing.assert_array_equal(energy_by_period(profiles, calendars), energy_by_period(profiles, calendars, 2))


def test_days_that_no_plan_tells_apart_are_one_kind() -> None:
    periods = np.arange(4, dtype=np.uint8)[:, None].repeat(24, axis=1)
    weeks = Plan((np.arange(14) % 7 >= 5).astype(np.uint8), periods[:2], with_demand=False)
    first_day = Plan((np.arange(14) == 0).astype(np.uint8), periods[2:], with_demand=False)
    kinds, calendars = joint_kinds(Plans.of([weeks, first_day]))
    assert len(set(kinds.tolist())) == 3
    assert [calendars[0][kinds[day], 0] for day in (0, 1, 5)] == [0, 0, 1]
    assert [calendars[1][kinds[day], 0] for day in (0, 1, 5)] == [3, 2, 2]


def test_what_does_not_fit_is_refused() -> None:
    run, kinds = a_month(3), np.zeros(30, np.uint8)
    with pytest.raises(ValueError, match="96 values do not fit profiles of 48"):
        fold_profiles([run], kinds, 3, 48)
    with pytest.raises(ValueError, match="do not fit 2 points"):
        fold_profiles([run], kinds, 2, 96)
    with pytest.raises(ValueError, match="do not fit 3 points and 10 days"):
        fold_profiles([run], kinds[:10], 3, 96)
    twice = Run(run.values, run.at, np.zeros((1, 30), np.int16))
    with pytest.raises(ValueError, match="position 0 was given 30 days of 1"):
        fold_profiles([twice], kinds[:1], 3, 96)
    with pytest.raises(ValueError, match="calendar 0 has shape"):
        energy_by_period(fold_profiles([run], kinds, 3, 96), [np.zeros((2, 96), np.uint8)])
