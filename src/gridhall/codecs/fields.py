"""Small checks that every row-wise reader shares."""

from collections.abc import Mapping

from gridhall.codecs import limits
from gridhall.codecs.errors import Code, FileProblem, problem


def good_key(key: str) -> bool:
    """Whether a text can be the external id of a point or meter."""
    return 0 < len(key) <= limits.MAX_KEY_CHARACTERS and key.isprintable()


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
