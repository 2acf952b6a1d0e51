"""Rows of interval values as they lie in memory, and the plans by which they are folded."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from gridhall.kernel.tariffs.types import PERIODS

Values = npt.NDArray[np.uint16] | npt.NDArray[np.uint32] | npt.NDArray[np.uint64]
Masks = npt.NDArray[Any]

# Two full 512-bit registers of 64 bytes: sums and maxima over a whole number of them leave no slow tail.
LANES = 128


@dataclass(frozen=True, slots=True)
class Run:
    """`values[r, n, slot]`: row r holds n days of the point at position `at[r]` of a block.

    `at` ascends and may repeat. `days[r, n]` (or `[1, n]` where all rows have the same days) are indices into the
    plans' days, each at most once for a point; a negative index leaves the day out. Values are in `10**scale` Wh.
    """

    values: Values
    at: npt.NDArray[np.int32]
    days: npt.NDArray[np.int16]
    scale: int = 0


@dataclass(frozen=True, slots=True)
class Plan:
    """One calendar over the days of a block: `type_of_day[d]` names the row of `type_periods[k, slot]` (PERIODS)."""

    type_of_day: npt.NDArray[np.uint8]
    type_periods: npt.NDArray[np.uint8]
    with_demand: bool = True


@dataclass(frozen=True, eq=False)
class Plans:
    """Several plans of the same days and slots, stacked for one pass.

    Plan c has the day types `type_of_day[c, d]`; type k of it uses the periods `period[c, k, :used[c, k]]`.
    """

    slots: int
    type_of_day: npt.NDArray[np.uint8]
    period_of_slot: npt.NDArray[np.uint8]
    used: npt.NDArray[np.int64]
    period: npt.NDArray[np.int64]
    with_demand: npt.NDArray[np.bool_]
    _masks: dict[tuple[str, int], Masks] = field(default_factory=dict)

    @classmethod
    def of(cls, plans: Sequence[Plan]) -> Self:
        """Stack plans; ValueError where they differ in days or slots or name an unknown type or period."""
        slots = {plan.type_periods.shape[1] for plan in plans}
        days = {plan.type_of_day.shape[0] for plan in plans}
        if len(slots) != 1 or len(days) != 1:
            raise ValueError(f"plans need the same slots and days, got slots {slots} and days {days}")
        for index, plan in enumerate(plans):
            _check(index, plan)
        kinds = max(len(plan.type_periods) for plan in plans)
        period_of_slot = np.zeros((len(plans), kinds, slots.pop()), np.uint8)
        used = np.zeros((len(plans), kinds), np.int64)
        period = np.zeros((len(plans), kinds, len(PERIODS)), np.int64)
        for c, plan in enumerate(plans):
            period_of_slot[c, : len(plan.type_periods)] = plan.type_periods
            for k, row in enumerate(plan.type_periods):
                distinct = np.unique(row)
                used[c, k] = len(distinct)
                period[c, k, : len(distinct)] = distinct
        type_of_day = np.array([plan.type_of_day for plan in plans], np.uint8)
        with_demand = np.array([plan.with_demand for plan in plans], np.bool_)
        return cls(period_of_slot.shape[2], type_of_day, period_of_slot, used, period, with_demand)

    def masks(self, lane: npt.DTypeLike, window: int = 1) -> Masks:
        """All ones where slot (or window of slots) belongs to the u-th used period, `[c, k, u, lane]`, padded."""
        key = (np.dtype(lane).str, window)
        if key not in self._masks:
            of_window = self.period_of_slot[:, :, ::window]
            lanes = -(-of_window.shape[2] // LANES) * LANES
            masks = np.zeros((*self.period.shape, lanes), lane)
            inside = of_window[:, :, None, :] == self.period[..., None]
            inside &= (np.arange(len(PERIODS)) < self.used[..., None])[..., None]
            masks[..., : of_window.shape[2]] = np.where(inside, np.array(-1).astype(lane), 0)
            self._masks[key] = masks
        return self._masks[key]


def _check(index: int, plan: Plan) -> None:
    if plan.type_of_day.size and plan.type_of_day.max() >= len(plan.type_periods):
        raise ValueError(f"plan {index}: day type {plan.type_of_day.max()} has no row in type_periods")
    if plan.type_periods.max() >= len(PERIODS):
        raise ValueError(f"plan {index}: period {plan.type_periods.max()} is not one of {PERIODS}")
