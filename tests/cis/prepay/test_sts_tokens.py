"""STS meters: a payment becomes 20 digits that the meter takes, once, and only when the utility's file is right."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils.translation import override

from gridhall.cis.prepay.actions import issue_service_token, issue_token, register_sts_meter
from gridhall.cis.prepay.document import receipt_with_token
from gridhall.cis.prepay.keypads import meter_of
from gridhall.cis.prepay.models import Token, TokenDevice
from gridhall.cis.prepay.sts_words import TEXTS
from gridhall.codecs import sts
from gridhall.platform.errors import NotInScope, Refused
from tests.cast import Cast
from tests.cis.prepay.conftest import at
from tests.cis.prepay.test_tokens import TODAY, device, issue, paid
from tests.codecs import sts_fleet

pytestmark = pytest.mark.usefixtures("english")
__all__ = ["device"]  # Ms Li has one price per kWh


@pytest.fixture
def file(tmp_path: Path, settings: Any) -> Path:
    """The file of a fleet that exists nowhere."""
    path = tmp_path / "fleet.json"
    path.touch(mode=0o600)
    path.write_bytes(sts_fleet.content())
    settings.STS_FILE = str(path)
    return path


@pytest.fixture
def meter(cast: Cast, device: TokenDevice, file: Path) -> TokenDevice:
    """Ms Li has an STS meter beside her other device."""
    account = cast.accounts["Ms Li"].pk
    return register_sts_meter(cast.actor("Fitter Sun"), account, sts_fleet.pan(7), sts_fleet.SGC, "01")


def taken(file: Path, meter: TokenDevice, token: Token) -> sts.Content:
    return sts.read(sts.load(file.read_bytes()), meter_of(meter), token.grouped)


def test_a_payment_becomes_20_digits_that_the_meter_takes(cast: Cast, meter: TokenDevice, file: Path) -> None:
    token = issue(cast, paid(cast), meter)
    said = taken(file, meter, token)
    assert (said.token_class, said.subclass) == (0, 0)
    assert sts.amount_of(said.value) == token.steps and token.energy_wh == token.steps * 100
    assert said.tid == token.count == sts.tid_at(2014, datetime.fromisoformat("2026-01-20T12:30"))
    assert len(token.digits) == 20 and token.grouped.count(" ") == 4
    notes = receipt_with_token(token.payment).notes
    assert token.grouped in notes[0].zh and token.grouped in notes[0].en
    assert meter.serial == sts_fleet.pan(7)[6:17] and meter.serial in notes[0].en


def test_two_tokens_of_one_minute_have_two_identifiers_and_a_payment_one_token(
    cast: Cast, meter: TokenDevice, file: Path
) -> None:
    first = issue(cast, paid(cast, key="a"), meter, key="once")
    assert issue(cast, first.payment, meter, key="once").pk == first.pk
    second = issue(cast, paid(cast, key="b"), meter)
    assert taken(file, meter, second).tid == taken(file, meter, first).tid + 1
    with pytest.raises(Refused, match="has its token already"):
        issue(cast, first.payment, meter)
    assert Token.objects.count() == 2


def test_a_large_payment_is_rounded_up_by_the_code_and_written_down_so(
    cast: Cast, meter: TokenDevice, file: Path
) -> None:
    token = issue(cast, paid(cast, 2_000_00), meter)
    assert token.steps > 16_384 and token.energy_wh == 100 * sts.amount_of(taken(file, meter, token).value)
    bought = 2_000_00 * 10**9 // token.price_e8 // 100
    assert 0 <= token.steps - bought < 10


def test_a_payment_below_one_step_and_one_beyond_the_code_are_refused(cast: Cast, meter: TokenDevice) -> None:
    with pytest.raises(Refused, match=r"smallest step of a token, 0\.1 kWh"):
        issue(cast, paid(cast, 1, key="small"), meter)
    with pytest.raises(Refused, match="issue it in parts"):
        issue(cast, paid(cast, 90_000_000_00 // 10, key="large"), meter)


def test_service_tokens_clear_credit_or_a_tamper_alarm_and_set_nothing(
    cast: Cast, meter: TokenDevice, file: Path
) -> None:
    zheng = cast.actor("Supervisor Zheng")
    with at(TODAY):
        clear = issue_service_token(zheng, meter.pk, "CLEAR_CREDIT", 0, "wrong customer")
        tamper = issue_service_token(zheng, meter.pk, "CLEAR_TAMPER", 0, "lid was open")
        with pytest.raises(Refused, match="no token of this kind"):
            issue_service_token(zheng, meter.pk, "SET_TIME", 100, "meter moved")
    found = [(one.token_class, one.subclass, one.value) for one in (taken(file, meter, t) for t in (clear, tamper))]
    assert found == [(2, 1, 0), (2, 5, 0)] and tamper.count == clear.count + 1


@pytest.mark.parametrize(
    ("content", "mode", "says"),
    [
        (sts_fleet.content(vectors=[]), 0o600, "vectors: give at least one token"),
        (sts_fleet.content(s1=[1] * 16), 0o600, "s1: give each number from 0 to 15 once"),
        (sts_fleet.content(2, vectors=sts_fleet.written(1)["vectors"]), 0o600, r"vectors\[0\]: tables and keys make"),
        (b"{}", 0o600, r"fleet\.json of STS tables is not usable: the file is not read"),
        (sts_fleet.content(), 0o644, "mode to 0600"),
    ],
)
def test_no_token_is_issued_before_the_file_is_right(
    cast: Cast, meter: TokenDevice, file: Path, content: bytes, mode: int, says: str
) -> None:
    file.write_bytes(content)
    file.chmod(mode)
    payment = paid(cast)
    with pytest.raises(Refused, match=says):
        issue(cast, payment, meter)
    with pytest.raises(CommandError, match=says):
        call_command("keypad", "check")
    assert not Token.objects.exists()
    meter.refresh_from_db()
    assert meter.count == 0
    file.write_bytes(sts_fleet.content())
    file.chmod(0o600)
    assert issue(cast, payment, meter).digits


def test_without_a_file_the_remedy_is_said_in_both_languages(cast: Cast, meter: TokenDevice, settings: Any) -> None:
    payment = paid(cast)
    settings.STS_FILE = ""
    with pytest.raises(Refused, match="not configured: set GRIDHALL_STS"):
        issue(cast, payment, meter)
    with override("zh-hans"), pytest.raises(Refused, match="GRIDHALL_STS") as refused:
        issue(cast, payment, meter)
    assert "尚未配置" in str(refused.value)
    settings.STS_FILE = "/nowhere/fleet.json"
    with pytest.raises(Refused, match=r"fleet\.json of STS tables cannot be read: No such file"):
        issue(cast, payment, meter)


def test_a_meter_number_with_a_wrong_digit_and_a_second_meter_of_one_number_are_refused(
    cast: Cast, meter: TokenDevice
) -> None:
    sun, account = cast.actor("Fitter Sun"), cast.accounts["Ms Li"].pk
    with pytest.raises(Refused, match="18 digits that end with their check digit"):
        register_sts_meter(sun, account, str(int(sts_fleet.pan(8)) + 1), sts_fleet.SGC, "01")
    with pytest.raises(Refused, match="no other device"):
        register_sts_meter(sun, account, sts_fleet.pan(7), sts_fleet.SGC, "01")
    with pytest.raises(NotInScope):
        register_sts_meter(cast.actor("Stranger"), account, sts_fleet.pan(8), sts_fleet.SGC, "01")


def test_a_key_past_its_end_issues_nothing(cast: Cast, device: TokenDevice, file: Path) -> None:
    account = cast.accounts["Ms Li"].pk
    old = register_sts_meter(cast.actor("Fitter Sun"), account, sts_fleet.pan(9), sts_fleet.SGC, "01", key_expiry=90)
    with pytest.raises(Refused, match="up to 90, this one begins with 96; change the key"):
        issue(cast, paid(cast), old)


def test_the_command_registers_checks_and_serves(cast: Cast, device: TokenDevice, file: Path, capsys: Any) -> None:
    number = cast.accounts["Ms Li"].number
    call_command("keypad", "sts", number, sts_fleet.pan(5), sts_fleet.SGC, "01")
    call_command("keypad", "check")
    with at(date(2026, 1, 20)):
        call_command("keypad", "service", sts_fleet.pan(5)[6:17], "CLEAR_TAMPER", "lid was open")
    said = capsys.readouterr().out.splitlines()
    assert "3 vectors come out" in said[1] and len(said[2].replace(" ", "")) == 20
    with pytest.raises(CommandError, match="No account 1"):
        call_command("keypad", "sts", "1", sts_fleet.pan(5), sts_fleet.SGC, "01")


def test_every_sentence_of_the_codec_is_said_in_chinese_too() -> None:
    with override("en"):
        assert {fault: str(text) for fault, text in TEXTS.items()} == dict(sts.SENTENCES)
    with override("zh-hans"):
        assert all(any("一" <= letter <= "鿿" for letter in str(text)) for text in TEXTS.values())


def test_a_strangers_token_is_not_there(cast: Cast, meter: TokenDevice) -> None:
    payment = paid(cast)
    with pytest.raises(NotInScope):
        issue_token(cast.actor("Stranger"), payment.pk, meter.pk)
