"""Hours published year by year: made-up ones of 2026 for Shandong, a bill over a change, and hours that ran out."""

from collections.abc import Iterator
from datetime import date

import pytest
from django.utils.translation import override

from gridhall.cis.billing import queries
from gridhall.cis.billing.actions import bill_account, re_rate
from gridhall.cis.billing.inputs import stored
from gridhall.cis.billing.late_facts import change, touched
from gridhall.cis.billing.models import Bill, BillException
from gridhall.cis.customers.models import Agreement
from gridhall.cis.studio import documents
from gridhall.cis.tariffs import calendars
from gridhall.cis.tariffs.actions import publish, publish_calendar
from gridhall.cis.tariffs.models import CalendarVersion
from gridhall.kernel import shipped
from gridhall.platform.errors import NotAllowed, NotInScope, Refused
from gridhall.platform.scope import EVERYTHING
from tests.cast import Cast
from tests.cis.facts import bill_of, calculated, put_curve, released

TARIFF = """
code: shandong-test
name: {en: Shandong business, zh: 山东工商业}
area: 山东
tariff_class: single_part
valid_from: 2026-01-01
source: prices worked out by hand
evidence: C
calendar: shandong-business
energy:
  - prices: {sharp: "1.20", peak: "0.90", flat: "0.60", valley: "0.30", deep: "0.10"}
"""
MADE_UP = """
code: shandong-business
area: 山东
name: {en: Shandong hours made up for a test, zh: 测试用山东时段}
source: made up for a test
evidence: C
valid_from: 2026-01-01
valid_to: 2027-01-01
entries:
  - {period: peak, hours: ["%s"]}
  - {period: valley, hours: ["0-6"]}
  - {period: flat, rest: true}
"""
FROM_JUNE_16 = MADE_UP.replace("valid_from: 2026-01-01", "valid_from: 2026-06-16") % "19-21"


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with override("en"):
        yield


@pytest.fixture
def wheels(cast: Cast) -> Cast:
    """Green Wheels uses 1,000 kWh in every hour of June on a tariff with the hours of Shandong."""
    publish(cast.actor("Checker He"), TARIFF)
    rows = Agreement.objects.within(EVERYTHING).filter(account=cast.accounts["Green Wheels"])
    rows.update(tariff_code="shandong-test")
    put_curve(cast, "Green Wheels", date(2026, 6, 1), date(2026, 7, 1), 24_000_000)
    return cast


def kwh(bill: Bill) -> dict[tuple[int, str], int]:
    return {(line.segment, line.period): line.quantity // 1000 for line in queries.lines_of(bill) if line.opens}


def test_without_hours_for_the_year_the_biller_is_told_and_nothing_goes_on(wheels: Cast) -> None:
    run = calculated(wheels, 202606)
    found = BillException.objects.within(EVERYTHING).get(run=run, account=wheels.accounts["Green Wheels"])
    assert (found.kind, found.bill) == ("calendar_ended", None)
    assert found.evidence["until"] == "2026-01-01"
    with pytest.raises(Refused, match="No hours are published"):
        bill_account(wheels.actor("Biller Gao"), wheels.accounts["Green Wheels"].pk, date(2026, 6, 1), date(2026, 7, 1))


def test_hours_of_2026_take_over_without_touching_those_of_2025(wheels: Cast) -> None:
    publish_calendar(wheels.actor("Checker He"), MADE_UP % "17-19")
    assert calendars.versions("shandong-business")[0] == shipped.calendars()["shandong-business"][0]
    released(wheels, 202606)
    bill = bill_of(wheels, "Green Wheels", 202606)
    assert kwh(bill) == {(0, "peak"): 60_000, (0, "valley"): 180_000, (0, "flat"): 480_000}
    assert stored(bill.inputs)[0]["calendars"] == CalendarVersion.objects.get().pk
    assert queries.recompute(bill).identical


def test_a_bill_over_the_change_is_split_and_each_part_has_its_hours(wheels: Cast) -> None:
    checker = wheels.actor("Checker He")
    publish_calendar(checker, MADE_UP % "17-20")
    publish_calendar(checker, FROM_JUNE_16)
    released(wheels, 202606)
    bill = bill_of(wheels, "Green Wheels", 202606)
    assert [(row["from"], row["to"]) for row in stored(bill.inputs)] == [
        ("2026-06-01", "2026-06-16"),
        ("2026-06-16", "2026-07-01"),
    ]
    assert {key: value for key, value in kwh(bill).items() if key[1] == "peak"} == {
        (0, "peak"): 45_000,
        (1, "peak"): 30_000,
    }
    late = next(line for line in queries.lines_of(bill) if (line.segment, line.period) == (1, "peak"))
    assert {sum(day.in_line) for day in queries.explain_line(bill, late.seq).days} == {8}


def test_hours_published_late_re_rate_their_days_and_old_bills_open_as_they_were(wheels: Cast) -> None:
    checker = wheels.actor("Checker He")
    publish_calendar(checker, MADE_UP % "17-20")
    released(wheels, 202606)
    before = bill_of(wheels, "Green Wheels", 202606)
    publish_calendar(checker, FROM_JUNE_16)
    [bill] = touched(wheels.actor("Biller Gao").scope)
    found = change(bill)
    assert found.days == [date(2026, 6, n) for n in range(16, 31)]
    assert found.difference_fen == -15 * 1000 * 30  # one hour less of peak a day, 0.90 to 0.60
    again = re_rate(wheels.actor("Biller Gao"), bill.pk)
    assert again.total_fen - before.total_fen == found.difference_fen
    before.refresh_from_db()
    peak = next(line for line in queries.lines_of(before) if line.period == "peak")
    assert {sum(day.in_line) for day in queries.explain_line(before, peak.seq).days} == {12}
    assert touched(wheels.actor("Biller Gao").scope) == []


def test_a_tariff_that_outlives_its_hours_carries_the_warning(wheels: Cast) -> None:
    said = "calendar: these hours were published for 2025 only; publish those that follow 2026-01-01"
    assert documents.check(TARIFF).warnings == (said,)
    publish_calendar(wheels.actor("Checker He"), MADE_UP % "17-19")
    assert documents.check(TARIFF).warnings == (said.replace("2025", "2026").replace("2026-01", "2027-01"),)
    assert documents.check(TARIFF.replace("shandong-business", "nowhere")).problems
    with pytest.raises(Refused, match="nowhere is not known"):
        publish(wheels.actor("Checker He"), TARIFF.replace("shandong-business", "nowhere"))


def test_what_runs_out_is_named_until_hours_follow(cast: Cast) -> None:
    def named(today: date) -> set[str]:
        return {calendar.code for calendar in calendars.run_out(today)}

    assert "shandong-business" not in named(date(2025, 10, 1))
    assert "shandong-business" in named(date(2025, 11, 15))
    publish_calendar(cast.actor("Checker He"), MADE_UP % "17-19")
    assert "shandong-business" not in named(date(2026, 10, 1))
    assert "shandong-business" in named(date(2026, 12, 1))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("valid_from: 2026-01-01\n", "", "write the first day of these hours"),
        ("山东\n", "河南\n", "shandong-business is the calendar of 山东"),
        ("flat, rest: true", "flat, hours: ['22-24']", "hours are missing"),
        ("17-19", "17-30", "not a span within one day"),
        ("area:", "area", "not readable as YAML"),
    ],
)
def test_hours_that_cannot_be_used_are_refused(cast: Cast, old: str, new: str, said: str) -> None:
    with pytest.raises(Refused, match=said):
        publish_calendar(cast.actor("Checker He"), (MADE_UP % "17-19").replace(old, new))
    assert not CalendarVersion.objects.exists()


def test_publishing_the_same_twice_is_one_publication_and_a_biller_publishes_none(cast: Cast) -> None:
    checker, text = cast.actor("Checker He"), MADE_UP % "17-19"
    assert publish_calendar(checker, text) == publish_calendar(checker, text)
    with pytest.raises(NotAllowed):
        publish_calendar(cast.actor("Biller Gao"), text)


def test_the_text_of_a_calendar_reads_back_as_the_same_hours() -> None:
    for versions in shipped.calendars().values():
        for calendar in versions:
            assert calendars.load_calendar(calendars.as_text(calendar)) == calendar


def test_the_stranger_sees_no_bill_of_the_change(wheels: Cast) -> None:
    publish_calendar(wheels.actor("Checker He"), MADE_UP % "17-20")
    released(wheels, 202606)
    publish_calendar(wheels.actor("Checker He"), FROM_JUNE_16)
    assert touched(wheels.actor("Stranger").scope) == []
    with pytest.raises(NotInScope):
        re_rate(wheels.actor("Stranger"), bill_of(wheels, "Green Wheels", 202606).pk)
