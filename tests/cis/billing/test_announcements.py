"""Jilin switches sharp on by notice: the days it names and their hours, before or after the bill, and nothing else."""

from collections.abc import Iterator
from datetime import date

import pytest
from django.db import connection, transaction
from django.utils.translation import override

from gridhall.cis.billing import queries
from gridhall.cis.billing.actions import re_rate
from gridhall.cis.billing.late_facts import change, touched
from gridhall.cis.billing.models import Bill
from gridhall.cis.customers.models import Agreement
from gridhall.cis.tariffs.actions import publish, record_announcement
from gridhall.cis.tariffs.models import Announcement
from gridhall.platform.errors import NotAllowed, NotInScope, Refused
from gridhall.platform.scope import EVERYTHING
from tests.cast import Cast
from tests.cis.facts import bill_of, calculated, put_curve, released

JULY, FIRST, LAST = 202607, date(2026, 7, 14), date(2026, 7, 16)
TARIFF = """
code: jilin-test
name: {en: Jilin business, zh: 吉林工商业}
area: 吉林
tariff_class: single_part
valid_from: 2026-01-01
source: prices worked out by hand
evidence: C
calendar: jilin-business
energy: [{prices: {sharp: "1.2000", peak: "0.9000", flat: "0.6000", valley: "0.3000"}}]
"""


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with override("en"):
        yield


@pytest.fixture
def wheels(cast: Cast) -> Cast:
    """Green Wheels uses 1,000 kWh in every hour of July."""
    on_tariff(cast, TARIFF)
    return cast


def on_tariff(cast: Cast, text: str) -> None:
    publish(cast.actor("Checker He"), text)
    rows = Agreement.objects.within(EVERYTHING).filter(account=cast.accounts["Green Wheels"])
    rows.update(tariff_code=text.split()[1])
    put_curve(cast, "Green Wheels", date(2026, 7, 1), date(2026, 8, 1), 24_000_000)


def announce(cast: Cast, hours: str | None = "17-19", first: date = FIRST, last: date = LAST) -> Announcement:
    return record_announcement(
        cast.actor("Biller Gao"), "吉林", "sharp", first, last, hours, "Test authority", "Test notice 1"
    )


def test_a_notice_before_the_bill_makes_its_hours_sharp_on_its_days(wheels: Cast) -> None:
    announce(wheels)
    released(wheels, JULY)
    bill = bill_of(wheels, "Green Wheels", JULY)
    sharp = next(line for line in queries.lines_of(bill) if line.period == "sharp")
    assert (sharp.quantity, sharp.amount_fen) == (6_000_000, 720_000)  # 3 days of 2 hours, 1.20 a kWh
    days = {day.day for day in queries.explain_line(bill, sharp.seq).days if any(day.in_line)}
    assert days == {FIRST, date(2026, 7, 15), LAST}
    assert touched(wheels.actor("Biller Gao").scope) == []
    assert queries.recompute(bill).identical


def test_a_notice_after_the_bill_re_rates_its_days_alone(wheels: Cast) -> None:
    put_curve(wheels, "No. 1 High School", date(2026, 7, 1), date(2026, 8, 1), 250_000)
    released(wheels, JULY)
    before = bill_of(wheels, "Green Wheels", JULY)
    announce(wheels)
    [bill] = touched(wheels.actor("Biller Gao").scope)
    found = change(bill)
    assert (bill, found.days) == (before, [FIRST, date(2026, 7, 15), LAST])
    assert found.difference_fen == 180_000  # 6,000 kWh from 0.90 to 1.20
    again = re_rate(wheels.actor("Biller Gao"), bill.pk)
    assert (again.kind, again.total_fen - before.total_fen) == (Bill.Kind.REBILL, 180_000)
    before.refresh_from_db()
    peak = next(line for line in queries.lines_of(before) if line.period == "peak")
    assert {sum(day.in_line) for day in queries.explain_line(before, peak.seq).days} == {28}  # as it was known then


def test_days_taken_back_give_the_first_bill_again_to_the_fen(wheels: Cast) -> None:
    released(wheels, JULY)
    first = bill_of(wheels, "Green Wheels", JULY)
    announce(wheels)
    sharp = re_rate(wheels.actor("Biller Gao"), first.pk)
    announce(wheels, None, first=LAST)
    [bill] = touched(wheels.actor("Biller Gao").scope)
    assert change(bill).days == [LAST]
    less = re_rate(wheels.actor("Biller Gao"), sharp.pk)
    assert less.total_fen - first.total_fen == 120_000
    announce(wheels, None)
    assert re_rate(wheels.actor("Biller Gao"), less.pk).total_fen == first.total_fen


def test_a_tariff_without_a_sharp_price_keeps_its_bill_and_says_why(wheels: Cast) -> None:
    on_tariff(wheels, TARIFF.replace("jilin-test", "jilin-without").replace('sharp: "1.2000", ', ""))
    calculated(wheels, JULY)
    bill = bill_of(wheels, "Green Wheels", JULY)
    announce(wheels)
    found = change(bill)
    assert found.days and found.problem and found.problem[0] == "cannot_rate"
    with pytest.raises(Refused, match="The tariff cannot price these readings"):
        re_rate(wheels.actor("Biller Gao"), bill.pk)
    assert bill_of(wheels, "Green Wheels", JULY) == bill


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"area": "海南"}, "No calendar of 海南 lets sharp be switched on; possible: 吉林 sharp, 黑龙江 sharp"),
        ({"period": "deep"}, "No calendar of 吉林 lets deep"),
        ({"last": date(2026, 7, 1)}, "before the first"),
        ({"last": date(2028, 7, 1)}, "more than a year"),
        ({"hours": ""}, "names no hours of its own"),
        ({"hours": "17 to 19"}, "is not a span of hours"),
        ({"hours": "17:10-19"}, "billed by intervals of 60 minutes"),
        ({"authority": " "}, "Name the authority"),
        ({"notice": ""}, "number of its notice"),
    ],
)
def test_what_no_authority_can_announce_is_refused(cast: Cast, wrong: dict, said: str) -> None:
    sound = {
        "area": "吉林", "period": "sharp", "first": FIRST, "last": LAST, "hours": "17-19", "authority": "A",
        "notice": "N",
    }  # fmt: skip
    with pytest.raises(Refused, match=said):
        record_announcement(cast.actor("Biller Gao"), **{**sound, **wrong})
    assert not Announcement.objects.exists()


def test_half_hours_are_taken_where_the_calendar_already_has_them(cast: Cast) -> None:
    row = record_announcement(
        cast.actor("Biller Gao"), "黑龙江", "sharp", FIRST, LAST, "17:30-19、20-21", "Test authority", "Test notice 2"
    )
    assert row.hours == ["17:30-19", "20-21"]


def test_an_announcement_is_never_edited(cast: Cast) -> None:
    row = announce(cast)
    for statement in ("UPDATE tariffs_announcement SET notice = ''", "DELETE FROM tariffs_announcement"):
        with pytest.raises(Exception, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert Announcement.objects.get() == row


def test_the_stranger_re_rates_nothing_and_a_clerk_announces_nothing(wheels: Cast) -> None:
    released(wheels, JULY)
    announce(wheels)
    assert touched(wheels.actor("Stranger").scope) == []
    with pytest.raises(NotInScope):
        re_rate(wheels.actor("Stranger"), bill_of(wheels, "Green Wheels", JULY).pk)
    with pytest.raises(NotAllowed):
        record_announcement(wheels.actor("Clerk Wu"), "吉林", "sharp", FIRST, LAST, "17-19", "A", "N")
