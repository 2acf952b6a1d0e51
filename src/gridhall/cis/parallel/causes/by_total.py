"""Bills of which only the total is known: which single change of our figures gives theirs to the fen."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from gridhall.cis.billing.supply import Segment
from gridhall.cis.parallel.causes.case import Case, Line, Part
from gridhall.cis.parallel.causes.figures import ends_wh
from gridhall.cis.parallel.causes.rerating import Wanted, rerate, wanted
from gridhall.cis.parallel.causes.versions import named, others
from gridhall.cis.parallel.models import Cause
from gridhall.cis.tariffs.queries import parsed

Try = tuple[Wanted, str, dict[str, Any]]
TOGETHER = 20_000  # bills rated at once: a few tens of megabytes


def explain(cases: list[Case], month: int) -> list[Case]:
    """Each kind of change in the order of its certainty; the cases that none of them explains come back."""
    for ways in (_quota, _carried, _versions, _charging, _standards, _thirtieths):
        cases = _solved(cases, ways, month)
        if not cases:
            break
    counters = _halved([case for case in cases if _ends(case, month) and _only_energy_differs(case)], month)
    return _solved(cases, lambda case, _: counters.get(id(case), ()), month)


def _solved(cases: list[Case], ways: Callable[[Case, int], Iterable[Try]], month: int) -> list[Case]:
    asked = [(case, attempt) for case in cases for attempt in ways(case, month)]
    solved: set[int] = set()
    for n in range(0, len(asked), TOGETHER):
        some = [one for one in asked[n : n + TOGETHER] if id(one[0]) not in solved]
        for (case, (_, cause, detail)), changed in zip(some, rerate([a[0] for _, a in some], month), strict=True):
            if changed is not None and changed.total_fen == case.theirs_fen and id(case) not in solved:
                case.take(changed, cause, **detail)
                solved.add(id(case))
    return [case for case in cases if id(case) not in solved]


def _each(case: Case, changes: Callable[[dict[str, Any]], dict[str, Any]]) -> Wanted:
    return wanted(case.now, {n: changes(case.now.rows[n]) for n in case.supply})


def _first(case: Case) -> tuple[Segment, dict[str, Any]] | None:
    return (case.now.segments[case.supply[0]], case.now.rows[case.supply[0]]) if case.supply else None


def _quota(case: Case, _month: int) -> Iterator[Try]:
    if (first := _first(case)) and first[0].published.version.free_quota:
        own = bool(first[1]["free_quota"])
        yield _each(case, lambda _: {"free_quota": not own}), Cause.FREE_QUOTA, {"ours": own}


def _carried(case: Case, month: int) -> Iterator[Try]:
    """Everything in one tier: a counter that was never carried over, or one that is a tier ahead."""
    for before in (0, *_ends(case, month)):
        yield from _counted(case, before)


def _ends(case: Case, month: int) -> list[int]:
    """Where the tiers end, in Wh; nothing where the bill has none, or more than one supply."""
    first = _first(case)
    if first is None or len(case.supply) != 1 or (rule := first[0].published.version.tiers) is None:
        return []
    step = next((one for one in rule.thresholds if month % 100 in one.months), None)
    return ends_wh(rule, step.kwh, first[1]["persons"], first[1]["tier_months"]) if step else []


def _counted(case: Case, before: int) -> Iterator[Try]:
    own = case.now.rows[case.supply[0]]["tier_before_wh"]
    if before != own:
        yield _with_counter(case, before), Cause.TIER_COUNTER, {"theirs_wh": before, "ours_wh": own}


def _with_counter(case: Case, before: int) -> Wanted:
    return _each(case, lambda _: {"tier_before_wh": before})


def _halved(cases: list[Case], month: int) -> dict[int, list[Try]]:
    """The least counter with which each bill is theirs, found for all at once: more used before never makes it less."""
    low, high = [0] * len(cases), [_ends(case, month)[-1] for case in cases]
    while low != high:
        middle = [(a + b) // 2 for a, b in zip(low, high, strict=True)]
        tried = rerate([_with_counter(case, before) for case, before in zip(cases, middle, strict=True)], month)
        for n, (case, bill) in enumerate(zip(cases, tried, strict=True)):
            if bill is not None and bill.total_fen < case.theirs_fen and low[n] < high[n]:
                low[n] = middle[n] + 1
            else:
                high[n] = middle[n]
    return {id(case): list(_counted(case, before)) for case, before in zip(cases, low, strict=True)}


def _only_energy_differs(case: Case) -> bool:
    """Whether their lines have our amount of everything but energy and tiers."""
    return bool(case.their_lines) and _other_charges(case.their_lines) == _other_charges(case.now.lines)


def _other_charges(lines: list[Line]) -> dict[str, int]:
    sums: dict[str, int] = defaultdict(int)
    for line in lines:
        if line.kind not in ("energy", "tier", "component"):
            sums[line.kind] += line.amount_fen
    return {kind: fen for kind, fen in sums.items() if fen}


def _versions(case: Case, month: int) -> Iterator[Try]:
    if first := _first(case):
        own = first[0].published.version
        for pk in others(own, month):
            detail = {"matches": [named(parsed(pk))], "own": named(own)}
            yield wanted(case.now, version=pk), Cause.UNIT_PRICE, detail


def _charging(case: Case, _month: int) -> Iterator[Try]:
    if (first := _first(case)) and (first[0].published.version.capacity or first[0].published.version.demand):
        for way in range(4):
            if way != first[1]["charging"]:
                changed = _each(case, lambda _, way=way: {"charging": way})
                yield changed, Cause.DEMAND, {"way_number": way, "our_way_number": first[1]["charging"]}


def _standards(case: Case, _month: int) -> Iterator[Try]:
    if (first := _first(case)) and first[0].published.version.power_factor:
        for standard in (0, 80, 85, 90):
            if standard != first[1]["power_factor_standard"]:
                changed = _each(case, lambda _, standard=standard: {"power_factor_standard": standard})
                detail = {"their_standard": standard, "standard": first[1]["power_factor_standard"]}
                yield changed, Cause.POWER_FACTOR, detail


def _thirtieths(case: Case, _month: int) -> Iterator[Try]:
    first = _first(case)
    if first and len(case.supply) == 1:
        version, own = first[0].published.version, first[1]["month_thirtieths"]
        if version.capacity or version.demand or version.fixed or version.free_quota:
            for other in range(1, 31):
                if other != own:
                    changed = _each(case, lambda _, other=other: {"month_thirtieths": other})
                    yield changed, Cause.PRORATION, {"our_thirtieths": own, "their_thirtieths": other}


def rounding(case: Case) -> bool:
    """Whether no more is left than rounding each line once can make."""
    if 0 < abs(case.left_fen) <= max(1, len([line for line in case.now.lines if not line.included])):
        case.parts.append(Part(Cause.ROUNDING, case.left_fen, {}))
        return True
    return False
