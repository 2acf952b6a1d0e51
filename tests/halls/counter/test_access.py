"""Who gets in at the counter, and that what belongs to others does not exist."""

from __future__ import annotations

import re
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.urls import get_resolver, reverse

from gridhall.cis.advice.actions import add_shadow_bill
from gridhall.cis.advice.shadow.other import OtherBill
from gridhall.cis.billing.models import Bill
from gridhall.cis.payments.actions import open_shift
from gridhall.cis.payments.models import Payment
from tests.cast import Cast
from tests.halls.cases import posted_case
from tests.halls.counter.conftest import At

pytestmark = pytest.mark.usefixtures("town", "db")
ONLY_POST = {"counter-phone", "counter-token", "counter-token-void"}
ONLY_SUPERVISOR = {"counter-reverse", "counter-refund"}
LOOKING = (
    "search", "customer", "phone", "receipt", "receipt-pdf", "statement", "statement-pdf", "bill-pdf", "advice",
    "collections", "others", "other", "case", "case-pdf",
)  # fmt: skip
AGENT = {f"counter-{page}" for page in LOOKING}


@pytest.fixture
def addresses(town: Cast) -> dict[str, str]:
    """Every address of the hall, with ids of Ms Li's account, bill and payment and of Clerk Wu's till."""
    account = town.accounts["Ms Li"]
    shift = open_shift(town.actor("Clerk Wu"), town.station.pk, 100_00)
    ids = {
        "bills": Bill.objects.filter(account=account).latest("pk").public_id,
        "payments": Payment.objects.filter(account=account).latest("pk").public_id,
        "shifts": shift.public_id,
        "other-bills": add_shadow_bill(
            town.actor("Clerk Wu"), account, OtherBill(date(2026, 10, 1), date(2026, 11, 1), 100_00)
        ).public_id,
        "customers": account.public_id,
        "cases": posted_case(town).public_id,
    }
    found = {}
    for page, patterns in get_resolver().reverse_dict.lists():
        if isinstance(page, str) and page.startswith("counter-"):
            path, wanted = patterns[0][0][0]
            found[page] = reverse(page, kwargs={"public_id": ids[path.split("/")[1]]} if wanted else {})
    assert len(found) >= 13
    return found


def answers(client: Client, addresses: dict[str, str]) -> dict[str, int]:
    return {page: client.get(url).status_code for page, url in addresses.items() if page not in ONLY_POST}


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_opens_for_the_supervisor_of_the_district(at: At, addresses: dict[str, str], language: str) -> None:
    found = answers(at("Supervisor Zheng", language), addresses)
    assert set(found.values()) == {200}, found


def test_a_clerk_opens_everything_but_the_reversal(at: At, addresses: dict[str, str]) -> None:
    found = answers(at("Clerk Wu"), addresses)
    assert {page for page, status in found.items() if status != 200} == ONLY_SUPERVISOR
    assert found["counter-reverse"] == 403


def test_an_agent_looks_but_takes_no_money(at: At, addresses: dict[str, str]) -> None:
    found = answers(at("Agent Qian"), addresses)
    assert {page for page, status in found.items() if status == 200} == AGENT - ONLY_POST


def test_to_the_stranger_no_id_exists(at: At, addresses: dict[str, str]) -> None:
    client = at("Stranger")
    with_ids = {page: url for page, url in addresses.items() if re.search(r"[0-9a-f]{8}-", url)}
    assert len(with_ids) >= 10
    assert answers(client, with_ids) == dict.fromkeys(with_ids.keys() - ONLY_POST, 404)
    for page in (*ONLY_POST, "counter-pay", "counter-reverse", "counter-refund", "counter-shift"):
        assert client.post(with_ids[page], {"purpose": "curious", "reason": "x", "key": uuid4()}).status_code == 404


def test_the_stranger_finds_nobody(at: At) -> None:
    for text in ("李秀英", "13800010001", "0400000019", "LH0000001", "人民路"):
        assert at("Stranger").post("/counter/customers/", {"text": text}).context["hits"] == []


def test_opening_pages_writes_nothing(at: At, addresses: dict[str, str]) -> None:
    client, written = at("Supervisor Zheng"), []
    client.get("/counter/")  # the session notes its beginning once

    def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if not re.match(r"\s*SELECT|SAVEPOINT|RELEASE|PRAGMA|SET", sql):
            written.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        answers(client, addresses)
    assert not written


@pytest.mark.parametrize("name", ["Biller Gao", "Manager Tang", "Auditor Qin"])
def test_other_roles_stay_outside(at: At, addresses: dict[str, str], name: str) -> None:
    assert set(answers(at(name), addresses).values()) == {403}


def test_customers_and_visitors_stay_outside(town: Cast, addresses: dict[str, str]) -> None:
    li, nobody = Client(), Client()
    li.force_login(town.logins["Ms Li"])
    assert set(answers(li, addresses).values()) == {403}
    assert set(answers(nobody, addresses).values()) == {302}


def test_no_address_holds_a_number_or_a_name(at: At, addresses: dict[str, str]) -> None:
    assert not [url for url in addresses.values() if "0400" in url]
    page = at("Clerk Wu").post("/counter/customers/", {"text": "人民路"})
    assert page.status_code == 200
    assert "text=" not in page.request["PATH_INFO"] + page.request["QUERY_STRING"]
