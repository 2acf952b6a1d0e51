"""The interval store: immutable Parquet segments under one root, mapped into memory; its catalog lies elsewhere.

A row is (point, quantity, civil day in the point's standard time). Files are written first, then published by the
caller as catalog rows; a crash in between leaves an orphan that `sweep` removes.
"""

from gridhall.readings.store.blocks import Block, iter_blocks
from gridhall.readings.store.mapping import SegmentView, close_all, open_segment
from gridhall.readings.store.records import (
    Curves,
    Flag,
    Quantity,
    SegmentRecord,
    StoreError,
    day_number,
    day_of,
)
from gridhall.readings.store.scanning import scan
from gridhall.readings.store.upkeep import Compaction, compact, sweep, verify
from gridhall.readings.store.writing import write_segments

__all__ = [
    "Block",
    "Compaction",
    "Curves",
    "Flag",
    "Quantity",
    "SegmentRecord",
    "SegmentView",
    "StoreError",
    "close_all",
    "compact",
    "day_number",
    "day_of",
    "iter_blocks",
    "open_segment",
    "scan",
    "sweep",
    "verify",
    "write_segments",
]
