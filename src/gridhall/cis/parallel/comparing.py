"""A chapter of accounts billed here as a bill run would, beside the old system's bills. Reads only."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from typing import Any

import numpy as np

from gridhall.cis.billing.actions.runs import period_of
from gridhall.cis.billing.calculate import (
    AMOUNT_FEN,
    BILL,
    ITEM,
    PRICE_E8,
    QUANTITY,
    SEGMENT,
    Calculation,
    Measuring,
    calculate,
)
from gridhall.cis.billing.inputs import stored
from gridhall.cis.billing.measure import measure
from gridhall.cis.billing.supply import Chunk, Segment, supplied
from gridhall.cis.customers.models import Account, BillingCycle
from gridhall.cis.parallel.causes.case import Case, Line, Ours, Theirs
from gridhall.cis.parallel.causes.explain import explain, told
from gridhall.cis.parallel.models import Cause, ComparisonRound, LegacyBill, LegacyLine, ParallelRun, RefusedRow
from gridhall.cis.tariffs.queries import items
from gridhall.platform.bulk import as_text, day, fetch
from gridhall.platform.scope import EVERYTHING, Scope, ScopedQuerySet

ACCOUNTS_PER_STEP = 10_000  # as a bill run
ENERGY_TOLERANCE_WH = 1_000  # equal money with less than a kWh between the energies is no difference
LINE_COLUMNS = ("kind", "period", "tier", "name", "quantity", "price_e8", "amount_fen")
FEW = 2_000  # accounts that are asked for by their ids


@dataclass(frozen=True)
class Chapter:
    """Accounts of one cycle by id; without a cycle, file numbers in ``(after, upto]`` that no account here has."""

    cycle_id: int | None
    ids: list[int]
    after: str = ""
    upto: str = ""


@dataclass
class Row:
    """One difference, as it is kept."""

    number: str
    account_id: int | None
    path: str
    theirs_fen: int | None
    ours_fen: int | None
    cause: str
    detail: dict[str, Any] = field(default_factory=dict)

    @property
    def difference_fen(self) -> int:
        return (self.ours_fen or 0) - (self.theirs_fen or 0)


@dataclass
class Compared:
    """What a chapter came to. Light enough to be sent between processes."""

    bills_theirs: int = 0
    bills_ours: int = 0
    equal: int = 0
    theirs_fen: int = 0
    ours_fen: int = 0
    rows: list[Row] = field(default_factory=list)


def chapters(run: ParallelRun) -> list[Chapter]:
    """The accounts of the run's unit in steps, by cycle and id, and at the end the numbers that nobody here has."""
    accounts = Account.objects.within(Scope(prefixes=(run.path,))).order_by("cycle_id", "pk")
    found = []
    for cycle, rows in groupby(accounts.values_list("cycle_id", "pk"), key=lambda row: row[0]):
        ids = [pk for _, pk in rows]
        found += [Chapter(cycle, ids[n : n + ACCOUNTS_PER_STEP]) for n in range(0, len(ids), ACCOUNTS_PER_STEP)]
    last = ""
    for upto in _strangers_numbers(run)[ACCOUNTS_PER_STEP - 1 :: ACCOUNTS_PER_STEP]:
        found.append(Chapter(None, [], last, upto))
        last = upto
    return [*found, Chapter(None, [], last)]


def _strangers_numbers(run: ParallelRun) -> list[str]:
    """Numbers of the file that no account of the unit has, in order."""
    return list(_strange(run).order_by("account_number").values_list("account_number", flat=True).distinct())


def _strange(run: ParallelRun) -> ScopedQuerySet[LegacyBill]:
    known = Account.objects.within(Scope(prefixes=(run.path,))).values("number")
    return LegacyBill.objects.within(EVERYTHING).filter(run=run).exclude(account_number__in=known)


def compare(found: ComparisonRound, chapter: Chapter) -> Compared:
    """Calculate and compare a chapter on the readings of the round's snapshot."""
    if chapter.cycle_id is None:
        return _strangers(found.run, chapter)
    first, end = period_of(BillingCycle.objects.get(pk=chapter.cycle_id), found.run.month)
    chunk = Chunk(chapter.cycle_id, chapter.ids[0], chapter.ids[-1])
    result = calculate(chunk, found.run.month, first, end, found.snapshot)
    return _Comparison(found, chapter, chunk, result, (first, end)).made()


def _strangers(run: ParallelRun, chapter: Chapter) -> Compared:
    """Bills of accounts that the unit does not have."""
    rows = _strange(run).filter(account_number__gt=chapter.after)
    if chapter.upto:
        rows = rows.filter(account_number__lte=chapter.upto)
    result = Compared()
    ordered = rows.order_by("account_number", "pk").values_list("account_number", "amount_fen", "row").iterator()
    for number, bills in groupby(ordered, key=lambda row: row[0]):
        several = list(bills)
        fen = sum(bill[1] for bill in several)
        detail = {
            "parts": [{"cause": Cause.MISSING_HERE.value, "fen": -fen, "why": "no_account", "row": several[0][2]}]
        }
        result.rows.append(Row(number, None, "", fen, None, Cause.MISSING_HERE.value, detail))
        result.bills_theirs += len(several)
        result.theirs_fen += fen
    return result


Bill = tuple[int, int, str | None, str | None, int | None, int, Any]  # id, row, from, to, energy, amount, facts


class _Comparison:
    """One chapter: most accounts are equal and are only counted; the others become cases."""

    def __init__(
        self, found: ComparisonRound, chapter: Chapter, chunk: Chunk, result: Calculation, days: tuple[date, date]
    ) -> None:
        self.added = bool(found.run.mapping.get("components_added"))
        self.run, self.snapshot, self.chunk, self.result, self.days = found.run, found.snapshot, chunk, result, days
        members = set(chapter.ids)
        accounts = Account.objects.filter(chunk.where()).values_list("pk", "number", "path")
        self.accounts = {pk: (number, path) for pk, number, path in accounts if pk in members}
        self.theirs = self._theirs()
        self.place = {billed.account_id: n for n, billed in enumerate(result.accounts)}

    def _theirs(self) -> dict[str, list[Bill]]:
        numbers = Account.objects.filter(self.chunk.where()).values("number")
        rows = LegacyBill.objects.within(EVERYTHING).filter(run=self.run, account_number__in=numbers).order_by("pk")
        columns = (
            "account_number",
            "pk",
            "row",
            as_text("period_from"),
            as_text("period_to"),
            "energy_wh",
            "amount_fen",
            "facts",
        )
        found: dict[str, list[Bill]] = defaultdict(list)
        for number, *bill in fetch(rows.values_list(*columns)):
            found[number].append(tuple(bill))  # type: ignore[arg-type]
        return found

    def made(self) -> Compared:
        made, cases = Compared(), []
        energy, total = self.result.energy_wh.tolist(), self.result.total_fen.tolist()
        for pk, (number, path) in self.accounts.items():
            n, bills = self.place.get(pk), self.theirs.get(number)
            problem = None if n is None else self.result.problems.get(n)
            ours_fen = None if n is None or problem else total[n]
            if ours_fen is not None:
                made.bills_ours += 1
                made.ours_fen += ours_fen
            if bills is not None:
                theirs_fen = sum(bill[5] for bill in bills)
                made.bills_theirs += len(bills)
                made.theirs_fen += theirs_fen
                if ours_fen is None:
                    made.rows.append(_missing_here(pk, number, path, theirs_fen, problem))
                elif theirs_fen == ours_fen and _same_energy(bills, energy[n]):
                    made.equal += 1
                else:
                    cases.append((pk, n))
            elif ours_fen is not None:
                if ours_fen or energy[n]:
                    made.rows.append(_missing_there(pk, number, path, ours_fen))
                else:
                    made.equal += 1  # nothing used, nothing billed: no bill is the same bill
        made.rows += self._explained(cases)
        _unreadable(self.run, made.rows)
        return made

    def _explained(self, differing: list[tuple[int, int]]) -> list[Row]:
        if not differing:
            return []
        lines_of, segments = self._their_lines(differing), self._segments([pk for pk, _ in differing])
        cases = []
        for (pk, n), ours in zip(differing, _bills(self.result, [n for _, n in differing], segments), strict=True):
            number, billed = self.accounts[pk][0], self.result.accounts[n]
            theirs = [_theirs(bill, lines_of.get(bill[0], ())) for bill in self.theirs[number]]
            cases.append(Case(number, pk, theirs, ours, billed.first, billed.end))
        before = {case.number: case.theirs_fen for case in cases}
        explain(cases, self.run.month, self._recalculated, added=self.added)
        rows = []
        for case in cases:
            cause, parts = told(case)
            theirs_fen, path = before[case.number], self.accounts[case.account_id][1]
            detail = {"parts": parts, "from": str(case.first), "to": str(case.end)}
            rows.append(Row(case.number, case.account_id, path, theirs_fen, case.ours.total_fen, cause, detail))
        return rows

    def _segments(self, ids: Sequence[int], days: tuple[date, date] | None = None) -> dict[int, list[Segment]]:
        chunk = Chunk(ids=tuple(ids)) if len(ids) <= FEW else self.chunk
        return {one.account_id: one.segments for one in supplied(chunk, *(days or self.days))}

    def _their_lines(self, differing: list[tuple[int, int]]) -> dict[int, tuple[Line, ...]]:
        """Lines by bill, for the differing accounts only: of most bills nobody asks for them."""
        wanted = sorted(bill[0] for pk, _ in differing for bill in self.theirs[self.accounts[pk][0]])
        columns = ("bill_id", *LINE_COLUMNS)
        found: dict[int, list[Line]] = defaultdict(list)
        for n in range(0, len(wanted), FEW):
            rows = LegacyLine.objects.filter(bill_id__in=wanted[n : n + FEW]).order_by("bill_id", "seq")
            for bill, *line in fetch(rows.values_list(*columns)):
                found[bill].append(_line(line, self.added))
        return {bill: tuple(lines) for bill, lines in found.items()}

    def _recalculated(self, ids: Sequence[int], first: date, end: date) -> dict[int, Ours]:
        """Our bills of some accounts for other days; those without readings of these days are left out."""
        found: dict[int, Ours] = {}
        for k in range(0, len(ids), FEW):
            some = tuple(ids[k : k + FEW])
            result = calculate(Chunk(ids=some), self.run.month, first, end, self.snapshot)
            good = [n for n in range(len(result.accounts)) if n not in result.problems]
            segments = self._segments(some, (first, end))
            for n, bill in zip(good, _bills(result, good, segments), strict=True):
                found[result.accounts[n].account_id] = bill
        return found


def _line(row: Sequence[Any], added: bool) -> Line:
    """A stored line of theirs, LINE_COLUMNS, as it is compared."""
    kind, period, tier, name, quantity, price, amount = row
    component = name if kind in ("component", "other") else ""
    return Line(kind, period, tier, component, kind == "component" and not added, quantity, price, amount)


def lines_of(bill: LegacyBill, added: bool) -> list[Line]:
    """The lines of one of their bills."""
    return [_line(row, added) for row in bill.lines.order_by("seq").values_list(*LINE_COLUMNS)]


def our_lines(account_id: int, month: int, days: tuple[date, date], snapshot: int) -> list[Line]:
    """The lines of our bill of one account, calculated now; none where it cannot be billed."""
    found, _problem = our_bill(account_id, month, days, snapshot)
    return found.lines if found else []


def our_bill(
    account_id: int, month: int, days: tuple[date, date], snapshot: int, measured_by: Measuring = measure
) -> tuple[Ours | None, tuple[str, dict[str, Any]]]:
    """Our bill of one account, calculated now and kept nowhere; or None, with kind and evidence of what prevents it."""
    chunk = Chunk(ids=(account_id,))
    result = calculate(chunk, month, *days, snapshot, measured_by)
    if not result.accounts:
        return None, ("no_agreement", {"from": str(days[0]), "to": str(days[1])})
    if result.problems:
        return None, result.problems[0]
    segments = {one.account_id: one.segments for one in supplied(chunk, *days)}
    return _bills(result, [0], segments)[0], ("", {})


def _same_energy(bills: list[Bill], ours_wh: int) -> bool:
    known = [bill[4] for bill in bills]
    if None in known:
        return True
    return abs(sum(e for e in known if e is not None) - ours_wh) < ENERGY_TOLERANCE_WH


def _theirs(bill: Bill, lines: tuple[Line, ...]) -> Theirs:
    _, row, first, end, energy, amount, facts = bill
    return Theirs(
        row, day(first), day(end), energy, amount, json.loads(facts) if isinstance(facts, str) else facts, lines
    )


def _bills(result: Calculation, wanted: Sequence[int], segments: dict[int, list[Segment]]) -> list[Ours]:
    """Some bills of a calculation, opened."""
    edges = np.searchsorted(result.lines[:, BILL], [*wanted, *[n + 1 for n in wanted]]).tolist()
    spans = list(zip(edges[: len(wanted)], edges[len(wanted) :], strict=True))
    known = items({int(item) for a, b in spans for item in result.lines[a:b, ITEM]})
    bills = []
    for n, (a, b) in zip(wanted, spans, strict=True):
        own = segments[result.accounts[n].account_id]
        lines = []
        for row in result.lines[a:b].tolist():
            item = known[row[ITEM]]
            kind = "feed_in" if own[row[SEGMENT]].export and item.kind == "energy" else item.kind
            period = "" if item.period == "total" else item.period
            name = (kind, period, item.tier, item.component, item.included)
            lines.append(Line(*name, row[QUANTITY], row[PRICE_E8], row[AMOUNT_FEN]))
        bills.append(Ours(int(result.total_fen[n]), lines, stored(result.inputs[n]), own))
    return bills


def _missing_here(pk: int, number: str, path: str, fen: int, problem: tuple[str, dict[str, Any]] | None) -> Row:
    why, evidence = problem or ("not_supplied", {})
    part = {"cause": Cause.MISSING_HERE.value, "fen": -fen, "why": why, "evidence": evidence}
    return Row(number, pk, path, fen, None, Cause.MISSING_HERE.value, {"parts": [part]})


def _missing_there(pk: int, number: str, path: str, fen: int) -> Row:
    part = {"cause": Cause.MISSING_THERE.value, "fen": fen}
    return Row(number, pk, path, None, fen, Cause.MISSING_THERE.value, {"parts": [part]})


def _unreadable(run: ParallelRun, rows: list[Row]) -> None:
    """A bill that lacks rows of the file is not compared in earnest: the file comes first."""
    refused = RefusedRow.objects.within(EVERYTHING).filter(run=run)
    if not rows or not refused.exists():
        return
    numbers = [row.number for row in rows]
    named: dict[str, int] = {}
    for n in range(0, len(numbers), FEW):
        found = refused.filter(account_number__in=numbers[n : n + FEW]).order_by("-row")
        named.update(found.values_list("account_number", "row"))
    for row in rows:
        if row.number in named:
            row.cause = Cause.UNREADABLE.value
            part = {"cause": row.cause, "fen": row.difference_fen, "row": named[row.number]}
            row.detail = {**row.detail, "parts": [part]}
