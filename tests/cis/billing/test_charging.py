"""How capacity is charged may change by quarter, a contract demand by month, and neither under the floor."""

from datetime import date

import pytest

from gridhall.cis.billing import queries
from gridhall.cis.billing.actions import change_charging
from gridhall.cis.billing.demand_charging import in_force, months_later
from gridhall.cis.customers.models import Agreement
from gridhall.cis.network.models import ServicePointTerms
from gridhall.platform.errors import NotAllowed, NotInScope, Refused
from tests.cast import START, Cast
from tests.cis.facts import bill_of, put_month, released

pytestmark = pytest.mark.usefixtures("english")
NAME, APRIL, MAY, JULY = "Haisheng Foods", date(2026, 4, 1), date(2026, 5, 1), date(2026, 7, 1)
CONTRACT, ACTUAL, CAPACITY = Agreement.Charging.CONTRACT, Agreement.Charging.ACTUAL, Agreement.Charging.CAPACITY


def change(cast: Cast, charging: int, kw: int = 0, on: date = APRIL, applied: date = START, by: str = "Biller Gao"):
    return change_charging(cast.actor(by), cast.accounts[NAME].pk, charging, kw * 10**6, on, applied)


def capacity_kw(cast: Cast) -> int:
    terms = ServicePointTerms.objects.get(service_point=cast.service_points[NAME])
    return terms.contract_capacity_kva_e6 // 10**6


def test_the_way_changes_after_a_quarter_and_is_billed_so(cast: Cast) -> None:
    before = cast.agreement(NAME)
    assert (before.charging, before.valid_from) == (CONTRACT, START)
    after = change(cast, ACTUAL)
    before.refresh_from_db()
    assert (before.valid_to, after.charging, after.contract_demand_kw_e6) == (APRIL, ACTUAL, 0)
    put_month(cast, 202604)
    released(cast, 202604)
    [line] = [line for line in queries.lines_of(bill_of(cast, NAME, 202604)) if line.kind == "demand"]
    assert line.quantity == 9_000_000 // 96 * 4_000  # the highest quarter of an hour, 1e-6 kW


def test_a_way_is_held_for_a_quarter_though_its_value_changed_between(cast: Cast) -> None:
    change(cast, CONTRACT, 900, on=date(2026, 2, 1))
    with pytest.raises(Refused, match="held for 3 months; it may change from April 1, 2026"):
        change(cast, CAPACITY, on=date(2026, 3, 1))
    change(cast, CAPACITY)
    with pytest.raises(Refused, match="from July 1, 2026"):
        change(cast, ACTUAL, on=MAY)
    assert change(cast, ACTUAL, on=JULY).valid_from == JULY


def test_a_contract_demand_may_change_with_every_month(cast: Cast) -> None:
    for month, kw in ((2, 900), (3, 850), (4, 950)):
        change(cast, CONTRACT, kw, on=date(2026, month, 1))
    rows = cast.accounts[NAME].agreements.order_by("valid_from").values_list("contract_demand_kw_e6", flat=True)
    assert [kw // 10**6 for kw in rows] == [800, 900, 850, 950]


def test_forty_percent_of_the_capacity_is_the_least_and_all_of_it_the_most(cast: Cast) -> None:
    capacity = capacity_kw(cast)
    least = capacity * 40 // 100
    for kw in (least - 1, capacity + 1):
        with pytest.raises(Refused, match=rf"between {least} kW \(40 % of the capacity\) and {capacity} kW"):
            change(cast, CONTRACT, kw)
    assert change(cast, CONTRACT, least).contract_demand_kw_e6 == least * 10**6


@pytest.mark.parametrize(
    ("charging", "kw", "on", "applied", "said"),
    [
        (ACTUAL, 0, date(2026, 4, 2), START, "first day of a month"),
        (ACTUAL, 0, APRIL, date(2026, 3, 12), "15 working days of notice"),
        (CONTRACT, 900, APRIL, date(2026, 3, 26), "5 working days of notice; .* from April 2, 2026"),
        (CONTRACT, 800, APRIL, START, "charged this way already"),
        (Agreement.Charging.NONE, 0, APRIL, START, "belongs to the tariff"),
        (CONTRACT, 900, date(2025, 1, 1), START, "no supply"),
    ],
)
def test_what_the_rules_do_not_allow_is_refused(
    cast: Cast, charging: int, kw: int, on: date, applied: date, said: str
) -> None:
    with pytest.raises(Refused, match=said):
        change(cast, charging, kw, on, applied)
    assert cast.accounts[NAME].agreements.filter(direction="import").count() == 1


def test_a_billed_month_is_not_charged_another_way(cast: Cast) -> None:
    put_month(cast, 202604)
    released(cast, 202604)
    with pytest.raises(Refused, match="already covers days until"):
        change(cast, ACTUAL)


def test_months_are_counted_from_the_first_whole_one() -> None:
    assert months_later(date(2026, 1, 1), 3) == APRIL
    assert months_later(date(2026, 1, 2), 3) == MAY
    assert months_later(date(2026, 11, 15), 1) == date(2027, 1, 1)
    rules = in_force(APRIL)
    assert rules.earliest(date(2026, 3, 25), way=False) == APRIL
    assert rules.earliest(date(2026, 9, 25), way=False) > date(2026, 10, 1)  # the holiday of October counts no days


def test_the_stranger_finds_nothing_and_a_clerk_may_not(cast: Cast) -> None:
    with pytest.raises(NotInScope):
        change(cast, ACTUAL, by="Stranger")
    with pytest.raises(NotAllowed):
        change(cast, ACTUAL, by="Clerk Wu")
