"""What rating is told about accounts: arrays of one row per account."""

from dataclasses import dataclass, fields
from typing import Final, Self

import numpy as np
import numpy.typing as npt

from gridhall.kernel.tariffs.types import PERIODS

Int64s = npt.NDArray[np.int64]
Int16s = npt.NDArray[np.int16]
Bools = npt.NDArray[np.bool_]

CHARGING_NONE: Final = 0
CHARGING_CAPACITY: Final = 1
CHARGING_CONTRACT: Final = 2
CHARGING_DEMAND: Final = 3
REAL_TIME_UNKNOWN: Final = -(2**63)  # nobody has laid the prices of a series on the curve
WHOLE_MONTH: Final = 30  # capacity and demand are charged by thirtieths of a month


@dataclass(frozen=True, kw_only=True)
class Determinants:
    """n accounts on one tariff version and one segment of a billing month.

    `tier_before_wh` is the energy already billed in the tier year (yearly tiers) or earlier in the same
    month (monthly tiers). `tier_months` is how many months of the tier year the account is served.
    `month_thirtieths` comes from `split_thirtieths`. `charging` is one of CHARGING_*.
    `real_time_fen` is the energy at the prices of its intervals, from `kernel.real_time`, or
    REAL_TIME_UNKNOWN, which no tariff that charges them can rate; others do not look at it.
    """

    period_wh: Int64s  # [n, 6], columns as PERIODS
    tier_before_wh: Int64s
    tier_months: Int16s  # 1-12
    persons: Int16s
    free_quota: Bools
    charging: npt.NDArray[np.uint8]
    demand_kw_e6: Int64s  # highest demand of the month, 1e-6 kW
    contract_kw_e6: Int64s
    capacity_kva_e6: Int64s
    reactive_varh: Int64s  # |forward| + |reverse|
    power_factor_standard: Int16s  # 0 none, 80, 85, 90
    month_thirtieths: Int16s  # 30 = a whole month
    real_time_fen: Int64s

    def __post_init__(self) -> None:
        if self.period_wh.ndim != 2 or self.period_wh.shape[1] != len(PERIODS):
            raise ValueError(f"period_wh needs shape [n, {len(PERIODS)}], got {list(self.period_wh.shape)}")
        for name in [field.name for field in fields(self)][1:]:
            if getattr(self, name).shape != (self.n,):
                raise ValueError(f"{name} needs shape [{self.n}] as period_wh, got {list(getattr(self, name).shape)}")

    @property
    def n(self) -> int:
        """Number of accounts."""
        return int(self.period_wh.shape[0])

    @classmethod
    def empty(cls, n: int) -> Self:
        """n accounts without energy: a whole month, a full tier year, no capacity charge."""
        return cls(
            period_wh=np.zeros((n, len(PERIODS)), np.int64),
            tier_before_wh=np.zeros(n, np.int64),
            tier_months=np.full(n, 12, np.int16),
            persons=np.zeros(n, np.int16),
            free_quota=np.zeros(n, np.bool_),
            charging=np.zeros(n, np.uint8),
            demand_kw_e6=np.zeros(n, np.int64),
            contract_kw_e6=np.zeros(n, np.int64),
            capacity_kva_e6=np.zeros(n, np.int64),
            reactive_varh=np.zeros(n, np.int64),
            power_factor_standard=np.zeros(n, np.int16),
            month_thirtieths=np.full(n, WHOLE_MONTH, np.int16),
            real_time_fen=np.zeros(n, np.int64),
        )

    def take(self, rows: npt.NDArray[np.intp]) -> Self:
        """The accounts at these positions, in this order."""
        return type(self)(**{field.name: getattr(self, field.name)[rows] for field in fields(self)})


def split_thirtieths(segment_days: list[int], days_in_month: int) -> list[int]:
    """Thirtieths of a month for its consecutive segments, by days / 30 (供电营业规则, [M]).

    A whole month is exactly 30 whatever its length: its last segment takes the rest. An opening or closing
    month counts its days, at most 30 together.
    """
    if sum(segment_days) > days_in_month or min(segment_days, default=0) < 0:
        raise ValueError(f"segments of {segment_days} days do not fit a month of {days_in_month}")
    left, parts = WHOLE_MONTH, []
    for days in segment_days:
        parts.append(min(days, left))
        left -= parts[-1]
    if sum(segment_days) == days_in_month:
        parts[-1] += left
    return parts
