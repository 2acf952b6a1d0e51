"""Taking on a measured point: a stranger's own file becomes a billed customer."""

from datetime import date

import pytest

from gridhall.cis.billing.actions import bill_account
from gridhall.cis.customers.actions import Newcomer, take_on
from gridhall.cis.customers.supply import Supply
from gridhall.cis.network.actions import SupplyTerms
from gridhall.platform.errors import NotAllowed, NotInScope, Refused
from gridhall.readings.models import MeteringPoint
from tests.cast import Cast
from tests.cis.facts import put_curve

TERMS = SupplyTerms(220, "residential", 8_000_000)
JANUARY, FEBRUARY = date(2026, 1, 1), date(2026, 2, 1)


@pytest.fixture
def point(cast: Cast) -> MeteringPoint:
    """A point as Green Button names it, with a path that is no asset number."""
    return MeteringPoint.objects.create(code="5/1", path=cast.station.path)


def join(cast: Cast, by: str = "Biller Gao", code: str = "5/1") -> object:
    return take_on(cast.actor(by), code, Newcomer("Coastal"), Supply("zhejiang-residential"), TERMS, JANUARY)


def test_a_measured_point_becomes_an_account_that_can_be_billed(cast: Cast, point: MeteringPoint) -> None:
    account = join(cast)
    cast.service_points["Coastal"] = point.service_point
    put_curve(cast, "Coastal", JANUARY, FEBRUARY, 10_000)
    bill = bill_account(cast.actor("Biller Gao"), account.pk, JANUARY, FEBRUARY)
    assert (bill.energy_wh, bill.total_fen, bill.state) == (310_000, 16_678, "released")
    with pytest.raises(Refused):
        bill_account(cast.actor("Biller Gao"), account.pk, date(2026, 1, 31), date(2026, 2, 3))


def test_a_point_is_taken_on_once_by_the_right_role_in_the_right_place(cast: Cast, point: MeteringPoint) -> None:
    with pytest.raises(NotAllowed):
        join(cast, by="Clerk Wu")
    with pytest.raises(Refused):
        join(cast, by="Stranger")
    join(cast)
    with pytest.raises(Refused):
        join(cast)
    with pytest.raises(Refused):
        join(cast, code="UNKNOWN")


def test_a_period_without_readings_is_refused_with_the_reason(cast: Cast, point: MeteringPoint) -> None:
    account = join(cast)
    with pytest.raises(Refused, match=r"曲线缺数|missing"):
        bill_account(cast.actor("Biller Gao"), account.pk, JANUARY, FEBRUARY)
    with pytest.raises(NotInScope):
        bill_account(cast.actor("Stranger"), account.pk, JANUARY, FEBRUARY)
