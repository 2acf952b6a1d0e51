"""Payments that come at the same time share a transaction, and each is as if it had come alone."""

import json
from typing import Any

import pytest
from django.db import connection

from tests.faults.hosts import forks, printed

pytestmark = forks


@pytest.fixture(scope="module")
def crowded() -> dict[str, Any]:
    """What a crowd of eight was told by one process, and what the books say afterwards."""
    answer: dict[str, Any] = json.loads(printed("at_once", timeout_s=400))
    return answer


def test_a_rush_is_booked_once_and_to_the_fen(crowded: dict[str, Any]) -> None:
    books = crowded["books"]
    assert crowded["said"]["rush"] == [24] * 8
    assert books["rushed"] == 8 * 24
    assert books["payments"] == books["keys"] == books["events"] == books["facts"]
    assert books["same_money"] and books["balanced"]
    assert books["problems"] == books["links"] == []


def test_those_that_come_together_share_transactions(crowded: dict[str, Any]) -> None:
    assert crowded["books"]["shared"] > 1, "this many have the same moment"
    assert crowded["books"]["goes"] < crowded["books"]["rushed"]


def test_a_mistake_is_told_to_who_made_it_in_their_language_and_harms_nobody_else(crowded: dict[str, Any]) -> None:
    assert crowded["said"]["wrong and right"] == [
        "paid",
        "Refused: The amount must be above zero and below one hundred million yuan.",
        "Refused: 金额必须大于零且小于一亿元。",
        "Refused: Choose cash, transfer or the demonstration channel.",
        "NotInScope: ",
        "KeyReused: 该操作标识已用于其他内容，请重新打开表单。",
        "Refused: 当日没有渠道 nowhere。",
        "paid",
    ]


def test_one_message_that_arrives_eight_times_at_once_is_one_payment(crowded: dict[str, Any]) -> None:
    answers = crowded["said"]["same key"]
    assert all(isinstance(answer, int) for answer in answers)
    assert len(set(answers)) == 1


def test_cash_among_transfers_lies_in_the_right_till(crowded: dict[str, Any]) -> None:
    said = crowded["said"]["tills"]
    assert said[:2] + said[3:] == ["paid"] * 7
    assert said[2] == "Refused: 收现金前请先开班。"
    assert crowded["said"]["till"] == [2_00]


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one lock for all accounts")
def test_a_busy_account_holds_up_its_own_payments_only(crowded: dict[str, Any]) -> None:
    assert all(isinstance(answer, int) for answer in crowded["said"]["busy"])
    assert crowded["said"]["order"] == ["at once"] * 7 + ["let go", "waited"]
