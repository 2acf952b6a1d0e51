"""Direct debit: Ms Li signs, the bank is asked, collects, and once sends it back."""

from __future__ import annotations

import re
import zlib
from datetime import date
from pathlib import Path

import pytest
from django.core.management import call_command
from lxml import etree

from gridhall.cis.channels import inbox
from gridhall.cis.channels.actions import ask_debits, end_mandate, open_link, sign_mandate
from gridhall.cis.channels.models import Link, Mandate
from gridhall.cis.ledger.queries import open_items
from gridhall.cis.payments.models import Payment
from gridhall.codecs.payments import pain008
from gridhall.platform.actor import system
from gridhall.platform.errors import NotAllowed, NotInScope, Refused
from gridhall.platform.scope import EVERYTHING
from gridhall.platform.sealing import unseal
from tests.cast import Cast
from tests.cis.channels.partners import Iso20022Bank
from tests.cis.facts import put_month, released

SIGNED, COLLECT = date(2026, 1, 15), date(2026, 12, 1)


@pytest.fixture
def bank(cast: Cast) -> Iso20022Bank:
    put_month(cast, 202601)
    released(cast, 202601)
    return Iso20022Bank(cast)


def signed(cast: Cast, link: Link, name: str = "Ms Li") -> Mandate:
    return sign_mandate(
        cast.actor("Clerk Wu"), link.pk, cast.accounts[name].pk, f"MND-{name[:2]}", "Li Xiuying", "NL91ABNA0417164300",
        SIGNED,
    )  # fmt: skip


def test_the_bank_collects_what_was_asked_and_the_bill_is_paid(cast: Cast, bank: Iso20022Bank) -> None:
    signed(cast, bank.link)
    asked = ask_debits(cast.actor("Reconciler Yan"), bank.link.pk, COLLECT)
    root, spaces = etree.fromstring(zlib.decompress(unseal(bytes(asked.content)))), {"p": pain008.NAMESPACE}
    (order,) = root.xpath("//p:EndToEndId/text()", namespaces=spaces)
    payment = Payment.objects.within(EVERYTHING).get()
    assert (payment.order_number, payment.state, payment.amount_fen) == (order, "pending", asked.total_fen)
    assert root.xpath("//p:SeqTp/text()", namespaces=spaces) == ["FRST"]
    told = bank.heard(inbox.take(bank.link, bank.notice(order, "B-1", asked.total_fen, "CRDT")))
    payment.refresh_from_db()
    assert (told.good, payment.state, payment.money_account) == (True, "received", "clearing-direct-debit")
    assert open_items(payment.account_id) == []
    back = bank.heard(inbox.take(bank.link, bank.notice(order, "B-2", asked.total_fen, "DBIT")))
    payment.refresh_from_db()
    assert back.good and payment.state in ("reversed", "charged-back")
    assert open_items(payment.account_id)


def test_the_same_debt_is_not_asked_for_twice(cast: Cast, bank: Iso20022Bank) -> None:
    signed(cast, bank.link)
    yan = cast.actor("Reconciler Yan")
    first = ask_debits(yan, bank.link.pk, COLLECT, key="december")
    assert ask_debits(yan, bank.link.pk, COLLECT, key="december").pk == first.pk
    with pytest.raises(Refused):
        ask_debits(yan, bank.link.pk, date(2026, 12, 8))


def test_a_bank_without_iso_gets_lines_between_pipes(cast: Cast, bank: Iso20022Bank, tmp_path: Path) -> None:
    link = open_link(system(), "BK04", "Fourth Bank", "direct-debit", "bank_file", "32/04/", charset="gb18030")
    signed(cast, link)
    call_command("link", "debits", "BK04", "--collect-on", "2026-12-01", "--into", str(tmp_path / "debits.txt"))
    lines = (tmp_path / "debits.txt").read_text("gb18030").splitlines()
    payment = Payment.objects.within(EVERYTHING).get()
    assert lines[0] == f"H|1|BK04|2026-12-01|1|{payment.amount_fen}"
    assert lines[1].split("|")[2:6] == [
        payment.order_number, cast.accounts["Ms Li"].number, "NL91ABNA0417164300", str(payment.amount_fen),
    ]  # fmt: skip
    assert re.fullmatch(r"T\|[0-9a-f]{64}", lines[-1])


def test_an_ended_mandate_and_a_second_one_are_refused(cast: Cast, bank: Iso20022Bank) -> None:
    mandate = signed(cast, bank.link)
    with pytest.raises(Refused):
        signed(cast, bank.link)
    end_mandate(cast.actor("Clerk Wu"), mandate.pk)
    with pytest.raises(Refused):
        ask_debits(cast.actor("Reconciler Yan"), bank.link.pk, COLLECT)


def test_the_stranger_signs_and_asks_for_nothing_here(cast: Cast, bank: Iso20022Bank) -> None:
    mandate = signed(cast, bank.link)
    with pytest.raises(NotInScope):
        sign_mandate(cast.actor("Stranger"), bank.link.pk, cast.accounts["Lao Zhou"].pk, "M", "Z", "NL1", SIGNED)
    with pytest.raises(NotInScope):
        end_mandate(cast.actor("Stranger"), mandate.pk)
    with pytest.raises(NotInScope):
        ask_debits(cast.actor("Stranger"), bank.link.pk, COLLECT)
    with pytest.raises(NotAllowed):
        ask_debits(cast.actor("Clerk Wu"), bank.link.pk, COLLECT)
