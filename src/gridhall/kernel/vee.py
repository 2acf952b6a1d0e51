"""Validation of interval values: array rules that say where, how much and against which limit. Nothing is changed here.

Curves are `values[p, d, slot]` in Wh with `missing[p, d, slot]`; `days[d]` are day numbers. Limits are dated data
(`VeeRules`); every rule answers `Issues`.
"""

from dataclasses import dataclass, fields
from datetime import date
from enum import IntEnum
from functools import cache
from importlib.resources import files
from typing import Self

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from gridhall.kernel.runs import Values
from gridhall.kernel.tariffs.text import read_structured
from gridhall.kernel.tariffs.types import Evidence

Bools = npt.NDArray[np.bool_]
Int64s = npt.NDArray[np.int64]
Days = npt.NDArray[np.int32]
HOURS = 24


class Rule(IntEnum):
    """What is doubted."""

    MISSING = 1
    NEGATIVE = 2
    SPIKE = 3
    STUCK = 4
    DUPLICATE = 5
    RANGE = 6
    REGISTER = 7


class VeeRules(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Limits in force from `valid_from` until the next version."""

    code: str
    valid_from: date
    source: str
    evidence: Evidence
    spike_percent_of_like_peak: int  # a value above this share of the like days' median peak
    spike_watt_min: int  # and above this mean power
    spike_like_days_min: int  # needs as many like days to judge
    stuck_hours_min: int  # the same value for so long
    stuck_zeros: bool  # whether standing at zero counts as stuck
    range_percent_of_capacity: int
    register_tolerance_wh: int  # curve and register may differ by the larger of the two
    register_tolerance_permille: int
    like_days: int  # as many like days make an estimate or a spike limit


@cache
def shipped_rules() -> tuple[VeeRules, ...]:
    """The versions that come with the product, oldest first."""
    return load_rules((files("gridhall") / "data" / "vee.yaml").read_bytes())


def load_rules(document: bytes | str) -> tuple[VeeRules, ...]:
    """Versions from YAML text, oldest first; TariffError names the field."""
    return tuple(sorted(read_structured(document, list[VeeRules]), key=lambda rules: rules.valid_from))


def rules_on(versions: tuple[VeeRules, ...], on: date) -> VeeRules:
    """The version in force on a day."""
    for rules in reversed(versions):
        if rules.valid_from <= on:
            return rules
    raise ValueError(f"no validation rules are in force on {on}; the first begin on {versions[0].valid_from}")


@dataclass(frozen=True, slots=True)
class Issues:
    """One row per finding: intervals `first_slot` to `first_slot + n_slots - 1` counted from the start of `day`.

    A finding of `STUCK` may run past midnight. `measured` and `limit` are Wh, for `MISSING` intervals, for `STUCK`
    the value and the intervals allowed.
    """

    point: Int64s
    day: Days
    first_slot: npt.NDArray[np.int32]
    n_slots: npt.NDArray[np.int32]
    rule: npt.NDArray[np.uint8]
    measured: Int64s
    limit: Int64s

    def __len__(self) -> int:
        return len(self.point)

    @classmethod
    def of(
        cls, rule: Rule, point: Int64s, day: Days, first: Int64s, n: Int64s, measured: Int64s, limit: Int64s
    ) -> Self:
        """Findings of one rule."""
        kinds = np.full(len(point), rule, np.uint8)
        return cls(point, day, first.astype(np.int32), n.astype(np.int32), kinds, measured, limit)

    @classmethod
    def join(cls, parts: list["Issues"]) -> Self:
        """All findings, by point, day, first slot and rule."""
        columns = [np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(cls)]
        order = np.lexsort((columns[4], columns[2], columns[1], columns[0]))
        return cls(*(column[order] for column in columns))


def missing_values(points: Int64s, days: Days, missing: Bools) -> Issues:
    """Runs of intervals without a value."""
    p, d, first, n = _runs(missing)
    return Issues.of(Rule.MISSING, points[p], days[d], first, n, n, np.zeros_like(n))


def negative_values(points: Int64s, days: Days, values: Int64s) -> Issues:
    """Runs of values below zero in signed input, before it is stored; `measured` is the lowest of the run."""
    p, d, first, n = _runs(values < 0)
    return Issues.of(Rule.NEGATIVE, points[p], days[d], first, n, -_highest(-values, p, d, first, n), np.zeros_like(n))


def out_of_range(points: Int64s, days: Days, values: Values, capacity_w: Int64s, rules: VeeRules) -> Issues:
    """Runs of values that a connection of `capacity_w[p]` (0: not known) cannot carry; `measured` is the highest."""
    limit = capacity_w * (rules.range_percent_of_capacity * HOURS) // (100 * values.shape[2])
    above = (values > limit.astype(np.uint64)[:, None, None]) & (capacity_w > 0)[:, None, None]
    p, d, first, n = _runs(above)
    return Issues.of(Rule.RANGE, points[p], days[d], first, n, _highest(values, p, d, first, n), limit[p])


def spikes(points: Int64s, days: Days, values: Values, like_peaks: Int64s, rules: VeeRules) -> Issues:
    """Runs far above the like days' usual peak; `like_peaks[p, d]` comes from `like_day_peaks`, -1 where unknown."""
    usual = like_peaks * rules.spike_percent_of_like_peak // 100
    limit = np.maximum(usual, rules.spike_watt_min * HOURS // values.shape[2])
    above = (values > limit.astype(np.uint64)[:, :, None]) & (like_peaks >= 0)[:, :, None]
    p, d, first, n = _runs(above)
    return Issues.of(Rule.SPIKE, points[p], days[d], first, n, _highest(values, p, d, first, n), limit[p, d])


def like_day_peaks(
    history: Values, usable: Bools, kinds: npt.NDArray[np.uint8], wanted: npt.NDArray[np.uint8], rules: VeeRules
) -> Int64s:
    """Median of the daily peaks over the latest like days: int64[p, len(wanted)], -1 where too few are known.

    `history[p, h, slot]` oldest day first, `usable[p, h]` whether a day is complete and actual, `kinds[h]` and
    `wanted[d]` the kind of each day (weekday, weekend, holiday, ... as the caller counts them).
    """
    peaks = np.where(usable, history.max(axis=2, initial=0).astype(np.int64), -1)
    result = np.full((len(history), len(wanted)), -1, np.int64)
    for kind in np.unique(wanted):
        latest = np.sort(_latest(peaks[:, kinds == kind], rules.like_days), axis=1)
        known = (latest >= 0).sum(axis=1)
        middle = np.maximum(latest.shape[1] - known + (known - 1) // 2, 0)
        enough = known >= rules.spike_like_days_min
        if latest.shape[1]:
            median = latest[np.arange(len(latest)), np.minimum(middle, latest.shape[1] - 1)]
            result[:, wanted == kind] = np.where(enough, median, -1)[:, None]
    return result


def stuck_values(points: Int64s, days: Days, values: Values, missing: Bools, rules: VeeRules) -> Issues:
    """The same value for `stuck_hours_min` or longer, also over midnight; `days` must follow one another."""
    slots = values.shape[2]
    flat = values.reshape(len(points), -1)
    judged = ~missing.reshape(flat.shape)
    if not rules.stuck_zeros:
        judged &= flat != 0
    again = np.zeros(flat.shape, np.bool_)
    again[:, 1:] = (flat[:, 1:] == flat[:, :-1]) & judged[:, 1:] & judged[:, :-1]
    p, _, second, repeats = _runs(again[:, None, :])
    allowed = rules.stuck_hours_min * slots // HOURS
    long = repeats + 1 >= allowed
    p, at, n = p[long], second[long] - 1, repeats[long] + 1
    measured = flat[p, at].astype(np.int64)
    return Issues.of(Rule.STUCK, points[p], days[at // slots], at % slots, n, measured, np.full_like(n, allowed))


def register_differences(
    points: Int64s, days: Days, curve_wh: Int64s, register_wh: Int64s, n_slots: Int64s, rules: VeeRules
) -> Issues:
    """Curve sums that differ from what the registers counted over the same time, which begins on `days[p]`.

    `n_slots[p]` is how many intervals the time has; `limit` is what the registers say.
    """
    tolerance = np.maximum(rules.register_tolerance_wh, register_wh * rules.register_tolerance_permille // 1000)
    rows = np.flatnonzero(np.abs(curve_wh - register_wh) > tolerance)
    first = np.zeros(len(rows), np.int64)
    return Issues.of(Rule.REGISTER, points[rows], days[rows], first, n_slots[rows], curve_wh[rows], register_wh[rows])


def duplicate_days(points: Int64s, days: Days, values: Values) -> tuple[Bools, Issues]:
    """Rows `values[n, slot]` that repeat a (point, day): which rows to keep, and where a repetition differs.

    The last row of each (point, day) is kept. An issue spans the first to the last differing interval; `measured` is
    the kept day's sum, `limit` that of the row before it.
    """
    order = np.lexsort((days, points))
    again = (points[order][1:] == points[order][:-1]) & (days[order][1:] == days[order][:-1])
    keep = np.ones(len(points), np.bool_)
    keep[order[:-1][again]] = False
    earlier, later = order[:-1][again], order[1:][again]
    differs = values[earlier] != values[later]
    rows = differs.any(axis=1)
    earlier, later, differs = earlier[rows], later[rows], differs[rows]
    first = differs.argmax(axis=1)
    n = differs.shape[1] - differs[:, ::-1].argmax(axis=1) - first
    sums = values.sum(axis=1, dtype=np.int64)
    return keep, Issues.of(Rule.DUPLICATE, points[later], days[later], first, n, sums[later], sums[earlier])


def _runs(mask: Bools) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp], Int64s, Int64s]:
    """(point, day, first slot, length) of each run of True within a day of `mask[p, d, slot]`."""
    at = np.flatnonzero(mask)
    _, days, slots = mask.shape
    begins = np.append(True, (np.diff(at) != 1) | (at[1:] % slots == 0))[: len(at)]
    start = at[begins]
    length = np.diff(np.flatnonzero(begins), append=len(at)).astype(np.int64)
    row, first = np.divmod(start, slots)
    p, d = np.divmod(row, days)
    return p, d, first.astype(np.int64), length


def _highest(
    values: Values | Int64s, p: npt.NDArray[np.intp], d: npt.NDArray[np.intp], first: Int64s, n: Int64s
) -> Int64s:
    """The largest value of each run."""
    if not len(p):
        return np.zeros(0, np.int64)
    inside = np.arange(values.shape[2])
    run = (inside >= first[:, None]) & (inside < (first + n)[:, None])
    lowest = np.iinfo(np.int64).min
    highest: Int64s = np.where(run, values[p, d].astype(np.int64), lowest).max(axis=1)
    return highest


def _latest(peaks: Int64s, count: int) -> Int64s:
    """The last `count` known (>= 0) of each row, -1 in place of the others."""
    rank = np.cumsum((peaks >= 0)[:, ::-1], axis=1)[:, ::-1]
    return np.where((peaks >= 0) & (rank <= count), peaks, -1)
