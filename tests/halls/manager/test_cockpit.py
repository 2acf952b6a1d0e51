"""The cockpit shows what the books hold, for one's own units and nothing else."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.db.models import Sum
from django.test import Client

from gridhall.cis.billing import figures
from gridhall.cis.billing.models import Bill, MonthFigure
from gridhall.cis.ledger import queries as ledger
from gridhall.cis.payments.actions import receive
from gridhall.halls.formats import kwh, percent, yuan
from gridhall.halls.manager.arrears import overdue, together
from gridhall.halls.manager.figures import Totals, months_back
from gridhall.halls.manager.jobs import KIND, count, counted
from gridhall.platform import jobs
from gridhall.platform.actor import system
from gridhall.platform.jobs import Running
from gridhall.platform.models import Job
from gridhall.platform.scope import Scope
from tests.cast import Cast
from tests.halls.town import NOW

pytestmark = pytest.mark.usefixtures("town", "db")
MONTH, TODAY = 202610, NOW.date()
At = Callable[..., Client]


def text_of(response: Any) -> str:
    body = re.sub(r"<(script|style)\b.*?</\1>", " ", response.content.decode(), flags=re.DOTALL)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", body)))


@pytest.fixture
def at(town: Cast, db: None) -> At:
    def sit_down(name: str, language: str = "en") -> Client:
        client = Client(headers={"accept-language": language})
        client.force_login(town.staff[name].user)
        return client

    return sit_down


def pages(town: Cast, path: str) -> list[str]:
    unit = town.units[path].public_id
    return ["/manager/", "/manager/arrears/", f"/manager/units/{unit}/", f"/manager/arrears/{unit}/"]


def test_the_figures_are_those_of_the_bills(at: At) -> None:
    booked = Bill.objects.filter(month=MONTH).aggregate(wh=Sum("energy_wh"), fen=Sum("total_fen"))
    shown = text_of(at("Manager Tang").get("/manager/"))
    assert "Linhai Province, Oct 2026" in shown
    assert f"{kwh(booked['wh'] // 1000)} MWh" in shown
    assert yuan(booked["fen"]) in shown
    assert "7 bills in Oct 2026" in shown
    assert re.search(r"[\d.]+ % (more|less) than in Sep 2026", shown)


def test_classes_and_units_add_up_to_the_whole(at: At, town: Cast) -> None:
    context = at("Manager Tang").get("/manager/").context
    whole = Bill.objects.filter(month=MONTH).aggregate(fen=Sum("total_fen"))["fen"]
    assert sum(totals.billed_fen for _name, totals in context["classes"]) == whole
    assert sum(totals.billed_fen for _unit, totals in context["units"]) == whole
    assert [unit.path for unit, _totals in context["units"]] == ["32/04/"]


def test_one_goes_down_to_the_station_and_up_again(at: At, town: Cast) -> None:
    client, address = at("Manager Tang"), "/manager/"
    for path in ("32/04/", "32/04/01/", "32/04/01/01/"):
        link = f"/manager/units/{town.units[path].public_id}/"
        assert f"{link}?month={MONTH}" in client.get(address).content.decode()
        address = link
    page = client.get(address)
    assert [unit.path for unit in page.context["place"].above] == ["32/", "32/04/", "32/04/01/"]
    assert page.context["units"] == []


def test_a_month_is_chosen_in_the_address_and_an_impossible_one_is_the_newest(at: At) -> None:
    client = at("Manager Tang")
    assert client.get("/manager/?month=202609").context["month"] == 202609
    for wrong in ("209913", "x", "²", "", "9" * 400):
        assert client.get("/manager/", {"month": wrong}).context["month"] == MONTH


def test_what_is_collected_follows_a_payment(at: At, town: Cast) -> None:
    account = town.accounts["Haisheng Foods"]
    before = at("Manager Tang").get("/manager/?month=202609").context["months"]
    assert 202609 in before
    receive(
        system(), account_id=account.pk, amount_fen=100_000_00, channel="online", method="demo", key="haisheng pays"
    )
    figures.refresh([202609, 202610])
    rows = MonthFigure.objects.filter(month=202609)
    whole = rows.aggregate(billed=Sum("billed_fen"), collected=Sum("collected_fen"))
    open_fen = sum(
        item.principal_fen
        for one in town.accounts.values()
        for item in ledger.open_items(one.pk)
        if Bill.objects.get(pk=item.bill_id).month == 202609
    )
    assert whole["collected"] == whole["billed"] - open_fen
    shown = text_of(at("Manager Tang").get("/manager/?month=202609"))
    assert f"{percent(whole['collected'], whole['billed'])} %" in shown


def count_arrears() -> None:
    """What the worker does every half hour."""
    jobs.submit_recurring()
    running = Running(Job.objects.get(key=f"recurring:{KIND}"))
    Job.objects.filter(pk=running.job.pk).update(state=Job.State.RUNNING)
    count(running)


def test_arrears_that_were_not_counted_yet_say_so(at: At) -> None:
    assert "Not counted yet" in text_of(at("Manager Tang").get("/manager/arrears/"))


def test_arrears_are_what_is_past_its_due_day_in_the_books(at: At, town: Cast) -> None:
    expected = sum(
        item.total_fen
        for account in town.accounts.values()
        for item in ledger.open_items(account.pk)
        if item.total_fen > 0 and Bill.objects.get(pk=item.bill_id).due_on < TODAY
    )
    whole = together(list(overdue(Scope(prefixes=("32/",)), TODAY).values()))
    assert whole.total_fen == expected > 0
    count_arrears()
    page = at("Manager Tang").get("/manager/arrears/")
    assert yuan(expected) in text_of(page)
    assert sum(own.total_fen for _unit, own in page.context["ranking"]) == expected


def test_arrears_are_sorted_by_age(town: Cast) -> None:
    later = overdue(Scope(prefixes=("32/",)), TODAY.replace(year=2027))
    assert together(list(later.values())).ages_fen[:2] == (0, 0)


@pytest.mark.parametrize("language, sentence", [("en", "By class of use"), ("zh-hans", "按用电类别")])
def test_the_cockpit_speaks_both_languages(at: At, language: str, sentence: str) -> None:
    assert sentence in text_of(at("Manager Tang", language).get("/manager/"))


def test_a_stranger_sees_nothing_of_our_units(at: At, town: Cast) -> None:
    count_arrears()
    client = at("Stranger")
    for address in pages(town, "32/04/")[2:]:
        assert client.get(address).status_code == 404
    shown = text_of(client.get("/manager/"))
    assert "Yuanshan" in shown
    assert "No figures yet" in shown
    assert counted(Scope(prefixes=("41/",))).units == {}
    assert "Nothing is overdue" in text_of(client.get("/manager/arrears/"))


def test_a_manager_of_a_part_sees_that_part_only(at: At, town: Cast) -> None:
    stranger_unit = town.units["41/"].public_id
    assert at("Manager Tang").get(f"/manager/units/{stranger_unit}/").status_code == 404


@pytest.mark.parametrize("name", ["Clerk Wu", "Biller Gao", "Auditor Qin", "Agent Qian"])
def test_other_roles_stay_outside(at: At, town: Cast, name: str) -> None:
    assert {at(name).get(address).status_code for address in pages(town, "32/04/")} == {403}


def test_visitors_and_customers_stay_outside(town: Cast) -> None:
    li = Client()
    li.force_login(town.logins["Ms Li"])
    assert {li.get(address).status_code for address in pages(town, "32/04/")} == {403}
    assert {Client().get(address).status_code for address in pages(town, "32/04/")} == {302}


def test_months_are_counted_back_over_the_new_year() -> None:
    assert months_back(202602, 4) == [202511, 202512, 202601, 202602]


def test_an_average_price_is_rounded_half_up_and_absent_without_sales() -> None:
    assert Totals(1, 3_000, 200).average_price_e8 == 66_670_000
    assert Totals(1, 0, 200).average_price_e8 is None
