"""Wide CSV (or the same in a workbook): one line per point, quantity and day, with 24, 48, 96 or 288 value columns.

Well-formed blocks go through pyarrow; a block in which anything is odd is halved until the odd lines stand alone, and
those are read by the careful parser, which names row and field.
"""

from collections.abc import Iterator

from gridhall.codecs.csv_header import take_header
from gridhall.codecs.errors import FileProblem
from gridhall.codecs.intervals import IntervalBatch, IntervalOptions
from gridhall.codecs.streams import Readable
from gridhall.codecs.tally import Tally
from gridhall.codecs.text import Block, TextBlocks
from gridhall.codecs.wide_columns import WideColumns, wide_columns
from gridhall.codecs.wide_fast import read_fast
from gridhall.codecs.wide_lines import read_lines
from gridhall.codecs.workbook import as_csv

# Below this a block is read line by line; 64 kB are about a hundred lines.
_CAREFUL_BYTES = 1 << 16


def read(stream: Readable, options: IntervalOptions | None = None) -> Iterator[IntervalBatch | FileProblem]:
    """Batches and problems of a wide CSV, streamed; int64 Wh or varh, rows in the order of the file.

    Raises CodecError when the file as a whole is refused (header, unit, encoding, limits).
    """
    text = TextBlocks(as_csv(stream))
    header, blocks = take_header(iter(text))
    columns = wide_columns(header, options or IntervalOptions())
    tally = Tally()
    for block in blocks:
        for found in _read_block(block, columns):
            if isinstance(found, IntervalBatch):
                yield from tally.batch(found)
            else:
                yield tally.problem(found)
    yield from text.problems()
    yield from tally.end()


def _read_block(block: Block, columns: WideColumns) -> Iterator[IntervalBatch | FileProblem]:
    batch = read_fast(block, columns)
    if batch is not None:
        yield batch
        return
    halves = block.halves() if len(block.data) > _CAREFUL_BYTES else None
    if halves is None:
        yield from read_lines(block, columns)
        return
    for half in halves:
        yield from _read_block(half, columns)
