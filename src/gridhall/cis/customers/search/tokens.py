"""The words of the search index: the same on both databases, made here and not by a database's tokenizer.

* Chinese text is cut into overlapping pairs of characters: 王小明 gives 王小, 小明. So two characters found anywhere
  are one word of the index, and a longer fragment is a phrase. (Three-character words cannot find 小明 at all.)
* Other text is words, found by their beginning.
* A telephone number is overlapping groups of four digits, marked ``t``: its last four digits are one word.
* The organisation path is one word per level, marked ``p``, so that a scope narrows the search inside the index.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

_HAN = r"\u2e80-\u2fdf\u3005\u3007\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
_RUNS = re.compile(rf"([{_HAN}]+)|([^\W_{_HAN}]+)")
_PHONE_GROUP = 4
_SPOKEN_PHONE = re.compile(r"\s*(?:[-+()]*[0-9][-+()\s]*){7,15}")
BREAK = "_"  # stands between two fields, so that no phrase crosses from one into the next


@dataclass(frozen=True)
class Phrase:
    """Words that stand in this order; ``open_end``: the last one may go on."""

    words: tuple[str, ...]
    open_end: bool


@dataclass(frozen=True)
class Fragment:
    """One piece of what was typed: found where any of its phrases is."""

    phrases: tuple[Phrase, ...]


def document(name: str, phone: str, address: str, path: str) -> list[str]:
    """The words of one account, in order."""
    digits = "".join(filter(str.isdigit, phone))
    return [*_words(name), BREAK, *_words(address), BREAK, *_phone_words(digits), *_path_words(path)]


def fragments(text: str) -> list[Fragment]:
    """What to look for, every fragment of it; empty where the text is too short to look for anything."""
    text = unicodedata.normalize("NFKC", text).casefold()
    if _SPOKEN_PHONE.fullmatch(text):  # 138 0001 0001 is one number; 128 502 are house and room
        text = "".join(text.split())
    pieces = [_fragment(piece) for piece in text.split()]
    return [piece for piece in pieces if piece is not None]


def path_word(prefix: str) -> str:
    """The index word of all accounts at or below the unit with this path."""
    return "p" + prefix.rstrip("/").replace("/", BREAK)


def _fragment(piece: str) -> Fragment | None:
    phrases = []
    digits = re.sub(r"[-+()]", "", piece)
    if digits.isdecimal() and digits.isascii() and len(digits) >= _PHONE_GROUP:
        phrases.append(Phrase(tuple(_phone_words(digits)), open_end=False))
    runs = _runs(piece)
    # A lone Chinese character at an edge is half of an unknown pair; it can only be left out.
    while len(runs) > 1 and _half(runs[0]):
        del runs[0]
    while len(runs) > 1 and _half(runs[-1]):
        del runs[-1]
    if len("".join(runs)) > 1:
        words = tuple(word for run in runs for word in _words_of(run))
        phrases.append(Phrase(words, open_end=not _is_han(runs[-1])))
    return Fragment(tuple(phrases)) if phrases else None


def _runs(text: str) -> list[str]:
    return [match.group() for match in _RUNS.finditer(text)]


def _is_han(run: str) -> bool:
    return bool(_RUNS.fullmatch(run).group(1))  # type: ignore[union-attr]


def _half(run: str) -> bool:
    return len(run) == 1 and _is_han(run)


def _words_of(run: str) -> Iterator[str]:
    if len(run) > 1 and _is_han(run):
        yield from map("".join, itertools.pairwise(run))
    else:
        yield run


def _words(text: str) -> Iterator[str]:
    for run in _runs(unicodedata.normalize("NFKC", text).casefold()):
        yield from _words_of(run)


def _phone_words(digits: str) -> Iterator[str]:
    for start in range(len(digits) - _PHONE_GROUP + 1):
        yield f"t{digits[start : start + _PHONE_GROUP]}"


def _path_words(path: str) -> Iterator[str]:
    steps = path.rstrip("/").split("/")
    for depth in range(1, len(steps) + 1):
        yield path_word("/".join(steps[:depth]))
