"""The balance of a prepaying account, counted as its bill will be."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import numpy as np
import pytest

from gridhall.cis.billing.calculate import calculate
from gridhall.cis.billing.supply import Chunk
from gridhall.cis.customers.actions import change_tariff
from gridhall.cis.ledger.queries import credit_of
from gridhall.cis.payments.actions import receive
from gridhall.cis.prepay import jobs
from gridhall.cis.prepay.actions import end_prepay, hold_stops, set_alarm, start_prepay
from gridhall.cis.prepay.balance import balance_of
from gridhall.cis.prepay.columns import load, place
from gridhall.cis.prepay.estimate import estimate
from gridhall.cis.prepay.models import Level, Standing
from gridhall.cis.prepay.month_to_date import Kept
from gridhall.platform.errors import NotAllowed, NotInScope, Refused
from gridhall.platform.jobs import run_until_idle, submit
from gridhall.platform.scope import EVERYTHING
from gridhall.readings.catalog import current_snapshot
from gridhall.readings.store import Quantity
from tests.cast import Cast
from tests.cis.facts import bill_of, put_month, put_read, released
from tests.cis.prepay.conftest import Curves, at

LAST_DAY = date(2026, 1, 31)
FIRST = date(2026, 1, 1)
USUAL = {"Ms Li": 120, "Sunny Roof": 150, "Haisheng Foods": 90_000, "Green Wheels": 4_000, "No. 1 High School": 2_500}


def test_on_the_last_day_every_estimate_is_the_bill_to_the_fen(cast: Cast) -> None:
    put_month(cast, 202601)
    ids = sorted(account.pk for account in cast.accounts.values())
    found, _ = estimate(ids, cast.cycle, LAST_DAY, current_snapshot())
    released(cast, 202601)
    bills = {bill.account_id: bill.total_fen for bill in (bill_of(cast, name, 202601) for name in cast.accounts)}
    assert dict(zip(found.ids, found.unbilled_fen.tolist(), strict=True)) == bills
    assert found.complete.all()


def test_once_the_bill_is_out_the_debt_stands_in_the_books_and_the_balance_does_not_move(cast: Cast) -> None:
    put_month(cast, 202601)
    with at(date(2026, 2, 1), 0):
        before = balance_of(cast.accounts["Ms Li"])
        released(cast, 202601)
        after = balance_of(cast.accounts["Ms Li"])
    assert (before.ledger_fen, before.unbilled_fen) == (0, 33_356)
    assert (after.ledger_fen, after.unbilled_fen) == (-33_356, 0)
    assert before.balance_fen == after.balance_fen


@pytest.mark.parametrize("seed", [1, 2])
def test_days_added_one_by_one_give_what_a_whole_month_gives(
    cast: Cast, curves: Callable[[int], Curves], seed: int
) -> None:
    """Every day of a month: the hours until noon, then the whole day, a late day, a corrected day."""
    of, kept, cycle = curves(seed), Kept.nothing(), cast.cycle
    ids = sorted(cast.accounts[name].pk for name in USUAL)
    late, corrected = FIRST + timedelta(days=6), FIRST + timedelta(days=4)
    for n in range(31):
        day = FIRST + timedelta(days=n)
        here = {name: usual for name, usual in USUAL.items() if day != late or name != "Ms Li"}
        if n % 5 == 0:
            of.put_day(here, day, hours=12)
            found, kept = estimate(ids, cycle, day, current_snapshot(), kept)
        of.put_day(here, day)
        of.put("Haisheng Foods", day, 40_000, Quantity.REACTIVE_IMPORT)
        of.put("Sunny Roof", day, 50, Quantity.ACTIVE_EXPORT)
        if n == 12:
            of.put("Ms Li", late, 120)
        if n == 20:
            of.put("Haisheng Foods", corrected, 500_000)
        found, kept = estimate(ids, cycle, day, current_snapshot(), kept)
        assert found.complete[ids.index(cast.accounts["Ms Li"].pk)] == (not 7 <= n < 12)
        if n not in (0, 7, 13, 21, 30):
            continue
        anew, _ = estimate(ids, cycle, day, current_snapshot())
        assert found.unbilled_fen.tolist() == anew.unbilled_fen.tolist(), day
        assert found.seen_minutes.tolist() == anew.seen_minutes.tolist()
        assert found.complete.tolist() == anew.complete.tolist()
    bills = calculate(Chunk(ids=tuple(ids)), 202601, FIRST, date(2026, 2, 1), current_snapshot())
    assert found.unbilled_fen.tolist() == bills.total_fen.tolist()


def test_only_new_days_are_read_again(cast: Cast, curves: Callable[[int], Curves], monkeypatch) -> None:
    from gridhall.cis.prepay import month_to_date

    of, ids = curves(5), [cast.accounts["Ms Li"].pk]
    for n in range(10):
        of.put("Ms Li", FIRST + timedelta(days=n), 100)
    _, kept = estimate(ids, cast.cycle, FIRST + timedelta(days=10), current_snapshot())
    of.put("Ms Li", FIRST + timedelta(days=10), 100)
    spans: list[tuple[date, date]] = []

    def watched(segments, snapshot, cities):
        spans.extend((s.first, s.end) for s in segments)
        return measure(segments, snapshot, cities)

    measure = month_to_date.measure
    monkeypatch.setattr(month_to_date, "measure", watched)
    estimate(ids, cast.cycle, FIRST + timedelta(days=11), current_snapshot(), kept)
    assert min(first for first, _ in spans) == FIRST + timedelta(days=10)


def test_a_tariff_that_changes_within_the_month_is_counted_as_billed(cast: Cast) -> None:
    put_month(cast, 202601)
    change_tariff(
        cast.actor("Supervisor Zheng"), cast.agreement("Ms Li"), "zhejiang-residential-tou", date(2026, 1, 12)
    )
    with at(LAST_DAY, 23):
        counted = balance_of(cast.accounts["Ms Li"])
    released(cast, 202601)
    assert counted.unbilled_fen == bill_of(cast, "Ms Li", 202601).total_fen


def test_two_months_without_a_bill_climb_the_tiers_as_two_bills_would(cast: Cast) -> None:
    months = (202601, 202602, 202603, 202604, 202605)
    for month in months:
        put_month(cast, month, leave_out=tuple(name for name in cast.accounts if name != "Ms Li"))
    for month in months[:3]:
        released(cast, month)
    with at(date(2026, 5, 31), 23):
        counted = balance_of(cast.accounts["Ms Li"])
    for month in months[3:]:
        released(cast, month)
    assert counted.unbilled_fen == sum(bill_of(cast, "Ms Li", month).total_fen for month in months[3:])
    assert len(counted.parts) == 2


def test_a_demand_contract_is_charged_by_the_days_that_have_begun(cast: Cast, curves: Callable[[int], Curves]) -> None:
    of = curves(9)
    for n in range(10):
        of.put("Haisheng Foods", FIRST + timedelta(days=n), 90_000)
    with at(FIRST + timedelta(days=9), 23):
        counted = balance_of(cast.accounts["Haisheng Foods"])
    (part, _lines), *_ = [(p, c) for p, c in counted.parts if p.period.month == 202601]
    assert part.facts["month_thirtieths"].tolist() == [10]


def test_a_register_counts_to_its_newest_reading_and_says_how_old_it_is(cast: Cast) -> None:
    put_read(cast, "Lao Zhou", FIRST, 512_340)
    put_read(cast, "Lao Zhou", date(2026, 1, 9), 512_340 + 4_000)
    with at(date(2026, 1, 12)):
        counted = balance_of(cast.accounts["Lao Zhou"])
        assert (counted.energy_wh, counted.unbilled_fen) == (40_000, 2_152)
        assert counted.as_of.astimezone().date() <= date(2026, 1, 9)
        assert not counted.fresh(counted.as_of + timedelta(hours=49), 48)
        assert counted.fresh(counted.as_of + timedelta(hours=47), 48)


def test_hours_of_today_count_and_a_gap_is_no_real_reading(cast: Cast, curves: Callable[[int], Curves]) -> None:
    of, today = curves(4), FIRST + timedelta(days=3)
    for n in (0, 1):
        of.put("Ms Li", FIRST + timedelta(days=n), 100)
    of.put("Ms Li", today, 100, hours=10)
    with at(today):
        counted = balance_of(cast.accounts["Ms Li"])
    assert not counted.complete  # the day between is missing
    of.put("Ms Li", FIRST + timedelta(days=2), 100)
    with at(today):
        counted = balance_of(cast.accounts["Ms Li"])
    assert counted.complete
    assert counted.as_of.hour == 10


def test_the_round_keeps_low_accounts_and_columns_of_all(cast: Cast) -> None:
    put_month(cast, 202601)
    li, roof = cast.accounts["Ms Li"], cast.accounts["Sunny Roof"]
    with at(date(2026, 1, 20)):
        for account in (li, roof):
            start_prepay(cast.actor("Clerk Wu"), account.pk)
        receive(cast.actor("Sunny Roof"), roof.pk, 500_00, "online", "demo", key="roof")
        submit("prepay-balances", {}, key="recurring:prepay-balances")
        run_until_idle()
        standing = Standing.objects.within(EVERYTHING).get()
        assert (standing.account_id, standing.level) == (li.pk, Level.STOP)
        assert standing.balance_fen == balance_of(li).balance_fen < 0
        kept, counted = load(place(cast.cycle.pk, min(li.pk, roof.pk)))
        assert sorted(counted.account_id.tolist()) == sorted([li.pk, roof.pk])
        assert counted.balance_fen.sum() == balance_of(li).balance_fen + balance_of(roof).balance_fen
        assert len(kept.rows) == 3  # two drawn, one fed in
        receive(cast.actor("Ms Li"), li.pk, 900_00, "online", "demo", key="li")
        jobs.count_all()
        assert not Standing.objects.within(EVERYTHING).exists()


def test_a_damaged_column_file_is_counted_anew(cast: Cast) -> None:
    put_month(cast, 202601)
    with at(date(2026, 1, 20)):
        start_prepay(cast.actor("Clerk Wu"), cast.accounts["Ms Li"].pk)
        jobs.count_all()
        file = place(cast.cycle.pk, cast.accounts["Ms Li"].pk)
        file.write_bytes(file.read_bytes()[:100])
        jobs.count_all()
        assert load(file) is not None


def test_an_own_alarm_level_counts_before_the_class(cast: Cast) -> None:
    li = cast.accounts["Ms Li"]
    with at(date(2026, 1, 20)):
        receive(cast.actor("Ms Li"), li.pk, 50_00, "online", "demo", key="li")
        start_prepay(cast.actor("Clerk Wu"), li.pk)
        assert balance_of(li).level == Level.OK
        set_alarm(cast.actor("Ms Li"), li.pk, 60_00, "sms")
        assert balance_of(li).level == Level.LOW


@pytest.mark.usefixtures("english")
def test_switching_there_and_back_is_refused_where_it_makes_no_sense(cast: Cast) -> None:
    li, wu, zheng = cast.accounts["Ms Li"], cast.actor("Clerk Wu"), cast.actor("Supervisor Zheng")
    with at(date(2026, 1, 20)):
        with pytest.raises(Refused, match="does not prepay"):
            end_prepay(zheng, li.pk, "moved")
        first = start_prepay(wu, li.pk)
        with pytest.raises(Refused, match="prepays already"):
            start_prepay(wu, li.pk)
        with pytest.raises(NotAllowed):
            end_prepay(wu, li.pk, "asked")
        end_prepay(zheng, li.pk, "asked at the counter")
        assert start_prepay(wu, li.pk).pk == first.pk
        with pytest.raises(Refused, match="Hold until"):
            hold_stops(zheng, li.pk, date(2027, 1, 1), "hospital")


def test_the_stranger_switches_nobody(cast: Cast) -> None:
    li, stranger = cast.accounts["Ms Li"].pk, cast.actor("Stranger")
    for attempt in (
        lambda: start_prepay(stranger, li),
        lambda: end_prepay(stranger, li, "x"),
        lambda: hold_stops(stranger, li, None, "x"),
        lambda: set_alarm(cast.actor("Sunny Roof"), li, 1, "sms"),
    ):
        with pytest.raises(NotInScope):
            attempt()


def test_credit_is_what_is_paid_less_what_is_owed(cast: Cast) -> None:
    li = cast.accounts["Ms Li"]
    put_month(cast, 202601)
    released(cast, 202601)
    receive(cast.actor("Ms Li"), li.pk, 100_00, "online", "demo", key="part")
    assert credit_of([li.pk])[li.pk] == 100_00 - 33_356 - _penalty(li.pk)


def _penalty(account_id: int) -> int:
    from gridhall.cis.ledger.queries import open_items

    return int(np.sum([item.penalty_fen for item in open_items(account_id)]))
