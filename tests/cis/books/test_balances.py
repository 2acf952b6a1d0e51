"""The trial balance: sums of lines by day, counted once, opened down to the line."""

from __future__ import annotations

from datetime import date

from django.utils import timezone

from gridhall.cis.books import balances, days
from gridhall.cis.books.models import LedgerDay
from gridhall.cis.ledger import chart, queries
from gridhall.cis.ledger.posting import Side, post
from gridhall.platform.scope import EVERYTHING, Scope
from tests.cast import Cast

STATION, CITY = "32/04/01/01/", "32/04/"
NOVEMBER = date(2026, 11, 1), date(2026, 12, 1)
HERE = Scope(prefixes=(CITY,))


def taken(cast: Cast, ref: str, on: date, fen: int, path: str = STATION) -> None:
    sides = [Side(chart.CASH, fen), Side(chart.PREPAYMENT, -fen, cast.accounts["Ms Li"].pk)]
    post(ref, "payment", sides, path=path, effective_on=on, recorded_at=timezone.now())


def test_opening_turnover_and_closing_of_a_month(cast: Cast) -> None:
    taken(cast, "p:1", date(2026, 10, 30), 5_00)
    taken(cast, "p:2", date(2026, 11, 1), 20_00)
    taken(cast, "p:3", date(2026, 11, 30), -3_00)
    taken(cast, "p:4", date(2026, 12, 1), 9_00)
    days.catch_up()
    rows = {row.account.code: row for row in balances.trial_balance(HERE, CITY, *NOVEMBER)}
    cash, prepaid = rows[chart.CASH], rows[chart.PREPAYMENT]
    assert (cash.opening_fen, cash.debit_fen, cash.credit_fen, cash.closing_fen) == (5_00, 20_00, 3_00, 22_00)
    assert prepaid.closing_fen == -22_00
    assert balances.trial_balance(Scope(prefixes=("41/",)), CITY, *NOVEMBER) == []


def test_the_figures_are_those_of_the_lines(cast: Cast) -> None:
    for n in range(5):
        taken(cast, f"p:{n}", date(2026, 11, 1 + n % 2), 100 + n)
    days.catch_up()
    everything = balances.trial_balance(EVERYTHING, "32/", date(2000, 1, 1), date(2100, 1, 1))
    assert {row.account.code: row.closing_fen for row in everything} == queries.trial_balance()


def test_counting_again_changes_nothing_and_later_entries_are_added(cast: Cast) -> None:
    taken(cast, "p:1", date(2026, 11, 1), 5_00)
    assert days.catch_up() == 1
    days.catch_up()
    assert LedgerDay.objects.within(EVERYTHING).count() == 2
    taken(cast, "p:2", date(2026, 11, 1), 6_00)
    days.catch_up()
    assert balances.balance_fen(CITY, chart.CASH, date(2026, 11, 2)) == 11_00


def test_a_figure_opens_to_its_days_and_its_lines(cast: Cast) -> None:
    taken(cast, "p:1", date(2026, 11, 1), 5_00)
    taken(cast, "p:2", date(2026, 11, 3), 6_00)
    days.catch_up()
    opened = balances.days_of(HERE, CITY, chart.CASH, *NOVEMBER)
    assert [(day.on.day, day.debit_fen, day.lines) for day in opened] == [(1, 5_00, 1), (3, 6_00, 1)]
    lines = balances.lines_of(HERE, CITY, chart.CASH, date(2026, 11, 3))
    assert [(line.entry.ref, line.amount_fen) for line in lines] == [("p:2", 6_00)]
    assert not balances.lines_of(Scope(prefixes=("41/",)), CITY, chart.CASH, date(2026, 11, 3)).exists()
