"""The real-time bank beyond the contract: questions, nonces, time, keys in work, and who may open a link."""

from __future__ import annotations

import hashlib
import json
from copy import copy
from dataclasses import replace
from datetime import timedelta
from io import StringIO
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from gridhall.cis.channels import inbox, secrets
from gridhall.cis.channels.actions import end_key, open_link, trust_key
from gridhall.cis.channels.adapters.bank_api.wire import signed_text
from gridhall.cis.channels.contract import Envelope
from gridhall.cis.channels.models import Link, Message
from gridhall.cis.payments.actions import receive
from gridhall.cis.payments.models import Payment
from gridhall.codecs.signatures import is_signed
from gridhall.platform import clock
from gridhall.platform.actor import system
from gridhall.platform.errors import NotAllowed, NotInScope, Refused
from gridhall.platform.scope import EVERYTHING
from tests.cast import Cast
from tests.cis.channels.contract import later
from tests.cis.channels.partners import RealTimeBank, key_pair
from tests.cis.facts import put_month, released


@pytest.fixture
def bank(cast: Cast) -> RealTimeBank:
    return RealTimeBank(cast)


def said(bank: RealTimeBank, verb: str, **words: object) -> dict[str, object]:
    return json.loads(inbox.take(bank.link, bank.says(verb, **words)).body)


def test_a_bank_asks_what_ms_li_owes_and_pays_it(bank: RealTimeBank) -> None:
    put_month(bank.cast, 202601)
    released(bank.cast, 202601)
    number = bank.cast.accounts["Ms Li"].number
    owing = said(bank, "query", account=number)
    assert (owing["code"], owing["name"], owing["bills"]) == ("ok", "李**", 1)
    paid = said(bank, "pay", account=number, amount_fen=owing["due_fen"], serial="A1")
    assert (paid["state"], paid["amount_fen"]) == ("received", owing["due_fen"])
    assert said(bank, "query", account=number)["due_fen"] == 0
    assert said(bank, "result", serial="A1")["receipt"] == paid["receipt"]
    assert said(bank, "result", serial="A2")["state"] == "unknown"


def test_a_nonce_serves_once(bank: RealTimeBank) -> None:
    number = bank.cast.accounts["Ms Li"].number
    assert said(bank, "query", nonce="n" * 16, account=number)["code"] == "ok"
    assert said(bank, "query", nonce="n" * 16, account=number)["code"] == "replayed"
    assert said(bank, "pay", nonce="n" * 16, account=number, amount_fen=1, serial="A1")["code"] == "replayed"


@pytest.mark.parametrize(("ahead", "code"), [(-299, "ok"), (299, "ok"), (-302, "too_old"), (302, "too_old")])
def test_a_message_is_good_for_five_minutes(bank: RealTimeBank, ahead: int, code: str) -> None:
    moment = int(clock.now().timestamp()) + ahead
    assert said(bank, "query", timestamp=moment, account=bank.cast.accounts["Ms Li"].number)["code"] == code


def test_a_stolen_payment_is_too_old_two_days_later(bank: RealTimeBank) -> None:
    stolen = bank.pay("Ms Li", 10_00, "A1")
    with later(days=2):
        reply = inbox.take(bank.link, replace(stolen, at=clock.now()))
    assert (reply.status, json.loads(reply.body)["code"]) == (401, "too_old")


def test_a_message_signed_for_another_address_is_refused(bank: RealTimeBank) -> None:
    asked = bank.says("query", account=bank.cast.accounts["Ms Li"].number)
    reply = inbox.take(bank.link, replace(asked, path=f"/api/channels/{uuid4()}/"))
    assert json.loads(reply.body)["code"] == "bad_signature"


def test_a_second_message_while_the_first_is_in_work_is_told_so(bank: RealTimeBank) -> None:
    asked = bank.pay("Ms Li", 10_00, "A1")
    row = Message.objects.create(
        link=bank.link, path=bank.link.path, kind="pay", key="A1", at=clock.now(),
        sha256=hashlib.sha256(asked.body).hexdigest(),
    )  # fmt: skip
    reply = inbox.take(bank.link, asked)
    assert (reply.status, json.loads(reply.body)["code"]) == (409, "in_flight")
    # Its process died: after a minute the next one does the work.
    Message.objects.filter(pk=row.pk).update(at=clock.now() - timedelta(seconds=61))
    assert json.loads(inbox.take(bank.link, asked).body)["code"] == "ok"
    assert Payment.objects.within(EVERYTHING).count() == 1


def test_work_that_was_done_before_the_process_died_is_not_done_twice(bank: RealTimeBank) -> None:
    asked = bank.pay("Ms Li", 10_00, "A1")
    assert bank.send(asked).good
    Message.objects.update(state=Message.State.WORKING, at=clock.now() - timedelta(seconds=61), answer="")
    assert bank.send(asked).good
    assert Payment.objects.within(EVERYTHING).count() == 1


@pytest.mark.parametrize("amount", [0, -1, 88.88, "8888", None, 10**11, True])
def test_only_whole_fen_in_bounds_are_an_amount(bank: RealTimeBank, amount: object) -> None:
    told = said(bank, "pay", account=bank.cast.accounts["Ms Li"].number, amount_fen=amount, serial="A1")
    assert told["code"] == "bad_amount"
    assert not Payment.objects.within(EVERYTHING).exists()


def test_a_refused_message_takes_no_key(bank: RealTimeBank) -> None:
    assert said(bank, "pay", account="0400000001", amount_fen=10_00, serial="A1")["code"] == "unknown_account"
    number = bank.cast.accounts["Ms Li"].number
    assert said(bank, "pay", account=number, amount_fen=10_00, serial="A1")["code"] == "ok"
    assert list(Message.objects.order_by("pk").values_list("state", "code")) == [
        ("refused", "unknown_account"), ("done", "ok"),
    ]  # fmt: skip


def test_our_answer_is_signed_with_our_own_key(bank: RealTimeBank) -> None:
    private, public = key_pair("us")
    secrets.keep(bank.link, secrets.OWN_KEY, private)
    asked = bank.says("query", account=bank.cast.accounts["Ms Li"].number)
    reply = inbox.take(bank.link, asked)
    stamp, nonce = reply.headers["Bank-Timestamp"], asked.headers["bank-nonce"]
    text = signed_text(b"200", stamp.encode(), nonce.encode(), reply.body)
    assert is_signed(public, text, reply.headers["Bank-Signature"])
    secrets.path_of(bank.link, secrets.OWN_KEY).chmod(0o644)
    with pytest.raises(Refused):
        secrets.read(bank.link, secrets.OWN_KEY)
    secrets.path_of(bank.link, secrets.OWN_KEY).unlink()


def test_a_new_key_is_trusted_beside_the_old_one_until_that_ends(bank: RealTimeBank) -> None:
    old = bank.link.keys.get()
    trust_key(system(), bank.link.pk, key_pair("BK01 next")[1])
    assert bank.send(bank.pay("Ms Li", 1_00, "A1")).good
    end_key(system(), bank.link.pk, old.fingerprint[:12])
    assert bank.send(bank.pay("Ms Li", 1_00, "A2")).code == "bad_signature"
    with pytest.raises(Refused):
        trust_key(system(), bank.link.pk, old.pem)


@pytest.mark.parametrize("pem", ["", "no key", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"])
def test_what_is_no_key_is_not_trusted(bank: RealTimeBank, pem: str) -> None:
    with pytest.raises(Refused):
        trust_key(system(), bank.link.pk, pem)


def test_the_stranger_opens_no_link_here(cast: Cast) -> None:
    with pytest.raises(NotInScope):
        open_link(cast.actor("Stranger"), "BK09", "Far Bank", "bank-app", "bank_api", "32/04/")
    for name in ("Clerk Wu", "Biller Gao", "Ms Li"):
        with pytest.raises(NotAllowed):
            open_link(cast.actor(name), "BK09", "Far Bank", "bank-app", "bank_api", "32/04/")


def test_the_address_takes_signed_posts_only_and_needs_no_cookie(bank: RealTimeBank) -> None:
    client = Client(enforce_csrf_checks=True)
    asked = bank.says("query", account=bank.cast.accounts["Ms Li"].number)

    def post(path: str, headers: dict[str, str]) -> object:
        return client.post(path, asked.body, content_type="application/json", headers=headers)

    answer = post(asked.path, dict(asked.headers))
    assert (answer.status_code, answer.json()["code"]) == (200, "ok")
    assert post(asked.path, {}).status_code == 401
    assert post(f"/api/channels/{uuid4()}/", dict(asked.headers)).status_code == 404
    assert client.get(asked.path).status_code == 405


def test_over_http_a_key_in_work_is_409_and_a_key_with_another_body_is_422(bank: RealTimeBank) -> None:
    client = Client()

    def answer(asked: Envelope) -> tuple[int, str]:
        sent = client.post(asked.path, asked.body, content_type="application/json", headers=dict(asked.headers))
        return sent.status_code, sent.json()["code"]

    first = bank.pay("Ms Li", 10_00, "A1")
    row = Message.objects.create(
        link=bank.link, path=bank.link.path, kind="pay", key="A1", at=clock.now(),
        sha256=hashlib.sha256(first.body).hexdigest(),
    )  # fmt: skip
    assert answer(first) == (409, "in_flight")
    row.delete()
    assert answer(first) == (200, "ok")
    assert answer(bank.pay("Ms Li", 10_01, "A1")) == (422, "key_reused")
    assert answer(bank.pay("Ms Li", 10_00, "A1")) == (200, "ok")
    assert Payment.objects.within(EVERYTHING).count() == 1


def test_two_banks_may_use_the_same_numbers(bank: RealTimeBank) -> None:
    other = open_link(system(), "BK11", "Eleventh Bank", "bank-app", "bank_api", "32/04/")
    trust_key(system(), other.pk, key_pair("BK01")[1])
    second = copy(bank)
    for one in (bank, second):
        assert one.send(one.pay("Ms Li", 10_00, "1")).good
        assert one.send(one.take_back("1", "2", 10_00)).good
        second.link = other
    assert Payment.objects.within(EVERYTHING).filter(serial="2", amount_fen=-10_00).count() == 2


def test_a_payment_at_the_counter_is_no_business_of_a_bank(bank: RealTimeBank) -> None:
    receive(system(), bank.cast.accounts["Ms Li"].pk, 1_00, "counter", "transfer", key="slip-1", reference="slip-1")
    assert bank.send(bank.take_back("slip-1", "R1", 1_00)).code == "unknown_original"


def test_an_operator_opens_a_link_and_trusts_a_key_on_the_command_line(cast: Cast, tmp_path: Path) -> None:
    pem, said = tmp_path / "key.pem", StringIO()
    pem.write_text(key_pair("BK07")[1])
    words = ["--name", "Seventh Bank", "--channel", "bank-app", "--adapter", "bank_api", "--unit", "32/04/"]
    call_command("link", "open", "BK07", *words, stdout=said)
    call_command("link", "key", "BK07", str(pem), stdout=said)
    call_command("link", "list", stdout=said)
    assert f"/api/channels/{Link.objects.within(EVERYTHING).get().public_id}/" in said.getvalue()
    print_of_key = Link.objects.within(EVERYTHING).get().keys.get().fingerprint
    call_command("link", "end-key", "BK07", print_of_key[:8], stdout=said)
    assert said.getvalue().count(print_of_key) == 2
    with pytest.raises(CommandError, match="already"):
        call_command("link", "open", "BK07", *words)
    with pytest.raises(CommandError, match="no link BK08"):
        call_command("link", "key", "BK08", str(pem))
