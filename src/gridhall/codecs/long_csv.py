"""Long CSV: one line per point and interval, in any order: `point,timestamp,value[,quantity,unit,quality]`."""

from collections.abc import Iterator

from gridhall.codecs.csv_header import take_header
from gridhall.codecs.errors import FileProblem
from gridhall.codecs.intervals import IntervalBatch, IntervalOptions
from gridhall.codecs.long_columns import Clock, LongColumns, long_columns
from gridhall.codecs.long_days import LongDays
from gridhall.codecs.long_rows import LongRows, read_fast, read_lines
from gridhall.codecs.streams import Readable
from gridhall.codecs.tally import Tally
from gridhall.codecs.text import Block, TextBlocks
from gridhall.codecs.workbook import as_csv

_CAREFUL_BYTES = 1 << 16


def read(stream: Readable, options: IntervalOptions | None = None) -> Iterator[IntervalBatch | FileProblem]:
    """Batches and problems of a long CSV, streamed; a day is given as soon as its last interval has come.

    A file sorted by point and time, or by time for up to a hundred thousand points, is read in bounded memory.
    Intervals that never come are MISSING. Raises CodecError when the file as a whole is refused.
    """
    options = options or IntervalOptions()
    text = TextBlocks(as_csv(stream))
    header, blocks = take_header(iter(text))
    columns = long_columns(header, options)
    clock, tally = Clock(options), Tally()
    days = LongDays(clock, tally)
    for block in blocks:
        for found in _rows(block, columns, clock):
            if isinstance(found, FileProblem):
                yield tally.problem(found)
            else:
                yield from days.add(found)
    yield from days.end()
    yield from text.problems()
    yield from tally.end()


def _rows(block: Block, columns: LongColumns, clock: Clock) -> Iterator[LongRows | FileProblem]:
    rows = read_fast(block, columns, clock)
    if rows is not None:
        yield rows
        return
    halves = block.halves() if len(block.data) > _CAREFUL_BYTES else None
    if halves is None:
        yield from read_lines(block, columns, clock)
        return
    for half in halves:
        yield from _rows(half, columns, clock)
