"""The collections desk through its pages: who gets in, the worklist, an account, an order from notice to the end."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any
from unittest.mock import patch
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.urls import get_resolver, reverse

from gridhall.cis.billing.models import Bill
from gridhall.cis.collections import actions, clocks
from gridhall.cis.collections import jobs as days
from gridhall.cis.collections.actions import Paper
from gridhall.cis.collections.arrangements import plan_for
from gridhall.cis.collections.models import (
    Arrangement,
    DisconnectionOrder,
    Dispute,
    DunningCase,
    Guarantee,
    Protection,
    Relief,
    Touch,
)
from gridhall.cis.payments.actions import receive
from gridhall.platform import jobs
from tests.cast import Cast
from tests.cis.collections.owing import send_messages
from tests.halls.office.conftest import text_of
from tests.halls.town import NOW

pytestmark = pytest.mark.usefixtures("town", "db")
At = Callable[..., Client]
TODAY = NOW.date()  # a Saturday
DAY = timedelta(days=1)
CHECKED = {"collections-orders": "collections-order"}


@pytest.fixture
def at(town: Cast, db: None) -> At:
    """`at("Collector Shen")`: a browser of that person, in English."""

    def sit_down(name: str, language: str = "en") -> Client:
        client = Client(headers={"accept-language": language})
        client.force_login(town.staff[name].user if name in town.staff else town.logins[name])
        return client

    return sit_down


@pytest.fixture
def owing(town: Cast) -> Iterator[Cast]:
    """Lao Zhou's September has been overdue for forty days; he was reminded twelve days ago."""
    account = town.accounts["Lao Zhou"]
    Bill.objects.filter(account=account, month=202609).update(due_on=TODAY - 40 * DAY)
    with patch("django.utils.timezone.now", lambda: NOW - 12 * DAY):
        days.submit(TODAY - 12 * DAY)
        jobs.run_until_idle()
        send_messages()
    yield town


def moved(moment: Any) -> Any:
    return patch("django.utils.timezone.now", lambda: moment)


def send(client: Client, address: str, verb: str, **fields: object) -> Any:
    return client.post(address, {"verb": verb, "key": str(uuid4()), **fields})


def address_of(page: str, row: Any) -> str:
    return reverse(page, args=[row.public_id])


@pytest.fixture
def addresses(owing: Cast) -> dict[str, str]:
    """Every address of both halls, each id filled in with a row of the station."""
    shen, account = owing.actor("Collector Shen"), owing.accounts["Lao Zhou"]
    bill = Bill.objects.filter(account=account, month=202609).latest("pk")
    order = actions.propose_disconnection(shen, account.pk)
    actions.issue_notice(shen, order.pk, NOW + 5 * DAY)
    touch = actions.make_touch(shen, account.pk, "phone")
    bills, parts = plan_for(account.pk, 3, TODAY)
    ids = {
        "collections/accounts": account, "collections/touches": touch, "collections/orders": order,
        "collections/notices": clocks.newest(order, "customer"), "field": order,
        "collections/protected": actions.propose_protection(shen, account.pk, "important", "city list", TODAY),
        "collections/arrangements": actions.propose_arrangement(shen, account.pk, bills, parts),
        "collections/guarantees": actions.take_guarantee(shen, account.pk, "deposit", 100_00, Paper("transfer 1")),
        "collections/reliefs": actions.propose_waiver(shen, bill.pk, 1, "error", "our mistake"),
        "collections/questions": actions.open_dispute(shen, bill.pk, "not mine"),
    }  # fmt: skip
    found = {}
    for page, patterns in get_resolver().reverse_dict.lists():
        if isinstance(page, str) and page.startswith(("collections-", "field-")):
            address, wanted = patterns[0][0][0]
            row = ids.get(address.rsplit("/", 2)[0]) if wanted else None
            found[page] = reverse(page, kwargs={"public_id": row.public_id} if row else {})
    assert len(found) >= 19
    return found


def answers(client: Client, addresses: dict[str, str]) -> dict[str, int]:
    return {page: client.get(url).status_code for page, url in addresses.items()}


QUESTIONS = {"collections-disputes", "collections-dispute"}


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_collector_opens_every_page_but_the_fitters(at: At, addresses: dict[str, str], language: str) -> None:
    found = answers(at("Collector Shen", language), addresses)
    assert {page for page, status in found.items() if status != 200} == {"field-tasks", "field-task"}
    assert set(answers(at("Checker Ma", language), addresses).values()) == {200, 403}


@pytest.mark.parametrize(
    ("name", "opens"),
    [("Fitter Sun", {"field-tasks", "field-task"}), ("Biller Gao", QUESTIONS), ("Clerk Wu", set()),
     ("Manager Tang", set()), ("Auditor Qin", set()), ("Ms Li", set())],
)  # fmt: skip
def test_others_open_only_what_they_need(at: At, addresses: dict[str, str], name: str, opens: set[str]) -> None:
    found = answers(at(name), addresses)
    assert {page for page, status in found.items() if status == 200} == opens
    assert set(found.values()) <= {200, 403}


def test_to_the_stranger_no_id_exists_and_every_list_is_empty(at: At, addresses: dict[str, str]) -> None:
    client = at("Stranger")
    with_ids = {page: url for page, url in addresses.items() if re.search(r"[0-9a-f]{8}-", url)}
    assert len(with_ids) >= 9
    assert set(answers(client, with_ids).values()) == {404}
    for page, url in with_ids.items():
        assert client.post(url, {"verb": "approve", "key": uuid4()}).status_code in (404, 405), page
    for page in addresses.keys() - with_ids.keys():
        assert client.get(addresses[page]).context["listing"].rows == [], page


def test_opening_pages_writes_nothing(at: At, addresses: dict[str, str]) -> None:
    client, written = at("Collector Shen"), []
    client.get("/collections/")

    def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if not re.match(r"SELECT|SAVEPOINT|RELEASE|PRAGMA|WITH", sql.strip()):
            written.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        answers(client, addresses)
    assert not written


def test_the_worklist_is_cut_by_stage_amount_and_age(at: At, owing: Cast) -> None:
    shen, number = at("Collector Shen"), owing.accounts["Lao Zhou"].number
    assert number in text_of(shen.get("/collections/"))
    case = DunningCase.objects.get(account=owing.accounts["Lao Zhou"])
    assert number in text_of(shen.get(f"/collections/?stage={case.stage}&age=30&least=10"))
    for query in ("stage=reminder", "age=90", "least=90000", "state=paused"):
        assert number not in text_of(shen.get(f"/collections/?{query}")), query


def test_the_ticked_ones_are_reminded_together(at: At, owing: Cast) -> None:
    shen, case = at("Collector Shen"), DunningCase.objects.get(account=owing.accounts["Lao Zhou"])
    sent = {"what": "sms", "key": str(uuid4()), "case": [str(case.public_id), "no-id"]}
    assert shen.post("/collections/", sent).status_code == 302
    assert Touch.objects.filter(account=case.account, stage__startswith="by-hand").count() == 1
    answer = shen.post("/collections/", {"what": "sms", "key": str(uuid4())})
    assert (answer.status_code, "Tick at least one" in text_of(answer)) == (422, True)


def test_an_account_shows_what_was_done_and_what_is_missing(at: At, owing: Cast) -> None:
    shown = text_of(at("Collector Shen").get(address_of("collections-account", owing.accounts["Lao Zhou"])))
    for words in ("More than 30 days overdue (now 40)", "起逾期", "Put on the do-not-disconnect list", "周**"):
        assert words in shown
    assert "周建国" not in shown


def test_an_order_goes_from_the_account_to_the_fitter_and_back(at: At, owing: Cast) -> None:
    account = owing.accounts["Lao Zhou"]
    shen, ma = at("Collector Shen"), at("Checker Ma")
    send(shen, address_of("collections-account", account), "disconnect")
    order = DisconnectionOrder.objects.get(account=account)
    here, there = address_of("collections-order", order), address_of("field-task", order)
    cut_at = NOW + 5 * DAY  # Thursday
    send(shen, here, "notice", day=str(cut_at.date()), hour="10:00")
    order.refresh_from_db()
    assert order.planned_at == cut_at
    pdf = shen.get(address_of("collections-notice-pdf", clocks.newest(order, "customer")))
    assert pdf.content.startswith(b"%PDF")
    refused = send(ma, here, "approve")
    assert (refused.status_code, "notice reached the customer" in text_of(refused)) == (422, True)
    with moved(NOW + timedelta(hours=3)):
        notice = clocks.newest(order, "customer")
        send(shen, here, "deliver", notice=notice.pk, day="2026-11-21", hour="11:00", how="hand", proof="receipt 4")
        assert send(shen, here, "approve").status_code == 403
        assert send(ma, here, "approve").status_code == 302
    with moved(cut_at - timedelta(minutes=45)):
        sun = at("Fitter Sun")
        assert account.number in text_of(sun.get("/field/"))
        assert send(sun, there, "tell", how="sms").status_code == 302
    with moved(cut_at):
        sun = at("Fitter Sun")
        assert send(sun, there, "cut", reading="5123.4", photo="IMG-1").status_code == 302
    order.refresh_from_db()
    assert order.state == "executed"
    with moved(cut_at + timedelta(hours=1)):
        sun = at("Fitter Sun")
        receive(owing.actor("Lao Zhou"), account.pk, 900_00, "online", "demo", key="at last")
        assert "Switch on" in text_of(sun.get("/field/"))
        assert send(sun, there, "reconnect", reading="5123.4", photo="IMG-2").status_code == 302
    assert "Reconnected" in text_of(shen.get(here))


def test_an_approved_order_is_cut_by_command_where_there_is_a_head_end(
    at: At, addresses: dict[str, str], settings: Any
) -> None:
    order = DisconnectionOrder.objects.get()
    here, shen, words = address_of("collections-order", order), at("Collector Shen"), "Cut by a command to the meter"
    settings.HEAD_END = "tcp://127.0.0.1:9"
    assert words not in text_of(shen.get(here))
    DisconnectionOrder.objects.update(state="approved", approved_at=NOW)
    assert words in text_of(shen.get(here))
    answer = send(shen, here, "remote")
    assert (answer.status_code, "Missing:" in text_of(answer)) == (422, True)
    settings.HEAD_END = ""
    assert words not in text_of(shen.get(here))


def test_second_persons_decide_on_their_pages(at: At, addresses: dict[str, str]) -> None:
    shen, ma = at("Collector Shen"), at("Checker Ma")
    for page, model, state in (
        ("collections-protection", Protection, "confirmed"), ("collections-arrangement", Arrangement, "kept"),
        ("collections-relief", Relief, "posted"),
    ):  # fmt: skip
        assert send(shen, addresses[page], "approve", note="").status_code == 403, page
        assert send(ma, addresses[page], "approve", note="").status_code == 302, page
        assert model.objects.get().state == state
        assert send(ma, addresses[page], "approve", note="").status_code == 422, page
    assert send(at("Biller Gao"), addresses["collections-dispute"], "reject", answer="It is yours.").status_code == 302
    assert Dispute.objects.get().state == "rejected"
    refused = send(ma, addresses["collections-guarantee"], "call", amount="1", reason="September")
    assert "Call at most what is overdue." in text_of(refused)  # September is on the arrangement
    send(ma, addresses["collections-arrangement"], "cancel", reason="customer pays at once")
    assert send(ma, addresses["collections-guarantee"], "call", amount="1", reason="September").status_code == 302
    assert Guarantee.objects.get().called_fen == 100


def test_a_call_is_written_down_and_leaves_the_list(at: At, owing: Cast) -> None:
    shen, number = at("Collector Shen"), owing.accounts["Lao Zhou"].number
    touch = actions.make_touch(owing.actor("Collector Shen"), owing.accounts["Lao Zhou"].pk, "phone")
    assert number in text_of(shen.get("/collections/touches/"))
    send(shen, address_of("collections-touch", touch), "record", outcome="reached", note="Friday")
    touch.refresh_from_db()
    assert (touch.outcome, touch.note) == ("reached", "Friday")
    assert number not in text_of(shen.get("/collections/touches/"))


def test_the_counter_arranges_and_the_customer_asks_for_himself(at: At, owing: Cast) -> None:
    account = owing.accounts["Lao Zhou"]
    page = reverse("counter-collections", args=[account.public_id])
    clerk = at("Clerk Wu")
    assert "Being reminded of a debt since 12 Oct 2026" in text_of(clerk.get(page))
    assert "Write a bill off" not in text_of(clerk.get(page))
    assert send(clerk, page, "write-off", bill=1, cause="gone", reason="none").status_code == 403
    zhou = at("Lao Zhou")
    assert send(zhou, "/my/difficulties/", "arrange", instalments=3, first=str(TODAY), note="").status_code == 302
    assert "waits for approval" in text_of(zhou.get("/my/difficulties/")).lower()
    bill = Bill.objects.filter(account=account, month=202609).latest("pk")
    assert send(zhou, "/my/difficulties/", "dispute", bill=bill.pk, reason="I was away").status_code == 302
    assert "waits for its answer" in text_of(clerk.get(reverse("counter-customer", args=[account.public_id])))
    of_another = Bill.objects.filter(account=owing.accounts["Ms Li"]).latest("pk").pk
    assert send(zhou, "/my/difficulties/", "dispute", bill=of_another, reason="curious").status_code == 422


def test_dates_of_the_town_are_what_these_tests_take_them_for() -> None:
    assert date(2026, 11, 21) == TODAY
