"""Reports of the books prove each other: bills, lines, components, ages and collection, all to the fen."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from gridhall.cis.billing.models import Bill, BillLine
from gridhall.cis.books import aged, aged_on, balances, days, open_bills, revenue, rules
from gridhall.cis.ledger import chart
from gridhall.cis.payments.actions import receive
from gridhall.platform.scope import EVERYTHING, Scope
from tests.cast import Cast
from tests.halls.conftest import town as town

HERE, STRANGE = Scope(prefixes=("32/",)), Scope(prefixes=("41/",))
OCTOBER, NOVEMBER = (date(2026, 10, 1), date(2026, 11, 1)), (date(2026, 11, 1), date(2026, 12, 1))
TODAY = date(2026, 11, 21)


@pytest.fixture
def counted(town: Cast, db: None) -> Iterator[Cast]:
    days.catch_up()
    open_bills.catch_up()
    yield town


def balance(code: str) -> int:
    return balances.balance_fen("32/", code, date(2100, 1, 1))


def test_the_ages_add_up_to_the_accounts_for_receivables(counted: Cast) -> None:
    rows = aged.aged(HERE, "32/", TODAY)
    assert sum(row.principal_fen for row in rows) == balance(chart.RECEIVABLE) > 0
    assert sum(row.other_fen for row in rows) == balance(chart.PENALTY_RECEIVABLE)
    assert aged.aged(STRANGE, "32/", TODAY) == []


def test_a_group_of_age_opens_to_its_bills(counted: Cast) -> None:
    for row in aged.aged(HERE, "32/", TODAY):
        found = aged.bills(HERE, row.path, TODAY, row.use_class, row.group)
        assert sum(bill.principal_fen + bill.other_fen for bill in found) == row.total_fen
        assert found.count() == row.bills


def test_every_day_overdue_lies_in_one_group() -> None:
    ages = rules.ages(TODAY)
    for overdue in (-400, 0, 1, 30, 31, 365, 366, 1095, 1096, 9000):
        first, last = ages.days(ages.group(overdue))
        assert (first is None or first <= overdue) and (last is None or overdue <= last)


def test_what_lao_zhou_pays_leaves_his_bills_and_comes_into_the_rate(counted: Cast) -> None:
    zhou = counted.accounts["Lao Zhou"]
    before = sum(row.principal_fen for row in aged.bills(HERE, "32/", TODAY) if row.account_id == zhou.pk)
    receive(counted.actor("Clerk Wu"), zhou.pk, 10_00, "counter", "transfer", key="zhou-ten")
    days.catch_up()
    assert open_bills.catch_up() >= 1
    after = sum(row.principal_fen for row in aged.bills(HERE, "32/", TODAY) if row.account_id == zhou.pk)
    assert before - after == 10_00 - revenue_of_penalties(zhou.pk)
    rows = aged.aged(HERE, "32/", TODAY)
    assert sum(row.principal_fen for row in rows) == balance(chart.RECEIVABLE)


def revenue_of_penalties(account_id: int) -> int:
    """What of a payment went to late penalties."""
    from gridhall.cis.ledger.models import Line

    rows = Line.objects.filter(account_id=account_id, ledger_account_id=chart.PENALTY_RECEIVABLE)
    return -sum(row.amount_fen for row in rows.filter(entry__kind="settlement"))


def test_revenue_by_kind_is_that_of_the_released_bills_and_of_the_books(counted: Cast) -> None:
    found = revenue.revenue(HERE, "32/", date(2026, 9, 1), NOVEMBER[1])
    bills = Bill.objects.within(EVERYTHING).filter(state__in=("released", "reversed"))
    lines = BillLine.objects.filter(bill__in=bills, item__included=False)
    assert found.billed_fen == sum(line.amount_fen for line in lines) == sum(bill.total_fen for bill in bills)
    assert found.billed_fen == found.booked_fen
    assert found.funds_fen == found.booked_funds_fen > 0
    assert {row.name for row in found.kinds} >= {"energy", "demand"}
    assert revenue.revenue(STRANGE, "32/", *NOVEMBER).kinds == []


def test_a_component_opens_to_its_days(counted: Cast) -> None:
    for row in revenue.revenue(HERE, "32/", *NOVEMBER).components:
        rows = revenue.revenue_days(HERE, "32/", *NOVEMBER, "component", row.name)
        assert sum(fen for _on, fen in rows) == row.amount_fen


def test_the_tax_of_the_rates_is_the_booked_one_but_for_single_roundings(counted: Cast) -> None:
    found = revenue.tax(HERE, "32/", *NOVEMBER)
    bills = Bill.objects.within(EVERYTHING).filter(month=202610, state="released")
    assert found.booked_fen == sum(bill.vat_fen for bill in bills) > 0
    assert abs(found.rounding_fen) <= bills.count()
    assert {row.percent for row in found.rates} <= {*rules.vat(TODAY).percents, 0}


def test_opening_and_bills_less_what_was_paid_is_the_closing_balance(counted: Cast) -> None:
    found = revenue.collection(HERE, "32/", *NOVEMBER, lambda _path: "all")["all"]
    assert found.proved
    assert found.old_fen > 0 and found.billed_fen > 0
    assert found.closing_fen == balance(chart.RECEIVABLE)
    assert found.paid_old_fen == 50_00  # Ms Li pays in November for September


def test_the_ages_of_any_past_day_add_up_to_the_trial_balance_of_that_day(counted: Cast) -> None:
    receive(counted.actor("Clerk Wu"), counted.accounts["Lao Zhou"].pk, 10_00, "counter", "transfer", key="zhou-10")
    days.catch_up()
    open_bills.catch_up()
    moved = set()
    for on in (date(2026, 9, 1), date(2026, 10, 5), date(2026, 10, 31), date(2026, 11, 20), TODAY):
        found = aged_on.open_on(HERE, "32/", on)
        trial = {
            row.account.code: row.closing_fen
            for row in balances.trial_balance(HERE, "32/", date(2026, 1, 1), on + timedelta(days=1))
        }
        assert sum(row.principal_fen for row in found) == trial.get(chart.RECEIVABLE, 0)
        assert sum(row.other_fen for row in found) == trial.get(chart.PENALTY_RECEIVABLE, 0)
        assert all(row.group == rules.ages(on).group((on - row.due_on).days) for row in found)
        moved.add(sum(row.total_fen for row in found))
    assert len(moved) >= 3, "the days differ, or nothing was proved"
    assert aged_on.open_on(STRANGE, "32/", TODAY) == []


def test_at_the_end_of_today_the_lines_say_what_the_kept_figures_say(counted: Cast) -> None:
    told = aged_on.aged(aged_on.open_on(HERE, "32/", TODAY))
    sums: dict[tuple[str, str, int], int] = {}
    for row in aged.aged(HERE, "32/", TODAY):
        sums[row.path, row.use_class, row.group] = sums.get((row.path, row.use_class, row.group), 0) + row.total_fen
    assert {(row.path, row.use_class, row.group): row.total_fen for row in told} == sums != {}


def test_the_file_of_a_past_day_ends_with_the_sums_of_its_rows(counted: Cast) -> None:
    on = date(2026, 11, 20)
    found = aged_on.open_on(HERE, "32/", on)
    rows = list(csv.reader(io.StringIO("".join(aged_on.as_csv(HERE, found, "32/", on)).removeprefix("\ufeff"))))
    assert tuple(rows[0]) == aged_on.HEAD
    *bills, total = rows[1:]
    assert len(bills) == len(found) == int(total[1]) > 3
    fen = [[int(cell.replace(".", "")) for cell in row[6:]] for row in (*bills, total)]
    assert [sum(column) for column in zip(*fen[:-1], strict=True)] == fen[-1]
    assert all(row[1] for row in bills), "every account has its number"
