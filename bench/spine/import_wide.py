"""How fast interval CSV is read, against pyarrow's bare CSV reader on the same bytes.

The bare reader is the floor: it splits and parses but checks nothing and gives no Wh, days, flags or row numbers.
"""

import io
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv

from gridhall.codecs import long_csv, wide_csv
from gridhall.codecs.intervals import IntervalBatch

SLOTS = 96
WIDE_DAYS = 208_000
LONG_DAYS = 52_000
REPEATS = 3


def wide_file(days: int) -> bytes:
    """`days` lines of 96 values in kWh with three decimals, one point each."""
    lines = ["point,quantity,date,unit," + ",".join(f"v{i}" for i in range(1, SLOTS + 1))]
    lines += [f"P{i:09d},1,2026-01-01,kWh,{','.join(row)}" for i, row in enumerate(_rows(days))]
    return ("\n".join(lines) + "\n").encode()


def long_file(days: int) -> bytes:
    """The same as one line per value, sorted by point and time."""
    ends = [f"2026-01-01 {minute // 60:02}:{minute % 60:02}" for minute in range(15, 1441, 15)]
    lines = ["point,timestamp,value_kwh"]
    for i, row in enumerate(_rows(days)):
        lines += [f"P{i:09d},{end},{value}" for end, value in zip(ends, row, strict=True)]
    return ("\n".join(lines) + "\n").encode()


def run() -> list[dict[str, Any]]:
    """Two figures, wide and long, each the best of three runs."""
    return [
        _figure("import_wide", wide_file(WIDE_DAYS), WIDE_DAYS, wide_csv.read, 4),
        _figure("import_long", long_file(LONG_DAYS), LONG_DAYS, long_csv.read, 2),
    ]


def _rows(days: int) -> list[list[str]]:
    # A thousand different days are enough for a parser, and formatting is what takes the time here.
    watt_hours = np.random.default_rng(1).integers(0, 5000, (1000, SLOTS))
    texts = [[f"{value / 1000:.3f}" for value in row] for row in watt_hours.tolist()]
    return [texts[i % 1000] for i in range(days)]


def _figure(name: str, data: bytes, days: int, codec: Callable[..., Any], words: int) -> dict[str, Any]:
    values = days * SLOTS
    codec_s = min(_codec_s(data, codec, days) for _ in range(REPEATS))
    bare_s = min(_bare_s(data, words) for _ in range(REPEATS))
    return {
        "name": name,
        "value": round(values / codec_s),
        "unit": "values/s",
        "against": f"pyarrow.csv {pa.__version__}, bare read",
        "against_value": round(values / bare_s),
        "ratio": round(bare_s / codec_s, 2),
        "method": f"{values} values, {len(data) / 1e6:.0f} MB in memory, best of {REPEATS}, wall time",
    }


def _codec_s(data: bytes, codec: Callable[..., Any], days: int) -> float:
    start = time.perf_counter()
    found = sum(len(x) for x in codec(io.BytesIO(data)) if isinstance(x, IntervalBatch))
    seconds = time.perf_counter() - start
    assert found == days, f"{Path(__file__).name}: {found} of {days} days were read"
    return seconds


def _bare_s(data: bytes, words: int) -> float:
    names = data[: data.index(b"\n")].decode().split(",")
    word = pa.dictionary(pa.int32(), pa.string())
    types = {name: word if i < words else pa.float64() for i, name in enumerate(names)}
    start = time.perf_counter()
    for _ in pacsv.open_csv(
        pa.BufferReader(data),
        read_options=pacsv.ReadOptions(block_size=4 << 20),
        convert_options=pacsv.ConvertOptions(column_types=types),
    ):
        pass
    return time.perf_counter() - start


if __name__ == "__main__":
    print(json.dumps(run(), indent=1))
