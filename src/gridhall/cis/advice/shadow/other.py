"""A bill that somebody else issued for a supply of ours, as it was typed or read from a file."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from gridhall.cis.parallel.causes.case import Line, Theirs
from gridhall.codecs.legacy_bills import KINDS, PERIODS, LegacyBill
from gridhall.platform.errors import Refused

DAYS_MAX, LINES_MAX, ISSUER_CHARACTERS_MAX, TIER_MAX = 93, 60, 80, 9
EARLIEST = date(2000, 1, 1)
AMOUNT_MAX_FEN, QUANTITY_MAX = 10**11, 10**15  # what ten digits of yuan, and as many kWh, kW or kVA, can be


@dataclass(frozen=True)
class OtherBill:
    """Days ``[first, end)``; energy in Wh, by period as PERIODS; money in fen. None where the bill is silent."""

    first: date
    end: date
    amount_fen: int
    energy_wh: int | None = None
    period_wh: tuple[int, ...] | None = None
    lines: tuple[Line, ...] = ()
    issuer: str = ""
    source: str = "form"
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def known_wh(self) -> int | None:
        """The whole energy, if the bill says it in any way."""
        if self.energy_wh is not None:
            return self.energy_wh
        if self.period_wh:
            return sum(self.period_wh)
        said = [line.quantity for line in self.lines if line.kind == "energy"]
        return sum(wh or 0 for wh in said) if any(wh is not None for wh in said) else None

    def theirs(self) -> Theirs:
        """As the causes of differences take it."""
        facts = self.facts | ({"period_wh": list(self.period_wh)} if self.period_wh else {})
        return Theirs(1, self.first, self.end, self.known_wh, self.amount_fen, facts, self.lines)

    def check(self, opened_on: date, today: date) -> None:
        """Raises Refused, with the remedy, where the bill cannot be one of the account."""
        if not EARLIEST <= self.first < self.end or (self.end - self.first).days > DAYS_MAX:
            raise Refused(_("Give the first and the last day of the bill; at most %(days)s days.") % {"days": DAYS_MAX})
        if self.end > today:
            raise Refused(_("The bill ends after today; a bill of days to come cannot be compared."))
        if self.first < opened_on:
            raise Refused(_("The bill begins before this account was opened; we do not know its supply then."))
        if len(self.lines) > LINES_MAX:
            raise Refused(_("A bill has at most %(lines)s lines here.") % {"lines": LINES_MAX})
        if self.energy_wh is not None and self.period_wh and sum(self.period_wh) != self.energy_wh:
            raise Refused(_("The energy of the periods does not add up to the whole; correct one of them."))
        self._check_sizes()

    def _check_sizes(self) -> None:
        energies = [self.energy_wh or 0, *(self.period_wh or ())]
        if any(wh < 0 for wh in energies):
            raise Refused(_("Energy is never negative; leave out what was fed in."))
        sums = [self.amount_fen, *(line.amount_fen for line in self.lines)]
        amounts = [
            *energies,
            *(line.quantity or 0 for line in self.lines),
            *(line.price_e8 or 0 for line in self.lines),
        ]
        if any(abs(fen) > AMOUNT_MAX_FEN for fen in sums) or any(abs(one) > QUANTITY_MAX for one in amounts):
            raise Refused(_("A figure is larger than a bill can have; check the decimal point."))
        if any(line.kind not in (*KINDS, "total") or not 0 <= line.tier <= TIER_MAX for line in self.lines):
            raise Refused(_("A line is of no known kind; enter it as another charge."))
        if any(line.period and line.period not in PERIODS for line in self.lines):
            raise Refused(_("A line is of no known kind; enter it as another charge."))


def of_file(bill: LegacyBill, days: tuple[date, date], *, added: bool, file_name: str) -> OtherBill:
    """A bill as the reader of bill files found it; where the file is silent, ``days`` are those of the month."""
    lines = [
        Line(
            line.kind, line.period, line.tier, line.name if line.kind in ("component", "other") else "",
            line.kind == "component" and not added, line.quantity, line.price_e8, line.amount_fen,
        )
        for line in bill.lines
    ]  # fmt: skip
    return OtherBill(
        bill.first or days[0], bill.end or days[1], bill.amount_fen, bill.energy_wh, bill.period_wh, tuple(lines),
        source=f"file: {file_name}"[:200], facts={**bill.facts, "added": added},
    )  # fmt: skip
