"""The user's file: substitution and permutation tables, base date, vending keys, and tokens that the meters took.

{"s1": [16 numbers], "s2": [16 numbers], "p": [64 numbers], "base_date": 2014,
 "keys": [{"sgc": "123456", "krn": 1, "kt": 2, "cipher": "07", "derivation": "02", "vending_key": "16 or 40 digits"}],
 "vectors": [{"pan": "...", "sgc": "123456", "ti": "01", "krn": 1, "kt": 2, "base": 2014, "rnd": 5, "class": 0,
   "subclass": 0, "issued": "2026-01-20T12:30", "value": 256, "token": "20 digits"}]}

``value`` counts 0.1 kWh (or W); for other tokens it is the 16 bits themselves. Only cipher 07 needs the tables.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec
from msgspec import Struct, field

from gridhall.codecs.sts.errors import Fault, StsError

Base = Literal[1993, 2014, 2035]
VENDING_KEY_BYTES = {"02": 8, "04": 20}


class VendingKey(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The key of a supply group, and which algorithms make and use the keys of its meters."""

    sgc: str
    krn: int
    kt: int
    cipher: Literal["07", "11"]
    derivation: Literal["02", "04"]
    vending_key: str
    iin_digits: Literal[4, 6] = 6

    def __repr__(self) -> str:
        return f"VendingKey({self.sgc}, {self.krn}, {self.kt})"


class Vector(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A token that is known to be right."""

    pan: str
    sgc: str
    ti: str
    krn: int
    kt: int
    base: Base
    rnd: int
    token_class: int = field(name="class")
    subclass: int
    issued: datetime
    value: int
    token: str


class StsFile(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything of a fleet that is not in the product."""

    base_date: Base
    keys: tuple[VendingKey, ...]
    s1: tuple[int, ...] = ()
    s2: tuple[int, ...] = ()
    p: tuple[int, ...] = ()
    vectors: tuple[Vector, ...] = ()

    def key(self, sgc: str, krn: int, kt: int) -> VendingKey:
        """The vending key for a meter; StsError where the file has none."""
        found = [one for one in self.keys if (one.sgc, one.krn, one.kt) == (sgc, krn, kt)]
        if not found:
            raise StsError(Fault.KEY_NONE, sgc=sgc, krn=krn, kt=kt)
        return found[0]


def load(content: bytes) -> StsFile:
    """The checked file; StsError names the field that is wrong and never shows a key."""
    try:
        read = msgspec.json.decode(content, type=StsFile)
    except msgspec.ValidationError as error:
        raise StsError(Fault.FILE, what=error) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise StsError(Fault.FILE, what=f"it is not JSON: {error}") from error
    if any(key.cipher == "07" for key in read.keys):
        for name, size in (("s1", 16), ("s2", 16), ("p", 64)):
            if sorted(getattr(read, name)) != list(range(size)):
                raise StsError(Fault.EACH_ONCE, field=name, most=size - 1)
    for n, key in enumerate(read.keys):
        _check_key(f"keys[{n}]", key)
    named = [(key.sgc, key.krn, key.kt) for key in read.keys]
    if len(set(named)) < len(named):
        raise StsError(Fault.KEYS_TWICE)
    for n, vector in enumerate(read.vectors):
        _check_vector(f"vectors[{n}]", vector)
    return read


def _check_key(where: str, key: VendingKey) -> None:
    if not _digits(key.sgc, 6):
        raise StsError(Fault.SIZE, field=f"{where}.sgc", size=6)
    for name, value, least, most in (("krn", key.krn, 1, 9), ("kt", key.kt, 0, 3)):
        if not least <= value <= most:
            raise StsError(Fault.RANGE, field=f"{where}.{name}", least=least, most=most)
    if key.cipher == "11" and key.derivation != "04":
        raise StsError(Fault.DERIVATION, field=f"{where}.derivation")
    size = VENDING_KEY_BYTES[key.derivation]
    if len(key.vending_key) != 2 * size or set(key.vending_key.lower()) - set("0123456789abcdef"):
        raise StsError(Fault.SIZE, field=f"{where}.vending_key (0-9, a-f)", size=2 * size)


def _check_vector(where: str, vector: Vector) -> None:
    if not _digits(vector.token.replace(" ", ""), 20):
        raise StsError(Fault.SIZE, field=f"{where}.token", size=20)
    if vector.issued.tzinfo is not None:
        raise StsError(Fault.ZONE, field=f"{where}.issued")
    if vector.token_class not in (0, 2):
        raise StsError(Fault.CLASS, field=f"{where}.class")
    for name, value in (("rnd", vector.rnd), ("subclass", vector.subclass)):
        if not 0 <= value <= 15:
            raise StsError(Fault.RANGE, field=f"{where}.{name}", least=0, most=15)


def _digits(text: str, size: int) -> bool:
    return len(text) == size and text.isascii() and text.isdigit()
