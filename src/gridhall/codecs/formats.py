"""Which codec a file needs."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from gridhall.codecs import green_button, long_csv, nem12, wide_csv
from gridhall.codecs import vocabulary as words
from gridhall.codecs.csv_header import split_line
from gridhall.codecs.errors import Code, refuse
from gridhall.codecs.intervals import IntervalOptions
from gridhall.codecs.registers_csv import COLUMNS as REGISTERS
from gridhall.codecs.streams import Readable
from gridhall.codecs.text import binary_kind
from gridhall.codecs.wide_columns import is_value_column
from gridhall.codecs.workbook import Cells, is_workbook, workbook_rows

# What `sniff` needs to see; a header of 288 columns is 2 kB.
HEAD_BYTES = 1 << 16

INTERVAL_READERS: Mapping[str, Callable[[Readable, IntervalOptions | None], Iterator[Any]]] = {
    "wide_csv": wide_csv.read,
    "long_csv": long_csv.read,
    "nem12": nem12.read,
    "green_button": green_button.read,
}


def sniff(head: bytes) -> str | None:
    """`wide_csv`, `long_csv`, `nem12` (also NEM13), `green_button`, `registers_csv`, `workbook`, or None.

    `head` is the beginning of the file, best HEAD_BYTES of it. It never raises. What is in a workbook says `inside`.
    """
    if is_workbook(head):
        return "workbook"
    if binary_kind(head) is not None:
        return None
    text = _decoded(head).lstrip("\ufeff \r\n\t")
    if text.startswith("<"):
        return "green_button" if "http://naesb.org/espi" in text or "http://www.w3.org/2005/Atom" in text else None
    names = split_line(text.split("\n", 1)[0].split("\r", 1)[0].replace(";", ",").replace("\t", ",")) or []
    if names[:1] == ["100"] or names[:1] == ["200"]:
        return "nem12"
    known = {words.plain(name) for name in names}
    if sum(is_value_column(name) for name in names) >= 24:
        return "wide_csv"
    if known & {"kind", *REGISTERS["kind"]} and known & {"value", *REGISTERS["value"]}:
        return "registers_csv"
    if known & set(words.TIMESTAMP) and known & set(words.VALUE):
        return "long_csv"
    return None


def inside(workbook: Readable) -> str | None:
    """What the first sheet of a workbook holds, as `sniff` says it. Raises CodecError when it cannot be opened."""
    for found in workbook_rows(workbook):
        if isinstance(found, Cells):
            return sniff(",".join(found.texts).encode())
    return None


def reader(head: bytes) -> Callable[[Readable, IntervalOptions | None], Iterator[Any]]:
    """The interval reader for a file that begins with `head`. Raises CodecError when it is none of ours."""
    found = INTERVAL_READERS.get(sniff(head) or "")
    if found is None:
        raise refuse(Code.FORMAT_UNKNOWN)
    return found


def _decoded(head: bytes) -> str:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head.decode("utf-16", "replace")
    try:
        return head.decode("utf-8")
    except UnicodeDecodeError as error:
        # A head that ends inside a character is still UTF-8.
        encoding = "utf-8" if error.start >= len(head) - 3 else "gb18030"
        return head.decode(encoding, "replace")
