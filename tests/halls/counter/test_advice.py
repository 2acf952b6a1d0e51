"""Other plans at the counter, and the change to one of them."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest
from django.test import Client

from gridhall.cis.customers.models import Agreement
from gridhall.platform.models import AuditEvent
from tests.cast import Cast
from tests.halls.counter.conftest import At, form_of, text_of

pytestmark = pytest.mark.usefixtures("town", "db")


def address(town: Cast, name: str, rest: str = "") -> str:
    return f"/counter/customers/{town.accounts[name].public_id}/plans/{rest}"


def test_clerk_wu_compares_the_plans_of_a_works(town: Cast, wu: Client) -> None:
    shown = text_of(wu.get(address(town, "Haisheng Foods")))
    assert "by contract demand present plan" in shown
    assert "by capacity" in shown and "Change to this plan" not in shown
    assert "every bill comes out to the fen" in shown


def test_clerk_wu_looks_at_each_of_two_supplies_and_changes_the_one_shown(town: Cast, wu: Client) -> None:
    roof = Agreement.objects.get(account=town.accounts["Sunny Roof"], direction="import")
    Agreement.objects.filter(pk=roof.pk).update(account=town.accounts["Ms Li"])
    first = wu.get(address(town, "Ms Li"))
    assert [one.number for one in first.context["supplies"]] == [1, 2]
    assert "Of the 2 supplies of this account only this one changes its plan" in text_of(first)
    second = wu.get(address(town, "Ms Li", "?supply=2"))
    assert second.context["advice"].rows[0].plan.code == "zhejiang-residential-tou"
    assert "plan=zhejiang-residential/0&amp;supply=2" in second.content.decode()
    page = wu.get(address(town, "Ms Li", "change/?plan=zhejiang-residential/0&supply=2"))
    sent = {"plan": "zhejiang-residential/0", "on": "2026-12-01", **form_of(page)}
    assert wu.post(address(town, "Ms Li", "change/?supply=2"), sent).status_code == 302
    changed = Agreement.objects.filter(account=town.accounts["Ms Li"], direction="import").latest("valid_from")
    assert (changed.service_point_id, changed.tariff_code) == (roof.service_point_id, "zhejiang-residential")


def test_use_at_other_hours_is_tried_at_the_counter_too(town: Cast, wu: Client) -> None:
    answer = wu.get(address(town, "Haisheng Foods", "?percent=10&source=peak&target=flat"))
    assert len(answer.context["shift"].rows) == len(answer.context["advice"].rows)
    assert "An assumption, not a bill and not a promise" in text_of(answer)


def test_the_supervisor_may_go_on_to_another_way_of_charging(town: Cast, at: At) -> None:
    assert "Change to this plan" in text_of(at("Supervisor Zheng").get(address(town, "Haisheng Foods")))


def test_clerk_wu_changes_the_plan_from_the_next_month_on(town: Cast, wu: Client) -> None:
    page = wu.get(address(town, "Ms Li", "change/?plan=zhejiang-residential-tou/0"))
    assert 'value="zhejiang-residential-tou/0" selected' in page.content.decode()
    sent = {"plan": "zhejiang-residential-tou/0", "on": "2026-12-01", **form_of(page)}
    for _twice in range(2):
        assert wu.post(address(town, "Ms Li", "change/"), sent).status_code == 302
    held = Agreement.objects.filter(account=town.accounts["Ms Li"]).order_by("valid_from")
    assert [(one.tariff_code, one.valid_from) for one in held] == [
        ("zhejiang-residential", date(2026, 1, 1)),
        ("zhejiang-residential-tou", date(2026, 12, 1)),
    ]
    assert AuditEvent.objects.filter(tag="agreement:tariff-change", actor="Clerk Wu").count() == 1


def test_another_way_of_charging_is_for_the_supervisor_and_keeps_its_notice(town: Cast, wu: Client, at: At) -> None:
    address_ = address(town, "Haisheng Foods", "change/")
    assert "agreed by a supervisor" in text_of(wu.get(address_))
    zheng = at("Supervisor Zheng")
    sent = {"plan": "demo-business-two-part-1-10kv/1", "on": "2026-12-01", **form_of(zheng.get(address_))}
    assert "working days of notice" in text_of(zheng.post(address_, sent))
    assert zheng.post(address_, {**sent, "on": "2027-01-01", "key": str(uuid4())}).status_code == 302
    held = Agreement.objects.filter(account=town.accounts["Haisheng Foods"]).latest("valid_from")
    assert (held.charging, held.contract_demand_kw_e6) == (Agreement.Charging.CAPACITY, 0)


def test_a_plan_that_is_not_open_or_a_day_that_passed_is_refused(town: Cast, wu: Client) -> None:
    url = address(town, "Ms Li", "change/")
    for plan, on, told in (
        ("demo-ev/0", "2026-12-01", "Select a valid choice"),
        ("zhejiang-residential-tou/0", "2026-11-01", "not changed backwards"),
    ):
        answer = wu.post(url, {"plan": plan, "on": on, "key": str(uuid4())})
        assert told in text_of(answer)
    assert Agreement.objects.filter(account=town.accounts["Ms Li"]).count() == 1
    assert wu.get(address(town, "No. 1 High School", "change/")).status_code == 422


def test_agent_qian_looks_and_does_not_change(town: Cast, at: At) -> None:
    qian = at("Agent Qian")
    assert "Change to this plan" not in text_of(qian.get(address(town, "Ms Li")))
    assert qian.get(address(town, "Ms Li", "change/")).status_code == 403


def test_the_stranger_finds_neither_comparison_nor_change(town: Cast, at: At) -> None:
    stranger = at("Stranger")
    assert stranger.get(address(town, "Ms Li")).status_code == 404
    sent = {"plan": "zhejiang-residential-tou/0", "on": "2026-12-01", "key": str(uuid4())}
    assert stranger.post(address(town, "Ms Li", "change/"), sent).status_code == 404
