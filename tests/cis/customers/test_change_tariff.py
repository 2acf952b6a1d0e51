"""Another tariff from a day on, without a day under two or under none."""

from datetime import date

import pytest

from gridhall.cis.customers import queries
from gridhall.cis.customers.actions import change_tariff
from gridhall.platform.errors import NotAllowed, NotInScope, Refused
from tests.cast import START, Cast

pytestmark = pytest.mark.usefixtures("english")

APRIL, JUNE, AUGUST = date(2026, 4, 1), date(2026, 6, 1), date(2026, 8, 1)


def held(cast: Cast, name: str) -> list[tuple[str, date, date | None]]:
    """The supply agreements of a customer in order."""
    rows = cast.accounts[name].agreements.filter(direction="import").order_by("valid_from")
    return list(rows.values_list("tariff_code", "valid_from", "valid_to"))


def test_one_agreement_ends_where_the_next_begins(cast: Cast) -> None:
    by = cast.actor("Clerk Wu")
    change_tariff(by, cast.agreement("Ms Li"), "zhejiang-residential-tou", JUNE)
    assert held(cast, "Ms Li") == [
        ("zhejiang-residential", START, JUNE),
        ("zhejiang-residential-tou", JUNE, None),
    ]
    account = cast.accounts["Ms Li"].pk
    assert len(queries.agreements_overlapping([account], date(2026, 5, 31), JUNE)) == 1
    assert len(queries.agreements_overlapping([account], date(2026, 5, 31), date(2026, 6, 2))) == 2


def test_terms_that_are_not_named_stay(cast: Cast) -> None:
    before = cast.agreement("Haisheng Foods")
    after = change_tariff(cast.actor("Clerk Wu"), before, before.tariff_code, JUNE, contract_demand_kw_e6=900_000_000)
    assert (after.charging, after.power_factor_standard) == (before.charging, before.power_factor_standard)
    assert (before.contract_demand_kw_e6, after.contract_demand_kw_e6) == (800_000_000, 900_000_000)


def test_a_change_inside_an_ended_agreement_splits_it(cast: Cast) -> None:
    by, first = cast.actor("Clerk Wu"), cast.agreement("Ms Li")
    change_tariff(by, first, "zhejiang-residential-tou", AUGUST)
    change_tariff(by, first, "zhejiang-shared-meter", APRIL)
    assert held(cast, "Ms Li") == [
        ("zhejiang-residential", START, APRIL),
        ("zhejiang-shared-meter", APRIL, AUGUST),
        ("zhejiang-residential-tou", AUGUST, None),
    ]


def test_a_change_outside_the_agreement_is_refused_with_its_dates(cast: Cast) -> None:
    by, agreement = cast.actor("Clerk Wu"), cast.agreement("Ms Li")
    with pytest.raises(Refused, match="further notice"):
        change_tariff(by, agreement, "zhejiang-residential-tou", START)
    change_tariff(by, agreement, "zhejiang-residential-tou", JUNE)
    with pytest.raises(Refused, match="June 1, 2026"):
        change_tariff(by, agreement, "zhejiang-residential-tou", AUGUST)
    assert len(held(cast, "Ms Li")) == 2


def test_a_tariff_that_does_not_hold_on_the_day_is_refused(cast: Cast) -> None:
    with pytest.raises(Refused, match="demo-ev"):
        change_tariff(cast.actor("Clerk Wu"), cast.agreement("Ms Li"), "demo-ev", date(2027, 3, 1))
    assert held(cast, "Ms Li") == [("zhejiang-residential", START, None)]


def test_the_stranger_changes_no_tariff(cast: Cast) -> None:
    with pytest.raises(NotInScope):
        change_tariff(cast.actor("Stranger"), cast.agreement("Ms Li"), "zhejiang-residential-tou", JUNE)


def test_a_customer_does_not_change_the_tariff_alone(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        change_tariff(cast.actor("Ms Li"), cast.agreement("Ms Li"), "zhejiang-residential-tou", JUNE)


def test_the_same_key_twice_is_one_change(cast: Cast) -> None:
    by, agreement = cast.actor("Clerk Wu"), cast.agreement("Ms Li")
    first = change_tariff(by, agreement, "zhejiang-residential-tou", JUNE, key="change-1")
    assert change_tariff(by, agreement, "zhejiang-residential-tou", JUNE, key="change-1") == first
    assert len(held(cast, "Ms Li")) == 2
