"""Another billing system's bills of a month as a file: one row a bill, or one row a line; any names, any separator."""

from gridhall.codecs.legacy_bills.proposal import Looked, fits, look, propose, unknown_names
from gridhall.codecs.legacy_bills.reader import read
from gridhall.codecs.legacy_bills.records import KINDS, PERIODS, BadRow, ColumnMap, LegacyBill, LegacyLine

__all__ = [
    "KINDS", "PERIODS", "BadRow", "ColumnMap", "LegacyBill", "LegacyLine", "Looked", "fits", "look", "propose", "read",
    "unknown_names",
]  # fmt: skip
