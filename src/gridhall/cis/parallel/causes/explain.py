"""Every case explained, the most certain causes first; the parts of a case always add up to its difference."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from gridhall.cis.parallel.causes import by_line, by_total, figures, structure
from gridhall.cis.parallel.causes.case import Case, Ours, Part, Theirs
from gridhall.cis.parallel.causes.rerating import rerate, wanted
from gridhall.cis.parallel.models import Cause

ORDER = {cause: n for n, cause in enumerate(Cause.values)}
Recalculate = Callable[[Sequence[int], date, date], dict[int, Ours]]  # accounts and days → bills of those days


def explain(cases: list[Case], month: int, recalculate: Recalculate, *, added: bool = False) -> None:
    """Fill ``parts`` of every case. ``added``: their components are charges of their own, not of-which parts."""
    for case in cases:
        structure.repeated_bills(case)
        structure.repeated_lines(case)
    rest = [case for case in cases if case.left_fen or _other_energy(case)]
    rest = [case for case in rest if not structure.turned(case)]
    _periods(rest, recalculate)
    rest = [case for case in rest if case.left_fen or _other_energy(case)]
    rest, opaque = _reproducible(rest, month)
    for stage in (figures.energy, figures.tiers):
        stage(rest, month)
    _lines_and_totals([case for case in [*rest, *opaque] if case.left_fen], month, added)


def _other_energy(case: Case) -> bool:
    theirs = figures.their_energy_wh(case)
    return theirs is not None and abs(theirs - case.now.energy_wh) >= figures.WHOLE_WH


def _reproducible(cases: list[Case], month: int) -> tuple[list[Case], list[Case]]:
    """Cases whose bill rating gives again: only their figures may be exchanged. Others hold amounts from elsewhere."""
    again = rerate([wanted(case.now) for case in cases], month)
    sound, opaque = [], []
    for case, bill in zip(cases, again, strict=True):
        (sound if bill is not None and bill.total_fen == case.now.total_fen else opaque).append(case)
    return sound, opaque


def _periods(cases: list[Case], recalculate: Recalculate) -> None:
    """Our bills for their days, where theirs are other days."""
    asked: dict[tuple[date, date], list[Case]] = defaultdict(list)
    for case in cases:
        firsts = [bill.first for bill in case.theirs if bill.first]
        ends = [bill.end for bill in case.theirs if bill.end]
        days = (min(firsts, default=case.first), max(ends, default=case.end))
        if days != (case.first, case.end):
            asked[days].append(case)
    for (first, end), some in asked.items():
        detail = {"their_from": str(first), "their_to": str(end)}
        found = recalculate([case.account_id for case in some], first, end)
        for case in some:
            own = {"our_from": str(case.first), "our_to": str(case.end)}
            if case.account_id in found:
                case.take(found[case.account_id], Cause.PERIOD, **detail, **own)
            else:  # no readings of those days: what is left cannot be told apart from the days
                case.parts.append(Part(Cause.PERIOD, case.left_fen, {**detail, **own, "proven": False}))
                case.theirs = [_settled(case)]


def _settled(case: Case) -> Theirs:
    return replace(case.theirs[0], amount_fen=case.now.total_fen, energy_wh=None, lines=(), facts={})


def _lines_and_totals(cases: list[Case], month: int, added: bool) -> None:
    """Line by line where the file has lines; by trying single changes where it has totals only, or lines say little."""
    bare = [case for case in cases if not case.their_lines]
    lined = [case for case in cases if case.their_lines]
    unsure = [case for case in lined if not _by_line(case, month, added)]
    waiting = [case for case in bare if not by_total.rounding(case)]
    for case in by_total.explain([case for case in [*waiting, *unsure] if case.supply], month):
        if case in unsure:
            _by_line(case, month, added, keep=True)
        else:
            case.parts.append(Part(Cause.UNKNOWN, case.left_fen, {}))
    for case in waiting + unsure:
        if not case.supply:
            case.parts.append(Part(Cause.UNKNOWN, case.left_fen, {}))


def _by_line(case: Case, month: int, added: bool, *, keep: bool = False) -> bool:
    """Explain by lines; unless ``keep``, parts are only kept when all of them are sure."""
    before = len(case.parts)
    rest = by_line.explain(case, month, added)
    if rest is not None:
        small = abs(rest.fen) <= max(1, len(case.now.lines))
        case.parts.append(Part(Cause.ROUNDING, rest.fen, {}) if small else rest)
    if keep or all(map(_sure, case.parts[before:])):
        return True
    del case.parts[before:]
    return False


def _sure(part: Part) -> bool:
    """Not so a price that was worked out of an amount and is published nowhere: something simpler may explain it."""
    guessed = part.detail.get("worked_out") and not part.detail.get("matches")
    return part.cause != Cause.UNKNOWN and not guessed


def told(case: Case) -> tuple[str, list[dict[str, Any]]]:
    """The leading cause, which is that of the largest sum, and all parts as they are stored, largest first."""
    sums: dict[str, int] = defaultdict(int)
    for part in case.parts:
        sums[part.cause] += part.fen
    leading = min(sums, key=lambda cause: (-abs(sums[cause]), ORDER[cause]), default=str(Cause.UNKNOWN))
    merged = sorted(case.parts, key=lambda part: (ORDER[part.cause] if part.cause != leading else -1, -abs(part.fen)))
    return str(leading), [{"cause": str(part.cause), "fen": part.fen, **part.detail} for part in merged]
