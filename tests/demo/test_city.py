"""What stands in a demo city: checked on one of 60 customers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.demo.conftest import Small, build_small, gridhall

Answers = dict[str, Any]


def test_the_books_balance_and_the_audit_chain_holds(answers: Answers) -> None:
    assert answers["books"] == [[], 0, []]


def test_the_reports_of_the_books_prove_each_other_to_the_fen(answers: Answers) -> None:
    for shown, proof in answers["reports_of_the_books"]:
        assert shown == proof > 0


def test_two_cities_of_the_same_seed_and_day_have_the_same_bills(small: Small, tmp_path: Path) -> None:
    assert build_small(tmp_path).marker == small.marker


def test_every_bill_computes_again_to_what_it_says(answers: Answers) -> None:
    count, differing = answers["bills_that_differ"]
    assert count >= 60 * 13 - 5, "a bill or two of the last month wait for readings"
    assert differing == []


def test_every_class_of_customer_is_there_and_billed_for_thirteen_months(answers: Answers) -> None:
    months, classes = answers["months_and_classes"]
    assert months == [202510, 202511, 202512, *range(202601, 202611)]
    everyone = "agriculture charging commercial industrial large_industry public residential shared_meter"
    assert classes == everyone.split()


def test_curves_of_forty_days_reach_up_to_yesterday(answers: Answers) -> None:
    days = answers["days_of_curves"]
    by_eye = sum(count == 0 for count in days)
    assert 2 <= by_eye < 10, "Lao Zhou, Grandma Chen and few others are read by eye"
    assert sum(count == 40 for count in days) >= len(days) - by_eye - 4, "a few have a day that did not arrive"


def test_the_cast_is_found_by_either_name(answers: Answers) -> None:
    assert answers["cast_not_found"] == []


def test_ms_li_enters_the_second_tier_in_the_last_closed_month(answers: Answers) -> None:
    *earlier, last = answers["tiers_of_ms_li"]
    assert last[0] == 202610
    assert 2 in last[1]
    assert not any(2 in tiers for _month, tiers in earlier)


def test_lao_zhou_owes_four_months_and_late_penalties(answers: Answers) -> None:
    bills, penalty_fen = answers["debt_of_lao_zhou"]
    assert bills == 4
    assert penalty_fen > 0


def test_people_pay_by_list_online_and_at_counters_and_never_tomorrow(answers: Answers) -> None:
    ways, in_the_future, in_no_counted_till = answers["payments"]
    assert ways == [
        ["alipay", "wallet"], ["bank-counter", "transfer"], ["counter", "cash"], ["counter", "transfer"],
        ["online", "demo"],
    ]  # fmt: skip
    assert (in_the_future, in_no_counted_till) == (0, 0)


def test_the_pages_of_partners_cases_and_tokens_are_not_empty_on_a_first_look(answers: Answers) -> None:
    file, messages, differences, cases, devices, suspense_fen = answers["first_look"]
    assert file == ["posted", 3, ["unknown_account"], "Reconciler Yan", "Checker He"]
    assert messages == [["done", "received"]]
    assert differences == [["theirs-only", "open"]]
    assert cases == [["theft", "calculated"]]
    assert (devices, suspense_fen) == ([1, 1], -100_00)


def test_the_office_finds_something_to_decide_in_the_last_month_only(answers: Answers) -> None:
    months, kinds, issues = answers["to_decide"]
    assert months == [202610]
    assert {"missing_intervals", "zero_use"} <= set(kinds)
    assert 0 < issues < 20


def test_somebody_moved_and_a_bill_was_made_anew(answers: Answers) -> None:
    kinds, closed = answers["stories"]
    assert {"normal", "rebill", "reversal"} <= set(kinds)
    assert closed == 1


def test_who_can_sign_in_is_printed_with_the_password(small: Small) -> None:
    printed = gridhall(small.data, "demo", "logins").stdout
    for word in ("ms-li", "clerk-wu", "checker-he", "the-stranger", "open-day-linhai"):
        assert word in printed
