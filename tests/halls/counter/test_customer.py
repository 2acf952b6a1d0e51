"""Finding a customer, and everything about him on one page."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from gridhall.cis.collections.actions import propose_protection
from gridhall.cis.payments.queries import standing
from gridhall.halls.formats import yuan
from gridhall.platform.models import AuditEvent
from gridhall.platform.tags import Tag
from tests.cast import Cast
from tests.halls.counter.conftest import At, text_of
from tests.halls.town import NOW

pytestmark = pytest.mark.usefixtures("town", "db")
TODAY = NOW.date()


def page_of(client: Client, town: Cast, name: str) -> str:
    return text_of(client.get(f"/counter/customers/{town.accounts[name].public_id}/"))


@pytest.mark.parametrize("text", ["李秀英", "13800010001", "LH0000001"])
def test_one_hit_opens_at_once(at: At, town: Cast, text: str) -> None:
    found = at("Clerk Wu").post("/counter/customers/", {"text": text})
    assert found.headers["Location"] == f"/counter/customers/{town.accounts['Ms Li'].public_id}/"


def test_results_are_masked(at: At) -> None:
    shown = text_of(at("Clerk Wu").post("/counter/customers/", {"text": "人民路"}))
    assert "李**" in shown
    assert "138****0001" in shown
    assert "李秀英" not in shown
    assert "13800010001" not in shown


def test_nobody_found_says_what_to_try(at: At) -> None:
    assert "Nobody found" in text_of(at("Clerk Wu").post("/counter/customers/", {"text": "没有这个人"}))


def test_what_is_owed_is_shown_with_its_penalty(at: At, town: Cast) -> None:
    owed = standing(town.accounts["Lao Zhou"].pk, TODAY)
    shown = page_of(at("Clerk Wu"), town, "Lao Zhou")
    assert len(owed.items) == 2
    assert owed.items[0].penalty_fen > 0
    for item in owed.items:
        assert yuan(item.principal_fen) in shown
        assert yuan(item.penalty_fen) in shown
    assert yuan(owed.due_fen) in shown
    assert "is overdue, the oldest part since 21 Oct 2026" in shown


def test_special_needs_are_said_first(at: At, town: Cast) -> None:
    assert "Special needs: door service" in page_of(at("Clerk Wu"), town, "Grandma Chen")


def test_who_may_not_be_cut_off_is_known_at_the_counter(at: At, town: Cast) -> None:
    assert "medical" not in page_of(at("Clerk Wu"), town, "Lao Zhou").lower()
    propose_protection(town.actor("Clerk Wu"), town.accounts["Lao Zhou"].pk, "medical", "certificate 7", TODAY)
    assert "Medical equipment, waits for a second person." in page_of(at("Clerk Wu"), town, "Lao Zhou")


def test_supply_meter_and_energy_are_on_the_page(at: At, town: Cast) -> None:
    shown = page_of(at("Clerk Wu"), town, "Haisheng Foods")
    for expected in ("LH0000004", "× 2000", "10000 V", "1,000 kVA", "800 kW", "Large industry", "Oct 2026"):
        assert expected in shown, expected


def test_looking_at_a_full_number_needs_a_reason_and_is_on_record(at: At, town: Cast) -> None:
    client, address = at("Clerk Wu"), f"/counter/customers/{town.accounts['Ms Li'].public_id}/phone/"
    before = AuditEvent.objects.filter(tag=Tag.PHONE_UNMASK).count()
    refused = client.post(address, {"purpose": " "})
    assert refused.status_code == 422
    assert "13800010001" not in text_of(refused)
    assert AuditEvent.objects.filter(tag=Tag.PHONE_UNMASK).count() == before
    assert "13800010001" in text_of(client.post(address, {"purpose": "to announce a meter exchange"}))
    event = AuditEvent.objects.filter(tag=Tag.PHONE_UNMASK).latest("pk")
    assert (event.actor, event.subject) == ("Clerk Wu", f"account:{town.accounts['Ms Li'].public_id}")
    assert json.loads(event.detail) == {"purpose": "to announce a meter exchange"}


def test_the_page_speaks_chinese(at: At, town: Cast) -> None:
    shown = page_of(at("Clerk Wu", "zh-hans"), town, "Lao Zhou")
    for expected in ("今日应缴", "违约金", "用电地址", "合同容量", "收费"):
        assert expected in shown
