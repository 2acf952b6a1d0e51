"""From metered to billed energy: transformer loss, line loss, sub-meters (抄见电量 → 变损 → 线损 → 加减 → 计费电量).

Each step is kept with the segment as ``{"kind", "wh": per period, …every parameter}``; the steps add up to the
energy that is rated. A *view* is what one agreement sees over days on which nothing about its family changes: its
segments there, and every meter of the family that it needs, measured by its own calendar. Losses are determined for
a view as a whole and spread over its segments and periods, so that a new tariff version does not change them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from gridhall.cis.billing.family import FIXED, METERED, RATIO, Family, Sub
from gridhall.cis.billing.losses import Added, added
from gridhall.kernel import shipped
from gridhall.kernel.losses import spread
from gridhall.kernel.money import Int64s, share_array
from gridhall.kernel.splits import fixed_wh, ratio_part
from gridhall.kernel.transformers import rules_on

if TYPE_CHECKING:
    from gridhall.cis.billing.measure import Measured
    from gridhall.cis.billing.supply import Segment

Step = dict[str, Any]
Problem = tuple[str, dict[str, Any]]
Measure = Callable[[Sequence["Segment"]], "Measured"]
ANY_STANDARD = 90  # any at all makes a measurement bring reactive energy


class Impossible(Exception):
    """An account that cannot be billed; carries the exception's kind and evidence."""

    def __init__(self, kind: str, **evidence: Any) -> None:
        self.problem: Problem = (kind, evidence)


@dataclass
class View:
    """Segments ``at`` (positions) of one agreement between two changes of its family."""

    segments: list[Segment]
    at: list[int]
    family: Family

    @property
    def point(self) -> int:
        return self.segments[0].point_id

    def metered(self) -> Iterable[int]:
        """The points whose meters count for this view: its own or its main's, and what is taken off there."""
        yield from self._taken_off(self.point)
        for main in self.mains():
            yield from self._taken_off(main.main)
        yield self.source()

    def mains(self) -> Iterable[Sub]:
        """From the view's point up to the one that has a meter."""
        main = self.family.main(self.point, self.segments[0].first)
        while main is not None:
            yield main
            main = self.family.main(main.main, self.segments[0].first)

    def source(self) -> int:
        """The point whose meter the view's energy passes first."""
        return next(reversed([self.point, *(main.main for main in self.mains())]))

    def _taken_off(self, point: int) -> Iterable[int]:
        for sub in self.family.subs_on(point, self.segments[0].first):
            if sub.kind == METERED:
                yield sub.sub


@dataclass
class State:
    """Energy by segment and period, with demand and reactive energy by segment, and how it came about."""

    wh: Int64s
    demand: Int64s
    varh: Int64s
    steps: list[Step] = field(default_factory=list)

    @property
    def total_wh(self) -> int:
        return int(self.wh.sum())

    def step(self, kind: str, wh: Int64s, **known: Any) -> None:
        """One more step; ``wh`` is added."""
        self.wh = self.wh + wh
        self.steps.append({"kind": kind, "wh": wh, **known})


def apply(segments: Sequence[Segment], at: Sequence[int], result: Measured, measure: Measure) -> None:
    """Fill ``result`` for the segments at these positions, which have a family."""
    views = _views(segments, at)
    wanted = [(view, point) for view in views for point in dict.fromkeys(view.metered())]
    raw = _raw(wanted, measure)
    losses = added([(view, point, raw[id(view), point]) for view, point in wanted])
    for view in views:
        try:
            state = _net(view, view.point, raw, losses)
        except Impossible as error:
            state = None
            if not any(raw[id(view), point].missing.any() for point in view.metered()):  # else that is the reason
                result.problems.update(dict.fromkeys(view.at, error.problem))
        _keep(view, state, raw, result)


def unpaid(segments: Sequence[Segment], at: Sequence[int], result: Measured) -> None:
    """Energy fed in under an agreement for self-use only is metered and not paid."""
    for index in at:
        metered = result.period_wh[index].copy()
        result.adjust[index] = [
            {"kind": "metered", "wh": metered.tolist(), "point": segments[index].point_id},
            {"kind": "unpaid", "wh": (-metered).tolist()},
        ]
        result.period_wh[index] = 0


def _views(segments: Sequence[Segment], at: Sequence[int]) -> list[View]:
    """Consecutive segments of an agreement, parted where its family changes."""
    views: list[View] = []
    for index in at:
        segment, last = segments[index], views[-1] if views else None
        family = segment.family
        assert family is not None
        follows = (
            last is not None
            and last.segments[-1].agreement_id == segment.agreement_id
            and last.segments[-1].end == segment.first
            and segment.first not in family.edges
        )
        if last is not None and follows:
            last.segments.append(segment)
            last.at.append(index)
        else:
            views.append(View([segment], [index], family))
    return views


# --- what the meters say --------------------------------------------------------------------------------------------


@dataclass
class Raw:
    """What one meter counted for one view, by segment."""

    wh: Int64s
    demand: Int64s
    varh: Int64s
    missing: Int64s
    estimated: Int64s
    reads: list[list[dict[str, Any]] | None]
    problem: Problem | None


def _raw(wanted: Sequence[tuple[View, int]], measure: Measure) -> dict[tuple[int, int], Raw]:
    """Every meter of every view, measured in as few passes as the store allows: a point once a pass."""
    layers: list[list[tuple[int, Segment]]] = []
    turn: dict[tuple[Any, ...], int] = defaultdict(int)
    for number, (view, point) in enumerate(wanted):
        for segment in view.segments:
            clone = _stand_in(segment, view.family, point)
            key = (point, clone.first, clone.end, clone.slots)
            if turn[key] == len(layers):
                layers.append([])
            layers[turn[key]].append((number, clone))
            turn[key] += 1
    parts: dict[int, list[tuple[Measured, int]]] = defaultdict(list)
    for layer in layers:
        measured = measure([clone for _number, clone in layer])
        for row, (number, _clone) in enumerate(layer):
            parts[number].append((measured, row))
    return {
        (id(view), point): _meter(view, point, parts[number]) for number, (view, point) in enumerate(wanted)
    }  # fmt: skip


def _stand_in(segment: Segment, family: Family, point: int) -> Segment:
    """The meter of another point, folded by this segment's own calendar; reactive energy always comes along."""
    return replace(
        segment, point_id=point, slots=family.slots[point], meters=family.meters.get(point, []), family=None,
        power_factor_standard=ANY_STANDARD, limit_kva_e6=family.capacity_kva_e6[point],
    )  # fmt: skip


def _meter(view: View, point: int, parts: list[tuple[Measured, int]]) -> Raw:
    def column(name: str) -> Int64s:
        return np.array([getattr(measured, name)[row] for measured, row in parts], np.int64)

    problem = next((m.problems[row] for m, row in parts if row in m.problems), None)
    if not view.family.meters.get(point):
        problem = ("no_meter", {"point": point, "code": view.family.codes[point]})
    return Raw(
        column("period_wh"), column("demand_kw_e6"), column("reactive_varh"), column("missing"), column("estimated"),
        [measured.reads.get(row) for measured, row in parts], problem,
    )  # fmt: skip


# --- from the meter down to the view's own point ----------------------------------------------------------------------

Meters = dict[tuple[int, int], Raw]
Losses = dict[tuple[int, int], Added]


def _net(view: View, point: int, raw: Meters, losses: Losses) -> State:
    """What is billed at ``point``: all that passes it, less everything behind it."""
    return _less(view, point, _gross(view, point, raw, losses), None, raw, losses)[0]


def _gross(view: View, point: int, raw: Meters, losses: Losses) -> State:
    """All that passes ``point``: by its own meter with its losses, or its share of its main meter."""
    on = view.segments[0].first
    main = view.family.main(point, on)
    if main is None:
        return _with_losses(view, point, raw, losses)
    state, base, before_e6 = _less(view, main.main, _gross(view, main.main, raw, losses), main, raw, losses)
    part, left = _taken(view, base, main, before_e6, None), state.wh
    _require_enough(view, state, main, part)
    state.step("main", _over(part.wh, left) - left, **_parameters(view, main), left_wh=int(left.sum()))
    state.demand, state.varh = part.demand, part.varh
    return state


def _with_losses(view: View, point: int, raw: Meters, losses: Losses) -> State:
    meter, lost = raw[id(view), point], losses.get((id(view), point))
    state = State(np.zeros_like(meter.wh), meter.demand, meter.varh)
    state.step("metered", meter.wh, point=point, code=view.family.codes[point])
    if lost is None:
        return state
    if lost.impossible:
        raise Impossible("losses_impossible", point=view.family.codes[point], what=lost.impossible)
    if lost.transformer is not None:
        state.step("transformer", lost.transformer_wh, **lost.transformer)
        state.varh = state.varh + lost.varh
    if lost.line is not None:
        state.step("line", lost.line_wh, **lost.line)
    return state


@dataclass
class Part:
    """What a sub-meter takes: energy as one sum or by cell, demand and reactive energy by segment."""

    wh: int | Int64s
    demand: Int64s
    varh: Int64s


def _less(
    view: View, point: int, state: State, until: Sub | None, raw: Meters, losses: Losses
) -> tuple[State, State, int]:
    """Take off what stands behind ``point``, in the order of the rules, all of it or up to ``until``.

    With it comes what the next sub-meter counts on: the base, and the ratios taken from that base before.
    """
    subs = view.family.subs_on(point, view.segments[0].first)
    order = rules_on(shipped.loss_rules(), view.segments[-1].end - timedelta(days=1)).order
    base, before_e6 = replace(state, steps=[]), 0
    for kind in order:
        if kind == RATIO:  # a ratio counts on what the other kinds have left
            base = replace(state, steps=[])
        for sub in (sub for sub in subs if sub.kind == kind):
            if until is not None and until.id == sub.id:
                return state, base, before_e6
            gross = _gross(view, sub.sub, raw, losses) if kind == METERED else None
            part = _taken(view, base, sub, before_e6, gross)
            _require_enough(view, state, sub, part)
            shared = {"kw_e6": (-part.demand).tolist(), "varh": (-part.varh).tolist()} if sub.shares_demand else {}
            state.step("sub", -_over(part.wh, state.wh), **_parameters(view, sub), **shared)
            state.demand, state.varh = state.demand - part.demand, state.varh - part.varh
            before_e6 += sub.ratio_e6
    return state, base, before_e6


def _require_enough(view: View, state: State, sub: Sub, part: Part) -> None:
    """A sub-meter never takes more than its main meter has left, in sum and in every period."""
    taken = part.wh if isinstance(part.wh, int) else int(part.wh.sum())
    if taken > state.total_wh or (isinstance(part.wh, np.ndarray) and (part.wh > state.wh).any()):
        codes = view.family.codes
        raise Impossible(
            "split_exceeds", main=codes[sub.main], sub=codes[sub.sub], main_wh=state.total_wh, sub_wh=taken
        )


def _taken(view: View, base: State, sub: Sub, before_e6: int, gross: State | None) -> Part:
    """Energy, and where it is agreed demand and reactive energy, that a sub-meter takes of ``base``."""
    none = np.zeros_like(base.demand)
    if sub.kind == RATIO:
        wh: int | Int64s = ratio_part(base.total_wh, sub.ratio_e6, before_e6)
        if not sub.shares_demand:
            return Part(wh, none, none)
        parts = [
            np.array([ratio_part(value, sub.ratio_e6, before_e6) for value in column.tolist()], np.int64)
            for column in (base.demand, base.varh)
        ]
        return Part(wh, *parts)
    if gross is not None:
        wh, taken = gross.wh, gross.total_wh
    else:
        wh = taken = fixed_wh(sub.kwh_per_month, view.segments[0].first, view.segments[-1].end)
    if not sub.shares_demand:
        return Part(wh, none, none)
    part, whole = np.full_like(none, min(taken, base.total_wh)), np.full_like(none, base.total_wh)
    return Part(wh, share_array(base.demand, part, whole), share_array(base.varh, part, whole))


def _over(total: int | Int64s, weights: Int64s) -> Int64s:
    """A sum over cells in proportion; without any weight it goes where flat energy goes."""
    if isinstance(total, np.ndarray):
        return total
    parts = spread(np.array([total]), weights.reshape(1, -1), np.zeros(1, np.intp))
    return parts.reshape(weights.shape)


def _parameters(view: View, sub: Sub) -> dict[str, Any]:
    known: dict[str, Any] = {"by": sub.kind, "point": sub.sub, "code": view.family.codes[sub.sub]}
    known |= {"main": sub.main, "main_code": view.family.codes[sub.main]}
    if sub.kind == RATIO:
        known["ratio_e6"] = sub.ratio_e6
    if sub.kind == FIXED:
        known["kwh_per_month"] = sub.kwh_per_month
    return known


def _keep(view: View, state: State | None, raw: Meters, result: Measured) -> None:
    """A view's outcome into the rows of its segments."""
    meters, own = [raw[id(view), point] for point in dict.fromkeys(view.metered())], raw[id(view), view.source()]
    for k, (index, segment) in enumerate(zip(view.at, view.segments, strict=True)):
        result.missing[index] = sum(int(meter.missing[k]) for meter in meters)
        result.estimated[index] = sum(int(meter.estimated[k]) for meter in meters)
        for problem in (meter.problem for meter in meters if meter.problem):
            result.problems[index] = problem
        if own.reads[k] is not None:
            result.reads[index] = own.reads[k]  # type: ignore[assignment]
        if state is None:
            continue
        result.period_wh[index] = state.wh[k]
        result.demand_kw_e6[index] = state.demand[k]
        result.reactive_varh[index] = state.varh[k] if segment.power_factor_standard else 0
        result.adjust[index] = [_of_segment(step, k) for step in state.steps]


def _of_segment(step: Step, k: int) -> Step:
    """One segment's row of a step, as plain numbers."""
    row = {**step, "wh": step["wh"][k].tolist()}
    for name in ("kw_e6", "varh"):
        if name in row:
            row[name] = row[name][k]
    return row
