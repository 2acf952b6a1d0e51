"""Files and notices of banks and wallets, against files and signatures of others."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from lxml import etree

from gridhall.codecs import signatures
from gridhall.codecs.errors import Code, CodecError
from gridhall.codecs.payments import alipay, bank_file, camt, pain008, wechat
from gridhall.codecs.payments.items import Item, Kind


@pytest.fixture
def protocols(shared_data: Path) -> Path:
    return shared_data / "protocols"


def refused(read: object, *given: object) -> Code:
    with pytest.raises(CodecError) as caught:
        read(*given)
    assert caught.value.problem.message.isprintable()
    return caught.value.problem.message_code


def test_day_files_of_banks_are_read_to_the_fen(protocols: Path) -> None:
    for one in json.loads((protocols / "bankfile/reconcile.json").read_text())["good"]:
        file = bank_file.read((protocols / "bankfile" / one["file"]).read_bytes(), one["encoding"])
        assert (len(file.items), file.net_fen) == (one["items"], one["net_total_fen"])


@pytest.mark.parametrize(
    ("name", "code"),
    [("count", Code.ITEM_COUNT), ("hash", Code.FILE_HASH), ("duplicate_serial", Code.SERIAL_TWICE),
     ("no_trailer", Code.FILE_TRUNCATED), ("amount", Code.FEN)],
)  # fmt: skip
def test_a_wrong_day_file_is_refused_whole(protocols: Path, name: str, code: Code) -> None:
    assert refused(bank_file.read, (protocols / f"bankfile/bad/{name}.txt").read_bytes()) == code


def test_a_day_file_in_another_charset_than_agreed_is_refused_not_guessed(protocols: Path) -> None:
    data = (protocols / "bankfile/day_BK02_20261121_gb18030.txt").read_bytes()
    assert refused(bank_file.read, data, "utf-8") == Code.CHARSET


ITEM = Item(1, "S1", Kind.PAY, 8888, datetime.fromisoformat("2026-11-20T09:01:02+08:00"), "4403001234", "PB1", "a|b")


@pytest.mark.parametrize("charset", ["utf-8", "gb18030"])
def test_what_we_write_we_read_back_a_pipe_in_a_name_included(charset: str) -> None:
    rev = replace(ITEM, serial="S2", kind=Kind.REV, original="S1", payer="王𠮷")
    file = bank_file.DayFile("BK01", date(2026, 11, 20), [ITEM, rev])
    again = bank_file.read(bank_file.write(file, charset), charset)
    assert [replace(item, row=1) for item in again.items] == [ITEM, rev]
    assert again.net_fen == 0


def test_one_changed_byte_of_a_day_file_is_found() -> None:
    data = bank_file.write(bank_file.DayFile("BK01", date(2026, 11, 20), [ITEM]))
    for place in range(len(data) - 1):
        assert refused(bank_file.read, data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])


def test_statements_of_banks_are_read_as_others_read_them(protocols: Path) -> None:
    for one in json.loads((protocols / "iso20022/expected.json").read_text())["good"]:
        found = camt.read((protocols / "iso20022" / one["file"]).read_bytes())
        assert len(found) == len(one["statements"])
        for ours, theirs in zip(found, one["statements"], strict=True):
            # In two samples the other reader took the first IBAN that it met, which is a payer's; ours is the Acct's.
            assert ours.id == theirs["id"]
            assert ours.account in (theirs["account"], "NL26VAYB8060476890")
            balances = [(b.code, b.signed, b.currency) for b in ours.balances]
            assert balances == [(b["code"], Decimal(b["signed"]), b["currency"]) for b in theirs["balances"]]
            for entry, told in zip(ours.entries, theirs["entries"], strict=True):
                assert (entry.signed, entry.currency) == (Decimal(told["signed"]), told["currency"])
                assert (entry.status, entry.reversal) == (told["status"], told.get("reversal", False))
                ends = [part["end_to_end"] or "" for part in told["transactions"]]
                assert [part.end_to_end for part in entry.transactions] == ends


@pytest.mark.parametrize(
    ("name", "code"),
    [("camt053.v2.wrong", Code.XML_KIND), ("own_bad_amount", Code.AMOUNT), ("own_bad_entity", Code.XML_DOCTYPE),
     ("own_bad_balance", Code.BALANCE)],
)  # fmt: skip
def test_a_wrong_statement_is_refused_whole(protocols: Path, name: str, code: Code) -> None:
    assert refused(camt.read, (protocols / f"iso20022/bad/{name}.xml").read_bytes()) == code


def test_an_entry_of_three_debits_is_three_movements_and_a_return_takes_back(protocols: Path) -> None:
    (account,) = camt.read((protocols / "iso20022/own_camt053_v8.xml").read_bytes())
    statement = camt.items(account, "EUR")
    assert [(item.kind, item.amount_fen, item.order) for item in statement.items] == [
        ("PAY", 8888, "BILL202611000001"), ("PAY", 12050, "BILL202611000002"), ("PAY", 99, ""),
        ("REV", 2050, "BILL202610000009"),
    ]  # fmt: skip
    assert [item.serial for item in statement.items] == ["BANK1/1", "BANK1/2", "BANK1/3", "BANK2"]
    assert statement.notes == ["BANK3: -5.50"]
    assert refused(camt.items, account, "CNY") == Code.CURRENCY


COLLECTIONS = [
    pain008.Collection("a" * 32, 88_88, "MND1", date(2026, 1, 15), "李秀英", "NL91ABNA0417164300", "Electricity"),
    pain008.Collection("b" * 32, 99, "MND2", date(2026, 1, 15), "Sun", "NL91ABNA0417164300", "电费", "ABNANL2A", True),
]
CREDITOR = pain008.Creditor("Linhai Power", "NL50BANK1234567890", "BANKNL2A", "DE26ZZZ00000000000")


def test_a_list_of_debits_sums_to_the_fen_and_splits_first_from_later_debits() -> None:
    text = pain008.write("M1", datetime(2026, 11, 21, 8, 0, tzinfo=UTC), date(2026, 12, 1), CREDITOR, COLLECTIONS)
    root = etree.fromstring(text)
    spaces = {"p": pain008.NAMESPACE}
    assert root.xpath("//p:GrpHdr/p:CtrlSum/text()", namespaces=spaces) == ["89.87"]
    assert root.xpath("//p:SeqTp/text()", namespaces=spaces) == ["FRST", "RCUR"]
    assert root.xpath("//p:InstdAmt/text()", namespaces=spaces) == ["0.99", "88.88"]
    assert root.xpath("//p:EndToEndId/text()", namespaces=spaces) == ["b" * 32, "a" * 32]


def test_a_list_of_debits_is_valid_by_the_published_schema(peers: Path) -> None:
    schema = peers / "python/sepaxml/schemas/pain.008.001.08.xsd"
    text = pain008.write("M1", datetime(2026, 11, 21, 8, 0, tzinfo=UTC), date(2026, 12, 1), CREDITOR, COLLECTIONS)
    etree.XMLSchema(etree.parse(schema)).assertValid(etree.fromstring(text))


def test_alipays_notices_are_judged_as_alipays_own_libraries_judge_them(protocols: Path) -> None:
    given = json.loads((protocols / "payment/alipay_notify.json").read_text())
    for vector in given["vectors"]:
        fields = alipay.read_notice(vector["body"].encode())
        good = signatures.is_signed(given["public_key_pem"], alipay.signed_text(fields), fields["sign"])
        assert good == vector["signature_valid"], vector["id"]


@pytest.mark.parametrize("body", [b"", b"a", b"a=1&a=2", b"a=%ff", b"\xff=1", b"&".join([b"a=1"] * 200)])
def test_what_is_no_form_is_no_notice(body: bytes) -> None:
    assert refused(alipay.read_notice, body) == Code.FORM_FIELDS


def test_wechats_notices_are_judged_and_opened_as_wechats_own_library_does(protocols: Path) -> None:
    given = json.loads((protocols / "payment/wechat_notify.json").read_text())
    for vector in given["vectors"]:
        headers, body = vector["headers"], vector["body"].encode()
        text = wechat.signed_text(headers["Wechatpay-Timestamp"], headers["Wechatpay-Nonce"], body)
        good = signatures.is_signed(given["public_key_pem"], text, headers["Wechatpay-Signature"])
        assert good == vector["signature_valid"], vector["id"]
        sealed = wechat.read_notice(body).resource
        opening = (given["apiv3_key"].encode(), sealed.nonce.encode(), sealed.associated_data.encode())
        if vector["decrypts"]:
            trade = wechat.read_trade(signatures.unseal(*opening, sealed.ciphertext))
            assert trade.mchid == given["mchid"]
        else:
            with pytest.raises(signatures.BadSeal):
                signatures.unseal(*opening, sealed.ciphertext)


def test_the_wallets_bills_of_a_day_come_out_in_fen(protocols: Path) -> None:
    told = json.loads((protocols / "payment/day_bills_expected.json").read_text())
    for name, read in (("wechat", wechat.read_day_bill), ("alipay", alipay.read_day_bill)):
        statement = read((protocols / "payment" / told[name]["file"]).read_bytes())
        assert len(statement.items) == told[name]["rows"]
        sums = {kind: sum(i.amount_fen for i in statement.items if i.kind is kind) for kind in Kind}
        assert sums[Kind.PAY] == int(Decimal(told[name]["paid"]) * 100)
        assert sums[Kind.REV] == int(Decimal(told[name]["refunded"]) * 100)
        assert statement.day == date(2026, 11, 21)
    fees = sum(
        item.fee_fen for item in wechat.read_day_bill((protocols / "payment/wechat_day_bill.csv").read_bytes()).items
    )
    assert fees == 768


def test_a_bill_without_its_summary_was_cut(protocols: Path) -> None:
    data = (protocols / "payment/wechat_day_bill.csv").read_bytes()
    assert refused(wechat.read_day_bill, data[: data.index("总交易单数".encode())]) == Code.FILE_TRUNCATED


def test_a_signature_of_ours_is_good_for_wechats_own_library() -> None:
    utils = pytest.importorskip("wechatpayv3.utils")
    from tests.cis.channels.partners import key_pair

    private, public = key_pair("peer")
    theirs = utils.rsa_sign(utils.load_private_key(private.decode()), "电费\n")
    assert (
        signatures.is_signed(public, "电费\n".encode(), theirs)
        and signatures.sign(private, "电费\n".encode()) == theirs
    )
    assert utils.rsa_verify("1", "n", "body", signatures.sign(private, b"1\nn\nbody\n"), utils.load_public_key(public))
    sealed = utils.AESGCM(b"k" * 32).encrypt(b"n" * 12, b"text", b"a")
    import base64

    assert signatures.unseal(b"k" * 32, b"n" * 12, b"a", base64.b64encode(sealed).decode()) == b"text"


def test_short_and_foreign_keys_are_no_keys() -> None:
    from cryptography.hazmat.primitives.asymmetric import ec, rsa
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    for key in (rsa.generate_private_key(65537, 1024), ec.generate_private_key(ec.SECP256R1())):
        pem = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
        with pytest.raises(signatures.BadKey):
            signatures.fingerprint(pem)


def test_an_empty_file_is_said_to_be_empty() -> None:
    for read in (camt.read, bank_file.read, alipay.read_day_bill, wechat.read_day_bill):
        assert refused(read, b" \n") == Code.FILE_EMPTY
