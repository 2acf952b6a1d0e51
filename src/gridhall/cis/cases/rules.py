"""What a breach costs by law, and what the utility lets one person correct, as dated data."""

from __future__ import annotations

import functools
from datetime import date
from importlib import resources
from typing import Literal, Protocol, TypeVar

from msgspec import Struct

from gridhall.kernel.tariffs.text import read_structured
from gridhall.kernel.tariffs.types import Evidence, Name

Direction = Literal["credit", "charge", "both"]


class HoursADay(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How long an unmetered load counts as on, when nobody knows."""

    power: int
    lighting: int


class EachTime(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Yuan per case, by who it is."""

    residential: int
    other: int


class BreachKind(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One kind of breach: what is recovered, and what is charged beside it.

    ``times`` multiplies what is recovered; ``per_kva_yuan`` counts where no capacity charge applies.
    """

    recover: Literal["difference", "capacity", "energy", "nothing"]
    clause: str
    evidence: Evidence
    times: int = 0
    per_kva_yuan: int = 0
    each_time_yuan: EachTime | None = None


class BreachRules(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One version of the law, for what was found from ``valid_from`` on."""

    code: str
    notice: str
    evidence: Evidence
    valid_from: date
    notes: tuple[str, ...] = ()
    unknown_start_months: int
    unknown_theft_days: int
    hours_a_day: HoursADay
    late_penalty_on_charge: bool
    kinds: dict[str, BreachKind]


class Limit(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """In yuan: no case is larger than ``most``, a larger one than ``supervisor_above`` waits for a supervisor."""

    most_yuan: int
    supervisor_above_yuan: int
    a_day_yuan: int


class Reason(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why an account is adjusted, which ledger account bears it, and the tax inside."""

    code: str
    name: Name
    books: Literal["energy-revenue", "penalty-income", "adjustments"]
    direction: Direction
    vat_percent: int = 0


class CorrectionPolicy(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One version of the utility's own policy."""

    code: str
    source: str
    evidence: Evidence
    valid_from: date
    due_days: int
    limits: dict[str, Limit]
    reasons: tuple[Reason, ...]

    def reason(self, code: str) -> Reason | None:
        """The reason of this code."""
        return next((one for one in self.reasons if one.code == code), None)


class _Dated(Protocol):
    @property
    def valid_from(self) -> date: ...


DatedT = TypeVar("DatedT", bound=_Dated)


def _read(folder: str, kind: type[DatedT]) -> tuple[DatedT, ...]:
    files = resources.files("gridhall.data") / folder
    rows = [read_structured(path.read_bytes(), kind) for path in files.iterdir() if path.name.endswith(".yaml")]
    return tuple(sorted(rows, key=lambda row: row.valid_from))


@functools.cache
def _breach() -> tuple[BreachRules, ...]:
    return _read("breach", BreachRules)


@functools.cache
def _policies() -> tuple[CorrectionPolicy, ...]:
    return _read("corrections", CorrectionPolicy)


def _on(rows: tuple[DatedT, ...], day: date) -> DatedT:
    return ([row for row in rows if row.valid_from <= day] or [rows[0]])[-1]


def breach_rules(found_on: date) -> BreachRules:
    """The law for what was found on a day; before the first, the first."""
    return _on(_breach(), found_on)


def correction_policy(on: date) -> CorrectionPolicy:
    """The policy that counts on a day; before the first, the first."""
    return _on(_policies(), on)
