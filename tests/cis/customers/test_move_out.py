"""Moving out: agreements and account end, the last reading is taken."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from gridhall.cis.customers.actions import change_tariff, move_out
from gridhall.cis.customers.models import Account, Agreement
from gridhall.platform.errors import NotAllowed, NotInScope, Refused
from gridhall.readings.models import RegisterRead
from tests.cast import START, Cast

pytestmark = pytest.mark.usefixtures("english")

JUNE = date(2026, 6, 1)


def test_a_customer_billed_by_the_curve_leaves_without_a_reading(cast: Cast) -> None:
    account = move_out(cast.actor("Clerk Wu"), cast.accounts["Sunny Roof"], JUNE)
    assert (account.status, account.closed_on) == ("closed", JUNE)
    assert set(account.agreements.values_list("direction", "valid_to")) == {("import", JUNE), ("export", JUNE)}


def test_a_customer_billed_by_registers_leaves_with_the_final_reading(cast: Cast) -> None:
    by, account = cast.actor("Clerk Wu"), cast.accounts["Lao Zhou"]
    with pytest.raises(Refused, match="LH0000002"):
        move_out(by, account, JUNE)
    account.refresh_from_db()
    assert account.status == "active"
    assert cast.agreement("Lao Zhou").valid_to is None
    move_out(by, account, JUNE, readings={"LH0000002": {"active_total": 600_000}})
    final = RegisterRead.objects.get(meter="LH0000002", read_on=JUNE)
    assert (final.value, final.source) == (600_000, "manual")


def test_a_reading_of_a_meter_that_is_not_there_is_refused(cast: Cast) -> None:
    with pytest.raises(Refused, match="LH0000001 is not installed here"):
        move_out(cast.actor("Clerk Wu"), cast.accounts["Sunny Roof"], JUNE, readings={"LH0000001": {"active_total": 1}})


def test_nobody_leaves_twice_or_before_coming_or_ahead_of_time(cast: Cast) -> None:
    by, account = cast.actor("Clerk Wu"), cast.accounts["Ms Li"]
    with pytest.raises(Refused, match="began on"):
        move_out(by, account, START)
    with pytest.raises(Refused, match="ahead of time"):
        move_out(by, account, timezone.localdate() + timedelta(days=2))
    move_out(by, account, JUNE)
    with pytest.raises(Refused, match=f"{account.number} is closed"):
        move_out(by, account, JUNE)


def test_a_change_of_tariff_that_is_still_to_come_falls_away(cast: Cast) -> None:
    by, today = cast.actor("Clerk Wu"), timezone.localdate()
    planned = change_tariff(by, cast.agreement("Ms Li"), "zhejiang-residential-tou", today + timedelta(days=30))
    move_out(by, cast.accounts["Ms Li"], today)
    assert not Agreement.objects.filter(pk=planned.pk).exists()
    assert cast.agreement("Ms Li").valid_to == today


def test_the_stranger_moves_nobody_out(cast: Cast) -> None:
    with pytest.raises(NotInScope):
        move_out(cast.actor("Stranger"), cast.accounts["Ms Li"], JUNE)


def test_an_agent_moves_nobody_out(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        move_out(cast.actor("Agent Qian"), cast.accounts["Ms Li"], JUNE)


def test_the_same_key_twice_is_one_move_out(cast: Cast) -> None:
    by, account = cast.actor("Clerk Wu"), cast.accounts["Ms Li"]
    assert move_out(by, account, JUNE, key="out-1") == move_out(by, account, JUNE, key="out-1")
    assert Account.objects.filter(status="closed").count() == 1
