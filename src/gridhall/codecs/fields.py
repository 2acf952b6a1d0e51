"""Small checks that every row-wise reader shares."""

import re
from collections.abc import Mapping, Sequence

from gridhall.codecs import limits
from gridhall.codecs.errors import Code, FileProblem, problem

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def good_key(key: str) -> bool:
    """Whether a text can be the external id of a point or meter."""
    return 0 < len(key) <= limits.MAX_KEY_CHARACTERS and key.isprintable()


def good_keys(keys: Sequence[str]) -> bool:
    """Whether every text can be such an id; three looks at a whole block instead of three at each key."""
    lengths = list(map(len, keys))
    return min(lengths) > 0 and max(lengths) <= limits.MAX_KEY_CHARACTERS and "".join(keys).isprintable()


def key_problem(key: str, row: int, field: str) -> FileProblem:
    """Why `key` cannot be such an id."""
    if not key:
        return problem(Code.FIELD_EMPTY, row=row, field=field)
    if not key.isprintable():
        return problem(Code.CONTROL_CHARACTER, row=row, field=field, value=key)
    return problem(Code.FIELD_TOO_LONG, row=row, field=field, value=key, expected=limits.MAX_KEY_CHARACTERS)


def word(fields: list[str], place: int | None, known: Mapping[str, int], default: int) -> int | None:
    """The number that the word in column `place` stands for; `default` without the column, None for an unknown word."""
    return default if place is None else known.get(fields[place].strip().casefold())


def cell_fault(cells: Sequence[str], row: int) -> FileProblem | None:
    """The first cell that is too long or holds a control character other than a line break."""
    for place, cell in enumerate(cells, 1):
        if len(cell) > limits.MAX_CELL_CHARACTERS:
            longest = limits.MAX_CELL_CHARACTERS
            return problem(Code.FIELD_TOO_LONG, row=row, field=f"column {place}", value=cell, expected=longest)
        if _CONTROL.search(cell):
            return problem(Code.CONTROL_CHARACTER, row=row, field=f"column {place}", value=cell)
    return None
