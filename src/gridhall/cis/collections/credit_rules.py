"""What is allowed to who cannot pay at once: instalments, guarantees and write-offs, as dated data."""

from __future__ import annotations

from datetime import date

from msgspec import Struct

from gridhall.cis.collections.rules import ByPayer
from gridhall.kernel.dated import in_force, versions
from gridhall.kernel.tariffs.types import Evidence


class ArrangementRules(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How many instalments, the least share of the first in percent, days between two, and days of grace."""

    instalments_most: ByPayer
    first_percent_least: ByPayer
    days_apart_most: int
    grace_days: int


class GuaranteeRules(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """So many average months are asked for, of the months looked at; an end within ``watch_days`` is watched."""

    months: ByPayer
    months_looked_at: int
    watch_days: int


class WriteOffRules(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Up to this amount one person writes off alone."""

    alone_up_to_fen: int


class CreditRules(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One version of them."""

    code: str
    notice: str
    evidence: Evidence
    valid_from: date
    arrangement: ArrangementRules
    guarantee: GuaranteeRules
    write_off: WriteOffRules
    notes: tuple[str, ...] = ()


def credit(on: date) -> CreditRules:
    """The rules that count on a day; before the first, the first."""
    return in_force(versions("credit", CreditRules), on)
