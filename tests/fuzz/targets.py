"""What is fuzzed: every reader of text or files from outside, with good examples to start from.

A target reads bytes; a CodecError or TariffError with a printable message is its clear error. Anything else that it
raises is a fault.
"""

import io
from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files

import msgspec

from gridhall.codecs import price_series, price_table, sts
from gridhall.codecs.errors import CodecError, FileProblem
from gridhall.kernel.calendars import load_calendar
from gridhall.kernel.holidays import load_holidays
from gridhall.kernel.structures import urdb
from gridhall.kernel.tariffs import TariffError, from_json, load, to_json, warnings
from tests import price_tables as tables
from tests.codecs import sts_fleet
from tests.codecs.test_fuzz import GOOD, Codec
from tests.fuzz import payments
from tests.kernel.structures.test_urdb import GOOD as RATE


@dataclass(frozen=True)
class Target:
    """Examples, and the reader they go through."""

    examples: list[bytes]
    read: Callable[[bytes], object]


def clear(read: Callable[[bytes], object]) -> Callable[[bytes], None]:
    """The reader with its clear errors taken out, after a look at their words."""

    def run(data: bytes) -> None:
        try:
            read(data)
        except CodecError as error:
            _check(error.problem.message)
        except (TariffError, urdb.UrdbError, price_table.PriceTableError, sts.StsError) as error:
            _check(str(error))

    return run


def _check(message: str) -> None:
    if not message or not all(line.isprintable() for line in message.splitlines()):
        raise AssertionError(f"not a clear message: {message!r}")


def _tariff(data: bytes) -> None:
    """What is read survives the stored form and can be checked."""
    version = load(data)
    assert from_json(to_json(version)) == version
    warnings(version)


def _rates(data: bytes) -> None:
    for result in urdb.read(data):
        assert (result.structure is None) == bool(result.reasons)
        for text in [*result.reasons, *result.notes]:
            _check(text)


def _price_table(name: str) -> Callable[[bytes], None]:
    def read(data: bytes) -> None:
        found = price_table.read(data, name)
        assert price_table.from_json(price_table.to_json(found)) == found

    return read


def _price_series(data: bytes) -> None:
    """A price is an integer, every day is whole, every fault has its words."""
    found = price_series.read(data, 60, "MWh")
    assert all(len(prices) == 24 for _day, prices in found.days)
    for fault in found.problems:
        _check(fault.message)


def _sts_file(data: bytes) -> None:
    """What is read can be tried, whatever its tables and vectors are."""
    sts.check(sts.load(data))


def _stream(codec: Codec) -> Callable[[bytes], None]:
    def read(data: bytes) -> None:
        for found in codec(io.BytesIO(data)):
            if isinstance(found, FileProblem):
                _check(found.message)

    return read


def _shipped(folder: str) -> list[bytes]:
    return [path.read_bytes() for path in sorted((files("gridhall") / "data" / folder).iterdir(), key=str)]


def _stored(text: bytes) -> bytes:
    return msgspec.json.encode(msgspec.json.decode(to_json(load(text))))


PRICES = b"time,price\n" + b"".join(b"2026-11-01 %02d:00,350.25\n" % hour for hour in range(1, 25))
PRICES_BY_DAY = ("date," + ",".join(f"v{n}" for n in range(1, 25)) + "\n2026-11-01" + ",-1.5" * 24 + "\n").encode()
TARGETS: dict[str, Target] = {
    "tariff": Target(_shipped("tariffs"), _tariff),
    "stored-tariff": Target([_stored(text) for text in _shipped("tariffs")[:8]], from_json),
    "calendar": Target(_shipped("calendars"), load_calendar),
    "urdb": Target([msgspec.json.encode(RATE), msgspec.json.encode({"items": [RATE]})], _rates),
    "price-table": Target([tables.as_csv(tables.JANUARY)], _price_table("t.csv")),
    "price-table-text": Target([tables.as_text(tables.JANUARY).encode()], _price_table("t.txt")),
    "price-table-workbook": Target([tables.as_xlsx(tables.JANUARY)], _price_table("t.xlsx")),
    "price-table-pdf": Target([tables.as_pdf(tables.JANUARY)], _price_table("t.pdf")),
    "sts-file": Target([sts_fleet.content()], _sts_file),
    "price-series": Target([PRICES, PRICES_BY_DAY], _price_series),
    **{f"payments-{name}": Target(*given) for name, given in payments.GOOD.items()},
    "holidays": Target(_shipped("holidays"), load_holidays),
    **{name.replace(" ", "-"): Target([good], _stream(codec)) for name, (good, codec) in GOOD.items()},
}
