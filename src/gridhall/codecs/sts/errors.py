"""What can be wrong with a file of tables, a meter or a token of IEC 62055-41: a code, and what fills its sentence."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from gridhall.codecs.errors import escaped


class Fault(StrEnum):
    """Stable names; whoever speaks another language translates the sentence and fills in the same fields."""

    FILE = "file"
    EACH_ONCE = "each_once"
    SIZE = "size"
    RANGE = "range"
    DERIVATION = "derivation"
    CLASS = "class"
    ZONE = "zone"
    KEYS_TWICE = "keys_twice"
    VECTORS_NONE = "vectors_none"
    VECTOR = "vector"
    KEY_NONE = "key_none"
    PAN = "pan"
    SGC = "sgc"
    TARIFF_INDEX = "tariff_index"
    KEY_REVISION = "key_revision"
    KEY_TYPE = "key_type"
    AMOUNT = "amount"
    TID = "tid"
    KEY_EXPIRED = "key_expired"
    DIGITS = "digits"
    CRC = "crc"


SENTENCES: Final[Mapping[Fault, str]] = {
    Fault.FILE: "the file is not read: {what}",
    Fault.EACH_ONCE: "{field}: give each number from 0 to {most} once",
    Fault.SIZE: "{field}: give {size} digits",
    Fault.RANGE: "{field}: give a number from {least} to {most}",
    Fault.DERIVATION: '{field}: cipher "11" needs derivation "04"',
    Fault.CLASS: "{field}: give 0 or 2; other tokens are not made",
    Fault.ZONE: "{field}: give the local time without a zone, for example 2026-01-20T12:30:00",
    Fault.KEYS_TWICE: "keys: give one key for each supply group, revision and type",
    Fault.VECTORS_NONE: "vectors: give at least one token that the meters took; "
    "without it nobody knows whether the tables fit",
    Fault.VECTOR: "vectors[{number}]: tables and keys make {made}, the vector says {token}; one of them is not of "
    "this fleet",
    Fault.KEY_NONE: "keys: no vending key for supply group {sgc}, revision {krn}, type {kt}; add it to the file",
    Fault.PAN: "PAN: give 18 digits that end with their check digit, not {value}",
    Fault.SGC: "supply group: give 6 digits, not {value}",
    Fault.TARIFF_INDEX: "tariff index: give 2 digits, not {value}",
    Fault.KEY_REVISION: "key revision: give a number from 1 to 9, not {value}",
    Fault.KEY_TYPE: "key type: give 0, 1, 2 or 3, not {value}",
    Fault.AMOUNT: "amount: a token carries 0 to {most} units, not {value}; issue it in parts",
    Fault.TID: "time: identifiers of base {base} end 31.9 years after it; change the meters to a later base date",
    Fault.KEY_EXPIRED: "time: the meter's key takes identifiers up to {ken}, "
    "this one begins with {high}; change the key",
    Fault.DIGITS: "token: give 20 digits",
    Fault.CRC: "token: it was not made for this meter, or a digit is wrong",
}


class StsError(ValueError):
    """A fault with the fields of its sentence; what came from a file is shown without its control characters."""

    def __init__(self, fault: Fault, **said: object) -> None:
        shown = {name: one if isinstance(one, int) else escaped(str(one)) for name, one in said.items()}
        super().__init__(SENTENCES[fault].format(**shown))
        self.fault, self.said = fault, shown
