"""Making the digits for a keypad device: OpenPAYGO from its own secrets, STS from the utility's file."""

from __future__ import annotations

import functools
import secrets
import stat
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from gridhall.cis.prepay.models import Token, TokenDevice
from gridhall.cis.prepay.sts_words import words
from gridhall.codecs import openpaygo, sts
from gridhall.platform.errors import Refused

Kind = Token.Kind
CREDIT_REGISTER = 0  # of electricity
STS_KINDS = {Kind.ADD: (0, 0), Kind.CLEAR: (2, 1), Kind.TAMPER: (2, 5)}  # class and subclass of IEC 62055-41


@dataclass(frozen=True)
class Made:
    """Digits, what the device holds after them, and the steps that it credits: STS rounds large amounts up."""

    digits: str
    count: int
    steps: int


def make(device: TokenDevice, kind: Token.Kind, steps: int, at: datetime) -> Made:
    """The next token of a locked device. Raises Refused with what stands against it."""
    if device.standard == TokenDevice.Standard.STS:
        return _sts(device, kind, steps, at)
    if kind not in (Kind.ADD, Kind.SET, Kind.DISABLE):
        raise Refused(_("Device %(serial)s takes no token of this kind.") % {"serial": device.serial})
    code, key = int(device.starting_code), bytes.fromhex(device.key_hex)
    held = openpaygo.Device(code, key, device.restricted, device.extended)
    try:
        issued = openpaygo.issue(held, openpaygo.Kind(kind.value), device.count, steps)
    except openpaygo.TokenError as error:
        raise Refused(_("No token can carry this: %(what)s") % {"what": error}) from error
    return Made(issued.token, issued.count, steps)


def _sts(device: TokenDevice, kind: Token.Kind, steps: int, at: datetime) -> Made:
    if kind not in STS_KINDS:
        raise Refused(_("Device %(serial)s takes no token of this kind.") % {"serial": device.serial})
    if kind == Kind.ADD and steps < 1:
        raise Refused(_("This is less than the smallest step of a token, 0.1 kWh."))
    file = fleet()
    try:
        code = sts.amount_code(steps) if kind == Kind.ADD else CREDIT_REGISTER
        tid = sts.next_tid(file.base_date, timezone.make_naive(at), device.count)
        token_class, subclass = STS_KINDS[kind]
        content = sts.Content(token_class, subclass, tid, code, secrets.randbelow(16))
        digits = sts.issue(file, meter_of(device), content)
    except sts.StsError as error:
        raise Refused(_("No token can carry this: %(what)s") % {"what": words(error)}) from error
    return Made(digits, tid, sts.amount_of(code) if kind == Kind.ADD else 0)


def meter_of(device: TokenDevice) -> sts.Meter:
    """What the codec asks of an STS meter. Raises StsError."""
    return sts.Meter(
        device.pan, device.supply_group, device.tariff_index, device.key_revision, device.key_type, device.key_expiry
    )


def fleet() -> sts.StsFile:
    """The utility's tables and keys, its vectors tried once per version of the file. Raises Refused."""
    if not settings.STS_FILE:
        raise Refused(
            _("STS tokens are not configured: set GRIDHALL_STS to the file of the utility's tables and vending keys.")
        )
    path = Path(settings.STS_FILE)
    try:
        found = path.stat()
        if stat.S_IMODE(found.st_mode) & 0o077:
            raise Refused(_("The file %(name)s may be read by others; set its mode to 0600.") % {"name": path.name})
        return _tried(path, found.st_mtime_ns, found.st_size)
    except OSError as error:
        said = {"name": path.name, "what": error.strerror or error}
        raise Refused(_("The file %(name)s of STS tables cannot be read: %(what)s") % said) from error
    except sts.StsError as error:
        said = {"name": path.name, "what": words(error)}
        raise Refused(_("The file %(name)s of STS tables is not usable: %(what)s") % said) from error


@functools.lru_cache(maxsize=2)
def _tried(path: Path, _changed_ns: int, _size: int) -> sts.StsFile:
    file = sts.load(path.read_bytes())
    sts.check(file)
    return file
