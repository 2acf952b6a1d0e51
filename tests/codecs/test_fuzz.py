"""Good files, broken at random with fixed seeds, end in readings, named problems or CodecError, and nothing else."""

import io
import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from gridhall.codecs import formats, registers_csv
from gridhall.codecs.errors import CodecError, FileProblem
from gridhall.codecs.intervals import IntervalBatch, IntervalOptions
from tests.codecs import test_green_button, test_nem12, test_tables
from tests.codecs.samples import long, long_day, wide, wide_line

OPTIONS = IntervalOptions(unit="kWh")
NEM13 = test_nem12.nem(test_nem12.READ_250, header="100,NEM13,202601021200,MDP,Ret")
NEM12 = test_nem12.nem(
    test_nem12.CHANNEL, test_nem12.day(), test_nem12.day("20260102", "V"), "400,1,9,A,,", "400,10,48,E52,,"
)
Codec = Callable[[io.BytesIO], Iterator[Any]]


def intervals(name: str) -> Codec:
    return lambda stream: formats.INTERVAL_READERS[name](stream, OPTIONS)


GOOD: dict[str, tuple[bytes, Codec]] = {
    "wide": (wide(*[wide_line(f"点{i}", values=[i] * 24) for i in range(5)]), intervals("wide_csv")),
    "long": (long(*long_day(), *long_day("点2")[:30]), intervals("long_csv")),
    "nem12": (NEM12, intervals("nem12")),
    "nem13": (NEM13, intervals("nem12")),
    "green button": (test_green_button.feed(test_green_button.hours()), intervals("green_button")),
    "registers": (
        "表号,示数类型,抄表时间,示数\nM1,有功总,2026-11-01,1\nM2,尖,2026-11-01,2\n".encode(),
        registers_csv.read,
    ),
    "table": (test_tables.TEXT, test_tables.customers),
    "workbook": (test_tables.BOOK, test_tables.customers),
}
PIECES = [b"\0", b"\n", b"\r", b",", b";", b'"', b"<", b"&a;", b"]]>", b"\xff", b"\xef\xbb\xbf", "点".encode("gb18030")]
PIECES += [
    b"-",
    b"e99",
    b"9" * 400,
    b"NaN",
    b"2026-02-30",
    b"24:00",
    b"300,",
    b"<!DOCTYPE x>",
    b"</feed>",
    b"\xff\xfe",
    b"=",
]


def broken(good: bytes, chance: random.Random) -> bytes:
    """The file with one to four cuts, repeats, swaps or foreign pieces."""
    data = bytearray(good)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(data) + 1)
        other = min(len(data), at + chance.randrange(1, 200))
        match chance.randrange(6):
            case 0:
                del data[at:]
            case 1:
                del data[at:other]
            case 2:
                data[at:at] = data[at:other]
            case 3:
                data[at:at] = chance.choice(PIECES)
            case 4:
                data[at:other] = chance.randbytes(other - at)
            case 5:
                data[at : at + 1] = chance.randbytes(1)
    return bytes(data)


@pytest.mark.parametrize("name", GOOD)
def test_a_good_file_broken_at_random_ends_in_readings_or_a_clear_error(name: str) -> None:
    good, codec = GOOD[name]
    assert list(codec(io.BytesIO(good)))
    chance = random.Random(f"gridhall {name}")
    refusals = 0
    for _ in range(250):
        data = broken(good, chance)
        formats.sniff(data)
        try:
            found = list(codec(io.BytesIO(data)))
        except CodecError as error:
            found = [error.problem]
        for x in found:
            if isinstance(x, FileProblem):
                refusals += 1
                assert x.message and x.message.isprintable() and len(x.value) <= 400, data
            elif isinstance(x, IntervalBatch):
                assert x.values.shape == x.flags.shape == (len(x), x.slots)
                assert len(x.keys) > x.key_index.max(initial=-1) and x.flags.max(initial=0) <= 5
                assert abs(x.values).max(initial=0) <= 10**12 + 1
    assert refusals > 50
