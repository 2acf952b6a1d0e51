"""G9: a hot day in Guangzhou, reported after the bill: that day and those hours, and nothing else."""

from collections.abc import Iterator
from datetime import date

import pytest
from django.utils.translation import override

from gridhall.cis.billing import queries
from gridhall.cis.billing.actions import re_rate
from gridhall.cis.billing.late_facts import change, changes, touched
from gridhall.cis.billing.models import Bill
from gridhall.cis.customers.models import Agreement
from gridhall.cis.tariffs.actions import publish, record_day_fact
from gridhall.cis.tariffs.models import DayFact
from gridhall.platform.errors import NotAllowed, NotInScope, Refused
from gridhall.platform.scope import EVERYTHING
from tests.cast import Cast
from tests.cis.facts import bill_of, calculated, put_curve, released

MAY, HOT = 202605, date(2026, 5, 20)
OTHERS = ("Ms Li", "Lao Zhou", "Grandma Chen", "Haisheng Foods", "Sunny Roof", "No. 1 High School")
TARIFF = """
code: guangdong-heat
name: {en: Guangdong business, zh: 广东工商业}
area: 广东
tariff_class: single_part
valid_from: 2026-01-01
source: prices worked out by hand
evidence: C
calendar: guangdong-business
energy: [{prices: {sharp: "1.2750", peak: "1.0200", flat: "0.6000", valley: "0.2280"}}]
"""


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with override("en"):
        yield


@pytest.fixture
def wheels(cast: Cast) -> Cast:
    """Green Wheels uses 1,000 kWh in every hour of May: 3,000 in the three hours that heat makes sharp."""
    publish(cast.actor("Checker He"), TARIFF)
    Agreement.objects.within(EVERYTHING).filter(account=cast.accounts["Green Wheels"]).update(
        tariff_code="guangdong-heat"
    )
    put_curve(cast, "Green Wheels", date(2026, 5, 1), date(2026, 6, 1), 24_000_000)
    return cast


def heat(cast: Cast, tenths: int | None, day: date = HOT, source: str = "provincial observatory") -> DayFact:
    return record_day_fact(cast.actor("Biller Gao"), "Guangzhou", day, tenths, source)


def test_a_released_bill_is_billed_again_for_that_day_alone(wheels: Cast) -> None:
    released(wheels, MAY)
    before = bill_of(wheels, "Green Wheels", MAY)
    heat(wheels, 360)
    [bill] = touched(wheels.actor("Biller Gao").scope)
    found = change(bill)
    assert (bill, found.days, found.difference_fen) == (before, [HOT], 76_500)  # 3,060.00 becomes 3,825.00
    again = re_rate(wheels.actor("Biller Gao"), bill.pk)
    assert (again.kind, again.total_fen - before.total_fen) == (Bill.Kind.REBILL, 76_500)
    sharp = next(line for line in queries.lines_of(again) if line.period == "sharp")
    assert (sharp.quantity, sharp.amount_fen) == (3_000_000, 382_500)
    day = next(day for day in queries.explain_line(again, sharp.seq).days if day.energy_wh)
    assert (day.day, sum(day.in_line)) == (HOT, 12)
    assert touched(wheels.actor("Biller Gao").scope) == []
    before.refresh_from_db()
    peak = next(line for line in queries.lines_of(before) if line.period == "peak")
    assert all(sum(day.in_line) == 28 for day in queries.explain_line(before, peak.seq).days)  # as it was known then


def test_a_draft_is_calculated_anew_and_others_are_left_alone(wheels: Cast) -> None:
    put_curve(wheels, "No. 1 High School", date(2026, 5, 1), date(2026, 6, 1), 250_000)
    calculated(wheels, MAY)
    school = bill_of(wheels, "No. 1 High School", MAY)
    draft = bill_of(wheels, "Green Wheels", MAY)
    heat(wheels, 351)
    assert [bill.account for bill in touched(wheels.actor("Biller Gao").scope)] == [wheels.accounts["Green Wheels"]]
    again = re_rate(wheels.actor("Biller Gao"), draft.pk)
    assert again.total_fen - draft.total_fen == 76_500
    assert bill_of(wheels, "No. 1 High School", MAY) == school


def test_a_day_below_the_mark_changes_nothing(wheels: Cast) -> None:
    released(wheels, MAY)
    heat(wheels, 349)
    [bill] = touched(wheels.actor("Biller Gao").scope)
    assert (change(bill).days, change(bill).difference_fen) == ([], 0)
    with pytest.raises(Refused, match="stays as it is"):
        re_rate(wheels.actor("Biller Gao"), bill.pk)


def test_bills_that_do_not_change_stand_in_nobodys_way(wheels: Cast) -> None:
    put_curve(wheels, "Green Wheels", date(2026, 6, 1), date(2026, 7, 1), 24_000_000)
    released(wheels, MAY)
    released(wheels, 202606)
    heat(wheels, 349)
    heat(wheels, 360, date(2026, 6, 20))
    scope = wheels.actor("Biller Gao").scope
    assert [bill.month for bill in touched(scope)] == [MAY, 202606]
    assert [(one.bill.month, one.days) for one in changes(scope, 1)] == [(202606, [date(2026, 6, 20)])]


def test_a_fact_taken_back_gives_the_first_bill_again_to_the_fen(wheels: Cast) -> None:
    released(wheels, MAY)
    first = bill_of(wheels, "Green Wheels", MAY)
    heat(wheels, 360)
    hot = re_rate(wheels.actor("Biller Gao"), first.pk)
    heat(wheels, None, source="reported by mistake")
    assert re_rate(wheels.actor("Biller Gao"), hot.pk).total_fen == first.total_fen


def test_a_bill_made_after_the_fact_knows_it_and_recomputes(wheels: Cast) -> None:
    heat(wheels, 360)
    released(wheels, MAY)
    bill = bill_of(wheels, "Green Wheels", MAY)
    assert {line.period for line in queries.lines_of(bill)} == {"sharp", "peak", "flat", "valley"}
    assert queries.recompute(bill).identical
    assert touched(wheels.actor("Biller Gao").scope) == []


@pytest.mark.parametrize(
    ("place", "day", "tenths", "source", "said"),
    [
        ("Atlantis", HOT, 360, "x", "No calendar and no rule asks for the weather of Atlantis"),
        ("Guangzhou", HOT, 3600, "x", "not a temperature"),
        ("Guangzhou", date(2099, 1, 1), 360, "x", "has not ended"),
        ("Guangzhou", HOT, 360, " ", "where the figure comes from"),
    ],
)
def test_what_cannot_be_is_refused(cast: Cast, place: str, day: date, tenths: int, source: str, said: str) -> None:
    with pytest.raises(Refused, match=said):
        record_day_fact(cast.actor("Biller Gao"), place, day, tenths, source)


def test_the_stranger_re_rates_nothing_and_a_clerk_records_nothing(wheels: Cast) -> None:
    released(wheels, MAY)
    heat(wheels, 360)
    assert touched(wheels.actor("Stranger").scope) == []
    with pytest.raises(NotInScope):
        re_rate(wheels.actor("Stranger"), bill_of(wheels, "Green Wheels", MAY).pk)
    with pytest.raises(NotAllowed):
        record_day_fact(wheels.actor("Clerk Wu"), "Guangzhou", HOT, 360, "x")
