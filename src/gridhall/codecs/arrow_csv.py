"""pyarrow's CSV reader, set so strictly that whatever it accepts needs no second look at the text."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
from numpy.typing import NDArray

from gridhall.codecs.text import Block
from gridhall.codecs.vocabulary import NULLS

WORD = pa.dictionary(pa.int32(), pa.string())
FLOAT = pa.float64()


def read_block(block: Block, names: Sequence[str], types: Mapping[str, pa.DataType]) -> "pa.Table | None":
    """The block as a table, or None when anything in it is unusual and must be read line by line."""
    try:
        table = pacsv.read_csv(
            pa.BufferReader(block.data),
            read_options=pacsv.ReadOptions(column_names=list(names), block_size=max(len(block.data) // 2, 1 << 16)),
            convert_options=pacsv.ConvertOptions(
                column_types=dict(types),
                include_columns=list(types),
                null_values=list(NULLS),
                strings_can_be_null=False,
            ),
        )
    except pa.ArrowInvalid:
        return None
    # A blank line, or a line end inside quotation marks, would shift every row number after it.
    return table.combine_chunks() if table.num_rows == block.line_count else None


def words(column: "pa.ChunkedArray") -> tuple[list[str], NDArray[np.int32]]:
    """Distinct texts of a dictionary column, without outer blanks, and each row's index into them."""
    chunk = column.unify_dictionaries().combine_chunks()
    if isinstance(chunk, pa.ChunkedArray):
        chunk = chunk.chunk(0)
    return pc.utf8_trim_whitespace(chunk.dictionary).to_pylist(), chunk.indices.to_numpy(zero_copy_only=False)


def floats(column: "pa.ChunkedArray") -> tuple[NDArray[np.float64], NDArray[np.bool_] | None]:
    """The numbers with 0 for empty fields, and where the fields were empty (None: nowhere)."""
    empty = column.is_null().to_numpy() if column.null_count else None
    return (column.fill_null(0.0) if column.null_count else column).to_numpy(), empty


def coded(
    table: pa.Table, names: Sequence[str], place: int | None, lookup: Callable[[str], int | None], default: int = 0
) -> NDArray[np.int64] | None:
    """int64[n]: each row's word of a column as a number, `default` without the column, None for an unknown word."""
    if place is None:
        return np.full(table.num_rows, default, np.int64)
    texts, index = words(table.column(names[place]))
    numbers = [lookup(text.casefold()) for text in texts]
    if None in numbers:
        return None
    return np.array(numbers, np.int64)[index]
