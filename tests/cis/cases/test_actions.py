"""Cases from finding to payment, and back: who may do what, what the books hold, what is refused."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from gridhall.cis.billing import queries as billing
from gridhall.cis.billing.actions import rebill, reverse
from gridhall.cis.billing.models import Bill
from gridhall.cis.cases import queries
from gridhall.cis.cases.actions import (
    Facts,
    approve_case,
    calculate_case,
    confirm_case,
    open_case,
    pay_out_refund,
    withdraw_case,
)
from gridhall.cis.cases.effects import effects, forecast
from gridhall.cis.cases.models import Case
from gridhall.cis.cases.terms import Terms, calculation_of
from gridhall.cis.ledger import chart
from gridhall.cis.ledger.models import Line
from gridhall.cis.ledger.queries import open_items, owed_fen, prepaid_fen, statement, trial_balance
from gridhall.cis.payments.actions import receive
from gridhall.cis.payments.actions.penalties import bring_up_to_date, penalties_due
from gridhall.platform.errors import NotAllowed, NotInScope, Refused
from gridhall.platform.scope import EVERYTHING
from tests.cast import Cast
from tests.cis.cases.conftest import COMMERCIAL

FOUND = date(2026, 2, 28)
DAYS = Terms(first=date(2026, 1, 1), end=date(2026, 3, 1), tariff=COMMERCIAL)
SEEN = "photographs 1 to 4; inspection sheet 17, signed"


def facts(terms: Terms = DAYS, **more: object) -> Facts:
    given = {"found_by": "Fitter Sun", "evidence": SEEN, "note": "inspection sheet 17", **more}
    return Facts(FOUND, terms, **given)  # type: ignore[arg-type]


def made(cast: Cast, kind: str, terms: Terms = DAYS, name: str = "Lao Zhou", **more: object) -> Case:
    """Opened and calculated by Biller Gao."""
    gao = cast.actor("Biller Gao")
    case = open_case(gao, cast.accounts[name].pk, kind, facts(terms, **more))
    return calculate_case(gao, case.pk)


def confirmed(cast: Cast, case: Case) -> Case:
    return confirm_case(cast.actor("Checker He"), case.pk, case.total_fen)


def pay(cast: Cast, fen: int, key: str, name: str = "Lao Zhou", method: str = "demo"):
    return receive(cast.actor(name), cast.accounts[name].pk, fen, "online", method, key=key)


def balances() -> dict[str, int]:
    """What the ledger accounts of a case hold; credits are below zero."""
    sums = trial_balance()
    names = (chart.ENERGY_REVENUE, chart.VAT_PAYABLE, chart.BREACH_INCOME, chart.ADJUSTMENTS, chart.REFUNDS_PAYABLE)
    return {name: sums.get(name, 0) for name in names}


def changed(before: dict[str, int]) -> dict[str, int]:
    return {name: fen - before[name] for name, fen in balances().items() if fen != before[name]}


# --- the way of a breach --------------------------------------------------------------------------------------------


def test_a_breach_is_posted_as_two_debts_that_payments_settle(billed: Cast) -> None:
    account, before = billed.accounts["Lao Zhou"].pk, balances()
    owed = owed_fen(account)
    case = made(billed, "wrong_class")
    assert (case.state, case.recovered_fen, case.charge_fen) == ("calculated", 56_10, 112_20)
    assert owed_fen(account) == owed  # nothing is posted before a second person has confirmed
    case = confirmed(billed, case)
    assert case.state == Case.State.POSTED and case.due_on == timezone.localdate() + timedelta(days=7)
    back, breach = queries.bills_of(case)
    assert [(bill.kind, bill.total_fen) for bill in (back, breach)] == [("back", 56_10), ("breach", 112_20)]
    # The tariff that should have applied: funds 0.0450 x 300 = 13.50 are not taxed, nothing of the kind before.
    # VAT by month: (108.75 - 6.75) x 13/113 = 11.73 less 80.70 x 13/113 = 9.28, twice.
    assert changed(before) == {
        chart.ENERGY_REVENUE: -(56_10 - 13_50 - 4_90), chart.VAT_PAYABLE: -4_90, chart.BREACH_INCOME: -112_20,
    }  # fmt: skip
    bring_up_to_date(billed.accounts["Lao Zhou"], timezone.localdate(), timezone.now())
    pay(billed, owed_fen(account) - 12_20, "nearly all")
    assert [(item.bill_id, item.principal_fen) for item in open_items(account)] == [(breach.pk, 12_20)]
    assert queries.open_fen(case) == 12_20 and not queries.is_settled(case)
    pay(billed, 12_20, "the rest")
    assert owed_fen(account) == 0 and queries.is_settled(case)


def test_what_was_paid_in_advance_pays_a_case_at_once(billed: Cast) -> None:
    account = billed.accounts["Lao Zhou"].pk
    bring_up_to_date(billed.accounts["Lao Zhou"], timezone.localdate(), timezone.now())
    pay(billed, owed_fen(account) + 100_00, "ahead")
    case = made(billed, "wrong_class")
    seen = forecast(account, effects(case, calculation_of(case.calculation)))
    assert (seen.prepaid_before_fen, seen.owed_after_fen, seen.prepaid_after_fen) == (100_00, 68_30, 0)
    confirmed(billed, case)
    assert (owed_fen(account), prepaid_fen(account)) == (68_30, 0)


def test_a_withdrawn_case_leaves_the_books_as_they_were_and_gives_back_what_was_paid(billed: Cast) -> None:
    account, before = billed.accounts["Lao Zhou"].pk, balances()
    case = confirmed(billed, made(billed, "wrong_class"))
    bring_up_to_date(billed.accounts["Lao Zhou"], timezone.localdate(), timezone.now())
    pay(billed, owed_fen(account), "all of it")
    with pytest.raises(Refused, match="a second person withdraws"):
        withdraw_case(billed.actor("Biller Gao"), case.pk, "wrong flat")
    case = withdraw_case(billed.actor("Checker He"), case.pk, "wrong flat")
    assert case.state == Case.State.WITHDRAWN
    assert changed(before) == {}
    assert (owed_fen(account), prepaid_fen(account)) == (0, 168_30)
    assert {bill.state for bill in queries.bills_of(case)} == {Bill.State.REVERSED}
    with pytest.raises(Refused, match="withdrawn already"):
        withdraw_case(billed.actor("Checker He"), case.pk, "again")
    today = timezone.localdate()
    moved = [row.kind for row in statement(account, today, today).movements]
    assert moved.count("back-bill") == moved.count("back-bill-reversal") == 1
    assert moved.count("breach-charge") == moved.count("breach-charge-reversal") == 1


def test_a_late_penalty_runs_on_the_energy_and_not_on_the_charge(billed: Cast) -> None:
    case = confirmed(billed, made(billed, "wrong_class"))
    back, breach = queries.bills_of(case)
    due = penalties_due(case.account_id, case.due_on + timedelta(days=10))
    assert due[back.pk] == 56  # 56.10 x 10 days x 1 per mille
    assert breach.pk not in due


def test_the_energy_of_a_theft_counts_in_the_tiers_of_the_year(billed: Cast) -> None:
    terms = Terms(first=date(2026, 1, 1), end=date(2026, 3, 1), method="given", energy_wh=590_000)
    case = confirmed(billed, made(billed, "theft", terms))
    assert sum(bill.energy_wh for bill in queries.bills_of(case)) == 590_000
    newest = billing.bills_of(EVERYTHING, case.account_id)
    assert sum(newest.values_list("energy_wh", flat=True)) == 300_000 + 590_000


def test_a_large_case_waits_for_a_supervisor_who_is_a_third_person(billed: Cast) -> None:
    before = balances()
    terms = Terms(first=date(2026, 1, 1), end=date(2026, 3, 1), kva_e6=600_000_000)
    case = made(billed, "over_capacity", terms, "Haisheng Foods")  # 2 x 600 x 25 = 30,000 and three times that
    assert case.total_fen == 120_000_00
    with pytest.raises(Refused, match="waits for a supervisor"):
        approve_case(billed.actor("Manager Tang"), case.pk, case.total_fen)
    case = confirmed(billed, case)
    assert case.state == Case.State.CONFIRMED and changed(before) == {}
    for name in ("Checker He", "Biller Gao"):
        with pytest.raises(NotAllowed):
            approve_case(billed.actor(name), case.pk, case.total_fen)
    with pytest.raises(Refused, match="figures have changed"):
        approve_case(billed.actor("Manager Tang"), case.pk, case.total_fen - 1)
    case = approve_case(billed.actor("Manager Tang"), case.pk, case.total_fen)
    assert case.state == Case.State.POSTED and changed(before)[chart.BREACH_INCOME] == -90_000_00


# --- corrections ----------------------------------------------------------------------------------------------------


def test_missed_energy_is_billed_with_its_tax_and_too_much_comes_back(billed: Cast) -> None:
    before = balances()
    terms = Terms(first=date(2026, 1, 1), end=date(2026, 2, 1), method="given", energy_wh=100_000)
    confirmed(billed, made(billed, "back_bill", terms))
    # 53.80, of this VAT 134.50 x 13/113 = 15.47 less 9.28
    assert changed(before) == {chart.ENERGY_REVENUE: -(53_80 - 6_19), chart.VAT_PAYABLE: -6_19}
    account = billed.accounts["Lao Zhou"].pk
    owed = owed_fen(account)
    terms = Terms(first=date(2026, 2, 1), end=date(2026, 3, 1), method="given", energy_wh=-50_000)
    case = confirmed(billed, made(billed, "back_bill", terms))
    assert case.total_fen == -26_90 and owed_fen(account) == owed - 26_90
    with pytest.raises(Refused, match="than was billed"):
        made(billed, "back_bill", Terms(first=DAYS.first, end=DAYS.end, method="given", energy_wh=-400_000))


@pytest.mark.parametrize(
    ("reason", "fen", "expected"),
    [
        ("billing-error", -113_00, {chart.ENERGY_REVENUE: 100_00, chart.VAT_PAYABLE: 13_00}),
        ("service-promise", -50_00, {chart.ADJUSTMENTS: 50_00}),
        ("rounding", 4, {chart.ADJUSTMENTS: -4}),
    ],
)
def test_an_adjustment_goes_to_the_books_of_its_reason(
    billed: Cast, reason: str, fen: int, expected: dict[str, int]
) -> None:
    account, before = billed.accounts["Lao Zhou"].pk, balances()
    owed = owed_fen(account)
    case = confirmed(billed, made(billed, "adjustment", Terms(reason=reason, amount_fen=fen)))
    assert changed(before) == expected
    assert owed_fen(account) - prepaid_fen(account) == owed + fen
    withdraw_case(billed.actor("Checker He"), case.pk, "not agreed")
    assert changed(before) == {} and owed_fen(account) - prepaid_fen(account) == owed


def test_a_reason_holds_in_its_direction_and_a_policy_has_an_end(billed: Cast) -> None:
    for terms, said in (
        (Terms(reason="service-promise", amount_fen=50_00), "in this direction"),
        (Terms(reason="because", amount_fen=-50_00), "one of the reasons"),
        (Terms(reason="rounding"), "Give the amount"),
        (Terms(reason="rounding", amount_fen=-50_000_01), "No case of this kind may exceed 50,000"),
    ):
        with pytest.raises(Refused, match=said):
            made(billed, "adjustment", terms)
    for _n in range(2):
        made(billed, "adjustment", Terms(reason="rounding", amount_fen=-50_000_00))
    with pytest.raises(Refused, match="up to 100,000 yuan a day"):
        made(billed, "adjustment", Terms(reason="rounding", amount_fen=-1))


def with_credit(cast: Cast, fen: int, method: str = "demo"):
    """Lao Zhou has paid everything, and so much more."""
    account = cast.accounts["Lao Zhou"]
    bring_up_to_date(account, timezone.localdate(), timezone.now())
    return pay(cast, owed_fen(account.pk) + fen, "ahead", method=method)


def test_an_overpayment_goes_back_to_where_it_came_from(billed: Cast) -> None:
    paid, account = with_credit(billed, 200_00), billed.accounts["Lao Zhou"].pk
    before = trial_balance().get(chart.BANK, 0)
    case = confirmed(billed, made(billed, "refund", Terms(amount_fen=150_00, payment=paid.pk)))
    assert prepaid_fen(account) == 50_00 and balances()[chart.REFUNDS_PAYABLE] == -150_00
    assert not queries.is_settled(case)
    with pytest.raises(NotAllowed):
        pay_out_refund(billed.actor("Biller Gao"), case.pk, "T-1")
    case = pay_out_refund(billed.actor("Checker He"), case.pk, "T-1")
    assert balances()[chart.REFUNDS_PAYABLE] == 0 and trial_balance()[chart.BANK] == before - 150_00
    assert queries.is_settled(case)
    with pytest.raises(Refused, match="only once"):
        pay_out_refund(billed.actor("Checker He"), case.pk, "T-1")
    with pytest.raises(Refused, match="is paid out"):
        withdraw_case(billed.actor("Checker He"), case.pk, "too much")
    with pytest.raises(Refused, match="not enough credit"):
        made(billed, "refund", Terms(amount_fen=50_01, payment=paid.pk))


def test_no_more_comes_back_than_the_payment_brought_and_not_without_a_way(billed: Cast) -> None:
    paid = with_credit(billed, 200_00)
    more = pay(billed, 30_00, "thirty")
    for terms, said in (
        (Terms(amount_fen=30_01, payment=more.pk), "more than this payment brought"),
        (Terms(amount_fen=10_00), "Choose the payment"),
        (Terms(amount_fen=10_00, payment=paid.pk, to_origin=False), "to which bank account"),
    ):
        with pytest.raises(Refused, match=said):
            made(billed, "refund", terms)
    made(billed, "refund", Terms(amount_fen=20_00, payment=more.pk))
    with pytest.raises(Refused, match="more than this payment brought"):
        made(billed, "refund", Terms(amount_fen=20_00, payment=more.pk))
    case = made(billed, "refund", Terms(amount_fen=20_00, to_origin=False, payee="Zhou, bank of Linhai, 6222 0001"))
    bank = trial_balance().get(chart.BANK, 0)
    confirmed(billed, case)
    pay_out_refund(billed.actor("Checker He"), case.pk, "T-2")
    assert trial_balance()[chart.BANK] == bank - 20_00


def test_a_credit_moves_to_another_account_and_pays_there(billed: Cast) -> None:
    with_credit(billed, 60_00)
    li, zhou = billed.accounts["Haisheng Foods"], billed.accounts["Lao Zhou"]
    owed = owed_fen(li.pk)
    case = confirmed(billed, made(billed, "transfer", Terms(amount_fen=60_00), other_account_id=li.pk))
    assert (prepaid_fen(zhou.pk), owed_fen(li.pk)) == (0, owed - 60_00)
    today = timezone.localdate()
    assert [row.amount_fen for row in statement(li.pk, today, today).movements if row.kind == "credit-received"] == [
        -60_00
    ]
    with pytest.raises(Refused, match="not enough credit"):  # it has paid a bill there
        withdraw_case(billed.actor("Checker He"), case.pk, "wrong account")
    with pytest.raises(Refused, match="another account"):
        made(billed, "transfer", Terms(amount_fen=1), other_account_id=zhou.pk)


# --- who and when ---------------------------------------------------------------------------------------------------


def test_maker_and_checker_are_two_people(billed: Cast) -> None:
    checker = billed.actor("Checker He")
    own = open_case(checker, billed.accounts["Lao Zhou"].pk, "wrong_class", facts())
    own = calculate_case(checker, own.pk)
    with pytest.raises(Refused, match="a second person confirms"):
        confirm_case(checker, own.pk, own.total_fen)
    case = made(billed, "wrong_class")
    with pytest.raises(NotAllowed):
        confirm_case(billed.actor("Biller Gao"), case.pk, case.total_fen)
    calculate_case(checker, case.pk)  # whoever calculates last is a maker, too
    with pytest.raises(Refused, match="a second person confirms"):
        confirm_case(checker, case.pk, case.total_fen)


def test_the_stranger_and_a_clerk_do_nothing(billed: Cast) -> None:
    case, account = made(billed, "wrong_class"), billed.accounts["Lao Zhou"].pk
    stranger, clerk = billed.actor("Stranger"), billed.actor("Clerk Wu")
    for by, refusal in ((stranger, NotInScope), (clerk, NotAllowed)):
        with pytest.raises(refusal):
            open_case(by, account, "wrong_class", facts())
        with pytest.raises(refusal):
            calculate_case(by, case.pk)
        with pytest.raises(refusal):
            confirm_case(by, case.pk, case.total_fen)
        with pytest.raises(refusal):
            withdraw_case(by, case.pk, "no")
        with pytest.raises(refusal):
            approve_case(by, case.pk, case.total_fen)
        with pytest.raises(refusal):
            pay_out_refund(by, case.pk, "T")
    with pytest.raises(NotInScope):
        queries.case(stranger.scope, case.public_id)
    with pytest.raises(NotInScope):  # nor is credit moved to an account of others
        open_case(stranger, account, "transfer", facts(Terms(amount_fen=1), other_account_id=account))


def test_the_customer_knows_of_a_case_once_it_is_posted(billed: Cast) -> None:
    zhou, foods = billed.actor("Lao Zhou").scope, billed.actor("Haisheng Foods").scope
    case = made(billed, "wrong_class")
    with pytest.raises(NotInScope):
        queries.case(zhou, case.public_id)
    confirmed(billed, case)
    assert queries.case(zhou, case.public_id).pk == case.pk
    with pytest.raises(NotInScope):
        queries.case(foods, case.public_id)


def test_pressing_twice_is_one_case_and_one_posting(billed: Cast) -> None:
    gao, account = billed.actor("Biller Gao"), billed.accounts["Lao Zhou"].pk
    one, two = (open_case(gao, account, "wrong_class", facts(), key="open") for _n in range(2))
    assert one.pk == two.pk and Case.objects.within(EVERYTHING).count() == 1
    case = calculate_case(gao, one.pk)
    for _n in range(2):
        confirm_case(billed.actor("Checker He"), case.pk, case.total_fen, key="confirm")
    assert Bill.objects.within(EVERYTHING).filter(kind__in=Bill.OF_CASES).count() == 2
    with pytest.raises(Refused, match="only once"):
        confirm_case(billed.actor("Checker He"), case.pk, case.total_fen)
    with pytest.raises(Refused, match="not confirmed can be calculated"):
        calculate_case(gao, case.pk)


def test_a_claim_needs_evidence_and_a_correction_its_reason(billed: Cast) -> None:
    bare = made(billed, "wrong_class", evidence="")
    with pytest.raises(Refused, match="name the evidence"):
        confirmed(billed, bare)
    silent = made(billed, "adjustment", Terms(reason="rounding", amount_fen=5), note=" ")
    with pytest.raises(Refused, match="the customer will read it"):
        confirmed(billed, silent)


def test_figures_that_changed_in_between_are_not_confirmed(billed: Cast) -> None:
    case = made(billed, "wrong_class")
    with pytest.raises(Refused, match="figures have changed"):
        confirm_case(billed.actor("Checker He"), case.pk, case.total_fen + 1)
    rebill(billed.actor("Biller Gao"), billing.bills_of(EVERYTHING, case.account_id)[0].pk, "read again")
    with pytest.raises(Refused, match="figures have changed"):
        confirmed(billed, case)
    case = calculate_case(billed.actor("Biller Gao"), case.pk)
    assert confirmed(billed, case).state == Case.State.POSTED


def test_days_have_one_case_and_are_billed(billed: Cast) -> None:
    first = confirmed(billed, made(billed, "wrong_class"))
    twice = Terms(first=date(2026, 2, 1), end=date(2026, 2, 11), method="given", energy_wh=5_000)
    with pytest.raises(Refused, match=first.number):
        made(billed, "back_bill", twice)
    withdraw_case(billed.actor("Checker He"), first.pk, "the energy comes first")
    made(billed, "back_bill", twice)
    for terms, said in (
        (Terms(first=date(2026, 2, 1), end=date(2026, 4, 1), tariff=COMMERCIAL), "No released bill covers March 1"),
        (Terms(first=DAYS.first, end=DAYS.end, tariff="nothing"), "Choose the tariff"),
        (Terms(first=DAYS.first, end=DAYS.end, tariff="zhejiang-residential"), "not dearer"),
        (Terms(end=DAYS.end, tariff=COMMERCIAL), "first and the last day"),
        (Terms(first=DAYS.end, end=DAYS.first, tariff=COMMERCIAL), "Choose a period"),
    ):
        with pytest.raises(Refused, match=said):
            made(billed, "wrong_class", terms)


def test_a_refused_calculation_leaves_the_draft_and_what_was_written(billed: Cast) -> None:
    gao = billed.actor("Biller Gao")
    case = open_case(gao, billed.accounts["Lao Zhou"].pk, "theft", facts(Terms(start_unknown=True)))
    with pytest.raises(Refused, match="capacity in kVA"):
        calculate_case(gao, case.pk)
    case.refresh_from_db()
    assert case.state == Case.State.DRAFT and case.evidence == SEEN
    case = withdraw_case(gao, case.pk, "nothing was found")  # nobody else is needed: nothing was posted
    assert case.state == Case.State.WITHDRAWN and not Line.objects.filter(entry__ref__contains=case.number).exists()
    with pytest.raises(Refused, match="future"):
        open_case(gao, case.account_id, "theft", Facts(timezone.localdate() + timedelta(days=1), Terms()))


def test_a_bill_of_a_case_is_not_corrected_as_a_bill(billed: Cast) -> None:
    case = confirmed(billed, made(billed, "wrong_class"))
    for bill in queries.bills_of(case):
        with pytest.raises(Refused, match="withdraw the case"):
            reverse(billed.actor("Biller Gao"), bill.pk, "no")
        with pytest.raises(Refused):
            rebill(billed.actor("Biller Gao"), bill.pk, "no")
        assert billing.recompute(bill).identical and queries.case_of(bill).pk == case.pk
