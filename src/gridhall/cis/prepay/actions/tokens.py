"""Keypad tokens: a payment becomes energy of one device, once. Issuing and counting are one transaction.

The row of the device is locked while its count moves on, so two clerks never print the same token.
"""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from gridhall.cis.customers.models import Agreement
from gridhall.cis.payments.actions.taking_back import left_fen
from gridhall.cis.payments.models import Payment
from gridhall.cis.prepay.actions.devices import locked_account
from gridhall.cis.prepay.keypads import make
from gridhall.cis.prepay.models import Token, TokenDevice
from gridhall.cis.tariffs.queries import in_force
from gridhall.platform.actions import Act, action
from gridhall.platform.errors import NotInScope, Refused
from gridhall.platform.locks import lock
from gridhall.platform.scope import EVERYTHING
from gridhall.platform.tags import Tag

WH_E8_PER_FEN = 10**9  # fen x this / price_e8 (1e-8 yuan per kWh) is Wh


@action(Tag.KEYPAD_ISSUE)
def issue_token(act: Act, payment_id: int, device_id: int) -> Token:
    """Turn a payment into energy of a device of the same account, at the price of today.

    Refused for a second token of a payment, a device of another account, a payment taken back, and a tariff without one
    price: what a token cannot carry stays paid in advance.
    """
    payment = Payment.objects.within(act.actor.scope).filter(pk=payment_id).first()
    if payment is None:
        raise NotInScope()
    account = locked_account(act, payment.account_id)
    payment = lock(Payment.objects.within(EVERYTHING).filter(pk=payment_id))[0]
    device = _device(act, device_id, account.pk)
    if payment.state not in Payment.STANDING or payment.amount_fen <= 0 or left_fen(payment) != payment.amount_fen:
        raise Refused(_("The payment was taken back; it buys nothing."))
    before = Token.objects.within(EVERYTHING).filter(payment=payment).first()
    if before is not None:
        raise Refused(_("This payment has its token already: %(digits)s") % {"digits": before.grouped})
    price_e8 = price_of(account.pk, act)
    steps = payment.amount_fen * WH_E8_PER_FEN // price_e8 // device.step_wh
    token = _issue(act, device, Token.Kind.ADD, steps, payment=payment, price_e8=price_e8)
    act.note(receipt=payment.receipt_number, amount_fen=payment.amount_fen)
    return token


@action(Tag.KEYPAD_SERVICE)
def issue_service_token(act: Act, device_id: int, kind: str, energy_wh: int, reason: str) -> Token:
    """A token without a payment and with a reason: on OpenPAYGO the energy is set or prepayment is switched off, on STS
    the credit or a tamper alarm is cleared."""
    found = TokenDevice.objects.within(act.actor.scope).filter(pk=device_id).first()
    if found is None:
        raise NotInScope()
    account = locked_account(act, found.account_id)
    device = _device(act, device_id, account.pk)
    if kind not in Token.Kind.values or kind == Token.Kind.ADD:
        raise Refused(_("Without a payment no token adds energy."))
    if len(reason.strip()) < 3:
        raise Refused(_("Give a reason."))
    if energy_wh % device.step_wh:
        raise Refused(_("This device counts in steps of %(wh)s Wh.") % {"wh": device.step_wh})
    return _issue(act, device, Token.Kind(kind), energy_wh // device.step_wh, reason=reason.strip())


@action(Tag.KEYPAD_VOID)
def void_token(act: Act, token_id: int, reason: str) -> Token:
    """Record that the energy of a token is off the meter again, or never reached it: its payment may be taken back."""
    found = Token.objects.within(act.actor.scope).filter(pk=token_id).first()
    if found is None:
        raise NotInScope()
    locked_account(act, found.account_id)
    lock(TokenDevice.objects.within(EVERYTHING).filter(pk=found.device_id))
    token = Token.objects.within(EVERYTHING).select_related("device").get(pk=token_id)
    act.on(token, token.path, token.account_id)
    if token.voided_at is not None:
        raise Refused(_("This token is void already."))
    if len(reason.strip()) < 3:
        raise Refused(_("Say how the energy was taken off the meter, with the number of the photo or of the test."))
    token.voided_at, token.voided_by, token.void_reason = act.at, act.actor.name, reason.strip()[:200]
    token.save(update_fields=["voided_at", "voided_by", "void_reason"])
    act.note(serial=token.device.serial, count=token.count, reason=token.void_reason)
    return token


def price_of(account_id: int, act: Act) -> int:
    """The one price per kWh of the account today, 1e-8 yuan. Refused for tiers, hours and capacity charges."""
    today = timezone.localtime(act.at).date()
    agreed = Agreement.objects.on(today).filter(account_id=account_id, direction=Agreement.Direction.IMPORT).first()
    held = in_force(agreed.tariff_code, today, today.fromordinal(today.toordinal() + 1)) if agreed else []
    version = held[-1].version if held else None
    price = version.season(today.month).prices.total if version else None
    if version is None or price is None or version.calendar or version.tiers or version.demand or version.capacity:
        raise Refused(_("A keypad token needs a tariff with one price per kWh; choose one for this account first."))
    return int(price)


def _issue(
    act: Act, device: TokenDevice, kind: Token.Kind, steps: int, *, payment: Payment | None = None, price_e8: int = 0,
    reason: str = "",
) -> Token:  # fmt: skip
    made = make(device, kind, steps, act.at)
    device.count = made.count
    device.save(update_fields=["count"])
    token = Token.objects.create(
        device=device, account_id=device.account_id, path=device.path, payment=payment, kind=kind, steps=made.steps,
        energy_wh=made.steps * device.step_wh, price_e8=price_e8, count=made.count, digits=made.digits,
        issued_at=act.at, issued_by=act.actor.name, reason=reason,
    )  # fmt: skip
    act.on(token, token.path, device.account_id)
    act.note(serial=device.serial, kind=kind.value, steps=made.steps, count=made.count)
    return token


def _device(act: Act, device_id: int, account_id: int) -> TokenDevice:
    """The device, locked; one of another account is refused by name, one of strangers does not exist."""
    rows = lock(TokenDevice.objects.within(act.actor.scope).filter(pk=device_id))
    if not rows:
        raise NotInScope()
    device: TokenDevice = rows[0]
    if device.account_id != account_id:
        raise Refused(_("Device %(serial)s belongs to another account.") % {"serial": device.serial})
    if not device.in_use:
        raise Refused(_("Device %(serial)s is not in use any more.") % {"serial": device.serial})
    return device
