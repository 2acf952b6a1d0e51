"""Moving in: an account, its number, its agreements."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from gridhall.cis.customers import numbers, queries
from gridhall.cis.customers.actions import create_customer, move_in, move_out
from gridhall.cis.customers.models import Account, Agreement, BillingCycle
from gridhall.cis.customers.supply import Supply
from gridhall.cis.network.actions import SupplyTerms, create_premise
from gridhall.cis.network.models import ServicePoint
from gridhall.platform.errors import KeyReused, NotAllowed, NotInScope, Refused
from gridhall.platform.models import AuditEvent
from tests.cast import START, Cast

pytestmark = pytest.mark.usefixtures("english")

HOME = Supply("zhejiang-residential")
JUNE = date(2026, 6, 1)


@pytest.fixture
def flat(cast: Cast) -> ServicePoint:
    """A service point that nobody is supplied at."""
    terms = SupplyTerms(220, "residential", 8_000_000)
    return create_premise(cast.actor("Clerk Wu"), cast.station, "望江路1号", terms, START)


def test_a_customer_moves_in_with_number_and_agreement(cast: Cast, flat: ServicePoint) -> None:
    by = cast.actor("Clerk Wu")
    account = move_in(by, cast.customers["Ms Li"], flat, cast.cycle, replace(HOME, persons=6), JUNE)
    assert numbers.check(account.number)
    assert account.number.startswith("04")
    assert (account.path, account.status, account.opened_on) == (flat.path, "active", JUNE)
    agreement = account.agreements.get()
    assert (agreement.tariff_code, agreement.persons, agreement.valid_from, agreement.valid_to) == (
        "zhejiang-residential", 6, JUNE, None,
    )  # fmt: skip
    assert queries.account_by_number(by.scope, account.number) == account
    assert queries.account_by_public_id(by.scope, account.public_id) == account


def test_feed_in_is_a_second_agreement(cast: Cast, flat: ServicePoint) -> None:
    account = move_in(
        cast.actor("Clerk Wu"), cast.customers["Ms Li"], flat, cast.cycle, HOME, JUNE, feed_in=Supply("demo-export")
    )
    assert set(account.agreements.values_list("direction", "tariff_code")) == {
        ("import", "zhejiang-residential"),
        ("export", "demo-export"),
    }


def test_a_place_is_supplied_under_one_account_at_a_time(cast: Cast) -> None:
    by, taken = cast.actor("Clerk Wu"), cast.service_points["Ms Li"]
    with pytest.raises(Refused, match=cast.accounts["Ms Li"].number):
        move_in(by, cast.customers["Lao Zhou"], taken, cast.cycle, HOME, JUNE)
    # Earlier than the present agreement is no way around it: the new one would run into it.
    with pytest.raises(Refused, match=cast.accounts["Ms Li"].number):
        move_in(by, cast.customers["Lao Zhou"], taken, cast.cycle, HOME, date(2025, 12, 1))
    assert Account.objects.count() == len(cast.accounts)


def test_the_next_customer_moves_in_on_the_day_the_last_one_left(cast: Cast) -> None:
    by, place = cast.actor("Clerk Wu"), cast.service_points["Ms Li"]
    move_out(by, cast.accounts["Ms Li"], JUNE)
    with pytest.raises(Refused, match="until"):
        move_in(by, cast.customers["Lao Zhou"], place, cast.cycle, HOME, date(2026, 5, 31))
    account = move_in(by, cast.customers["Lao Zhou"], place, cast.cycle, HOME, JUNE)
    held = Agreement.objects.filter(service_point=place).order_by("valid_from")
    assert [(row.account_id, row.valid_from, row.valid_to) for row in held] == [
        (cast.accounts["Ms Li"].pk, START, JUNE),
        (account.pk, JUNE, None),
    ]


REFUSED = [
    (Supply("no-such-tariff"), "No published tariff no-such-tariff"),
    (Supply("demo-ev"), "No published tariff demo-ev"),  # begins in October 2025, after the day asked for
    (replace(HOME, charging=7), "7 is not a way"),
    (replace(HOME, charging=2), "contract demand"),
    (replace(HOME, contract_demand_kw_e6=1), "contract demand"),
    (replace(HOME, power_factor_standard=95), "power-factor"),
    (replace(HOME, persons=0), "persons"),
]


def test_terms_that_cannot_be_open_no_account(cast: Cast, flat: ServicePoint) -> None:
    for supply, says in REFUSED:
        on = date(2025, 9, 1) if supply.tariff_code == "demo-ev" else JUNE
        with pytest.raises(Refused, match=says):
            move_in(cast.actor("Clerk Wu"), cast.customers["Ms Li"], flat, cast.cycle, supply, on)
        assert Account.objects.count() == len(cast.accounts)


def test_a_refused_move_in_leaves_no_gap_in_the_numbers(cast: Cast, flat: ServicePoint) -> None:
    by, last = cast.actor("Clerk Wu"), max(account.number for account in cast.accounts.values())
    with pytest.raises(Refused):
        move_in(by, cast.customers["Ms Li"], flat, cast.cycle, Supply("no-such-tariff"), JUNE)
    account = move_in(by, cast.customers["Ms Li"], flat, cast.cycle, HOME, JUNE)
    assert int(account.number[2:9]) == int(last[2:9]) + 1


def test_a_place_without_terms_on_the_day_is_not_supplied(cast: Cast, flat: ServicePoint) -> None:
    with pytest.raises(Refused, match="no supply terms"):
        move_in(cast.actor("Clerk Wu"), cast.customers["Ms Li"], flat, cast.cycle, HOME, date(2025, 12, 31))


def test_a_cycle_of_another_unit_is_refused(cast: Cast, flat: ServicePoint) -> None:
    other = BillingCycle.objects.create(code="SL", name_zh="松岭", name_en="Songling", path="32/04/02/")
    with pytest.raises(Refused, match="SL"):
        move_in(cast.actor("Clerk Wu"), cast.customers["Ms Li"], flat, other, HOME, JUNE)


def test_the_stranger_moves_nobody_in(cast: Cast, flat: ServicePoint) -> None:
    with pytest.raises(NotInScope):
        move_in(cast.actor("Stranger"), cast.customers["Ms Li"], flat, cast.cycle, HOME, JUNE)


def test_a_clerk_cannot_take_a_customer_from_another_unit(cast: Cast, flat: ServicePoint) -> None:
    foreign = create_customer(cast.actor("Stranger"), cast.units["41/04/"], "person", "外省客")
    with pytest.raises(NotInScope):
        move_in(cast.actor("Clerk Wu"), foreign, flat, cast.cycle, HOME, JUNE)


def test_a_fitter_opens_no_account(cast: Cast, flat: ServicePoint) -> None:
    with pytest.raises(NotAllowed):
        move_in(cast.actor("Fitter Sun"), cast.customers["Ms Li"], flat, cast.cycle, HOME, JUNE)


def test_the_same_key_twice_is_one_account(cast: Cast, flat: ServicePoint) -> None:
    def again(**changed: Any) -> Account:
        supply = replace(HOME, **changed)
        return move_in(cast.actor("Clerk Wu"), cast.customers["Ms Li"], flat, cast.cycle, supply, JUNE, key="form-17")

    assert again() == again()
    assert Account.objects.count() == len(cast.accounts) + 1
    assert AuditEvent.objects.filter(tag="account:move-in").count() == len(cast.accounts) + 1
    with pytest.raises(KeyReused):
        again(persons=3)
