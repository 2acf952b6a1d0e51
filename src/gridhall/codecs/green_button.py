"""Green Button (NAESB ESPI, Atom) readings as intervals.

Rows stay in standard time: a reading's start in UTC plus the tzOffset of its LocalTimeParameters, without the daylight
saving offset, so that days of 23 and 25 hours do not exist. Readings of a whole local day (82 800, 86 400 or 90 000
seconds) are no curve; they are given as `DailyTotal`s.
"""

from collections import defaultdict
from collections.abc import Iterator
from urllib.parse import unquote

import numpy as np

from gridhall.codecs import intervals as iv
from gridhall.codecs import limits
from gridhall.codecs.errors import Code, FileProblem, problem, refuse, warn
from gridhall.codecs.espi import Entry, Reading, entries, whole_number
from gridhall.codecs.fields import good_key, key_problem
from gridhall.codecs.numbers import MICRO
from gridhall.codecs.streams import Readable
from gridhall.codecs.tally import Tally
from gridhall.codecs.xml_events import events

Found = iv.IntervalBatch | iv.DailyTotal | FileProblem
_DAY_S = 86400
_DAY_LENGTHS_S = (82800, 86400, 90000)
_FLOWS = {"1": 0, "19": 1}
_UNITS = {"72": iv.ACTIVE_IMPORT, "73": iv.REACTIVE_IMPORT}
# ESPI QualityOfReading: 0 valid, 7 edited, 8 reference day, 9 interpolated, 11 derived, 12 projected, 14 raw,
# 15 normalised for weather, 17 validated, 18 verified, 19 revenue quality; the others say that something is wrong.
_FLAGS = {
    0: 0,
    7: iv.EDITED,
    8: iv.ESTIMATED,
    9: iv.SUBSTITUTED,
    11: iv.ESTIMATED,
    12: iv.ESTIMATED,
    14: 0,
    15: iv.EDITED,
}
_FLAGS |= {17: iv.ACTUAL, 18: iv.ACTUAL, 19: iv.ACTUAL}


def read(stream: Readable, options: iv.IntervalOptions | None = None) -> Iterator[Found]:
    """Batches, daily totals and problems of a Green Button file.

    The point's key is the end of its UsagePoint link (`UsagePoint/7` gives `7`, below a RetailCustomer `5/7`). A feed
    without LocalTimeParameters takes `options.utc_offset_s`. Raises CodecError for unsafe or broken XML, a value that
    is not a whole number, and readings without a ReadingType.
    """
    options = options or iv.IntervalOptions()
    feed = _Feed(entries(events(stream)), options)
    tally = Tally()
    yield from map(tally.problem, feed.warnings)
    totals = 0
    for curve in feed.curves():
        if isinstance(curve, FileProblem):
            yield tally.problem(curve)
            continue
        for found in curve.days(tally):
            totals += isinstance(found, iv.DailyTotal)
            if isinstance(found, iv.IntervalBatch):
                yield from tally.batch(found)
            else:
                yield found
    yield from tally.end(need_rows=not totals)


class _Feed:
    """The entries by kind, and the way from a block of readings to its type, point and offset."""

    def __init__(self, found: list[Entry], options: iv.IntervalOptions) -> None:
        self._options = options
        self._by_kind: dict[str, list[Entry]] = defaultdict(list)
        for entry in found:
            self._by_kind[entry.kind].append(entry)
        self.warnings: list[FileProblem] = []
        if not self._by_kind["LocalTimeParameters"] and options.utc_offset_s is None:
            self.warnings.append(warn(Code.OFFSET_ASSUMED, value="UTC"))

    def curves(self) -> "Iterator[_Curve | FileProblem]":
        """One curve per MeterReading. Raises CodecError for readings whose unit cannot be known."""
        of_reading: dict[int, list[Reading]] = defaultdict(list)
        meter_readings = self._by_kind["MeterReading"]
        for block in self._by_kind["IntervalBlock"]:
            owner = next((i for i, entry in enumerate(meter_readings) if entry.is_parent_of(block)), None)
            if owner is None:
                raise refuse(Code.READING_TYPE_MISSING, row=block.row, field="MeterReading")
            of_reading[owner].extend(block.readings)
        for i, readings in of_reading.items():
            yield self._curve(meter_readings[i], readings)

    def _curve(self, meter_reading: Entry, readings: list[Reading]) -> "_Curve | FileProblem":
        kind = self._linked("ReadingType", meter_reading.related)
        if kind is None:
            raise refuse(Code.READING_TYPE_MISSING, row=meter_reading.row, field="ReadingType")
        unit, flow = kind.fields.get("uom", ""), kind.fields.get("flowDirection")
        if unit not in _UNITS:
            return warn(Code.CHANNEL_SKIPPED, row=kind.row, field="uom", value=f"uom {unit}")
        if kind.fields.get("accumulationBehaviour", "4") not in ("4", "0"):
            accumulation = kind.fields["accumulationBehaviour"]
            return problem(
                Code.READING_TYPE_UNFIT, row=kind.row, field="accumulationBehaviour", value=accumulation, expected="4"
            )
        if flow is not None and flow not in _FLOWS:
            return problem(Code.READING_TYPE_UNFIT, row=kind.row, field="flowDirection", value=flow, expected="1, 19")
        power = whole_number(kind.fields.get("powerOfTenMultiplier", "0"), "powerOfTenMultiplier", kind.row)
        if not -6 <= power <= 9:
            return problem(
                Code.READING_TYPE_UNFIT, row=kind.row, field="powerOfTenMultiplier", value=power, expected="-6 to 9"
            )
        point = next((entry for entry in self._by_kind["UsagePoint"] if entry.is_parent_of(meter_reading)), None)
        quantity = _UNITS[unit] + _FLOWS[flow] if flow is not None else self._options.quantity
        key = _key(point or meter_reading)
        if not good_key(key):
            return key_problem(key, meter_reading.row, "UsagePoint")
        return _Curve(key, quantity, power, self._offset(point), readings)

    def _linked(self, kind: str, links: set[str]) -> Entry | None:
        return next((entry for entry in self._by_kind[kind] if entry.own and entry.own in links), None)

    def _offset(self, point: Entry | None) -> int:
        times = self._by_kind["LocalTimeParameters"]
        local = self._linked("LocalTimeParameters", point.related) if point else None
        if local is None and len(times) == 1:
            local = times[0]
        if local is None:
            return self._options.utc_offset_s or 0
        offset_s = whole_number(local.fields.get("tzOffset", ""), "tzOffset", local.row)
        if abs(offset_s) > _DAY_S:
            raise refuse(Code.NUMBER, row=local.row, field="tzOffset", value=offset_s)
        return offset_s


def _key(entry: Entry) -> str:
    """`5/7` from …/RetailCustomer/5/UsagePoint/7, `7` from …/UsagePoint/7."""
    parts = entry.own.split("/")
    names = {parts[i]: unquote(parts[i + 1]) for i in range(len(parts) - 1)}
    wanted = [names[name] for name in ("RetailCustomer", "UsagePoint") if name in names]
    return "/".join(wanted) or entry.own


class _Curve:
    """The readings of one MeterReading with what is needed to place them."""

    def __init__(self, key: str, quantity: int, power: int, offset_s: int, readings: list[Reading]) -> None:
        self._key, self._quantity, self._offset_s = key, quantity, offset_s
        self._micro_per_unit = 10 ** (6 + power)
        self._readings = readings

    def days(self, tally: Tally) -> Iterator[Found]:
        """Daily totals, and one batch per interval length, of the readings that are sound."""
        by_length: dict[int, dict[tuple[int, int], Reading]] = defaultdict(dict)
        for reading in self._readings:
            placed = self._place(reading)
            if isinstance(placed, FileProblem):
                yield tally.problem(placed)
                continue
            known = by_length[placed[0]].setdefault(placed[1:], reading)
            if known is reading:
                continue
            if (known.value, known.qualities) == (reading.value, reading.qualities):
                tally.repeat(reading.row, known.row)
            else:
                when = f"{self._key} at {reading.start}"
                yield tally.problem(problem(Code.CONTRADICTION, row=reading.row, value=when, other_row=known.row))
        for slots, placed_readings in by_length.items():
            yield from self._totals(placed_readings) if slots == 1 else [self._batch(slots, placed_readings)]

    def _place(self, reading: Reading) -> tuple[int, int, int] | FileProblem:
        """Slots per day (1 for a daily total), day and slot of a reading."""
        if abs(reading.value) * self._micro_per_unit > limits.MAX_INTERVAL_WH * MICRO:
            limit = f"{limits.MAX_INTERVAL_WH} Wh"
            return problem(Code.NUMBER_TOO_LARGE, row=reading.row, field="value", value=reading.value, expected=limit)
        local_s = reading.start + self._offset_s
        if reading.duration in _DAY_LENGTHS_S:
            # A local day begins at 23:00 standard time in summer; its middle is on the right date all year.
            return 1, (local_s + reading.duration // 2) // _DAY_S, 0
        slots = _DAY_S // reading.duration if reading.duration > 0 else 0
        if slots not in iv.SLOTS or _DAY_S % reading.duration:
            return problem(Code.INTERVAL_UNKNOWN, row=reading.row, field="duration", value=f"{reading.duration} s")
        if local_s % reading.duration or not 0 <= local_s < 84_000 * _DAY_S:
            minutes = reading.duration // 60
            return problem(Code.TIME_OFF_GRID, row=reading.row, field="start", value=reading.start, expected=minutes)
        return slots, local_s // _DAY_S, local_s % _DAY_S // reading.duration

    def _totals(self, placed: dict[tuple[int, int], Reading]) -> Iterator[iv.DailyTotal]:
        for (day, _), reading in placed.items():
            energy_wh = (2 * reading.value * self._micro_per_unit + MICRO) // (2 * MICRO)
            yield iv.DailyTotal(self._key, self._quantity, day, energy_wh, _flag(reading), reading.row)

    def _batch(self, slots: int, placed: dict[tuple[int, int], Reading]) -> iv.IntervalBatch:
        row_of = {day: i for i, day in enumerate(sorted({day for day, _ in placed}))}
        micro_wh = np.zeros((len(row_of), slots), np.int64)
        flags = np.full(micro_wh.shape, iv.MISSING, np.uint8)
        rows = np.zeros(len(row_of), np.int64)
        for (day, slot), reading in placed.items():
            i = row_of[day]
            micro_wh[i, slot] = reading.value * self._micro_per_unit
            flags[i, slot] = _flag(reading)
            rows[i] = rows[i] or reading.row
        n = len(row_of)
        return iv.batch_of_days(
            [self._key] * n, [self._quantity] * n, list(row_of), iv.whole_wh(micro_wh, MICRO), flags, rows.tolist()
        )


def _flag(reading: Reading) -> int:
    """The flag of a reading; a code that is not known makes it suspect, of several the gravest counts."""
    return max((_FLAGS.get(code, iv.SUSPECT) for code in reading.qualities), default=iv.ACTUAL)
