"""Rules as dated data: every version that a folder of the shipped data holds, and the one that counts on a day."""

from collections.abc import Sequence
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Protocol, TypeVar

from gridhall.kernel.tariffs.text import read_structured


class Dated(Protocol):
    """Anything that counts from a day on."""

    @property
    def valid_from(self) -> date: ...


T = TypeVar("T", bound=Dated)


@cache
def versions(folder: str, kind: type[T]) -> tuple[T, ...]:
    """Every version in a folder of the data, oldest first."""
    paths = (files("gridhall.data") / folder).iterdir()
    rows = [read_structured(path.read_bytes(), kind) for path in paths if path.name.endswith(".yaml")]
    return tuple(sorted(rows, key=lambda row: row.valid_from))


def in_force(rows: Sequence[T], on: date) -> T:
    """The newest version that counts on a day; before the first, the first."""
    return ([row for row in rows if row.valid_from <= on] or [rows[0]])[-1]
