"""Binding an account to a log-in."""

import pytest

from gridhall.cis.customers import numbers
from gridhall.cis.customers.actions import bind_login
from gridhall.cis.customers.models import AccountLogin
from gridhall.platform.errors import NotAllowed, NotInScope, Refused
from tests.cast import Cast

pytestmark = pytest.mark.usefixtures("english")


def test_a_customer_binds_an_account_with_the_telephone_number_on_file(cast: Cast) -> None:
    row = bind_login(
        cast.actor("Ms Li"), cast.logins["Ms Li"], cast.accounts["Lao Zhou"].number, role="payer", phone="138 0001 0002"
    )
    assert (row.account, row.role) == (cast.accounts["Lao Zhou"], "payer")


def test_wrong_telephone_and_missing_account_get_the_same_answer(cast: Cast) -> None:
    by, login = cast.actor("Ms Li"), cast.logins["Ms Li"]
    answers = set()
    for number, phone in (
        (cast.accounts["Lao Zhou"].number, "13800010001"),
        (cast.accounts["Lao Zhou"].number, ""),
        (numbers.make("04", 999), "13800010002"),
    ):
        with pytest.raises(Refused) as refusal:
            bind_login(by, login, number, phone=phone)
        answers.add(str(refusal.value))
    assert len(answers) == 1
    assert AccountLogin.objects.filter(user=login).count() == 1


def test_a_customer_binds_nothing_to_another_log_in(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        bind_login(cast.actor("Ms Li"), cast.logins["Lao Zhou"], cast.accounts["Ms Li"].number, phone="13800010001")


def test_a_clerk_binds_accounts_of_the_own_unit(cast: Cast) -> None:
    row = bind_login(cast.actor("Clerk Wu"), cast.logins["Ms Li"], cast.accounts["Grandma Chen"].number, role="payer")
    assert row.account == cast.accounts["Grandma Chen"]


def test_the_stranger_binds_nothing_of_ours(cast: Cast) -> None:
    with pytest.raises(NotInScope):
        bind_login(cast.actor("Stranger"), cast.logins["Ms Li"], cast.accounts["Grandma Chen"].number)


def test_binding_twice_is_one_binding(cast: Cast) -> None:
    rows = [
        bind_login(cast.actor("Clerk Wu"), cast.logins["Ms Li"], cast.accounts["Grandma Chen"].number) for _ in range(2)
    ]
    assert rows[0] == rows[1]


def test_mistyped_number_and_unknown_role_are_named(cast: Cast) -> None:
    by = cast.actor("Clerk Wu")
    with pytest.raises(Refused, match="0412345679 is mistyped"):
        bind_login(by, cast.logins["Ms Li"], "0412345679")
    with pytest.raises(Refused, match="landlord"):
        bind_login(by, cast.logins["Ms Li"], cast.accounts["Ms Li"].number, role="landlord")
    with pytest.raises(Refused, match="There is no account"):
        bind_login(by, cast.logins["Ms Li"], numbers.make("04", 999))


def test_a_fitter_binds_nothing(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        bind_login(cast.actor("Fitter Sun"), cast.logins["Ms Li"], cast.accounts["Ms Li"].number)
