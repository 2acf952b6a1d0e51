"""Rating: determinants and one tariff version in, bill lines out; whole arrays of accounts at once."""

from gridhall.kernel.rating.facts import (
    CHARGING_CAPACITY,
    CHARGING_CONTRACT,
    CHARGING_DEMAND,
    CHARGING_NONE,
    REAL_TIME_UNKNOWN,
    Determinants,
    split_thirtieths,
)
from gridhall.kernel.rating.lines import LineColumn, LineItem, Lines
from gridhall.kernel.rating.rate import rate, vat_included_fen
from gridhall.kernel.rating.totals import totals_fen

__all__ = [
    "CHARGING_CAPACITY",
    "CHARGING_CONTRACT",
    "CHARGING_DEMAND",
    "CHARGING_NONE",
    "REAL_TIME_UNKNOWN",
    "Determinants",
    "LineColumn",
    "LineItem",
    "Lines",
    "rate",
    "split_thirtieths",
    "totals_fen",
    "vat_included_fen",
]
