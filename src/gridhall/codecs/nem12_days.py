"""Records 200, 300 and 400 of NEM12: a channel, its days, and the quality of single intervals."""

from dataclasses import dataclass, field

import numpy as np

from gridhall.codecs import intervals as iv
from gridhall.codecs.dates import parse_date
from gridhall.codecs.errors import Code, FileProblem, problem, warn
from gridhall.codecs.fields import good_key, key_problem
from gridhall.codecs.nem_fields import POWERS, VARIABLE, parse_quality, stream_key
from gridhall.codecs.numbers import MICRO, micro_wh_of

_QUANTITIES = {"E": iv.ACTIVE_IMPORT, "B": iv.ACTIVE_EXPORT, "Q": iv.REACTIVE_IMPORT, "K": iv.REACTIVE_EXPORT}
_BATCH_DAYS = 1024


@dataclass(frozen=True, slots=True)
class Channel:
    """What a 200 record says about the days that follow; `power` is the unit's power of ten over Wh."""

    key: str
    quantity: int
    slots: int
    power: int


@dataclass(frozen=True, slots=True)
class Skipped:
    """A channel whose days are passed over, and why."""

    reason: FileProblem


@dataclass(slots=True)
class Day:
    """One 300 record; `variable` until its 400 records have been applied."""

    row: int
    channel: Channel
    day: int
    micro_wh: list[int]
    flags: list[int]
    variable: bool


def read_channel(row: int, fields: list[str]) -> Channel | Skipped:
    """One record 200. A fault skips the channel's days too: they mean nothing without it."""
    if len(fields) < 9:
        return Skipped(problem(Code.FIELD_COUNT, row=row, value=len(fields), expected=9))
    nmi, suffix, unit, minutes = fields[1], fields[4].upper(), fields[7].casefold(), fields[8]
    if not good_key(nmi):
        return Skipped(key_problem(nmi, row, "NMI"))
    quantity = _QUANTITIES.get(suffix[:1])
    if quantity is None:
        return Skipped(warn(Code.CHANNEL_SKIPPED, row=row, field="NMI suffix", value=fields[4]))
    reactive = quantity in (iv.REACTIVE_IMPORT, iv.REACTIVE_EXPORT)
    if unit not in POWERS or unit.endswith("varh") != reactive:
        expected = "varh, kvarh, Mvarh" if reactive else "Wh, kWh, MWh"
        return Skipped(problem(Code.UNIT, row=row, field="unit", value=fields[7], expected=expected))
    slots = 1440 // int(minutes) if minutes in ("5", "15", "30", "60") else 0
    if not slots:
        return Skipped(problem(Code.INTERVAL_UNKNOWN, row=row, field="interval length", value=f"{minutes} minutes"))
    return Channel(stream_key(nmi, suffix), quantity, slots, POWERS[unit])


def read_day(row: int, fields: list[str], channel: Channel) -> Day | FileProblem:
    """One record 300: date, as many values as the channel asks for, and the quality right after them."""
    day = parse_date(fields[1]) if len(fields) > 1 else None
    if day is None:
        return problem(Code.DATE, row=row, field="date", value=fields[1] if len(fields) > 1 else "")
    end = 2 + channel.slots
    flag = parse_quality(fields[end]) if len(fields) > end else None
    if flag is None:
        given = next((i for i, text in enumerate(fields[2:]) if text and text[0].isalpha()), len(fields) - 2)
        if given == channel.slots and len(fields) > end:
            return problem(Code.QUALITY, row=row, field="quality", value=fields[end])
        return problem(Code.VALUE_COUNT, row=row, value=given, expected=channel.slots)
    micro_wh = []
    for i, text in enumerate(fields[2:end], 1):
        value = 0 if flag == iv.MISSING or not text else micro_wh_of(text, channel.power)
        if value is None:
            return problem(Code.NUMBER, row=row, field=f"interval {i}", value=text)
        micro_wh.append(value)
    flags = [flag if text else iv.MISSING for text in fields[2:end]]
    return Day(row, channel, iv.day_number(day), micro_wh, flags, flag == VARIABLE)


def apply_events(day: Day, events: list[tuple[int, list[str]]]) -> FileProblem | None:
    """Sets the flags of a day from its 400 records, which must cover every interval once, in order."""
    if not events and not day.variable:
        return None
    slots, following = day.channel.slots, 1
    for row, fields in events:
        flag = parse_quality(fields[3]) if len(fields) > 3 else None
        if flag is None or flag == VARIABLE:
            return problem(Code.QUALITY, row=row, field="quality", value=fields[3] if len(fields) > 3 else "")
        first, last = (int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 0 for text in fields[1:3])
        if first != following or not first <= last <= slots:
            return problem(Code.EVENTS_INCOMPLETE, row=row, value=f"{fields[1]} to {fields[2]}", expected=slots)
        for i in range(first - 1, last):
            day.flags[i] = iv.MISSING if day.flags[i] == iv.MISSING else flag
            if flag == iv.MISSING:
                day.micro_wh[i] = 0
        following = last + 1
    if following != slots + 1:
        return problem(Code.EVENTS_INCOMPLETE, row=day.row, value=f"1 to {following - 1} are there", expected=slots)
    return None


@dataclass(slots=True)
class DayBuffer:
    """Days of one interval length on their way into a batch."""

    days: list[Day] = field(default_factory=list)

    def add(self, day: Day) -> iv.IntervalBatch | None:
        """Takes a day; gives the batch that was full or had another interval length."""
        full = None
        if len(self.days) >= _BATCH_DAYS or (self.days and self.days[0].channel.slots != day.channel.slots):
            full = self.take()
        self.days.append(day)
        return full

    def take(self) -> iv.IntervalBatch | None:
        """What has been gathered, or None."""
        days, self.days = self.days, []
        if not days:
            return None
        return iv.batch_of_days(
            [day.channel.key for day in days],
            [day.channel.quantity for day in days],
            [day.day for day in days],
            iv.whole_wh(np.array([day.micro_wh for day in days], np.int64), MICRO),
            np.array([day.flags for day in days], np.uint8),
            [day.row for day in days],
        )
