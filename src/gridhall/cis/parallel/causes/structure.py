"""What can be said before any figure is looked into: bills and lines that stand twice, signs that are turned."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from gridhall.cis.parallel.causes.case import Case, Part, Theirs
from gridhall.cis.parallel.models import Cause


def repeated_bills(case: Case) -> None:
    """Take a bill that stands in the file twice, figure for figure, out once; what it added is a part."""
    kept: list[Theirs] = []
    seen: dict[tuple[object, ...], int] = {}
    for bill in case.theirs:
        same = (bill.first, bill.end, bill.energy_wh, bill.amount_fen, bill.lines)
        if same in seen and bill.amount_fen:
            detail = {"row": bill.row, "first_row": seen[same], "amount_fen": bill.amount_fen}
            case.parts.append(Part(Cause.REPEATED, -bill.amount_fen, detail))
        else:
            seen.setdefault(same, bill.row)
            kept.append(bill)
    case.theirs = kept


def repeated_lines(case: Case) -> None:
    """The same for a line inside a bill, where taking it out brings the bill nearer to ours."""
    for n, bill in enumerate(case.theirs):
        twice = [line for line, count in Counter(bill.lines).items() if count > 1 and line.amount_fen]
        for line in twice:
            after = case.left_fen + line.amount_fen
            if abs(after) < abs(case.left_fen):
                lines = list(bill.lines)
                lines.remove(line)
                case.theirs[n] = bill = replace(
                    bill, lines=tuple(lines), amount_fen=bill.amount_fen - line.amount_fen,
                    energy_wh=_without(bill, line.quantity if line.kind == "energy" else 0),
                )  # fmt: skip
                detail = {"kind": line.kind, "period": line.period, "tier": line.tier, "amount_fen": line.amount_fen}
                case.parts.append(Part(Cause.REPEATED, -line.amount_fen, detail))


def _without(bill: Theirs, quantity: int | None) -> int | None:
    return None if bill.energy_wh is None else bill.energy_wh - (quantity or 0)


def turned(case: Case) -> bool:
    """Whether the other system has our amount with the other sign, or a reversal that nothing reverses."""
    ours, theirs = case.ours.total_fen, case.theirs_fen
    if theirs < 0 < ours and abs(theirs + ours) <= len(case.ours.lines):
        case.parts.append(Part(Cause.SIGN, ours - theirs, {"theirs_fen": theirs, "ours_fen": ours}))
        return True
    negative = [bill for bill in case.theirs if bill.amount_fen < 0]
    positive = [bill for bill in case.theirs if bill.amount_fen >= 0]
    if negative and positive and abs(sum(bill.amount_fen for bill in positive) - ours) <= len(case.ours.lines):
        detail = {"row": negative[0].row, "amount_fen": sum(bill.amount_fen for bill in negative)}
        case.parts.append(Part(Cause.SIGN, case.left_fen, detail))
        return True
    return False
