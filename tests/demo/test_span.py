"""Which months a city has on which day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from gridhall.demo.kinds import KINDS, TARIFFS, counts
from gridhall.demo.span import NotCovered, span_until


def test_thirteen_whole_months_are_billed_before_the_running_one() -> None:
    span = span_until(date(2026, 11, 21), TARIFFS)
    assert (span.months[0], span.months[-1], len(span.months)) == (202510, 202610, 13)
    assert (span.running, span.rollout, span.days[-1]) == (date(2026, 11, 1), date(2026, 10, 1), date(2026, 11, 20))


@pytest.mark.parametrize("today", [date(2026, 11, 1), date(2026, 11, 8), date(2026, 12, 31)])
def test_curves_cover_the_last_closed_month_and_forty_days(today: date) -> None:
    span = span_until(today, TARIFFS)
    assert span.curves_from <= span.rollout
    assert span.today - span.curves_from >= timedelta(days=40)


def test_a_day_after_the_end_of_the_prices_becomes_that_end() -> None:
    span = span_until(date(2028, 5, 5), TARIFFS)
    assert span.today == date(2027, 2, 1)
    assert span.months[-1] == 202701


def test_a_day_too_early_for_the_prices_is_refused_with_the_first_that_will_do() -> None:
    with pytest.raises(NotCovered, match="2026-11-01"):
        span_until(date(2026, 10, 31), TARIFFS)


@pytest.mark.parametrize("customers", [40, 60, 2000])
def test_every_kind_has_a_customer_and_homes_are_most(customers: int) -> None:
    found = counts(customers)
    assert sum(found.values()) == customers
    assert min(found.values()) >= 1
    homes = sum(count for name, count in found.items() if KINDS[name].home)
    assert homes > customers * (0.8 if customers > 1000 else 0.6)
