"""Closing a month: two people, nothing posted behind it, and a third look before it is open again."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import F, Value
from django.utils import timezone

from gridhall.cis.books import days
from gridhall.cis.books.actions import confirm_close, propose_close, reopen
from gridhall.cis.books.checks import before_closing
from gridhall.cis.customers.models import Account
from gridhall.cis.ledger import chart, periods
from gridhall.cis.ledger.models import Entry, Period
from gridhall.cis.ledger.posting import BulkSide, Posting, Side, post, post_many, post_rows
from gridhall.cis.payments.actions import close_shift, open_shift
from gridhall.platform.errors import NotAllowed, NotInScope, Refused
from gridhall.platform.scope import EVERYTHING
from tests.cast import Cast

STATION, CITY = "32/04/01/01/", "32/04/"
IN_SEPTEMBER, IN_OCTOBER = date(2026, 9, 20), date(2026, 10, 5)
pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture(autouse=True)
def late_in_november(monkeypatch: pytest.MonkeyPatch) -> None:
    now = datetime(2026, 11, 21, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)


def posted(cast: Cast, ref: str, on: date, fen: int = 100, path: str = STATION) -> Entry:
    sides = [Side(chart.CASH, fen), Side(chart.PREPAYMENT, -fen, cast.accounts["Ms Li"].pk)]
    return post(ref, "payment", sides, path=path, effective_on=on, recorded_at=timezone.now())


@pytest.fixture
def proposed(cast: Cast) -> Period:
    """September with one entry, counted and proposed by Accountant Song."""
    posted(cast, "try:september", IN_SEPTEMBER)
    days.catch_up()
    return propose_close(cast.actor("Accountant Song"), cast.units[CITY].pk, 202609)


@pytest.fixture
def closed(cast: Cast, proposed: Period) -> Period:
    return confirm_close(cast.actor("Accountant Yu"), proposed.pk)


def test_september_is_closed_by_two_people(cast: Cast, proposed: Period) -> None:
    with pytest.raises(Refused, match="second person"):
        confirm_close(cast.actor("Accountant Song"), proposed.pk)
    confirm_close(cast.actor("Accountant Yu"), proposed.pk)
    assert periods.closed() == {CITY: date(2026, 10, 1)}
    proposed.refresh_from_db()
    assert (proposed.state, proposed.entries, proposed.closed_by) == ("closed", 1, "Accountant Yu")


def test_a_closed_month_and_everything_before_it_takes_no_entry(cast: Cast, closed: Period) -> None:
    for day in (IN_SEPTEMBER, date(2026, 9, 30), date(2026, 3, 1)):
        with pytest.raises(
            periods.PeriodClosed, match=r"Linhai City are closed up to Sept. 30, 2026.*from Oct. 1, 2026"
        ):
            posted(cast, "try:late", day)
    posted(cast, "try:october", date(2026, 10, 1))
    posted(cast, "try:other-city", IN_SEPTEMBER, path="32/05/01/01/")


def test_a_bulk_posting_into_a_closed_month_writes_none_of_its_entries(cast: Cast, closed: Period) -> None:
    sides = [Side(chart.CASH, 5), Side(chart.CASH_DIFFERENCE, -5)]
    postings = [Posting(f"try:{n}", "try", path, sides) for n, path in enumerate(("32/05/01/01/", STATION))]
    with pytest.raises(periods.PeriodClosed):
        post_many(postings, IN_SEPTEMBER, timezone.now())
    assert Entry.objects.within(EVERYTHING).count() == 1


def post_by_statement(on: date) -> int:
    """One entry per account, made inside the database as a bill release makes them."""
    rows = Account.objects.within(EVERYTHING).values(
        "number", "path", account_id=F("pk"), bill_id=F("pk"), amount=Value(100)
    )
    sides = [BulkSide(chart.CASH, "s.amount"), BulkSide(chart.CASH_DIFFERENCE, "-s.amount")]
    return post_rows(rows, "try", "try:", sides, effective_on=on, recorded_at=timezone.now())


def test_a_set_statement_into_a_closed_month_is_refused(cast: Cast, closed: Period) -> None:
    with pytest.raises(periods.PeriodClosed):
        post_by_statement(IN_SEPTEMBER)
    assert post_by_statement(IN_OCTOBER) == len(cast.accounts)


def test_the_database_refuses_even_what_goes_past_the_posting(cast: Cast, closed: Period) -> None:
    values = ["smuggled", "try", IN_SEPTEMBER, timezone.now(), STATION]
    smuggle = "INSERT INTO ledger_entry (ref, kind, effective_on, recorded_at, path) VALUES (%s, %s, %s, %s, %s)"
    refused = pytest.raises(DatabaseError, match="books of this city are closed")
    with refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(smuggle, values)
    assert not Entry.objects.within(EVERYTHING).filter(ref="smuggled").exists()


def test_what_was_posted_after_the_proposal_has_to_be_looked_at_again(cast: Cast, proposed: Period) -> None:
    posted(cast, "try:one-more", IN_SEPTEMBER)
    with pytest.raises(Refused, match="in the way"):
        confirm_close(cast.actor("Accountant Yu"), proposed.pk)  # the figures do not hold it yet
    days.catch_up()
    with pytest.raises(Refused, match="changed since it was proposed"):
        confirm_close(cast.actor("Accountant Yu"), proposed.pk)
    again = propose_close(cast.actor("Accountant Song"), cast.units[CITY].pk, 202609)
    assert confirm_close(cast.actor("Accountant Yu"), again.pk).entries == 2


def test_an_open_till_is_in_the_way(cast: Cast) -> None:
    clerk = cast.actor("Clerk Wu")
    shift = open_shift(clerk, cast.station.pk, 100_00)
    type(shift).objects.within(EVERYTHING).update(opened_at=timezone.now() - timedelta(days=60))
    with pytest.raises(Refused, match="in the way"):
        propose_close(cast.actor("Accountant Song"), cast.units[CITY].pk, 202609)
    found = {
        check.code: check.count for check in before_closing(CITY, date(2026, 9, 1), date(2026, 10, 1)) if check.count
    }
    assert found == {"shifts": 1}
    close_shift(clerk, shift.pk, 100_00)
    propose_close(cast.actor("Accountant Song"), cast.units[CITY].pk, 202609)


def test_money_in_suspense_and_on_its_way_is_told_with_its_amount(cast: Cast) -> None:
    sides = [Side(chart.ONLINE, 70_00), Side(chart.SUSPENSE, -70_00)]
    post("try:found", "try", sides, path=STATION, effective_on=IN_SEPTEMBER, recorded_at=timezone.now())
    days.catch_up()
    found = {one.code: one for one in before_closing(CITY, date(2026, 9, 1), date(2026, 10, 1)) if one.count}
    assert {code: one.amount_fen for code, one in found.items()} == {"settlement": 70_00, "suspense": -70_00}
    assert not any(one.blocking for one in found.values())
    earlier = before_closing(CITY, date(2026, 8, 1), date(2026, 9, 1))
    assert not any(one.count for one in earlier)


def test_a_month_is_opened_again_by_somebody_who_did_not_close_it_and_says_why(cast: Cast, closed: Period) -> None:
    song = cast.actor("Accountant Song")
    with pytest.raises(Refused, match="second person"):
        reopen(cast.actor("Accountant Yu"), closed.pk, "a bill was forgotten")
    with pytest.raises(Refused, match="reason"):
        reopen(song, closed.pk, " ")
    october = propose_close(song, cast.units[CITY].pk, 202610)
    confirm_close(cast.actor("Accountant Yu"), october.pk)
    with pytest.raises(Refused, match="later month"):
        reopen(song, closed.pk, "a bill was forgotten")
    reopen(song, october.pk, "a bill was forgotten")
    assert reopen(song, closed.pk, "a bill was forgotten").reason == "a bill was forgotten"
    posted(cast, "try:forgotten", IN_SEPTEMBER)


def test_a_month_that_runs_or_is_closed_is_not_proposed(cast: Cast, closed: Period) -> None:
    song, city = cast.actor("Accountant Song"), cast.units[CITY].pk
    for month, why in ((202611, "not over"), (202609, "closed already"), (202608, "closed already"), (202613, "no")):
        with pytest.raises(Refused, match=why):
            propose_close(song, city, month)


def test_others_close_nothing(cast: Cast, proposed: Period) -> None:
    with pytest.raises(NotInScope):
        propose_close(cast.actor("Stranger"), cast.units[CITY].pk, 202609)
    with pytest.raises(NotInScope):
        confirm_close(cast.actor("Stranger"), proposed.pk)
    with pytest.raises(NotAllowed):
        confirm_close(cast.actor("Checker He"), proposed.pk)
    with pytest.raises(NotInScope):
        propose_close(cast.actor("Accountant Song"), cast.station.pk, 202609)  # books are kept by city


def test_what_comes_late_counts_on_the_first_open_day(cast: Cast, closed: Period) -> None:
    assert periods.first_open_day(STATION, IN_SEPTEMBER) == date(2026, 10, 1)
    assert periods.first_open_day(STATION, IN_OCTOBER) == IN_OCTOBER
    assert periods.first_open_day("32/05/01/01/", IN_SEPTEMBER) == IN_SEPTEMBER
