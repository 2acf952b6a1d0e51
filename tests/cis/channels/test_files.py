"""A bank's file: kept, posted by a job, answered; twice is once, and a killed job goes on."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest

from gridhall.cis.channels import files, rules
from gridhall.cis.channels.actions import keep_file, post_file
from gridhall.cis.channels.models import PartnerFile
from gridhall.cis.ledger.queries import trial_balance
from gridhall.cis.payments.models import Payment
from gridhall.codecs.errors import CodecError
from gridhall.codecs.payments import bank_file
from gridhall.codecs.payments.items import Kind
from gridhall.platform import jobs
from gridhall.platform.actor import system
from gridhall.platform.errors import NotAllowed, NotInScope, Refused
from gridhall.platform.scope import EVERYTHING
from tests.cast import Cast
from tests.cis.channels.partners import FileBank, RealTimeBank


@pytest.fixture
def bank(cast: Cast) -> FileBank:
    return FileBank(cast)


def mixed(bank: FileBank) -> bytes:
    """Five lines: good, twice the same account, a stranger's number, a reversal of the first, one of nothing."""
    li, nobody = bank.number("Ms Li"), "0400000001"
    return bank.file(
        bank.item("S1", 10_00, number=li), bank.item("S2", 20_00, number=li), bank.item("S3", 5_00, number=nobody),
        bank.item("R1", 10_00, Kind.REV, li, "S1"), bank.item("R2", 1_00, Kind.REV, li, "S9"),
    ).body  # fmt: skip


def posted(cast: Cast, bank: FileBank, data: bytes) -> PartnerFile:
    kept = keep_file(cast.actor("Reconciler Yan"), bank.link.pk, data, "day.txt")
    row = post_file(cast.actor("Checker He"), kept.pk)
    jobs.run_until_idle()
    row.refresh_from_db()
    assert row.state == PartnerFile.State.POSTED
    return row


def test_each_line_is_booked_or_refused_by_itself(cast: Cast, bank: FileBank) -> None:
    row = posted(cast, bank, mixed(bank))
    assert (row.booked, row.booked_fen) == (3, 20_00)
    assert row.refused == [[4, "S3", "unknown_account"], [6, "R2", "unknown_original"]]
    lines = files.answer(row).decode("gb18030").splitlines()
    assert [line.split("|")[2:4] for line in lines[1:-1]] == [
        ["S1", "ok"], ["S2", "ok"], ["S3", "unknown_account"], ["R1", "ok"], ["R2", "unknown_original"],
    ]  # fmt: skip
    assert trial_balance()["clearing-bank-counter"] == 20_00


def test_looking_through_books_nothing_and_the_same_file_twice_is_one(cast: Cast, bank: FileBank) -> None:
    yan, data = cast.actor("Reconciler Yan"), mixed(bank)
    row = keep_file(yan, bank.link.pk, data, "day.txt")
    assert not Payment.objects.within(EVERYTHING).exists()
    assert keep_file(yan, bank.link.pk, data, "again.txt").pk == row.pk
    posted(cast, bank, data)
    books = trial_balance()
    assert posted(cast, bank, data).pk == row.pk
    assert trial_balance() == books


def test_lines_that_came_before_in_another_file_are_not_booked_again(cast: Cast, bank: FileBank) -> None:
    li = bank.number("Ms Li")
    posted(cast, bank, bank.file(bank.item("S1", 10_00, number=li)).body)
    later = posted(cast, bank, bank.file(bank.item("S1", 10_00, number=li), bank.item("S2", 1, number=li)).body)
    assert (later.booked, Payment.objects.within(EVERYTHING).count()) == (2, 2)
    changed = posted(cast, bank, bank.file(bank.item("S1", 10_01, number=li)).body)
    assert changed.refused == [[2, "S1", "key_reused"]]


def test_a_file_of_another_bank_or_with_a_changed_byte_is_refused(cast: Cast, bank: FileBank) -> None:
    yan, data = cast.actor("Reconciler Yan"), mixed(bank)
    other = RealTimeBank(cast).link
    with pytest.raises(CodecError):
        keep_file(yan, other.pk, data, "gb18030 in a link of utf-8.txt")
    with pytest.raises(CodecError):
        keep_file(yan, bank.link.pk, data.replace(b"1000", b"1001"), "x")
    with pytest.raises(Refused):
        keep_file(yan, bank.link.pk, bank_file.write(bank_file.DayFile("BK09", bank.day, []), "gb18030"), "x")


def test_the_stranger_and_the_clerk_keep_no_file_here(cast: Cast, bank: FileBank) -> None:
    with pytest.raises(NotInScope):
        keep_file(cast.actor("Stranger"), bank.link.pk, mixed(bank), "x")
    with pytest.raises(NotAllowed):
        keep_file(cast.actor("Clerk Wu"), bank.link.pk, mixed(bank), "x")


def test_whoever_brought_a_file_posts_it_only_up_to_what_the_dated_rule_lets_one_person_post(
    cast: Cast, bank: FileBank, monkeypatch: pytest.MonkeyPatch, english: None
) -> None:
    yan, he, data = cast.actor("Reconciler Yan"), cast.actor("Checker He"), mixed(bank)
    row = keep_file(yan, bank.link.pk, data, "day.txt")
    with pytest.raises(Refused, match="second person"):
        post_file(yan, row.pk)
    assert PartnerFile.objects.within(EVERYTHING).get(pk=row.pk).state == PartnerFile.State.CHECKED
    first = rules.bank_file_policy(date(2026, 1, 1))
    alone = msgspec.structs.replace(first, alone_up_to_yuan=46)  # 10 + 20 + 5 + 10 + 1 yuan are moved
    monkeypatch.setattr(rules, "versions", lambda *_of: (msgspec.structs.replace(first, alone_up_to_yuan=45),))
    with pytest.raises(Refused, match="second person"):
        post_file(yan, row.pk)
    monkeypatch.setattr(rules, "versions", lambda *_of: (first, alone))
    assert post_file(yan, row.pk).posted_by == "Reconciler Yan"
    assert post_file(he, row.pk).posted_by == "Reconciler Yan", "it stays as it is"


def test_a_file_that_no_person_brought_is_posted_by_the_same_job(cast: Cast, bank: FileBank) -> None:
    row = keep_file(system("sftp"), bank.link.pk, mixed(bank), "day.txt")
    assert post_file(system("sftp"), row.pk).state == PartnerFile.State.POSTING
