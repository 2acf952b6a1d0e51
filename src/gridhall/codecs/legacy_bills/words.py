"""The words of billing systems for columns, periods and lines, from shipped data."""

import re
from functools import cache, lru_cache
from importlib.resources import files

import yaml

from gridhall.codecs.legacy_bills.records import PERIODS

_BLANKS = re.compile(r"[\s_\-—–.:：·]+")
_UNIT = re.compile(r"[(（\[][^)）\]]*[)）\]]$")
AMOUNT_WORDS = ("电费", "金额", "费用", "_amt", "_amount", "_charge", "")
PRICE_WORDS = ("电价", "单价", "_price", "_prc")
ENERGY_WORDS = ("电量", "_pq", "_kwh", "_energy", "")
TIERS = {"1": 1, "一": 1, "2": 2, "二": 2, "3": 3, "三": 3, "4": 4, "四": 4, "5": 5, "五": 5, "6": 6, "六": 6}


def plain(word: str) -> str:
    """A header or a name without case, blanks, joining signs and a unit in brackets."""
    return _BLANKS.sub("", _UNIT.sub("", word.strip().lstrip("\ufeff")).casefold())


@cache
def shipped() -> dict[str, dict[str, list[str]]]:
    """The word lists as they are shipped."""
    text = (files("gridhall") / "data/legacy_bills.yaml").read_bytes()
    return dict(yaml.load(text, yaml.BaseLoader))  # noqa: S506 - builds only strings, lists and dicts


@cache
def columns() -> dict[str, str]:
    """Plain word → target, of columns that hold one thing whatever the layout."""
    return {plain(word): target for target, words in shipped()["columns"].items() for word in words}


@cache
def bill_columns() -> dict[str, str]:
    """Plain word → target, of columns in a table with one row a bill: single lines, periods, tiers."""
    found: dict[str, str] = {}
    for kind, words in shipped()["lines"].items():
        if kind != "total":
            for word in words:
                found[plain(word)] = f"amount/{kind}"
    for period, words in shipped()["periods"].items():
        if period != "total":
            for word in words:
                _add(found, word, f"energy/{period}//")
    for word, tier in TIERS.items():
        for name in (f"第{word}档", f"{word}档", f"第{word}阶梯", f"tier{word}", f"ladder{word}", f"level{word}"):
            _add(found, name, f"energy///{tier}")
    for word in shipped()["basic_charge"]:
        found[plain(word)] = "amount/capacity"
    return found


def _add(found: dict[str, str], word: str, line: str) -> None:
    kind, period, _, tier = line.split("/")
    tail = f"/{period}/{tier}".rstrip("/") if tier else f"/{period}"
    for what, endings in (("amount", AMOUNT_WORDS[:-1]), ("price", PRICE_WORDS), ("quantity", ENERGY_WORDS)):
        for ending in endings:
            for joint in ("", "段"):
                found.setdefault(plain(f"{word}{joint}{ending}"), f"{what}/{kind}{tail}")


@cache
def kinds() -> dict[str, str]:
    """Plain line name → kind of line, or total."""
    found = {plain(word): kind for kind, words in shipped()["lines"].items() for word in words}
    return found | {plain(word): "basic" for word in shipped()["basic_charge"]}


@cache
def totals() -> frozenset[str]:
    """Plain words that stand in place of an account number in a row of totals."""
    return frozenset(plain(word) for word in shipped()["totals"])


@cache
def _periods() -> dict[str, str]:
    return {plain(word): period for period, words in shipped()["periods"].items() for word in words}


@lru_cache(maxsize=4096)
def period_of(text: str) -> str | None:
    """One of PERIODS ("" for none and for all day), or None for an unknown word."""
    word = plain(text)
    found = "" if not word else _periods().get(word) or (word if word in PERIODS else None)
    return "" if found == "total" else found


@lru_cache(maxsize=4096)
def tier_of(text: str) -> int | None:
    """The tier that a text names (0 for none), or None."""
    word = plain(text).removeprefix("第").removeprefix("tier").removesuffix("档").removesuffix("阶梯")
    return 0 if word in ("", "0", "无", "none") else TIERS.get(word)


@lru_cache(maxsize=4096)
def line_of(name: str) -> tuple[str, str, int] | None:
    """Kind, period and tier that a line's name says: 尖峰电费 → energy, sharp, 0; None for an unknown name."""
    word = plain(name)
    kind = kinds().get(word)
    if kind:
        return kind, "", 0
    target = bill_columns().get(word, "")
    if target.startswith("amount/"):
        _, kind, period, tier = (*target.split("/"), "", "")[:4]
        return kind, period, int(tier or 0)
    return None
