"""Direct debit at the counter and in the customer's own hall: on, off, what became of the debits."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from gridhall.cis.channels.actions import ask_debits, open_link
from gridhall.cis.channels.booking import close_order
from gridhall.cis.channels.models import Link, Mandate
from gridhall.cis.payments.models import Payment
from gridhall.platform.actor import system
from gridhall.platform.scope import EVERYTHING
from tests.cast import Cast
from tests.halls.counter.conftest import form_of, text_of

pytestmark = pytest.mark.usefixtures("town", "db")
MINE = "/my/auto-pay/"


@pytest.fixture
def bank(town: Cast) -> Link:
    return open_link(system(), "BK05", "Fifth Bank", "direct-debit", "bank_file", "32/04/")


def browse(town: Cast, name: str) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(town.logins[name] if name in town.logins else town.staff[name].user)
    return client


def counter(town: Cast, name: str = "Lao Zhou") -> str:
    return f"/counter/customers/{town.accounts[name].public_id}/direct-debit/"


def test_a_clerk_keeps_what_was_signed_and_sees_only_its_last_digits(town: Cast, bank: Link) -> None:
    wu, address = browse(town, "Clerk Wu"), counter(town)
    terms = {"bank": bank.public_id, "holder": "周建国", "reference": "M-2026-7", "signed_on": timezone.localdate()}
    shown = wu.get(address)
    for wrong in ("622", "6222 0202 <script>"):
        again = wu.post(address, {"do": "sign", "bank_account": wrong, **terms, **form_of(shown)})
        assert "8 to 34 digits or letters" in text_of(again)
    signed = wu.post(address, {"do": "sign", "bank_account": "6222 0202 0011 2233 445", **terms, **form_of(shown)})
    assert signed.status_code == 302
    page = wu.get(address)
    assert "**** 3445" in text_of(page) and "Fifth Bank" in text_of(page)
    assert "6222" not in page.content.decode()
    assert Mandate.objects.within(EVERYTHING).get().bank_account == "6222020200112233445"
    assert 'value="sign"' not in page.content.decode(), "one is in force"
    for _pressed in range(2):
        assert wu.post(address, {"do": "end", **form_of(page)}).status_code == 302
    assert "Ended before" in text_of(wu.get(address))


def test_a_number_used_twice_and_a_day_to_come_are_refused_in_words(town: Cast, bank: Link) -> None:
    wu, today = browse(town, "Clerk Wu"), timezone.localdate()
    terms = {"do": "sign", "bank": bank.public_id, "bank_account": "62220202001", "holder": "H", "reference": "M-1"}
    first = counter(town, "Ms Li")
    assert wu.post(first, {**terms, "signed_on": today, **form_of(wu.get(first))}).status_code == 302
    for signed_on, words in ((today, "a mandate of this number already"), (today + timedelta(days=1), "a day to come")):
        asked = {**terms, "signed_on": signed_on, **form_of(wu.get(counter(town)))}
        refused = wu.post(counter(town), asked)
        assert refused.status_code == 422 and words in text_of(refused)


def test_a_customer_switches_auto_pay_on_and_off_and_on_again(town: Cast, bank: Link) -> None:
    zhou = browse(town, "Lao Zhou")
    for times in (1, 2):
        shown = zhou.get(MINE)
        asked = {"do": "sign", "bank": bank.public_id, "bank_account": "6222020200112233445", **form_of(shown)}
        assert zhou.post(MINE, asked).status_code == 302
        assert zhou.post(MINE, asked).status_code == 302, "pressing twice is once"
        assert Mandate.objects.within(EVERYTHING).count() == times
        assert "Auto-pay is on" in text_of(zhou.get("/my/pay/"))
        assert zhou.post(MINE, {"do": "end", **form_of(zhou.get(MINE))}).status_code == 302
    held = Mandate.objects.within(EVERYTHING).latest("pk")
    assert held.holder == town.accounts["Lao Zhou"].customer.name
    assert held.ended_on == timezone.localdate()
    assert "Auto-pay is on" not in text_of(zhou.get("/my/pay/"))


def test_a_refusal_of_the_bank_stands_in_the_history(town: Cast, bank: Link) -> None:
    zhou = browse(town, "Lao Zhou")
    asked = {"do": "sign", "bank": bank.public_id, "bank_account": "6222020200112233445", **form_of(zhou.get(MINE))}
    zhou.post(MINE, asked)
    ask_debits(system(), bank.pk, timezone.localdate() + timedelta(days=2))
    order = Payment.objects.within(EVERYTHING).get(method="debit")
    assert "Announced" in text_of(zhou.get(MINE))
    close_order(bank, order.order_number)
    shown = text_of(zhou.get(MINE))
    assert "Not paid" in shown and order.receipt_number in shown
    assert order.receipt_number in text_of(browse(town, "Clerk Wu").get(counter(town)))


def test_another_customer_and_the_stranger_reach_no_mandate(town: Cast, bank: Link) -> None:
    zhou, li = browse(town, "Lao Zhou"), browse(town, "Ms Li")
    asked = {"do": "sign", "bank": bank.public_id, "bank_account": "6222020200112233445", **form_of(zhou.get(MINE))}
    zhou.post(MINE, asked)
    assert not re.search("3445", li.get(MINE).content.decode())
    assert li.post(MINE, {"do": "end", **form_of(li.get(MINE))}).status_code == 404
    assert browse(town, "Stranger").get(counter(town)).status_code == 404
    assert browse(town, "Agent Qian").get(counter(town)).status_code == 403
    assert Mandate.objects.within(EVERYTHING).get().ended_on is None
