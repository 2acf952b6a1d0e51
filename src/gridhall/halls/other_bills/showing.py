"""A bill of another issuer beside ours, in words; nothing is billed again to show it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from gridhall.cis.advice import queries
from gridhall.cis.advice.models import ShadowBill
from gridhall.cis.billing.wording import exception_words
from gridhall.cis.parallel.models import Cause
from gridhall.halls import formats
from gridhall.halls.office.parallel.beside import PairRow, rows_of
from gridhall.halls.office.parallel.sentences import sentence


@dataclass(frozen=True)
class Shown:
    """Both bills as the page shows them. ``parts`` are (fen, cause, sentence)."""

    shadow: ShadowBill
    last: date
    rows: list[PairRow]
    parts: list[tuple[int, str, str]]
    problem: str
    on_their_energy: bool


def shown(shadow: ShadowBill) -> Shown:
    """The stored comparison in words; nothing is billed again."""
    parts = [(part["fen"], str(Cause(part["cause"]).label), sentence(part)) for part in shadow.parts]
    return Shown(
        shadow, shadow.period_to - timedelta(days=1), rows_of(queries.shadow_pairs(shadow)), parts,
        problem_words(*shadow.problem) if shadow.problem else "", shadow.basis == "facts",
    )  # fmt: skip


def problem_words(kind: str, _evidence: dict[str, Any]) -> str:
    """Why there is no bill of ours, and what would help; empty where there is one."""
    own = {
        "": "",
        "no_energy": _("There are no readings of these days here: enter the energy that the bill says."),
        "no_periods": _(
            "There are no readings of these days here, and prices differ by period: enter energy by period."
        ),
        "no_demand": _(
            "There are no readings of these days here, and demand is charged: enter the demand with its line."
        ),
        "no_power_factor": _("No bill prints reactive energy, so ours is without the power-factor adjustment here."),
    }
    return own[kind] if kind in own else formats.words(exception_words(kind))
