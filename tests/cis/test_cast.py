"""The cast is what the tests of every domain stand on."""

from gridhall.cis.customers import numbers
from gridhall.platform import audit
from tests.cast import PARTS, PASSWORD, STAFF, Cast


def test_everybody_is_there_with_account_meter_and_login(cast: Cast) -> None:
    assert set(cast.accounts) == set(PARTS)
    assert all(numbers.check(account.number) for account in cast.accounts.values())
    assert all(cast.installations[name].service_point == cast.service_points[name] for name in PARTS)
    assert all(login.check_password(PASSWORD) for login in cast.logins.values())
    assert cast.agreement("Sunny Roof", "export").tariff_code == "demo-export"


def test_staff_see_their_units_and_the_stranger_nothing(cast: Cast) -> None:
    assert set(cast.staff) == set(STAFF)
    paths = {account.path for account in cast.accounts.values()}
    assert all(cast.actor("Clerk Wu").scope.covers(path) for path in paths)
    assert not any(cast.actor("Stranger").scope.covers(path) for path in paths)


def test_a_customer_sees_the_own_account_only(cast: Cast) -> None:
    scope = cast.actor("Ms Li").scope
    assert scope.covers("", cast.accounts["Ms Li"].pk)
    assert not scope.covers(cast.accounts["Ms Li"].path, cast.accounts["Lao Zhou"].pk)


def test_the_audit_chain_holds_after_building(cast: Cast) -> None:
    assert not list(audit.broken_links())
