"""Suspension and reduction: capacity is charged by the days of each operating capacity."""

from collections.abc import Iterator
from datetime import date

import pytest
from django.utils.translation import override

from gridhall.cis.billing import queries
from gridhall.cis.billing.actions import set_operating_capacity
from gridhall.cis.customers.models import Agreement
from gridhall.cis.network.models import ServicePointTerms
from gridhall.platform.errors import NotAllowed, NotInScope, Refused
from gridhall.platform.scope import EVERYTHING
from tests.cast import Cast
from tests.cis.facts import bill_of, put_month, released

MONTH, SEVENTH, END = 202601, date(2026, 1, 7), date(2026, 1, 22)


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with override("en"):
        yield


@pytest.fixture
def foods(cast: Cast) -> Cast:
    """Haisheng Foods is charged by its capacity."""
    rows = Agreement.objects.within(EVERYTHING).filter(account=cast.accounts["Haisheng Foods"])
    rows.update(charging=Agreement.Charging.CAPACITY)
    return cast


def capacity_lines(cast: Cast) -> list[tuple[int, int]]:
    bill = bill_of(cast, "Haisheng Foods", MONTH)
    return [(line.quantity, line.amount_fen) for line in queries.lines_of(bill) if line.kind == "capacity"]


def set_it(cast: Cast, kva: int, on: date = SEVENTH, until: date | None = END, reason: str = "application 7"):
    account = cast.accounts["Haisheng Foods"]
    return set_operating_capacity(cast.actor("Biller Gao"), account.pk, kva * 10**6, on, reason, until=until)


def test_fifteen_days_of_suspension_leave_half_of_the_charge(foods: Cast) -> None:
    whole = ServicePointTerms.objects.get(
        service_point=foods.service_points["Haisheng Foods"]
    ).operating_capacity_kva_e6
    set_it(foods, 0)
    put_month(foods, MONTH)
    released(foods, MONTH)
    lines = capacity_lines(foods)
    assert sum(quantity for quantity, _fen in lines) * 2 == whole  # 6 days, then 9 of the 30 that a month counts
    rows = ServicePointTerms.objects.filter(service_point=foods.service_points["Haisheng Foods"]).order_by("valid_from")
    assert [(row.valid_from, row.operating_capacity_kva_e6) for row in rows][1:] == [(SEVENTH, 0), (END, whole)]


def test_two_changes_in_a_month_are_charged_by_their_days(foods: Cast) -> None:
    whole = ServicePointTerms.objects.get(
        service_point=foods.service_points["Haisheng Foods"]
    ).operating_capacity_kva_e6
    set_it(foods, 300, date(2026, 1, 11), None)
    set_it(foods, 100, date(2026, 1, 21), None)
    put_month(foods, MONTH)
    released(foods, MONTH)
    days = [10 * whole // 30, 10 * 300 * 10**6 // 30, 10 * 100 * 10**6 // 30]
    assert [quantity for quantity, _fen in capacity_lines(foods)] == pytest.approx(days, abs=1)
    assert queries.recompute(bill_of(foods, "Haisheng Foods", MONTH)).identical


def test_the_rules_and_the_contract_are_kept(foods: Cast) -> None:
    for kva, until, reason, said in (
        (0, date(2026, 1, 20), "x", "at least 15 days"),
        (10**6, END, "x", "between nothing and the contract"),
        (0, END, " ", "Give the reason"),
    ):
        with pytest.raises(Refused, match=said):
            set_it(foods, kva, SEVENTH, until, reason)


def test_days_that_are_billed_are_refused_with_the_remedy(foods: Cast) -> None:
    put_month(foods, MONTH)
    released(foods, MONTH)
    with pytest.raises(Refused, match="reverse it first"):
        set_it(foods, 0)
    set_it(foods, 0, date(2026, 2, 1), None)


def test_the_stranger_and_a_clerk_change_nothing(foods: Cast) -> None:
    account = foods.accounts["Haisheng Foods"]
    with pytest.raises(NotInScope):
        set_operating_capacity(foods.actor("Stranger"), account.pk, 0, SEVENTH, "x")
    with pytest.raises(NotAllowed):
        set_operating_capacity(foods.actor("Clerk Wu"), account.pk, 0, SEVENTH, "x")
