"""Keypad devices of accounts: OpenPAYGO with its own secrets, STS meters by their number and key."""

from __future__ import annotations

from django.utils.translation import gettext as _

from gridhall.cis.customers.models import Account
from gridhall.cis.prepay.models import TokenDevice
from gridhall.cis.prepay.sts_words import words
from gridhall.codecs import openpaygo, sts
from gridhall.platform.actions import Act, action
from gridhall.platform.errors import NotInScope, Refused
from gridhall.platform.locks import lock
from gridhall.platform.scope import EVERYTHING
from gridhall.platform.tags import Tag

IIN_DIGITS = 6


@action(Tag.KEYPAD_REGISTER)
def register_device(
    act: Act, account_id: int, serial: str, starting_code: int, key_hex: str, *, restricted: bool = False,
    extended: bool = True,
) -> TokenDevice:  # fmt: skip
    """An OpenPAYGO device at an account. A step is 0.1 kWh on extended tokens, 1 kWh on short ones."""
    account = locked_account(act, account_id)
    serial = _new_serial(serial)
    try:
        openpaygo.Device(starting_code, bytes.fromhex(key_hex), restricted, extended)
    except ValueError as error:
        raise Refused(_("The secrets of the device are not usable: %(what)s") % {"what": error}) from error
    return _kept(
        act, account, serial, starting_code=str(starting_code), key_hex=key_hex.lower(), restricted=restricted,
        extended=extended, step_wh=100 if extended else 1000,
    )  # fmt: skip


@action(Tag.KEYPAD_REGISTER_STS)
def register_sts_meter(
    act: Act, account_id: int, pan: str, supply_group: str, tariff_index: str, key_revision: int = 1,
    key_type: int = 2, key_expiry: int = 255,
) -> TokenDevice:  # fmt: skip
    """An STS meter at an account, named by its number of 18 digits; its serial is the part printed on the meter."""
    account = locked_account(act, account_id)
    try:
        meter = sts.Meter(pan.replace(" ", ""), supply_group, tariff_index, key_revision, key_type, key_expiry)
    except sts.StsError as error:
        raise Refused(words(error)) from error
    return _kept(
        act, account, _new_serial(meter.pan[IIN_DIGITS:-1]), standard=TokenDevice.Standard.STS, pan=meter.pan,
        supply_group=supply_group, tariff_index=tariff_index, key_revision=key_revision, key_type=key_type,
        key_expiry=key_expiry, count=0,
    )  # fmt: skip


def locked_account(act: Act, account_id: int) -> Account:
    """The account, locked, as the subject of the act. Raises NotInScope."""
    rows = lock(Account.objects.within(act.actor.scope).filter(pk=account_id))
    if not rows:
        raise NotInScope()
    account: Account = rows[0]
    act.on(account, account.path, account.pk)
    return account


def _new_serial(serial: str) -> str:
    if not serial.strip() or TokenDevice.objects.within(EVERYTHING).filter(serial=serial.strip()).exists():
        raise Refused(_("Give a serial number that no other device has."))
    return serial.strip()


def _kept(act: Act, account: Account, serial: str, **columns: object) -> TokenDevice:
    device = TokenDevice.objects.create(serial=serial, account=account, path=account.path, **columns)
    act.on(device, device.path, account.pk)
    act.note(serial=device.serial, standard=device.standard)
    return device
