"""The one shape in which every interval format leaves its codec."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

ACTIVE_IMPORT, ACTIVE_EXPORT, REACTIVE_IMPORT, REACTIVE_EXPORT = 1, 2, 3, 4
ACTUAL, ESTIMATED, SUBSTITUTED, EDITED, MISSING, SUSPECT = 0, 1, 2, 3, 4, 5
SLOTS = (24, 48, 96, 288)

Int32s = NDArray[np.int32]
Int64s = NDArray[np.int64]
Uint8s = NDArray[np.uint8]

_EPOCH = date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True)
class IntervalOptions:
    """What the person who imports knows and the file may not say.

    `unit` holds for files without a unit of their own; `quantity` for rows that name none; `label` says whether a
    timestamp (long CSV) is the end or the start of its interval; `slots` fixes the intervals per day instead of
    finding them in the file; `utc_offset_s` is the standard time of the points for formats that count in UTC;
    `need_header` demands the 100 record of NEM12.
    """

    unit: Literal["kWh", "Wh"] | None = None
    quantity: int = ACTIVE_IMPORT
    label: Literal["end", "start"] = "end"
    slots: int | None = None
    utc_offset_s: int | None = None
    need_header: bool = True


@dataclass(frozen=True, slots=True)
class IntervalBatch:
    """n days of readings, one row per (point, quantity, civil day in the point's standard time).

    `keys[key_index[i]]` is the external id of row i's point. `values[i, j]` is the energy in Wh or varh between
    j·1440/slots and (j+1)·1440/slots minutes of day `days[i]` (days since 1970-01-01); negative values are kept as
    they came. Where `flags[i, j]` is MISSING the value is 0 and means nothing. `rows[i]` is a row of the file.
    """

    keys: tuple[str, ...]
    key_index: Int32s
    quantity: Uint8s
    days: Int32s
    slots: int
    values: Int64s
    flags: Uint8s
    rows: Int64s

    def __len__(self) -> int:
        return len(self.days)

    def key(self, i: int | np.integer[Any]) -> str:
        """External id of row i's point."""
        return self.keys[int(self.key_index[i])]

    def only(self, which: NDArray[np.bool_]) -> "IntervalBatch":
        """The rows where `which` (bool[n]) is true."""
        return IntervalBatch(
            self.keys, self.key_index[which], self.quantity[which], self.days[which], self.slots,
            self.values[which], self.flags[which], self.rows[which],
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class DailyTotal:
    """Energy of one civil day from a source that gives no finer interval; it is not a curve and is never spread."""

    key: str
    quantity: int
    day: int
    value_wh: int
    flag: int
    row: int


def day_number(day: date) -> int:
    """Days since 1970-01-01."""
    return day.toordinal() - _EPOCH


def day_of(number: int | np.integer[Any]) -> date:
    """The date of a day number."""
    return date.fromordinal(int(number) + _EPOCH)


def whole_wh(scaled: Int64s, per_wh: int | Int64s) -> Int64s:
    """Whole Wh from values in 1/per_wh Wh, int64[n, slots]; `per_wh` is one number or one per row.

    Rounds the running sum of a day half-up and gives each interval its difference, so no interval is off by a whole
    Wh and the day's sum by no more than half of one. Integers throughout; fractions are summed apart from whole Wh
    so that nothing can overflow.
    """
    # A scalar divisor is several times faster than an array of equal ones.
    divisor = per_wh if isinstance(per_wh, int) else per_wh.reshape(-1, 1)
    whole = scaled // divisor
    part = scaled - whole * divisor
    if part.any():
        running = np.cumsum(part, axis=1, dtype=np.int64)
        carried: Int64s = (2 * running + divisor) // (2 * divisor)
        whole += carried
        whole[:, 1:] -= carried[:, :-1]
    return whole


def batch_of_days(
    keys: Sequence[str],
    quantity: Sequence[int],
    days: Sequence[int],
    values: Int64s,
    flags: Uint8s,
    rows: Sequence[int],
) -> IntervalBatch:
    """A batch from one key per row (they may repeat)."""
    distinct = {key: i for i, key in enumerate(dict.fromkeys(keys))}
    return IntervalBatch(
        tuple(distinct),
        np.array([distinct[key] for key in keys], np.int32),
        np.array(quantity, np.uint8),
        np.array(days, np.int32),
        values.shape[1],
        values,
        flags,
        np.array(rows, np.int64),
    )
