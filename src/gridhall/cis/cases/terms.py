"""What a calculation is told, and the steps it answers with: the records that a case keeps as JSON."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

import msgspec
from msgspec import Struct

# How the energy became known: given for the period, given month by month, or from what could be connected.
Method = Literal["", "given", "months", "capacity"]
Part = Literal["basis", "recovered", "charge", "money"]


class MonthEnergy(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Energy of a billing month (YYYYMM) by period, order of PERIODS, Wh; below zero where too much was billed."""

    month: int
    period_wh: tuple[int, ...]


class Terms(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The facts that a person enters. ``[first, end)`` are days; with ``start_unknown`` the rules say the first."""

    first: date | None = None
    end: date | None = None
    start_unknown: bool = False
    tariff: str = ""  # the tariff that should have applied
    method: Method = ""
    energy_wh: int = 0
    months: tuple[MonthEnergy, ...] = ()
    kva_e6: int = 0
    amps_e3: int = 0  # a meter's rated current, in place of kVA
    volts: int = 0
    phases: int = 1
    load: Literal["power", "lighting"] = "power"
    times: int = 1
    amount_fen: int = 0
    reason: str = ""
    payment: int = 0  # id of the payment that is paid back
    to_origin: bool = True
    payee: str = ""


class Line(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A rated line before or after a change; scales are those of the unit, see kernel.money."""

    kind: str
    unit: str
    quantity: int
    price_e8: int
    amount_fen: int
    period: str = ""
    tier: int = 0


class Step(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One step of the way to the amount. ``what`` names its sentence in ``wording``; ``facts`` are its numbers."""

    what: str
    part: Part
    amount_fen: int = 0
    quantity: int = 0
    unit: str = ""
    price_e8: int = 0
    first: date | None = None
    end: date | None = None
    bill: str = ""
    tariff: str = ""
    clause: str = ""
    evidence: str = ""
    facts: dict[str, Any] = {}
    before: tuple[Line, ...] = ()
    after: tuple[Line, ...] = ()


class Calculation(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """All steps with what they come to. Tax and funds are inside ``recovered_fen``."""

    rules: str
    steps: tuple[Step, ...]
    first: date | None = None
    end: date | None = None
    energy_wh: int = 0
    vat_fen: int = 0
    funds_fen: int = 0
    late_penalty_on_charge: bool = True

    def total(self, *parts: Part) -> int:
        """Fen of the steps of some parts."""
        return sum(step.amount_fen for step in self.steps if step.part in parts)

    @property
    def recovered_fen(self) -> int:
        return self.total("recovered", "money")

    @property
    def charge_fen(self) -> int:
        return self.total("charge")


def plain(record: Struct) -> dict[str, Any]:
    """A record as a JSON column takes it."""
    result: dict[str, Any] = msgspec.to_builtins(record)
    return result


def terms_of(stored: dict[str, Any]) -> Terms:
    """The record back."""
    return msgspec.convert(stored, Terms)


def calculation_of(stored: dict[str, Any]) -> Calculation | None:
    """The record back; None before the first calculation."""
    return msgspec.convert(stored, Calculation) if stored else None
