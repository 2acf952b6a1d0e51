"""A bill of others beside the one that we would issue for the same days, with a cause for every fen between them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from gridhall.cis.advice.shadow.measuring import NO_POWER_FACTOR, measured_by
from gridhall.cis.advice.shadow.other import OtherBill
from gridhall.cis.parallel.causes.case import Case, Line
from gridhall.cis.parallel.causes.explain import explain, told
from gridhall.cis.parallel.comparing import our_bill

READINGS, FACTS = "readings", "facts"
NOT_OURS = ("missing_intervals", "no_reading", "implausible_reading")  # what the facts of the bill can stand in for


@dataclass(frozen=True)
class Beside:
    """What came out. ``basis`` says whose energy ours is billed on; ``problem`` is what is missing, if anything."""

    basis: str
    ours_fen: int | None = None
    energy_wh: int | None = None
    lines: tuple[Line, ...] = ()
    cause: str = ""
    parts: list[dict[str, Any]] = field(default_factory=list)
    problem: tuple[str, dict[str, Any]] = ("", {})


def beside(account_id: int, number: str, other: OtherBill, snapshot: int) -> Beside:
    """Our bill on our readings of those days; where there are none, on the energy that the other bill says."""
    month, days = other.first.year * 100 + other.first.month, (other.first, other.end)
    basis, (ours, problem) = READINGS, our_bill(account_id, month, days, snapshot)
    if ours is None and problem[0] in NOT_OURS:
        basis, (ours, problem) = FACTS, our_bill(account_id, month, days, snapshot, measured_by(other))
    if ours is None:
        return Beside("", problem=problem)
    case = Case(number, account_id, [other.theirs()], ours, *days)
    explain([case], month, _no_other_days, added=bool(other.facts.get("added")))
    cause, parts = told(case) if case.parts else ("", [])
    adjusted = any(segment.power_factor_standard for segment in ours.segments if not segment.export)
    note = NO_POWER_FACTOR if basis == FACTS and adjusted else ""
    return Beside(basis, ours.total_fen, ours.energy_wh, tuple(ours.lines), cause, parts, (note, {}))


def _no_other_days(_ids: object, _first: date, _end: date) -> dict[int, Any]:
    """Both bills are of the same days, so nobody asks."""
    return {}
