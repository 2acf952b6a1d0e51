"""The key of one meter, derived from the vending key of its supply group: algorithms 02 (DES) and 04 (HMAC-SHA-256)."""

from __future__ import annotations

import hashlib
import hmac
from typing import Final

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.modes import ECB

COMMON: Final = 3  # the key type of a key that all meters of a group share
PAN_DIGITS: Final = 18


def derive_02(vending_key: bytes, pan: str, iin_digits: int, control: str) -> bytes:
    """8 bytes. ``control`` is key type, supply group, tariff index and key revision, 10 digits."""
    iin, meter = pan[:iin_digits], pan[iin_digits:-1]
    number = "0" * 11 if control[0] == str(COMMON) else meter[-11:]
    block = int(iin[-5:].rjust(5, "0") + number, 16) ^ int(control + "FFFFFF", 16)
    mixed = block.to_bytes(8, "big")
    return _xor(_xor(_des(vending_key, mixed), mixed), vending_key)


def derive_04(
    vending_key: bytes, pan: str, base: str, cipher: str, tariff_index: str, sgc: str, kind: str, revision: str
) -> bytes:
    """8 bytes for cipher 07, 16 for cipher 11."""
    size = {"07": 8, "11": 16}[cipher]
    said = b"\x04" + b"".join(map(_field, ("04", base, cipher, tariff_index)))
    said += b"\x00\x04" + b"".join(map(_field, (sgc, kind, revision, pan)))
    return hmac.digest(vending_key, said + (size * 8).to_bytes(4, "big"), hashlib.sha256)[:size]


def _field(text: str) -> bytes:
    return bytes([len(text)]) + text.encode("ascii")


def _des(key: bytes, block: bytes) -> bytes:
    """Single DES is triple DES with one key three times. The standard asks for it; it protects nothing by itself."""
    encryptor = Cipher(TripleDES(key * 3), ECB()).encryptor()  # noqa: S305 - one block, as the standard says
    return encryptor.update(block) + encryptor.finalize()


def _xor(one: bytes, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=True))


def luhn(digits: str) -> int:
    """The check digit that follows ``digits``."""
    doubled = [int(d) * (2 if n % 2 == 0 else 1) for n, d in enumerate(reversed(digits))]
    return -sum(d - 9 if d > 9 else d for d in doubled) % 10
