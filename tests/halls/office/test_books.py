"""The books through their pages: from the trial balance down to a line, and a month that two people close."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import get_resolver, reverse

from gridhall.cis.books import days
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
    yield


@pytest.fixture
def song(at: At) -> Client:
    return at("Accountant Song")


def addresses(town: Cast) -> dict[str, str]:
    """Every page of the books that is read, filled in with what belongs to the station."""
    ref = Entry.objects.within(EVERYTHING).earliest("pk").ref
    found = {}
    for name, patterns in get_resolver().reverse_dict.lists():
        if isinstance(name, str) and name.startswith("office-books") and name not in CHANGING:
            wanted = patterns[0][0][0][1]
            found[name] = reverse(name, args=[town.units["32/04/"].public_id] if wanted else [])
    found["office-books-entry"] += f"?ref={ref}"
    return found


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
    for name in ("office-books-entry", "office-books-period"):
        assert client.get(pages[name]).status_code == 404, name
    for name in ("office-books", "office-books-trial", "office-books-account", "office-books-day"):
        assert client.get(pages[name].partition("?")[0] + HERE).status_code == 404, name
        assert "¥0.00" in text_of(client.get(pages[name])) or "¥" not in text_of(client.get(pages[name])), name
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
