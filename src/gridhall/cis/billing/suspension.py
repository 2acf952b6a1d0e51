"""How capacity may be suspended or reduced, as dated data."""

from __future__ import annotations

import functools
from datetime import date
from importlib import resources

from msgspec import Struct

from gridhall.kernel.tariffs.text import read_structured
from gridhall.kernel.tariffs.types import Evidence


class Rules(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One version of the rules."""

    code: str
    notice: str
    evidence: Evidence
    valid_from: date
    minimum_days: int
    notes: tuple[str, ...] = ()


@functools.cache
def _all() -> tuple[Rules, ...]:
    folder = resources.files("gridhall.data") / "suspension"
    rows = [read_structured(path.read_bytes(), Rules) for path in folder.iterdir() if path.name.endswith(".yaml")]
    return tuple(sorted(rows, key=lambda row: row.valid_from))


def in_force(on: date) -> Rules:
    """The rules that count on a day; before the first, the first."""
    return ([row for row in _all() if row.valid_from <= on] or [_all()[0]])[-1]
