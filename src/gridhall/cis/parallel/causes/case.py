"""Two bills of one account that differ, with everything that may explain why."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from gridhall.cis.billing.supply import Segment

Key = tuple[str, str, int]  # kind, period ("" where there is none), tier (0 where there is none)


class Line(NamedTuple):
    """One line of either bill, by what it is for. ``component`` is its code here and its name there."""

    kind: str
    period: str
    tier: int
    component: str
    included: bool
    quantity: int | None
    price_e8: int | None
    amount_fen: int

    @property
    def key(self) -> Key:
        return self.kind, self.period, self.tier


@dataclass(frozen=True)
class Theirs:
    """One bill of the other system."""

    row: int
    first: date | None
    end: date | None
    energy_wh: int | None
    amount_fen: int
    facts: dict[str, Any]
    lines: tuple[Line, ...]

    def period_wh(self, periods: tuple[str, ...]) -> list[int] | None:
        """Energy per period, from the file's columns or from its energy lines."""
        if given := self.facts.get("period_wh"):
            return list(given)
        lines = [line for line in self.lines if line.kind == "energy" and line.quantity is not None]
        if not any(line.period for line in lines):
            return None
        return [sum(line.quantity or 0 for line in lines if line.period == period) for period in periods]


@dataclass
class Ours:
    """Our bill as calculated, or as it would be with some of their figures in place of ours."""

    total_fen: int
    lines: list[Line]
    rows: list[dict[str, Any]]  # the stored inputs of each segment
    segments: list[Segment]

    @property
    def energy_wh(self) -> int:
        return sum(
            sum(row["period_wh"]) for row, segment in zip(self.rows, self.segments, strict=True) if not segment.export
        )


@dataclass(frozen=True)
class Part:
    """A share of the difference (ours less theirs) and its cause, with the figures that show it."""

    cause: str
    fen: int
    detail: dict[str, Any] = field(default_factory=dict)


@dataclass
class Case:
    """``now`` begins as our bill and takes over their figures one after the other; what each changes is a part."""

    number: str
    account_id: int
    theirs: list[Theirs]
    ours: Ours
    first: date
    end: date
    now: Ours = None  # type: ignore[assignment]
    parts: list[Part] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.now = self.ours

    @property
    def theirs_fen(self) -> int:
        return sum(bill.amount_fen for bill in self.theirs)

    @property
    def left_fen(self) -> int:
        """What no part explains yet, once their repeated bills are out."""
        return self.now.total_fen - self.theirs_fen

    @property
    def their_lines(self) -> list[Line]:
        return [line for bill in self.theirs for line in bill.lines]

    @property
    def supply(self) -> list[int]:
        """Positions of the segments that are supply, not feed-in."""
        return [n for n, segment in enumerate(self.now.segments) if not segment.export]

    def take(self, changed: Ours, cause: str, **detail: Any) -> None:
        """Go on from ``changed``; what it moved the total by is a part of this cause."""
        moved = self.now.total_fen - changed.total_fen
        self.now = changed
        self.parts.append(Part(cause, moved, detail))
