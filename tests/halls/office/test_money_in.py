"""Money in through the pages: channels, bank files, reconciliation; and who gets in."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone

from gridhall.cis.channels.actions import ask_debits, keep_file, open_link, sign_mandate, trust_key
from gridhall.cis.channels.models import DebitFile, Link, Mandate
from gridhall.cis.customers.models import Account
from gridhall.cis.payments.actions import charge_back, receive
from gridhall.cis.payments.models import Payment
from gridhall.cis.reconcile.actions import import_statement
from gridhall.cis.reconcile.models import Difference, Statement
from gridhall.codecs.payments import bank_file
from gridhall.codecs.payments.items import Item, Kind
from gridhall.platform import clock, jobs
from gridhall.platform.actor import system
from gridhall.platform.scope import EVERYTHING
from tests.cast import Cast
from tests.cis.channels.partners import key_pair
from tests.halls.office.conftest import At, key_of, text_of

pytestmark = pytest.mark.usefixtures("town", "db")
ONLY_POST = {
    "office-money-file-post", "office-money-own", "office-money-propose", "office-money-confirm",
    "office-money-return",
}  # fmt: skip
MAKER_ONLY = {"office-money-file-new", "office-money-statement-new", "office-money-debit-file"}


@pytest.fixture
def link(town: Cast) -> Link:
    made = open_link(system(), "BK01", "First Bank", "bank-counter", "bank_file", "32/04/")
    trust_key(system(), made.pk, key_pair("BK01")[1])
    return made


def day_file(*items: Item) -> bytes:
    return bank_file.write(bank_file.DayFile("BK01", timezone.localdate(), list(items)))


def line(serial: str, fen: int, customer: str = "", kind: Kind = Kind.PAY) -> Item:
    return Item(0, serial, kind, fen, clock.now(), customer, "", "王小明")


def upload(data: bytes, name: str = "day.txt") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


@pytest.fixture
def yan(at: At) -> Client:
    return at("Reconciler Yan")


def a_mandate(town: Cast) -> Account:
    """Lao Zhou's bank is asked once for what he owes; returns his account."""
    bank = open_link(system(), "BK05", "Fifth Bank", "direct-debit", "bank_file", "32/04/")
    account = town.accounts["Lao Zhou"]
    sign_mandate(
        town.actor("Clerk Wu"), bank.pk, account.pk, "M-1", "周建国", "6222020200112233445", timezone.localdate()
    )  # fmt: skip
    ask_debits(town.actor("Reconciler Yan"), bank.pk, timezone.localdate() + timedelta(days=3))
    return account


@pytest.fixture
def addresses(town: Cast, link: Link) -> dict[str, str]:
    """Every page about money in, with a row of the city."""
    by = town.actor("Reconciler Yan")
    statement = import_statement(by, link.pk, day_file(line("X1", 5_00)), "day.txt")
    jobs.run_until_idle()
    rows = {
        "channels": link, "files": keep_file(by, link.pk, day_file(line("X2", 5_00)), "file.txt"),
        "mandates": a_mandate(town), "debits": DebitFile.objects.within(EVERYTHING).get(),
        "statements": statement, "differences": Difference.objects.get(statement=statement),
    }  # fmt: skip
    found = {}
    for page, patterns in get_resolver().reverse_dict.lists():
        if isinstance(page, str) and page.startswith("office-money"):
            address, wanted = patterns[0][0][0]
            given = {"public_id": rows[address.split("/")[2]].public_id} if wanted else {}
            found[page] = reverse(page, kwargs=given)
    assert len(found) >= 15
    return found


def answers(client: Client, addresses: dict[str, str]) -> dict[str, int]:
    return {page: client.get(url).status_code for page, url in addresses.items() if page not in ONLY_POST}


def test_the_reconciler_opens_every_page_and_the_checker_all_but_bringing_files(
    at: At, yan: Client, addresses: dict[str, str]
) -> None:
    assert set(answers(yan, addresses).values()) == {200}
    found = answers(at("Checker He", "zh-hans"), addresses)
    assert {page for page, status in found.items() if status != 200} == MAKER_ONLY


@pytest.mark.parametrize("name", ["Clerk Wu", "Biller Gao", "Manager Tang", "Administrator Lin"])
def test_others_stay_outside(at: At, addresses: dict[str, str], name: str) -> None:
    assert set(answers(at(name), addresses).values()) == {403}


def test_what_belongs_to_our_city_does_not_exist_for_the_stranger(at: At, addresses: dict[str, str]) -> None:
    stranger = at("Stranger")
    for page, url in addresses.items():
        status = stranger.post(url).status_code if page in ONLY_POST else stranger.get(url).status_code
        assert status == (404 if re.search("[0-9a-f]{8}-", url) else 200), page
    assert "BK01" not in text_of(stranger.get(addresses["office-money"]))


def test_a_channel_shows_fingerprints_and_never_a_key(yan: Client, link: Link) -> None:
    shown = yan.get(reverse("office-money-channel", args=[link.public_id]))
    assert link.keys.get().fingerprint[:32] in text_of(shown)
    assert "BEGIN" not in text_of(shown)
    assert link.keys.get().pem.splitlines()[1] not in shown.content.decode()


def test_a_bank_file_is_looked_through_posted_by_a_second_person_and_answered(
    town: Cast, at: At, yan: Client, link: Link
) -> None:
    number = town.accounts["Ms Li"].number
    form = yan.get(reverse("office-money-file-new"))
    data = day_file(line("S1", 10_00, number), line("S2", 20_00, "0400000001"))
    asked = {"link": link.public_id, "file": upload(data), **key_of(form)}
    seen = yan.post(reverse("office-money-file-new"), asked, follow=True)
    assert "¥10.00" in text_of(seen) and not Payment.objects.within(EVERYTHING).filter(link_code="BK01").exists()
    address = seen.redirect_chain[-1][0]
    assert "waits for a second person" in text_of(seen) and "Post the file" not in text_of(seen)
    refused = yan.post(f"{address}post/", key_of(form))
    assert refused.status_code == 422 and "a second person posts it" in text_of(refused)
    he = at("Checker He")
    shown = he.get(address)
    assert "Reconciler Yan brought this file in and cannot post it" in text_of(shown)
    for _again in range(2):
        he.post(f"{address}post/", key_of(shown))
    jobs.run_until_idle()
    shown = text_of(yan.get(address))
    assert "no account of this number here" in shown and "Posted" in shown
    answer = yan.get(f"{address}answer/")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert b"|S1|ok|" in answer.content and b"|S2|unknown_account|" in answer.content
    assert Payment.objects.within(EVERYTHING).filter(link_code="BK01").count() == 1


@pytest.mark.parametrize(
    ("data", "words"),
    [(b"", "empty"), (b"H|1|BK01|x\nD|1", "stops in the middle"), (b"\x89PNG\0", "not in UTF-8")],
)
def test_a_wrong_file_is_refused_with_row_and_remedy(yan: Client, link: Link, data: bytes, words: str) -> None:
    form = yan.get(reverse("office-money-file-new"))
    asked = {"link": link.public_id, "file": upload(data), **key_of(form)}
    answer = yan.post(reverse("office-money-file-new"), asked)
    assert answer.status_code == 422 and words in text_of(answer), text_of(answer)[:900]


def test_a_difference_goes_from_statement_to_posting_through_two_people(
    town: Cast, at: At, yan: Client, link: Link
) -> None:
    form = yan.get(reverse("office-money-statement-new"))
    asked = {"link": link.public_id, "file": upload(day_file(line("X9", 50_00, "?"))), **key_of(form)}
    seen = yan.post(reverse("office-money-statement-new"), asked, follow=True)
    jobs.run_until_idle()
    shown = text_of(yan.get(seen.redirect_chain[-1][0]))
    assert "Theirs only" in shown and "Both agree to the fen." in shown
    row = Difference.objects.within(EVERYTHING).get(statement=Statement.objects.within(EVERYTHING).latest("pk"))
    address = reverse("office-money-difference", args=[row.public_id])
    yan.post(f"{address}own/", key_of(yan.get(address)))
    wrong = {"way": "book", "account": "1", "reason": "the payer wrote", **key_of(yan.get(address))}
    refused = yan.post(f"{address}propose/", wrong)
    assert refused.status_code == 422 and "no account 1" in text_of(refused)
    right = {**wrong, "account": town.accounts["Ms Li"].number, **key_of(refused)}
    assert yan.post(f"{address}propose/", right, follow=True).status_code == 200
    own = yan.post(f"{address}confirm/", key_of(yan.get(address)))
    assert own.status_code == 422 and "second person" in text_of(own)
    he = at("Checker He")
    done = he.post(f"{address}confirm/", key_of(he.get(address)), follow=True)
    assert "Closed by" in text_of(done)
    assert Payment.objects.within(EVERYTHING).get(link_code="BK01", serial="X9").state == "settled"
    assert "X9" not in text_of(yan.get(reverse("office-money-reconciliation")))
    assert "X9" in text_of(yan.get(reverse("office-money-reconciliation") + "?state=closed"))


def test_a_proposal_sent_back_is_open_again(town: Cast, at: At, yan: Client, link: Link) -> None:
    statement = import_statement(town.actor("Reconciler Yan"), link.pk, day_file(line("X9", 50_00)), "d.txt")
    jobs.run_until_idle()
    row = Difference.objects.within(EVERYTHING).get(statement=statement)
    address = reverse("office-money-difference", args=[row.public_id])
    yan.post(f"{address}propose/", {"way": "give-back", "reason": "no customer", **key_of(yan.get(address))})
    he = at("Checker He")
    assert "open again" in text_of(he.post(f"{address}return/", key_of(he.get(address)), follow=True))
    row.refresh_from_db()
    assert (row.state, row.way) == ("open", "")
    assert row.opened_on <= timezone.localdate() + timedelta(days=1)


def test_what_only_the_partner_can_put_right_has_no_form(town: Cast, yan: Client, link: Link) -> None:
    bank, account = system("bank"), town.accounts["Ms Li"].pk
    paid = receive(bank, account, 70_00, "bank-counter", "transfer", key="BK01:A7", link_code="BK01", serial="A7")
    charge_back(bank, paid.pk, "returned", "A8")
    back = Item(0, "A8", Kind.REV, 70_00, clock.now(), original="A7")
    import_statement(town.actor("Reconciler Yan"), link.pk, day_file(back), "day.txt")
    jobs.run_until_idle()
    row = Difference.objects.within(EVERYTHING).get()
    page = yan.get(reverse("office-money-difference", args=[row.public_id]))
    assert "until then the partner owes the amount" in text_of(page)
    assert reverse("office-money-propose", args=[row.public_id]) not in page.content.decode()


def test_mandates_show_the_account_at_the_bank_masked_and_the_list_for_the_bank_whole(
    town: Cast, at: At, yan: Client, addresses: dict[str, str]
) -> None:
    for page in ("office-money-mandates", "office-money-mandate"):
        shown = text_of(yan.get(addresses[page]))
        assert "**** 3445" in shown and "周**" in shown, page
        assert "6222" not in yan.get(addresses[page]).content.decode()
    assert "Announced" in text_of(yan.get(addresses["office-money-mandate"]))
    assert b"6222020200112233445" in yan.get(addresses["office-money-debit-file"]).content
    he = at("Checker He").get(addresses["office-money-debits"])
    assert "Write the list" not in text_of(he) and "/file/" not in he.content.decode()


def test_a_bank_is_asked_once_and_a_second_list_of_the_same_debts_is_refused(
    yan: Client, addresses: dict[str, str]
) -> None:
    form = yan.get(addresses["office-money-debits"])
    bank = Mandate.objects.within(EVERYTHING).get().link.public_id
    asked = {"bank": bank, "collect_on": timezone.localdate() + timedelta(days=9), **key_of(form)}
    refused = yan.post(addresses["office-money-debits"], asked)
    assert refused.status_code == 422 and "was not asked for already" in text_of(refused)
    assert DebitFile.objects.within(EVERYTHING).count() == 1
