"""Reconciler Yan's day: statements against our books, differences closed by two people, the proof to the fen."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from gridhall.cis.channels.actions import open_link
from gridhall.cis.channels.models import Link
from gridhall.cis.ledger import chart
from gridhall.cis.ledger.chart import CHANNEL_FEES, SUSPENSE
from gridhall.cis.ledger.queries import trial_balance
from gridhall.cis.payments.actions import receive
from gridhall.cis.payments.actions import reverse as reverse_payment
from gridhall.cis.payments.models import Payment
from gridhall.cis.payments.queries import unsettled_fen
from gridhall.cis.reconcile import queries
from gridhall.cis.reconcile.actions import confirm, import_statement, own, propose, send_back
from gridhall.cis.reconcile.models import Difference, Statement, StatementLine
from gridhall.codecs.errors import CodecError
from gridhall.codecs.payments import bank_file
from gridhall.codecs.payments.items import Item, Kind
from gridhall.platform import clock, jobs
from gridhall.platform.actor import system
from gridhall.platform.errors import NotAllowed, NotInScope, Refused
from gridhall.platform.scope import EVERYTHING
from tests.cast import Cast
from tests.cis.channels.contract import later

CLEARING = "clearing-bank-counter"


@pytest.fixture
def link(cast: Cast) -> Link:
    return open_link(system(), "BK01", "First Bank", "bank-counter", "bank_file", "32/04/")


def pay(cast: Cast, name: str, fen: int, serial: str) -> Payment:
    return receive(
        system("bank"), cast.accounts[name].pk, fen, "bank-counter", "transfer", key=f"BK01:{serial}",
        link_code="BK01", serial=serial,
    )  # fmt: skip


def item(serial: str, fen: int, kind: Kind = Kind.PAY, original: str = "", customer: str = "") -> Item:
    return Item(0, serial, kind, fen, clock.now(), customer, "", "", original)


def day_file(*items: Item, day: date | None = None) -> bytes:
    return bank_file.write(bank_file.DayFile("BK01", day or timezone.localdate(), list(items)))


def brought(cast: Cast, link: Link, data: bytes, name: str = "day.txt") -> Statement:
    statement = import_statement(cast.actor("Reconciler Yan"), link.pk, data, name)
    jobs.run_until_idle()
    statement.refresh_from_db()
    assert statement.state == Statement.State.DONE, statement.state
    return statement


def the_difference(**wanted: object) -> Difference:
    return queries.differences(EVERYTHING).get(state=Difference.State.OPEN, **wanted)


def closed(cast: Cast, row: Difference, way: str, account: str = "") -> Difference:
    propose(cast.actor("Reconciler Yan"), row.pk, way, "looked into it", account)
    return confirm(cast.actor("Checker He"), row.pk)


@pytest.fixture(autouse=True)
def proof(cast: Cast) -> object:
    """After every test the clearing account is what is not settled, and suspense what open differences hold."""
    yield
    assert trial_balance().get(CLEARING, 0) == unsettled_fen(EVERYTHING, CLEARING)
    assert -trial_balance().get(SUSPENSE, 0) == queries.suspense_open_fen(EVERYTHING)


def test_a_day_that_agrees_settles_itself(cast: Cast, link: Link, english: None) -> None:
    li, zhou = pay(cast, "Ms Li", 88_88, "A1"), pay(cast, "Lao Zhou", 10_00, "A2")
    statement = brought(cast, link, day_file(item("A1", 88_88), item("A2", 10_00)))
    assert queries.outcomes(statement) == [("Matched", 2, 98_88)]
    for payment in (li, zhou):
        payment.refresh_from_db()
        assert (payment.state, payment.settled_on) == ("settled", statement.day)
    assert (trial_balance()[chart.BANK], trial_balance()[CLEARING]) == (98_88, 0)
    assert (statement.books_fen, statement.unsettled_fen) == (0, 0)
    assert not Difference.objects.within(EVERYTHING).exists()


def test_the_same_statement_twice_changes_nothing(cast: Cast, link: Link) -> None:
    pay(cast, "Ms Li", 88_88, "A1")
    data = day_file(item("A1", 88_88), item("A9", 5_00))
    first = brought(cast, link, data)
    books = trial_balance()
    assert brought(cast, link, data, "again.txt").pk == first.pk
    assert (trial_balance(), Difference.objects.within(EVERYTHING).count()) == (books, 1)
    # Sent anew with one line more, the lines that were there count once.
    brought(cast, link, day_file(item("A1", 88_88), item("A9", 5_00), item("A10", 1_00)))
    assert trial_balance()[chart.BANK] == 88_88 + 5_00 + 1_00
    assert StatementLine.objects.count() == 3


def test_the_shared_case_comes_out_as_it_was_told(cast: Cast, link: Link, shared_data: Path) -> None:
    folder = shared_data / "protocols/bankfile"
    case = json.loads((folder / "reconcile.json").read_text())["case"]
    names = {"4403001234": "Ms Li", "4403001235": "Lao Zhou", "4403001236": "Grandma Chen", "4403001237": "Sunny Roof"}
    for row in case["ledger"]:
        with clock.set_to(datetime.fromisoformat(row["paid_at"])):
            payment = pay(cast, names[row["customer"]], row["amount_fen"], row["bank_serial"])
            if row["state"] == "reversed":
                reverse_payment(system("bank"), payment.pk, "wrong customer", "BK01-0000004")
    statement = brought(cast, link, (folder / case["day_file"]).read_bytes())
    lines = {line.serial: line.outcome for line in StatementLine.objects.filter(statement=statement)}
    told = case["expect"]
    for serial in told["matched"] + told["matched_reversal"]:
        assert lines[serial] == StatementLine.Outcome.MATCHED
    assert [lines[one["serial"]] for one in told["amount_differs"]] == ["amount-differs"]
    assert [lines[serial] for serial in told["bank_only"]] == ["theirs-only"]
    ours = the_difference(kind="ours-only")
    assert (ours.payment.serial, ours.amount_fen) == ("BK01-0000077", -70_00)
    differs = the_difference(kind="amount-differs")
    assert (differs.theirs_fen, differs.ours_fen, differs.amount_fen) == (99, 100, -1)


def test_money_nobody_booked_waits_in_suspense_and_two_people_book_it(cast: Cast, link: Link, english: None) -> None:
    brought(cast, link, day_file(item("A9", 50_00, customer="?")))
    assert trial_balance()[SUSPENSE] == -50_00
    row = the_difference()
    yan = cast.actor("Reconciler Yan")
    own(yan, row.pk)
    propose(yan, row.pk, "book", "the payer wrote", cast.accounts["Ms Li"].number)
    with pytest.raises(Refused, match="second person"):
        confirm(yan, row.pk)
    confirm(cast.actor("Checker He"), row.pk)
    payment = Payment.objects.within(EVERYTHING).get()
    assert (payment.account_id, payment.serial, payment.state) == (cast.accounts["Ms Li"].pk, "A9", "settled")
    row.refresh_from_db()
    assert (row.state, row.owner, row.closed_by) == ("closed", "Reconciler Yan", "Checker He")
    with pytest.raises(Refused):
        confirm(cast.actor("Checker He"), row.pk)


def test_money_of_a_stranger_goes_back(cast: Cast, link: Link) -> None:
    brought(cast, link, day_file(item("A9", 50_00)))
    closed(cast, the_difference(), "give-back")
    assert (trial_balance()[SUSPENSE], trial_balance()[chart.BANK]) == (0, 0)


def test_a_payment_the_bank_knows_nothing_of_is_taken_back(cast: Cast, link: Link) -> None:
    pay(cast, "Ms Li", 70_00, "A7")
    brought(cast, link, day_file())
    closed(cast, the_difference(kind="ours-only"), "charge-back")
    assert Payment.objects.within(EVERYTHING).get(serial="A7").state == "charged-back"
    assert trial_balance()[CLEARING] == 0


def test_a_payment_that_timed_out_and_its_reversal_are_nothing_when_the_bank_shows_neither(
    cast: Cast, link: Link
) -> None:  # fmt: skip
    payment = pay(cast, "Ms Li", 70_00, "A7")
    back = reverse_payment(system(), payment.pk, "no answer came", "A8")
    pay(cast, "Lao Zhou", 10_00, "A9")
    brought(cast, link, day_file(item("A9", 10_00)))
    assert not Difference.objects.within(EVERYTHING).exists()
    for one in (payment, back):
        one.refresh_from_db()
        assert (one.settled_on, one.state) == (timezone.localdate(), "reversed")
    assert (trial_balance()[CLEARING], trial_balance()[chart.BANK]) == (0, 10_00)


def test_a_payment_that_the_bank_shows_after_it_was_taken_back_as_unknown_is_money_of_nobody(
    cast: Cast, link: Link
) -> None:  # fmt: skip
    pay(cast, "Ms Li", 70_00, "A7")
    brought(cast, link, day_file())
    closed(cast, the_difference(kind="ours-only"), "charge-back")
    brought(cast, link, day_file(item("A7", 70_00)), "late.txt")
    assert trial_balance()[SUSPENSE] == -70_00
    closed(cast, the_difference(kind="theirs-only"), "book", cast.accounts["Ms Li"].number)
    books = trial_balance()
    assert (books[SUSPENSE], books[chart.BANK], books[chart.PREPAYMENT], books[CLEARING]) == (0, 70_00, -70_00, 0)


def test_a_payment_of_midnight_stands_in_the_statement_of_the_next_day(cast: Cast, link: Link, english: None) -> None:
    pay(cast, "Ms Li", 70_00, "A7")
    brought(cast, link, day_file())
    assert the_difference(kind="ours-only").amount_fen == -70_00
    tomorrow = timezone.localdate() + timedelta(days=1)
    with later(days=1):
        statement = brought(cast, link, day_file(item("A7", 70_00), day=tomorrow))
    assert [(outcome, count) for outcome, count, _fen in queries.outcomes(statement)] == [("Matched, another day", 1)]
    row = Difference.objects.within(EVERYTHING).get()
    assert (row.state, row.reason) == ("closed", "late")


def test_the_banks_amount_replaces_ours(cast: Cast, link: Link) -> None:
    pay(cast, "Ms Li", 1_00, "A3")
    brought(cast, link, day_file(item("A3", 99)))
    assert (trial_balance()[CLEARING], trial_balance()[SUSPENSE]) == (1_00, -99)
    closed(cast, the_difference(kind="amount-differs"), "take-theirs")
    books = trial_balance()
    assert (books[CLEARING], books[SUSPENSE], books[chart.BANK], books[chart.PREPAYMENT]) == (0, 0, 99, -99)


def test_a_debit_that_came_back_without_notice_is_charged_back(cast: Cast, link: Link) -> None:
    payment = pay(cast, "Ms Li", 20_50, "A4")
    brought(cast, link, day_file(item("A4", 20_50)))
    brought(cast, link, day_file(item("A5", 20_50, Kind.REV, "A4")))
    closed(cast, the_difference(kind="theirs-only"), "charge-back")
    payment.refresh_from_db()
    assert (payment.state, trial_balance()[chart.BANK], trial_balance()[CLEARING]) == ("charged-back", 0, 0)


def test_what_we_took_back_and_the_bank_did_not_is_booked_again(cast: Cast, link: Link) -> None:
    payment = pay(cast, "Ms Li", 20_50, "A4")
    reverse_payment(system(), payment.pk, "by mistake")
    brought(cast, link, day_file(item("A4", 20_50)))
    row = the_difference(kind="ours-only")
    assert row.amount_fen == 20_50
    closed(cast, row, "book", cast.accounts["Ms Li"].number)
    assert (trial_balance()[CLEARING], trial_balance()[chart.PREPAYMENT]) == (0, -20_50)


def test_a_wallets_fees_leave_the_bank_and_are_an_expense(cast: Cast) -> None:
    wallet = open_link(system(), "AG", "Corner shop", "agent", "bank_api", "32/04/")
    receive(
        system(), cast.accounts["Ms Li"].pk, 100_00, "agent", "wallet", key="AG:B1", link_code="AG", serial="B1",
    )  # fmt: skip
    table = f"流水号,类型,金额,时间,手续费\nB1,缴费,100.00,{timezone.localtime():%Y-%m-%d %H:%M:%S},0.60\n"
    brought(cast, wallet, table.encode())
    books = trial_balance()
    assert (books[chart.BANK], books[CHANNEL_FEES], books["clearing-agent"]) == (99_40, 60, 0)


def test_a_proposal_can_be_sent_back_and_the_wrong_way_is_refused(cast: Cast, link: Link, english: None) -> None:
    brought(cast, link, day_file(item("A9", 50_00)))
    row, yan = the_difference(), cast.actor("Reconciler Yan")
    with pytest.raises(Refused, match="does not fit"):
        propose(yan, row.pk, "take-theirs", "why")
    with pytest.raises(Refused, match="no account 0"):
        propose(yan, row.pk, "book", "why", "0")
    propose(yan, row.pk, "give-back", "why")
    with pytest.raises(Refused, match="already"):
        propose(yan, row.pk, "give-back", "why")
    send_back(cast.actor("Checker He"), row.pk)
    assert the_difference().way == ""


@pytest.mark.parametrize("data", [b"", b"H|1|BK09|2026-11-20|0|0\n", b"<a/>", b"a,b\n1,2\n", b"\0\1\2"])
def test_what_cannot_be_read_is_refused_whole(cast: Cast, link: Link, data: bytes) -> None:
    with pytest.raises(CodecError):
        import_statement(cast.actor("Reconciler Yan"), link.pk, data, "x")
    assert not Statement.objects.within(EVERYTHING).exists()


def test_a_statement_of_the_future_is_refused(cast: Cast, link: Link) -> None:
    with pytest.raises(Refused):
        brought(cast, link, day_file(day=timezone.localdate() + timedelta(days=9)))


def test_the_stranger_and_the_clerk_reconcile_nothing_here(cast: Cast, link: Link) -> None:
    brought(cast, link, day_file(item("A9", 50_00)))
    row = the_difference()
    with pytest.raises(NotInScope):
        import_statement(cast.actor("Stranger"), link.pk, day_file(), "x")
    for verb in (own, confirm, send_back):
        with pytest.raises(NotInScope):
            verb(cast.actor("Stranger"), row.pk)
        with pytest.raises(NotAllowed):
            verb(cast.actor("Clerk Wu"), row.pk)
    assert not queries.differences(cast.actor("Stranger").scope).exists()
    with pytest.raises(NotInScope):
        queries.difference(cast.actor("Stranger").scope, row.public_id)


def test_a_month_of_days_proves_to_the_fen(cast: Cast, link: Link) -> None:
    names = ("Ms Li", "Lao Zhou", "Grandma Chen", "Sunny Roof")
    for n in range(12):
        items = [item(f"D{n}-{k}", 10_00 + n * k) for k in range(4)]
        for k, name in enumerate(names):
            if (n + k) % 5:
                pay(cast, name, items[k].amount_fen + (1 if (n + k) % 7 == 0 else 0), f"D{n}-{k}")
        brought(cast, link, day_file(*[replace(one, at=clock.now()) for one in items]))
    books = trial_balance()
    assert books[CLEARING] == unsettled_fen(EVERYTHING, CLEARING) > 0
    assert -books[SUSPENSE] == queries.suspense_open_fen(EVERYTHING) > 0
    for row in list(queries.differences(EVERYTHING).filter(state="open")):
        way = "book" if row.kind == "theirs-only" else "take-theirs"
        closed(cast, row, way, cast.accounts["Ms Li"].number if way == "book" else "")
    books = trial_balance()
    assert (books[CLEARING], books[SUSPENSE]) == (0, 0)
    assert books[chart.BANK] == -books[chart.PREPAYMENT]
