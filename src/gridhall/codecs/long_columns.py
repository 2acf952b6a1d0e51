"""Which column of a long CSV is what, and what its times mean."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from gridhall.codecs import vocabulary as words
from gridhall.codecs.dates import parse_moment, zone_offset_s
from gridhall.codecs.errors import Code, FileProblem, problem, refuse
from gridhall.codecs.intervals import SLOTS, IntervalOptions

DAY_S = 86400


@dataclass(frozen=True, slots=True)
class LongColumns:
    """Places in the header; `names` are unique stand-ins for the columns."""

    names: tuple[str, ...]
    header: tuple[str, ...]
    point: int
    time: int
    value: int
    quantity: int | None
    unit: int | None
    quality: int | None
    default_quantity: int
    default_power: int | None


def long_columns(header: Sequence[str], options: IntervalOptions) -> LongColumns:
    """Reads the header. The unit is in a column, in the value's name (`value_kwh`, `电量(kWh)`) or chosen."""
    value = words.find_column(header, words.VALUE) or 0
    unit = words.find_column(header, words.UNIT, need=False)
    declared = words.bracket_unit(header[value]) or (options.unit or "").casefold()
    if unit is None and not declared:
        raise refuse(Code.UNIT_MISSING, row=1)
    columns = LongColumns(
        names=tuple(f"c{i}" for i in range(len(header))),
        header=tuple(name.strip() for name in header),
        point=words.find_column(header, words.POINT) or 0,
        time=words.find_column(header, words.TIMESTAMP) or 0,
        value=value,
        quantity=words.find_column(header, words.QUANTITY, need=False),
        unit=unit,
        quality=words.find_column(header, words.QUALITY, need=False),
        default_quantity=options.quantity,
        default_power=words.UNITS[declared] if declared else None,
    )
    known = (columns.point, columns.time, value, columns.quantity, unit, columns.quality)
    for place, name in enumerate(header):
        if place not in known:
            raise refuse(Code.COLUMN_UNKNOWN, row=1, value=name)
    return columns


class Clock:
    """Turns timestamps into the day and the second at which an interval ends, and finds the file's interval.

    A timestamp is looked at once; files repeat theirs for every point.
    """

    _REMEMBERED = 200_000

    def __init__(self, options: IntervalOptions) -> None:
        self.slots = options.slots
        self._label_is_end = options.label == "end"
        self._offset_s = options.utc_offset_s
        self._known: dict[str, tuple[int, int] | FileProblem] = {}

    def find_interval(self, texts: Iterable[str]) -> None:
        """Fixes `slots` from the first timestamps of the file, unless the options did."""
        if self.slots is not None:
            return
        seconds = {moment[1] for text in texts if (moment := parse_moment(text))}
        on_the_hour = all(second % 3600 == 0 for second in seconds)
        if len(seconds) < 2 and on_the_hour:
            raise refuse(Code.INTERVAL_UNKNOWN, value="not visible in the first rows")
        # A few times off the grid are faults of their rows, not another interval.
        for slots in SLOTS:
            if sum(second % (DAY_S // slots) == 0 for second in seconds) >= 0.9 * len(seconds):
                self.slots = slots
                return
        raise refuse(Code.INTERVAL_UNKNOWN, value="irregular")

    def place(self, text: str) -> tuple[int, int] | FileProblem:
        """Day number and slot of a timestamp, or what is wrong with it (without a row)."""
        found = self._known.get(text)
        if found is None:
            if len(self._known) >= self._REMEMBERED:
                self._known.clear()
            found = self._known[text] = self._look(text)
        return found

    def _look(self, text: str) -> tuple[int, int] | FileProblem:
        moment = parse_moment(text)
        if moment is None:
            return problem(Code.TIME, field="timestamp", value=text)
        day, second, zone = moment
        if zone is not None:
            if self._offset_s is None:
                return problem(Code.TIME_ZONE, field="timestamp", value=text)
            second += self._offset_s - zone_offset_s(zone)
        assert self.slots is not None
        step = DAY_S // self.slots
        if second % step:
            return problem(Code.TIME_OFF_GRID, field="timestamp", value=text, expected=step // 60)
        start = day * DAY_S + second - (step if self._label_is_end else 0)
        return start // DAY_S, start % DAY_S // step
