"""Keypad tokens: one per payment, for the right device, counted with the row locked."""

from __future__ import annotations

from datetime import date

import pytest

from gridhall.cis.customers.actions import change_tariff
from gridhall.cis.payments.actions import charge_back, receive, refund_by_channel, reverse
from gridhall.cis.payments.models import Payment
from gridhall.cis.prepay.actions import issue_service_token, issue_token, register_device, void_token
from gridhall.cis.prepay.document import receipt_with_token
from gridhall.cis.prepay.models import Token, TokenDevice
from gridhall.cis.tariffs.actions import publish_parsed
from gridhall.codecs import openpaygo
from gridhall.kernel import shipped
from gridhall.platform.actor import system
from gridhall.platform.errors import KeyReused, NotAllowed, NotInScope, Refused
from gridhall.platform.models import OutboxEvent
from tests.cast import Cast
from tests.cis.prepay.conftest import at

pytestmark = pytest.mark.usefixtures("english")
KEY = "bc41ec9530f6dac86b1a29ab82edc5fb"
TODAY = date(2026, 1, 20)
FLAT = "flat-rate"


@pytest.fixture
def device(cast: Cast) -> TokenDevice:
    """Ms Li has one price per kWh, and a keypad."""
    for version in shipped.tariffs()[FLAT]:
        publish_parsed(system(), version)
    change_tariff(cast.actor("Supervisor Zheng"), cast.agreement("Ms Li"), FLAT, date(2026, 1, 10))
    return register_device(cast.actor("Fitter Sun"), cast.accounts["Ms Li"].pk, "KP-1", 516_959_010, KEY)


def paid(cast: Cast, fen: int = 50_00, name: str = "Ms Li", key: str = "paid") -> Payment:
    with at(TODAY):
        return receive(cast.actor(name), cast.accounts[name].pk, fen, "online", "demo", key=key)


def issue(cast: Cast, payment: Payment, device: TokenDevice, **how: str) -> Token:
    with at(TODAY):
        return issue_token(cast.actor("Clerk Wu"), payment.pk, device.pk, **how)


def test_a_payment_becomes_energy_that_the_device_takes(cast: Cast, device: TokenDevice) -> None:
    price_e8 = int(shipped.tariffs()[FLAT][-1].season(1).prices.total)
    token = issue(cast, paid(cast), device)
    assert token.energy_wh == 50_00 * 10**9 // price_e8 // 100 * 100
    secrets = openpaygo.Device(516_959_010, bytes.fromhex(KEY), extended=True)
    taken = openpaygo.read(secrets, token.grouped, 1)
    assert (taken.kind, taken.steps * 100, taken.count) == (openpaygo.Kind.ADD, token.energy_wh, token.count)
    device.refresh_from_db()
    assert device.count == token.count
    notes = receipt_with_token(token.payment).notes
    assert token.grouped in notes[0].zh and token.grouped in notes[0].en


def test_a_payment_never_gets_a_second_token(cast: Cast, device: TokenDevice) -> None:
    payment = paid(cast)
    first = issue(cast, payment, device, key="once")
    assert issue(cast, payment, device, key="once").pk == first.pk
    with pytest.raises(Refused, match="has its token already"):
        issue(cast, payment, device)
    second = register_device(cast.actor("Fitter Sun"), cast.accounts["Ms Li"].pk, "KP-2", 1, "0" * 32)
    with pytest.raises(Refused, match="has its token already"):
        issue(cast, payment, second)
    with pytest.raises(KeyReused):
        issue(cast, paid(cast, key="other"), device, key="once")
    assert Token.objects.count() == 1


def test_a_token_is_never_for_the_device_of_another(cast: Cast, device: TokenDevice) -> None:
    payment = paid(cast, name="Sunny Roof", key="roof")
    with pytest.raises(Refused, match="KP-1 belongs to another account"):
        issue(cast, payment, device)


def test_a_payment_taken_back_buys_nothing(cast: Cast, device: TokenDevice) -> None:
    payment = paid(cast)
    with at(TODAY):
        reverse(cast.actor("Supervisor Zheng"), payment.pk, "mistyped")
    with pytest.raises(Refused, match="taken back"):
        issue(cast, payment, device)


def test_a_payment_whose_token_is_out_is_taken_back_only_after_the_token_is_void(
    cast: Cast, device: TokenDevice
) -> None:
    token, zheng = issue(cast, paid(cast), device), cast.actor("Supervisor Zheng")
    for attempt in (
        lambda: reverse(zheng, token.payment_id, "mistyped"),
        lambda: refund_by_channel(system("demo"), token.payment_id, 50_00, "asked for it"),
    ):
        with at(TODAY), pytest.raises(Refused, match=f"{token.grouped} for device KP-1 was issued.*records the token"):
            attempt()
    with pytest.raises(NotAllowed):
        void_token(cast.actor("Clerk Wu"), token.pk, "photo 17")
    with pytest.raises(NotInScope):
        void_token(cast.actor("Stranger"), token.pk, "photo 17")
    with pytest.raises(Refused, match="how the energy was taken off"):
        void_token(zheng, token.pk, " ")
    void_token(zheng, token.pk, "set to zero before us, photo 17")
    with pytest.raises(Refused, match="void already"):
        void_token(zheng, token.pk, "photo 17")
    with at(TODAY):
        assert reverse(zheng, token.payment_id, "mistyped").amount_fen == -50_00
    with pytest.raises(Refused, match="taken back"):
        issue(cast, token.payment, device)


def test_a_bank_that_takes_the_money_of_a_token_is_booked_and_told(cast: Cast, device: TokenDevice) -> None:
    token = issue(cast, paid(cast), device)
    with at(TODAY):
        charge_back(system("reconcile"), token.payment_id, "returned by the bank")
    told = OutboxEvent.objects.get(topic="token.without-money").payload
    assert told == {"receipt": token.payment.receipt_number, "meter": "KP-1", "energy_wh": token.energy_wh}


def test_tiers_and_hours_have_no_one_price(cast: Cast) -> None:
    roof = cast.accounts["Sunny Roof"].pk
    keypad = register_device(cast.actor("Fitter Sun"), roof, "KP-3", 7, KEY)
    with pytest.raises(Refused, match="one price per kWh"):
        issue(cast, paid(cast, name="Sunny Roof"), keypad)


def test_two_tokens_follow_each_other(cast: Cast, device: TokenDevice) -> None:
    first = issue(cast, paid(cast, key="a"), device)
    second = issue(cast, paid(cast, key="b"), device)
    assert second.count == first.count + 2 and second.digits != first.digits


def test_service_tokens_need_a_supervisor_and_a_reason(cast: Cast, device: TokenDevice) -> None:
    with pytest.raises(NotAllowed):
        issue_service_token(cast.actor("Clerk Wu"), device.pk, "DISABLE_PAYG", 0, "sold")
    zheng = cast.actor("Supervisor Zheng")
    with pytest.raises(Refused, match="reason"):
        issue_service_token(zheng, device.pk, "DISABLE_PAYG", 0, " ")
    with pytest.raises(Refused, match="steps of 100 Wh"):
        issue_service_token(zheng, device.pk, "SET_TIME", 150, "meter moved")
    with pytest.raises(Refused, match="no token adds energy"):
        issue_service_token(zheng, device.pk, "ADD_TIME", 100, "a present")
    token = issue_service_token(zheng, device.pk, "SET_TIME", 12_300, "meter moved")
    assert (token.steps, token.payment) == (123, None)
    assert issue_service_token(zheng, device.pk, "DISABLE_PAYG", 0, "sold").count == token.count + 2


@pytest.mark.parametrize(
    ("serial", "code", "key", "says"),
    [
        ("KP-1", 1, KEY, "no other device"),
        ("", 1, KEY, "serial"),
        ("X", 10**9, KEY, "9 digits"),
        ("X", 1, "zz", "secrets"),
    ],
)
def test_a_device_with_unusable_secrets_is_refused(
    cast: Cast, device: TokenDevice, serial: str, code: int, key: str, says: str
) -> None:
    with pytest.raises(Refused, match=says):
        register_device(cast.actor("Fitter Sun"), cast.accounts["Ms Li"].pk, serial, code, key)


def test_the_stranger_gets_no_token(cast: Cast, device: TokenDevice) -> None:
    payment, stranger = paid(cast), cast.actor("Stranger")
    for attempt in (
        lambda: issue_token(stranger, payment.pk, device.pk),
        lambda: issue_service_token(stranger, device.pk, "DISABLE_PAYG", 0, "mine"),
        lambda: register_device(stranger, cast.accounts["Ms Li"].pk, "S-1", 1, KEY),
    ):
        with pytest.raises(NotInScope):
            attempt()
