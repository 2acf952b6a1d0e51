"""How fast interval CSV is read, against pyarrow's bare CSV reader on the same bytes.

The bare reader is the floor: it splits and parses but checks nothing and gives no Wh, days, flags or row numbers.
"""

import io
import json
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv

from gridhall.codecs import long_csv, wide_csv
from gridhall.codecs.intervals import IntervalBatch

SLOTS = 96
WIDE_DAYS = 208_000
LONG_DAYS = 52_000
REPEATS = 4

# Wall and CPU.
Seconds = tuple[float, float]


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
    # In turns, so that other work on the machine slows both alike; CPU seconds bear comparison even then.
    pairs = [(_codec_s(data, codec, days), _bare_s(data, words)) for _ in range(REPEATS)]
    codec_s, bare_s = (min(pair[i][0] for pair in pairs) for i in (0, 1))
    codec_cpu_s, bare_cpu_s = (min(pair[i][1] for pair in pairs) for i in (0, 1))
    return {
        "name": name,
        "value": round(values / codec_s),
        "unit": "values/s",
        "against": f"pyarrow.csv {pa.__version__}, bare read",
        "against_value": round(values / bare_s),
        "ratio": round(bare_s / codec_s, 2),
        "method": f"{values} values, {len(data) / 1e6:.0f} MB in memory, wall time, best of {REPEATS}; CPU"
        f" {codec_cpu_s / values * 1e9:.0f} ns a value against {bare_cpu_s / values * 1e9:.0f}",
    }


def _codec_s(data: bytes, codec: Callable[..., Any], days: int) -> Seconds:
    start = _now()
    found = sum(len(x) for x in codec(io.BytesIO(data)) if isinstance(x, IntervalBatch))
    seconds = _since(start)
    assert found == days, f"{found} of {days} days were read"
    return seconds


def _now() -> Seconds:
    return time.perf_counter(), time.process_time()


def _since(start: Seconds) -> Seconds:
    wall, cpu = _now()
    return wall - start[0], cpu - start[1]


def _bare_s(data: bytes, words: int) -> Seconds:
    names = data[: data.index(b"\n")].decode().split(",")
    word = pa.dictionary(pa.int32(), pa.string())
    types = {name: word if i < words else pa.float64() for i, name in enumerate(names)}
    start = _now()
    for _ in pacsv.open_csv(
        pa.BufferReader(data),
        read_options=pacsv.ReadOptions(block_size=4 << 20),
        convert_options=pacsv.ConvertOptions(column_types=types),
    ):
        pass
    return _since(start)


if __name__ == "__main__":
    print(json.dumps(run(), indent=1))
