"""What is recovered: the difference of another tariff, energy that no bill had, or a capacity charge; as steps."""

from __future__ import annotations

import copy
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from gridhall.cis.cases.rerate import (
    Base,
    Rated,
    bases,
    months_between,
    on_tariff,
    rated,
    rated_alone,
    spread,
    uncovered,
)
from gridhall.cis.cases.terms import MonthEnergy, Step
from gridhall.cis.customers.models import Agreement
from gridhall.cis.tariffs.queries import in_force, parsed
from gridhall.kernel.money import Unit, amount_fen, round_half_up
from gridhall.kernel.rating import split_thirtieths
from gridhall.kernel.splits import apportion
from gridhall.kernel.tariffs import TariffVersion
from gridhall.platform.errors import Refused

ONE_DAY = timedelta(days=1)
FAR = date(9999, 1, 1)


@dataclass
class Recovered:
    """Steps with the tax and the government funds inside what they come to."""

    steps: list[Step] = field(default_factory=list)
    vat_fen: int = 0
    funds_fen: int = 0
    energy_wh: int = 0

    @property
    def total_fen(self) -> int:
        return sum(step.amount_fen for step in self.steps)

    def add(self, step: Step, vat_fen: int, funds_fen: int) -> None:
        """One step with what is inside it."""
        self.steps.append(step)
        self.vat_fen += vat_fen
        self.funds_fen += funds_fen


# --- another tariff -------------------------------------------------------------------------------------------------


def difference(account_id: int, first: date, end: date, code: str) -> Recovered:
    """Every bill of ``[first, end)`` on the tariff that should have applied, less the bill; parts by days."""
    found, result = bases(account_id, first, end), Recovered()
    _require_billed(uncovered(found, first, end))
    for base in found:
        before, after = rated(base.bill.month, base.rows), rated(base.bill.month, on_tariff(base, code))
        days, of = (base.end - base.first).days, (base.bill.period_to - base.bill.period_from).days
        part = [round_half_up(whole * days, of) for whole in _less(after, before)]
        step = Step(
            what="difference", part="recovered", amount_fen=part[0], first=base.first, end=base.end,
            bill=base.bill.number, tariff=code, before=tuple(before.lines), after=tuple(after.lines),
            facts={
                "before_fen": before.total_fen, "after_fen": after.total_fen, "days": days, "of_days": of,
                "kwh_wh": sum(sum(row["period_wh"]) for row in base.rows if not row["export"]),
            },
        )  # fmt: skip
        result.add(step, part[1], part[2])
    return result


def _less(after: Rated, before: Rated) -> tuple[int, int, int]:
    return (
        after.total_fen - before.total_fen,
        after.vat_fen - before.vat_fen,
        after.funds_fen - before.funds_fen,
    )


def _require_billed(gaps: Sequence[tuple[date, date]]) -> None:
    if gaps:
        said = {"first": date_format(gaps[0][0]), "last": date_format(gaps[0][1] - ONE_DAY)}
        raise Refused(
            _("No released bill covers %(first)s to %(last)s; bill these days first or choose other days.") % said
        )


# --- energy that no bill had ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Piece:
    """Energy of some days: on top of a bill, or by itself where none is there. ``given`` names periods, else a sum."""

    base: Base | None
    first: date
    end: date
    wh: int
    given: tuple[int, ...] = ()


def energy(account_id: int, first: date, end: date, wh: int) -> Recovered:
    """``wh`` over the days of ``[first, end)`` in equal parts, rated on top of what was billed on each."""
    found = bases(account_id, first, end)
    stretches = [(base, base.first, base.end) for base in found]
    stretches += [(None, a, b) for a, b in uncovered(found, first, end)]  # type: ignore[misc]
    stretches.sort(key=lambda stretch: stretch[1])
    parts = apportion(wh, [(b - a).days for _base, a, b in stretches])
    pieces = [_Piece(base, a, b, part) for (base, a, b), part in zip(stretches, parts, strict=True)]
    return _on_top(account_id, pieces, end)


def energy_by_month(account_id: int, months: Sequence[MonthEnergy]) -> Recovered:
    """Energy given by billing month and period, rated on top of the bill of each month."""
    pieces, end = [], date.min
    for one in sorted(months, key=lambda row: row.month):
        first = date(one.month // 100, one.month % 100, 1)
        end = first + timedelta(days=monthrange(first.year, first.month)[1])
        base = next((base for base in bases(account_id, first, end) if base.bill.month == one.month), None)
        if base is not None:
            first, end = base.bill.period_from, base.bill.period_to
        pieces.append(_Piece(base, first, end, sum(one.period_wh), one.period_wh))
    return _on_top(account_id, pieces, end)


def _on_top(account_id: int, pieces: Sequence[_Piece], end: date) -> Recovered:
    """Each piece in turn; what it adds counts in the tiers of the months after it, billed ones included."""
    result, used = Recovered(energy_wh=sum(piece.wh for piece in pieces)), {}
    for piece in pieces:
        if piece.wh == 0 and not any(piece.given):
            continue
        if piece.base is None:
            _alone(result, account_id, piece)
        else:
            _rerate(result, piece.base, piece, used)
    for base in bases(account_id, end, FAR) if used else ():
        _rerate(result, base, None, used)
    return result


Used = dict[int, int]  # first month of a tier year → energy added in it so far


def _rerate(result: Recovered, base: Base, piece: _Piece | None, used: Used) -> None:
    rows, month = copy.deepcopy(base.rows), base.bill.month
    added = _added(rows, piece) if piece else {}
    for n, row in enumerate(rows):
        tiers = None if row["export"] else parsed(row["version"]).tiers
        if tiers is not None:
            start = tiers.counter_start(month)
            row["tier_before_wh"] += used.get(start, 0)
            used[start] = used.get(start, 0) + sum(added.get(n, ()))
        if n in added:
            row["period_wh"] = [a + b for a, b in zip(row["period_wh"], added[n], strict=True)]
            _require_use(row["period_wh"], month)
    before, after = rated(month, base.rows), rated(month, rows)
    amount, vat, funds = _less(after, before)
    if piece is None and amount == 0:
        return
    step = Step(
        what="on_top" if piece else "tiers_after", part="recovered", amount_fen=amount, bill=base.bill.number,
        quantity=piece.wh if piece else 0, unit=Unit.KWH.value if piece else "",
        first=piece.first if piece else base.first, end=piece.end if piece else base.end,
        before=tuple(before.lines), after=tuple(after.lines),
        facts={"before_fen": before.total_fen, "after_fen": after.total_fen, "month": month},
    )  # fmt: skip
    result.add(step, vat, funds)


def _require_use(period_wh: Sequence[int], month: int) -> None:
    if min(period_wh) < 0:
        raise Refused(_("More energy would be taken off %(month)s than was billed in a period.") % {"month": month})


def _added(rows: Sequence[dict[str, Any]], piece: _Piece) -> dict[int, list[int]]:
    """Energy by period for each supply segment of a bill, by the days it shares with the piece."""
    shared = {}
    for n, row in enumerate(rows):
        first, end = date.fromisoformat(row["from"]), date.fromisoformat(row["to"])
        days = (min(end, piece.end) - max(first, piece.first)).days
        if not row["export"] and days > 0:
            shared[n] = days
    if not shared:
        raise Refused(_("The bill has no supply on these days; choose others."))
    parts = apportion(piece.wh, list(shared.values()))
    return {
        n: _periods(rows[n], piece, part, days, shared) for (n, days), part in zip(shared.items(), parts, strict=True)
    }


def _periods(row: dict[str, Any], piece: _Piece, wh: int, days: int, shared: dict[int, int]) -> list[int]:
    version = parsed(row["version"])
    if not any(piece.given[1:]):
        return spread(wh, row["period_wh"], version)
    if version.calendar is None:
        raise Refused(_("This tariff has no periods; give the energy of the day as a whole."))
    if len(shared) > 1:
        raise Refused(_("The month has several parts; give its energy as a whole, not by period."))
    return list(piece.given)


def _alone(result: Recovered, account_id: int, piece: _Piece) -> None:
    """Days without a bill: their energy at the tariff in force, from the first tier on."""
    version = version_on(account_id, piece.first)
    month = piece.first.year * 100 + piece.first.month
    given = piece.given if any(piece.given[1:]) else spread(piece.wh, (), version)
    _require_use(given, month)
    found = rated_alone(version, month, given)
    step = Step(
        what="alone", part="recovered", amount_fen=found.total_fen, quantity=piece.wh, unit=Unit.KWH.value,
        first=piece.first, end=piece.end, tariff=version.code, after=tuple(found.lines), clause=version.source,
        facts={"month": month},
    )  # fmt: skip
    result.add(step, found.vat_fen, found.funds_fen)


# --- capacity -------------------------------------------------------------------------------------------------------


def version_on(account_id: int, day: date) -> TariffVersion:
    """The tariff an account is supplied at on a day. Refused where it is not supplied."""
    agreement = Agreement.objects.on(day).filter(account_id=account_id, direction=Agreement.Direction.IMPORT).first()
    pieces = in_force(agreement.tariff_code, day, day + ONE_DAY) if agreement else []
    if not pieces:
        raise Refused(_("The account has no supply on %(day)s.") % {"day": date_format(day)})
    return pieces[-1].version


def capacity(account_id: int, first: date, end: date, kva_e6: int) -> Recovered | None:
    """The capacity charge of ``kva_e6`` over ``[first, end)``, by thirtieths of months; None without one."""
    result = Recovered()
    for start, stop in months_between(first, end):
        version = version_on(account_id, start)
        if version.capacity is None:
            return None
        thirtieths = split_thirtieths([(stop - start).days], monthrange(start.year, start.month)[1])[0]
        quantity, price = round_half_up(kva_e6 * thirtieths, 30), int(version.capacity.price_e8)
        amount = amount_fen(quantity, price, Unit.KVA)
        step = Step(
            what="capacity", part="recovered", amount_fen=amount, quantity=quantity, unit=Unit.KVA.value,
            price_e8=price, first=start, end=stop, tariff=version.code, clause=version.source,
            facts={"kva_e6": kva_e6, "thirtieths": thirtieths},
        )  # fmt: skip
        result.add(step, round_half_up(amount * version.vat_percent, 100 + version.vat_percent), 0)
    return result
