"""A fleet that exists nowhere: tables by chance, keys by chance, and vectors made with them."""

from __future__ import annotations

import json
import random
from datetime import datetime
from typing import Any

from gridhall.codecs.sts import Content, Meter, amount_code, issue, load, tid_at
from gridhall.codecs.sts.keys import luhn

SGC = "123456"
KEYS = [("07", "02", 1), ("07", "04", 2), ("11", "04", 3)]  # cipher, derivation, revision


def pan(number: int) -> str:
    """18 digits with their check digit."""
    digits = f"600727{number:011d}"
    return f"{digits}{luhn(digits)}"


def written(seed: int = 1, **changed: Any) -> dict[str, Any]:
    """A file with one key for each pair of algorithms and a vector for each, as it is written."""
    chance = random.Random(seed)
    made: dict[str, Any] = {
        "base_date": 2014,
        **{name: chance.sample(range(size), size) for name, size in (("s1", 16), ("s2", 16), ("p", 64))},
        "keys": [
            {"sgc": SGC, "krn": krn, "kt": 2, "cipher": cipher, "derivation": derivation,
             "vending_key": chance.randbytes(8 if derivation == "02" else 20).hex()}
            for cipher, derivation, krn in KEYS
        ],
    }  # fmt: skip
    made["vectors"] = [vector(made, krn) for _cipher, _derivation, krn in KEYS]
    return made | changed


def vector(made: dict[str, Any], krn: int, value: int = 256, issued: str = "2026-01-20T12:30:00") -> dict[str, Any]:
    """What a meter of the fleet takes for ``value`` tenths of a kWh."""
    said = {"pan": pan(krn), "sgc": SGC, "ti": "01", "krn": krn, "kt": 2, "base": made["base_date"], "rnd": 5,
            "class": 0, "subclass": 0, "issued": issued, "value": value}  # fmt: skip
    file = load(json.dumps(made).encode())
    meter = Meter(str(said["pan"]), SGC, "01", krn, 2)
    at = datetime.fromisoformat(issued)
    return said | {"token": issue(file, meter, Content(0, 0, tid_at(made["base_date"], at), amount_code(value), 5))}


def content(seed: int = 1, **changed: Any) -> bytes:
    """The file as bytes."""
    return json.dumps(written(seed, **changed)).encode()
