"""Tokens for one meter with the tables and keys of a file: made, read back, and the file's own vectors tried."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Protocol

from gridhall.codecs.sts import keys
from gridhall.codecs.sts.block import TID_MAX, Content, amount_code, from_digits, pack, tid_at, to_digits, unpack
from gridhall.codecs.sts.ea07 import Ea07
from gridhall.codecs.sts.errors import Fault, StsError
from gridhall.codecs.sts.file import StsFile, Vector
from gridhall.codecs.sts.misty1 import Misty1

CREDIT: Final = 0  # the class of energy and money
AMOUNTS: Final = {(2, 0), (2, 6)}  # beside credit: maximum power and unbalance, in W, are coded as amounts
KEN_MAX: Final = 255


class _Cipher(Protocol):
    def encrypt(self, block: int) -> int: ...

    def decrypt(self, block: int) -> int: ...


@dataclass(frozen=True)
class Meter:
    """Which meter, and which key it holds. ``ken`` is the highest first byte of an identifier that its key takes."""

    pan: str
    sgc: str
    ti: str
    krn: int
    kt: int
    ken: int = KEN_MAX

    def __post_init__(self) -> None:
        if not _digits(self.pan, keys.PAN_DIGITS) or keys.luhn(self.pan[:-1]) != int(self.pan[-1]):
            raise StsError(Fault.PAN, value=self.pan)
        if not _digits(self.sgc, 6):
            raise StsError(Fault.SGC, value=self.sgc)
        if not _digits(self.ti, 2):
            raise StsError(Fault.TARIFF_INDEX, value=self.ti)
        if not 1 <= self.krn <= 9:
            raise StsError(Fault.KEY_REVISION, value=self.krn)
        if not 0 <= self.kt <= 3:
            raise StsError(Fault.KEY_TYPE, value=self.kt)


def issue(file: StsFile, meter: Meter, content: Content) -> str:
    """The 20 digits; StsError where the meter would refuse them."""
    if content.tid >> 16 > meter.ken:
        raise StsError(Fault.KEY_EXPIRED, ken=meter.ken, high=content.tid >> 16)
    return _encrypted(file, meter, content, file.base_date)


def read(file: StsFile, meter: Meter, typed: str) -> Content:
    """What the meter makes of what somebody typed; StsError where it is not for this meter."""
    token_class, block = from_digits(typed)
    return unpack(token_class, _cipher(file, meter, file.base_date).decrypt(block))


def check(file: StsFile) -> int:
    """Make every vector of the file; returns how many. StsError for the first that comes out otherwise, or for none."""
    if not file.vectors:
        raise StsError(Fault.VECTORS_NONE)
    for number, vector in enumerate(file.vectors):
        made, token = _made(file, vector), vector.token.replace(" ", "")
        if made != token:
            raise StsError(Fault.VECTOR, number=number, made=made, token=token)
    return len(file.vectors)


def _made(file: StsFile, vector: Vector) -> str:
    meter = Meter(vector.pan, vector.sgc, vector.ti, vector.krn, vector.kt)
    coded = vector.token_class == CREDIT or (vector.token_class, vector.subclass) in AMOUNTS
    value, tid = amount_code(vector.value) if coded else vector.value & 0xFFFF, tid_at(vector.base, vector.issued)
    if not 0 <= tid <= TID_MAX:
        raise StsError(Fault.TID, base=vector.base)
    content = Content(vector.token_class, vector.subclass, tid, value, vector.rnd)
    return _encrypted(file, meter, content, vector.base)


def _encrypted(file: StsFile, meter: Meter, content: Content, base_year: int) -> str:
    return to_digits(content.token_class, _cipher(file, meter, base_year).encrypt(pack(content)))


def _cipher(file: StsFile, meter: Meter, base_year: int) -> _Cipher:
    held = file.key(meter.sgc, meter.krn, meter.kt)
    vending_key, kind, revision = bytes.fromhex(held.vending_key), str(meter.kt), str(meter.krn)
    if held.derivation == "02":
        key = keys.derive_02(vending_key, meter.pan, held.iin_digits, kind + meter.sgc + meter.ti + revision)
    else:
        base = f"{base_year % 100:02d}"
        key = keys.derive_04(vending_key, meter.pan, base, held.cipher, meter.ti, meter.sgc, kind, revision)
    return Misty1(key) if held.cipher == "11" else Ea07(key, file.s1, file.s2, file.p)


def _digits(text: str, size: int) -> bool:
    return len(text) == size and text.isascii() and text.isdigit()
