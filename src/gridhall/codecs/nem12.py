"""NEM12 (intervals) and NEM13 (accumulated reads), the meter data files of the Australian market (AEMO MDFF).

Times are market standard time. A point is the NMI; its second and later data streams (E2, B2 …) are `NMI/2` and so on,
because each is a curve of its own. E is active import, B active export, Q and K reactive import and export; channels
that are not energy are left out with a warning.
"""

from collections.abc import Iterator

from gridhall.codecs.csv_header import split_line
from gridhall.codecs.errors import Code, FileProblem, problem, refuse, warn
from gridhall.codecs.intervals import IntervalBatch, IntervalOptions
from gridhall.codecs.nem12_days import Channel, Day, DayBuffer, Skipped, apply_events, read_channel, read_day
from gridhall.codecs.nem13 import AccumulatedRead, read_accumulated
from gridhall.codecs.streams import Readable
from gridhall.codecs.tally import Tally
from gridhall.codecs.text import TextBlocks

Found = IntervalBatch | AccumulatedRead | FileProblem
_VERSIONS = {"200": "NEM12", "300": "NEM12", "400": "NEM12", "500": "NEM12", "250": "NEM13", "550": "NEM13"}


def read(stream: Readable, options: IntervalOptions | None = None) -> Iterator[Found]:
    """Batches, accumulated reads and problems of a NEM12 or NEM13 file, streamed.

    Raises CodecError without a 100 or 900 record and for records after the end; `need_header=False` takes a body
    without 100, and bodies one after another, and flags what they contradict.
    """
    reader = _Reader(options or IntervalOptions())
    text = TextBlocks(stream)
    for block in text:
        for row, line in block.lines():
            yield from reader.line(row, line)
    yield from reader.end()
    yield from text.problems(end_is_marked=True)


class _Reader:
    def __init__(self, options: IntervalOptions) -> None:
        self._strict = options.need_header
        self._version = "" if options.need_header else "any"
        self._ended = False
        self._channel: Channel | Skipped | None = None
        self._day: Day | None = None
        # The 400 records of a day that was refused say nothing any more.
        self._refused_day = False
        self._events: list[tuple[int, list[str]]] = []
        self._buffer = DayBuffer()
        self._tally = Tally()
        self._accumulated = 0

    def line(self, row: int, text: str) -> Iterator[Found]:
        fields = split_line(text)
        if fields is None:
            yield self._tally.problem(problem(Code.QUOTES, row=row))
            return
        # Some senders pad every row with commas to one width.
        while fields and not fields[-1].strip():
            fields.pop()
        if fields:
            fields = [field.strip() for field in fields]
            self._check_order(row, fields[0])
            yield from self._record(row, fields)

    def _check_order(self, row: int, kind: str) -> None:
        if kind == "100":
            if self._version and self._strict:
                raise refuse(Code.RECORD_ORDER, row=row, value="100", expected="the end of the file")
        elif not self._version:
            raise refuse(Code.RECORD_ORDER, row=row, value=kind, expected="100")
        elif self._ended and self._strict:
            raise refuse(Code.RECORD_ORDER, row=row, value=kind, expected="the end of the file")
        elif self._version not in ("any", _VERSIONS.get(kind, self._version)):
            raise refuse(Code.RECORD_ORDER, row=row, value=kind, expected=f"a record of {self._version}")

    def _record(self, row: int, fields: list[str]) -> Iterator[Found]:
        kind = fields[0]
        if kind == "400":
            if self._day is not None:
                self._events.append((row, fields))
            elif not self._refused_day and not isinstance(self._channel, Skipped):
                yield self._tally.problem(problem(Code.RECORD_ORDER, row=row, value="400", expected="300"))
            return
        yield from self._close_day()
        self._ended, self._refused_day = kind == "900", False
        if kind == "100":
            self._header(row, fields)
        elif kind == "200":
            self._channel = read_channel(row, fields)
            if isinstance(self._channel, Skipped):
                yield self._tally.problem(self._channel.reason)
        elif kind == "300":
            yield from self._take_day(row, fields)
        elif kind == "250":
            read = read_accumulated(row, fields)
            self._accumulated += 1
            yield self._tally.problem(read) if isinstance(read, FileProblem) else read
        elif kind not in ("500", "550", "900"):
            raise refuse(Code.RECORD_UNKNOWN, row=row, value=kind)

    def _header(self, row: int, fields: list[str]) -> None:
        self._version = fields[1].upper() if len(fields) > 1 else ""
        if self._version not in ("NEM12", "NEM13"):
            raise refuse(Code.RECORD_ORDER, row=row, value=",".join(fields[:2]), expected="100,NEM12 or 100,NEM13")

    def _take_day(self, row: int, fields: list[str]) -> Iterator[Found]:
        if isinstance(self._channel, Skipped):
            return
        if self._channel is None:
            yield self._tally.problem(problem(Code.RECORD_ORDER, row=row, value="300", expected="200"))
            return
        found = read_day(row, fields, self._channel)
        if isinstance(found, FileProblem):
            self._refused_day = True
            yield self._tally.problem(found)
        else:
            self._day = found

    def _close_day(self) -> Iterator[Found]:
        day, events, self._day, self._events = self._day, self._events, None, []
        if day is None:
            return
        fault = apply_events(day, events)
        if fault is not None:
            yield self._tally.problem(fault)
            return
        full = self._buffer.add(day)
        if full is not None:
            yield from self._tally.batch(full)

    def end(self) -> Iterator[Found]:
        if not self._ended:
            raise refuse(Code.FILE_TRUNCATED, expected="the 900 record")
        rest = self._buffer.take()
        if rest is not None:
            yield from self._tally.batch(rest)
        yield from self._tally.end(need_rows=False)
        if not self._tally.days and not self._accumulated and not self._tally.refused:
            yield warn(Code.NO_ROWS)
