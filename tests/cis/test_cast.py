"""The cast is what the tests of every domain stand on."""

from contextlib import suppress

from django.db import transaction

from gridhall.cis.customers import numbers
from gridhall.cis.customers.models import Account, Agreement
from gridhall.cis.customers.queries import search
from gridhall.cis.metering.models import Installation
from gridhall.cis.tariffs.models import TariffVersion
from gridhall.platform import audit
from gridhall.platform.models import AuditEvent
from gridhall.platform.scope import EVERYTHING
from gridhall.readings.models import RegisterRead
from tests.cast import PARTS, PASSWORD, STAFF, Cast, build_cast
from tests.frozen import Frozen


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


def test_a_cast_written_back_is_the_cast_that_the_actions_made(db: None) -> None:
    def rows() -> dict[str, list[dict[str, object]]]:
        models = (Account, Agreement, Installation, RegisterRead, AuditEvent, TariffVersion)
        return {model.__name__: list(model._base_manager.order_by("pk").values()) for model in models}

    class Again(Exception):
        """Rolls the database back."""

    frozen, seen = Frozen(build_cast.build), []
    for _ in range(2):
        with suppress(Again), transaction.atomic():
            cast = frozen()
            seen.append((rows(), [hit.number for hit in search(EVERYTHING, "人民路")], cast.accounts["Ms Li"].number))
            raise Again
    assert seen[0] == seen[1]
    assert all(seen[0][0].values())
