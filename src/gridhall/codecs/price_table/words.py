"""The vocabulary of price tables, and texts as they are compared with it. The words are data, see vocabulary.yaml."""

import re
import unicodedata
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

_DASHES = re.compile(r"[‐-―−－~～﹣至]")
_KILOVOLT = re.compile(r"kv", re.IGNORECASE)


def plain(text: str) -> str:
    """Full-width forms to half-width, every dash to one, no blanks or line breaks."""
    return re.sub(r"\s+", "", _DASHES.sub("-", unicodedata.normalize("NFKC", text)))


@cache
def vocabulary() -> dict[str, Any]:
    """The words as they stand in the data file."""
    loaded = yaml.safe_load((files("gridhall") / "data/price_tables/vocabulary.yaml").read_bytes())
    return dict(loaded)


@cache
def _columns() -> list[tuple[str, str]]:
    return _by_length(vocabulary()["columns"])


@cache
def _voltages() -> list[tuple[str, str]]:
    return _by_length(vocabulary()["voltages"])


@cache
def _classes() -> list[tuple[str, str]]:
    return _by_length(vocabulary()["classes"])


@cache
def _areas() -> list[tuple[str, str]]:
    return _by_length({area: [area, *words] for area, words in vocabulary()["areas"].items()})


@cache
def components() -> dict[str, dict[str, Any]]:
    """Rows of the component list by code."""
    return {one["code"]: one for one in vocabulary()["components"]}


@cache
def _components() -> list[tuple[str, str]]:
    return _by_length({code: one["words"] for code, one in components().items()})


def _by_length(words: dict[str, list[str]]) -> list[tuple[str, str]]:
    pairs = [(plain(word), name) for name, listed in words.items() for word in listed]
    return sorted(pairs, key=lambda pair: -len(pair[0]))


def _found(text: str, words: list[tuple[str, str]]) -> str | None:
    return next((name for word, name in words if word in text), None)


def column_of(text: str) -> str | None:
    """The column that a header names."""
    return _found(plain(text), _columns())


def component_of(text: str) -> str | None:
    """The component or item that a label names."""
    return _found(plain(text), _components())


def class_of(text: str) -> str | None:
    """single_part or two_part."""
    return _found(plain(text), _classes())


def voltage_of(text: str) -> tuple[str, str] | None:
    """The voltage that a text names, and the words that name it."""
    wanted = _KILOVOLT.sub("千伏", plain(text))
    for word, name in _voltages():
        at = wanted.find(word)
        if at >= 0 and not wanted[max(0, at - 1) : at].isdigit():
            return name, word
    return None


def area_of(text: str) -> str | None:
    """The area that a title names."""
    return _found(plain(text), _areas())


def columns_in(text: str) -> list[tuple[int, str]]:
    """Every column word in a line with its place, the longest first where words overlap."""
    line = _DASHES.sub("-", unicodedata.normalize("NFKC", text))
    taken, found = [False] * len(line), []
    for word, name in _columns():
        at = line.find(word)
        while at >= 0:
            if not any(taken[at : at + len(word)]):
                taken[at : at + len(word)] = [True] * len(word)
                found.append((at, name))
            at = line.find(word, at + 1)
    return sorted(found)
