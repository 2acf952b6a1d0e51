"""The compiled totals: the same fen as the lines add up to, for every tariff and account there can be."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings

from gridhall.kernel import shipped
from gridhall.kernel.rating import CHARGING_DEMAND, Determinants, rate
from gridhall.kernel.rating import totals as subject
from gridhall.kernel.rating.totals import totals_fen
from gridhall.kernel.tariffs import PERIODS
from tests.kernel.both import determinants
from tests.kernel.test_rating import books


def a_city(version, n: int, month: int) -> Determinants:
    random = np.random.default_rng(n)
    facts = Determinants.empty(n)
    for period in version.season(month % 100).prices.periods():
        facts.period_wh[:, PERIODS.index(period)] = random.integers(0, 3_000_000, n)
    facts.tier_before_wh[:] = random.integers(0, 6_000_000, n)
    facts.tier_months[:] = random.integers(1, 13, n)
    facts.persons[:] = random.integers(1, 9, n)
    facts.free_quota[:] = random.random(n) < 0.1
    facts.month_thirtieths[:] = random.choice([30, 30, 30, 11], n)
    facts.reactive_varh[:] = random.integers(0, 3_000_000, n)
    facts.power_factor_standard[:] = random.choice([0, 80, 85, 90], n)
    if version.demand is not None:
        facts.charging[:] = random.integers(0, 4, n)
        for column in (facts.demand_kw_e6, facts.contract_kw_e6, facts.capacity_kva_e6):
            column[:] = random.integers(0, 2_000_000_000, n)
    return facts


@settings(max_examples=300, deadline=None)
@given(books())
def test_a_total_is_what_the_lines_add_up_to(book) -> None:
    version, people, month = book
    facts = determinants(people, version)
    np.testing.assert_array_equal(totals_fen(version, facts, month), rate(version, facts, month).total_fen)


@pytest.mark.parametrize("code", sorted(shipped.tariffs()))
def test_every_shipped_tariff_gives_the_same_totals_on_one_thread_and_two(code) -> None:
    for version in shipped.tariffs()[code]:
        for month in (202601, 202607, 202611):
            facts = a_city(version, 50_000, month)
            expected = rate(version, facts, month).total_fen
            np.testing.assert_array_equal(totals_fen(version, facts, month), expected)
            np.testing.assert_array_equal(totals_fen(version, facts, month, threads=2), expected)


def test_almost_no_row_of_a_city_takes_the_slow_way(monkeypatch) -> None:
    version = shipped.tariffs()["hubei-two-part-1-10kv"][0]
    facts, slow = a_city(version, 100_000, 202601), []
    monkeypatch.setattr(subject, "rate", lambda *given: slow.append(given[1].n) or rate(*given))
    totals_fen(version, facts, 202601)
    assert sum(slow) < 100


def test_without_numba_every_row_is_rated(monkeypatch) -> None:
    version = shipped.tariffs()["zhejiang-residential"][0]
    facts = a_city(version, 100, 202601)
    expected = totals_fen(version, facts, 202601)
    monkeypatch.setattr(subject, "compiled", lambda: None)
    np.testing.assert_array_equal(totals_fen(version, facts, 202601), expected)


def test_a_row_that_cannot_be_rated_is_named_as_the_caller_counts_it() -> None:
    version = shipped.tariffs()["zhejiang-residential"][0]
    facts = Determinants.empty(5)
    charging = np.array([0, 0, 0, CHARGING_DEMAND, 0], np.uint8)
    with pytest.raises(ValueError, match=r"row 3: charged by demand"):
        totals_fen(version, replace(facts, charging=charging), 202601)


def test_a_month_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="202613 is not YYYYMM"):
        totals_fen(shipped.tariffs()["zhejiang-residential"][0], Determinants.empty(1), 202613)
