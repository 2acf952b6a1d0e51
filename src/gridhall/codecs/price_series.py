"""A price for every interval of whole days, from CSV or XLSX: one row an interval, or one row a day."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Final, Literal

from gridhall.codecs import limits
from gridhall.codecs import vocabulary as words
from gridhall.codecs.dates import parse_date, parse_moment
from gridhall.codecs.errors import Code, FileProblem, Severity, problem
from gridhall.codecs.intervals import day_of
from gridhall.codecs.numbers import exact
from gridhall.codecs.tables import Row, read_rows

BYTES_MAX: Final = 16 << 20  # ten years of quarter hours are 8 MB
MINUTES: Final = (15, 30, 60)
PRICE: Final = ("price", "clearing_price", "电价", "价格", "出清价格", "实时价格", "日前价格", "结算价格")
DECIMALS: Final = {"kWh": 8, "MWh": 5}  # of a yuan, kept exactly as 1e-8 per kWh
PRICE_E8_MAX: Final = 100 * 10**8  # a hundred yuan a kWh: beyond it the unit was mistaken

Found = Iterator[tuple[int, int, int, int] | FileProblem]  # day number, slot, price, row


@dataclass(frozen=True, slots=True)
class PriceFile:
    """Whole days in order, each with a price in 1e-8 per kWh for every interval; a day with a fault is left out."""

    minutes: int
    days: tuple[tuple[date, tuple[int, ...]], ...]
    problems: tuple[FileProblem, ...]

    @property
    def refused(self) -> list[FileProblem]:
        """Problems that kept a row or a day out."""
        return [one for one in self.problems if one.severity == Severity.REFUSE]


def read(content: bytes, minutes: int, per: Literal["kWh", "MWh"], label: Literal["end", "start"] = "end") -> PriceFile:
    """Columns `time, price`, or `date` and one column per interval named v1 … or by its time.

    Times are local standard time and name the end of their interval or its start, as `label` says; `per` is the unit
    of the prices. CodecError where the file as a whole cannot be read.
    """
    slots = 1440 // minutes
    places = {f"v{slot + 1}": _times(slot, minutes, label) for slot in range(slots)}
    columns = {"time": words.TIMESTAMP, "date": words.DAY, "price": PRICE, **places}
    grid: dict[int, dict[int, tuple[int, int]]] = {}
    problems: list[FileProblem] = []
    for row in read_rows(BytesIO(content), columns, one_of=("time", "date")):
        if isinstance(row, FileProblem):
            problems.append(row)
            continue
        for found in _row(row, minutes, per, label):
            fault = found if isinstance(found, FileProblem) else _put(grid, *found)
            if fault is not None and len(problems) < limits.MAX_PROBLEMS:
                problems.append(fault)
    days = []
    for number in sorted(grid):
        if len(grid[number]) == slots:
            days.append((day_of(number), tuple(grid[number][slot][0] for slot in range(slots))))
        else:
            problems.append(_incomplete(number, grid[number], slots))
    return PriceFile(minutes, tuple(days), tuple(problems))


def _times(slot: int, minutes: int, label: str) -> tuple[str, ...]:
    at = (slot + (label == "end")) * minutes
    texts = (f"{at // 60:02}:{at % 60:02}", f"{at // 60}:{at % 60:02}")
    return (*texts, "00:00", "0:00") if at == 1440 else texts


def _row(row: Row, minutes: int, per: str, label: str) -> Found:
    if "time" in row.fields:
        yield _interval(row, minutes, per, label)
        return
    day = parse_date(row.fields["date"])
    if day is None:
        yield problem(Code.DATE, row=row.row, field="date", value=row.fields["date"])
        return
    number = day.toordinal() - date(1970, 1, 1).toordinal()
    for slot in range(1440 // minutes):
        name = f"v{slot + 1}"
        price = _price(row, name, per)
        yield price if isinstance(price, FileProblem) else (number, slot, price, row.row)


def _interval(row: Row, minutes: int, per: str, label: str) -> tuple[int, int, int, int] | FileProblem:
    text = row.fields["time"]
    moment = parse_moment(text)
    if moment is None:
        return problem(Code.TIME, row=row.row, field="time", value=text)
    number, seconds, zone = moment
    if zone is not None:
        return problem(Code.TIME_ZONE, row=row.row, field="time", value=text)
    if seconds % (minutes * 60):
        return problem(Code.TIME_OFF_GRID, row=row.row, field="time", value=text, expected=minutes)
    slot = number * (1440 // minutes) + seconds // (minutes * 60) - (label == "end")
    price = _price(row, "price", per)
    if isinstance(price, FileProblem):
        return price
    return (*divmod(slot, 1440 // minutes), price, row.row)


def _price(row: Row, name: str, per: str) -> int | FileProblem:
    """Exact 1e-8 per kWh; more decimals than that are refused, never rounded."""
    text = row.fields.get(name, "")
    if not text:
        return problem(Code.FIELD_EMPTY, row=row.row, field=name)
    number = exact(text)
    if number is None:
        return problem(Code.NUMBER, row=row.row, field=name, value=text)
    scaled = number.scaleb(DECIMALS[per])
    if abs(scaled) > PRICE_E8_MAX:
        return problem(Code.PRICE_TOO_LARGE, row=row.row, field=name, value=text, expected=f"100 / {per}")
    if scaled != scaled.to_integral_value():
        return problem(Code.PRICE_DECIMALS, row=row.row, field=name, value=text, expected=DECIMALS[per])
    return int(Decimal(scaled))


def _put(
    grid: dict[int, dict[int, tuple[int, int]]], number: int, slot: int, price: int, row: int
) -> FileProblem | None:
    """The same interval twice is a contradiction unless it says the same."""
    day = grid.setdefault(number, {})
    earlier = day.setdefault(slot, (price, row))
    if earlier[0] == price:
        return None
    what = f"{day_of(number)}, {slot + 1}"
    return problem(Code.CONTRADICTION, row=row, value=what, other_row=earlier[1])


def _incomplete(number: int, found: dict[int, tuple[int, int]], slots: int) -> FileProblem:
    row = min(row for _price, row in found.values())
    return problem(Code.PRICES_INCOMPLETE, row=row, value=day_of(number), expected=f"{len(found)} / {slots}")
