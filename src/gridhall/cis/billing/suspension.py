"""How capacity may be suspended or reduced, as dated data."""

from __future__ import annotations

from datetime import date

from msgspec import Struct

from gridhall.kernel import dated
from gridhall.kernel.tariffs.types import Evidence


class Rules(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One version of the rules."""

    code: str
    notice: str
    evidence: Evidence
    valid_from: date
    minimum_days: int
    notes: tuple[str, ...] = ()


def in_force(on: date) -> Rules:
    """The rules that count on a day; before the first, the first."""
    return dated.in_force(dated.versions("suspension", Rules), on)
