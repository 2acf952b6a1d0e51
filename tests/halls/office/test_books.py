"""The books through their pages: from the trial balance down to a line, and a month that two people close."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone

from gridhall.cis.billing.models import Bill
from gridhall.cis.books import days, open_bills
from gridhall.cis.invoices.actions import request_invoice, take_answer
from gridhall.cis.invoices.issuer import Answer
from gridhall.cis.invoices.models import Invoice
from gridhall.cis.ledger.models import Entry, Period
from gridhall.platform import policy
from gridhall.platform.scope import EVERYTHING
from tests.cast import Cast
from tests.halls.office.conftest import At, key_of, text_of

pytestmark = pytest.mark.usefixtures("counted")
HERE = "?unit=32/04/&month=202611"


@pytest.fixture
def counted(town: Cast, db: None) -> Iterator[None]:
    """The figures of the books as the worker counts them."""
    days.catch_up()
    open_bills.catch_up()
    yield


@pytest.fixture
def song(at: At) -> Client:
    return at("Accountant Song")


def an_invoice(town: Cast) -> Invoice:
    """The invoice of a bill of Haisheng Foods."""
    bill = Bill.objects.within(EVERYTHING).filter(account=town.accounts["Haisheng Foods"]).latest("pk")
    found = Invoice.objects.within(EVERYTHING).filter(bill=bill).first()
    if found is None:
        found = request_invoice(town.actor("Accountant Song"), bill.pk, "海盛食品有限公司")
        answer = Answer(str(found.public_id), "26332000000012345678", str(timezone.localdate()), "", 1)
        found = take_answer(town.actor("Accountant Song"), answer)
    return found


def addresses(town: Cast) -> dict[str, str]:
    """Every page of the books that is read, filled in with what belongs to the station."""
    ref = Entry.objects.within(EVERYTHING).earliest("pk").ref
    found = {}
    for name, patterns in get_resolver().reverse_dict.lists():
        if isinstance(name, str) and name.startswith("office-books") and name not in CHANGING:
            wanted = patterns[0][0][0][1]
            row = an_invoice(town) if "invoice" in name else town.units["32/04/"]
            found[name] = reverse(name, args=[row.public_id] if wanted else [])
    found["office-books-entry"] += f"?ref={ref}"
    return found


INVOICE = {f"office-books-invoice{part}" for part in ("", "-json", "-xml", "-pdf")}
FILES = {"office-books-csv", "office-books-beancount", "office-books-aged-csv"}
CHANGING = {"office-books-propose", "office-books-confirm", "office-books-reopen"}


def status_of(client: Client, pages: dict[str, str]) -> dict[str, int]:
    return {name: client.get(address).status_code for name, address in pages.items()}


def test_every_page_opens_for_the_accountant_in_both_languages(at: At, town: Cast) -> None:
    for language in ("zh-hans", "en"):
        found = status_of(at("Accountant Song", language), addresses(town))
        assert set(found.values()) == {200}, found


@pytest.mark.parametrize("name", ["Biller Gao", "Clerk Wu", "Manager Tang", "Auditor Qin", "Administrator Lin"])
def test_others_open_what_the_policy_says_and_no_more(at: At, town: Cast, name: str) -> None:
    pages = addresses(town)
    may = {page for page in pages if policy.may_open(town.actor(name), page)}
    found = status_of(at(name), pages)
    assert {page for page, status in found.items() if status == 200} == may
    assert set(found.values()) <= {200, 403}
    assert name in ("Manager Tang", "Auditor Qin") or not may


def test_the_stranger_sees_no_unit_and_no_entry_of_ours(at: At, town: Cast) -> None:
    client, pages = at("Stranger"), addresses(town)
    own = {"office-books-entry", "office-books-period"} | {name for name in pages if name in INVOICE}
    for name in own:
        assert client.get(pages[name]).status_code == 404, name
    assert client.get(pages["office-books-invoices"]).context["listing"].rows == []
    for name in pages.keys() - own - FILES - {"office-books-periods", "office-books-invoices"}:
        assert client.get(pages[name].partition("?")[0] + HERE).status_code == 404, name
        assert "¥0.00" in text_of(client.get(pages[name])) or "¥" not in text_of(client.get(pages[name])), name
    for name in FILES:
        assert client.get(pages[name] + HERE).status_code == 404, name
    for name in CHANGING:
        sent = {"key": "018f0000-0000-7000-8000-000000000001", "reason": "curious"}
        assert client.post(reverse(name, args=[town.units["32/04/"].public_id]), sent).status_code == 404, name


def test_the_trial_balance_opens_down_to_a_payment(song: Client) -> None:
    trial = text_of(song.get(f"/office/books/trial-balance/{HERE}"))
    assert "Receivables" in trial and "Online clearing" in trial
    opened = song.get(f"/office/books/account/{HERE}&account=online-clearing")
    assert "¥50.00" in text_of(opened)
    address = next(part for part in opened.content.decode().split('"') if "/account/day/" in part)
    lines = song.get(address.replace("&amp;", "&"))
    assert "¥50.00" in text_of(lines)
    entry = next(part for part in lines.content.decode().split('"') if "/entry/" in part)
    both = text_of(song.get(entry.replace("&amp;", "&")))
    assert "Prepayments" in both and "Online clearing" in both


def test_a_past_day_shows_other_ages_opens_to_bills_and_is_taken_along(song: Client) -> None:
    today, then = (text_of(song.get(f"/office/books/aged/{HERE}{on}")) for on in ("", "&on=2026-11-01"))
    assert "at the end of 1 Nov 2026" in then and "up to this day" in then
    assert today != then
    tomorrow = text_of(song.get(f"/office/books/aged/{HERE}&on=2999-01-01"))
    assert "at the end of 21 Nov 2026" in tomorrow, "a day to come is today"
    shown = song.get(f"/office/books/aged/{HERE}&on=2026-11-01").content.decode()
    address = next(part for part in shown.split('"') if "/aged/bills/" in part and "age=" in part)
    assert "on=2026-11-01" in address
    assert song.get(address.replace("&amp;", "&")).context["listing"].rows
    file = song.get(f"/office/books/aged/csv/{HERE}&on=2026-11-01")
    assert file.headers["Content-Disposition"].endswith('2026-11-01.csv"')
    assert b"".join(file.streaming_content).decode().splitlines()[-1].startswith("SUM,")


def test_an_age_opens_to_a_bill(song: Client) -> None:
    shown = song.get(f"/office/books/aged/{HERE}")
    address = next(part for part in shown.content.decode().split('"') if "/aged/bills/" in part and "age=" in part)
    opened = song.get(address.replace("&amp;", "&"))
    assert opened.context["listing"].rows
    bill = next(part for part in opened.content.decode().split('"') if part.startswith("/office/bills/"))
    assert song.get(bill).status_code == 200


def test_revenue_and_collection_say_that_they_prove(song: Client) -> None:
    assert "Equal to the fen" in text_of(song.get(f"/office/books/revenue/{HERE}"))
    assert "Adds up to the balance" in text_of(song.get(f"/office/books/collection/{HERE}"))
    assert "Rounding of single bills" in text_of(song.get(f"/office/books/vat/{HERE}"))


def test_the_exports_come_as_files_with_their_sums(song: Client) -> None:
    table = song.get(f"/office/books/exports/csv/{HERE}")
    assert table.headers["Content-Disposition"] == 'attachment; filename="ledger-32-04-202611.csv"'
    assert b"".join(table.streaming_content).decode().splitlines()[-1].startswith("SUM,")
    text = b"".join(song.get(f"/office/books/exports/beancount/{HERE}").streaming_content).decode()
    assert "2026-12-01 balance Assets:Online-Clearing 50.00 CNY" in text


def test_an_invoice_is_asked_for_by_the_number_of_its_bill(song: Client, town: Cast) -> None:
    bill = Bill.objects.within(EVERYTHING).filter(account=town.accounts["Green Wheels"]).latest("pk")
    sent = {"bill": bill.number, "name": "绿轮充电服务有限公司", "tax_id": "91330000MA27XW1Q3K"}
    wrong = song.post("/office/books/invoices/", {**sent, "bill": "7", **key_of(song.get("/office/books/invoices/"))})
    assert wrong.status_code == 422 and "no bill with this number" in text_of(wrong)
    done = song.post("/office/books/invoices/", {**sent, **key_of(song.get("/office/books/invoices/"))}, follow=True)
    assert "绿轮充电服务有限公司" in text_of(done) and "13" in text_of(done)


def test_an_account_outside_the_chart_is_not_found(song: Client) -> None:
    assert song.get(f"/office/books/account/{HERE}&account=slush").status_code == 404


def press(client: Client, town: Cast, verb: str, month: int, **sent: Any) -> Any:
    city = town.units["32/04/"].public_id
    shown = client.get(f"/office/books/periods/{city}/?month={month}")
    return client.post(f"/office/books/periods/{city}/{verb}/?month={month}", {**key_of(shown), **sent})


def test_two_accountants_close_october_and_the_first_opens_it_again(song: Client, at: At, town: Cast) -> None:
    yu = at("Accountant Yu")
    assert press(song, town, "propose", 202610).status_code == 302
    alone = press(song, town, "confirm", 202610)
    assert alone.status_code == 422 and "ask a second person" in text_of(alone)
    assert press(yu, town, "confirm", 202610).status_code == 302
    assert "Closed" in text_of(yu.get("/office/books/periods/"))
    without = press(song, town, "reopen", 202610, reason="")
    assert without.status_code == 422 and "required" in text_of(without)
    assert press(song, town, "reopen", 202610, reason="a fee was forgotten").status_code == 302
    assert Period.objects.within(EVERYTHING).get().state == Period.State.OPEN


def test_the_month_that_runs_offers_no_button(song: Client, town: Cast) -> None:
    page = song.get(f"/office/books/periods/{town.units['32/04/'].public_id}/?month=202611")
    assert "not over yet" in text_of(page) and "propose/" not in page.content.decode()
    with transaction.atomic():
        refused = song.post(
            f"/office/books/periods/{town.units['32/04/'].public_id}/propose/?month=202611",
            {"key": "018f0000-0000-7000-8000-000000000002"},
        )
    assert refused.status_code == 422 and "not over" in text_of(refused)
