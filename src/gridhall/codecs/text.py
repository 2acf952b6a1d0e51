"""From the bytes of an upload to blocks of whole lines in UTF-8, whatever the sender's editor wrote."""

import codecs
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from gridhall.codecs import limits
from gridhall.codecs.errors import Code, FileProblem, refuse, warn
from gridhall.codecs.streams import Readable

_MAGIC = {
    b"PK\x03\x04": "a workbook or zip archive",
    b"\xd0\xcf\x11\xe0": "an old Excel or Word file",
    b"%PDF": "a PDF",
    b"\x1f\x8b": "a gzip archive",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"Rar!": "a rar archive",
    b"7z\xbc\xaf": "a 7z archive",
}
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def binary_kind(head: bytes) -> str | None:
    """What a file that is not text looks like, or None for text (UTF-16 with its mark counts as text)."""
    if head.startswith(_UTF16):
        return None
    for magic, name in _MAGIC.items():
        if head.startswith(magic):
            return name
    return "NUL bytes" if b"\0" in head else None


@dataclass(frozen=True, slots=True)
class Block:
    """Whole lines in UTF-8, each ended by LF; `first_row` is the number of its first line, from 1."""

    first_row: int
    data: bytes
    line_count: int

    @classmethod
    def of(cls, first_row: int, data: bytes) -> "Block":
        # Counting in numpy is ten times faster than bytes.count for a single byte.
        return cls(first_row, data, int(np.count_nonzero(np.frombuffer(data, np.uint8) == ord("\n"))))

    def halves(self) -> "tuple[Block, Block] | None":
        """The block cut at the line end nearest to its middle, or None when it is one line."""
        cut = self.data.find(b"\n", len(self.data) // 2) + 1
        if cut in (0, len(self.data)):
            cut = self.data.rfind(b"\n", 0, len(self.data) - 1) + 1
        if cut == 0:
            return None
        front = Block.of(self.first_row, self.data[:cut])
        return front, Block.of(self.first_row + front.line_count, self.data[cut:])

    def lines(self) -> Iterator[tuple[int, str]]:
        """Row number and text of each line that is not blank."""
        for row, line in enumerate(self.data.split(b"\n")[:-1], self.first_row):
            if len(line) > limits.MAX_LINE_BYTES:
                raise refuse(Code.LINE_TOO_LONG, row=row, expected=f"{limits.MAX_LINE_BYTES} bytes")
            text = line.decode("utf-8").rstrip("\r")
            if text.strip():
                yield row, text


class TextBlocks:
    """Iterates over the `Block`s of a binary stream in bounded memory.

    Reads UTF-8 (with or without mark), UTF-16 with its mark, and falls back to GB18030 (which holds GBK and GB 2312).
    After the last block `problems()` tells whether the encoding was a guess and whether the last line was open.
    Raises CodecError for empty, binary, oversized or undecodable input and for lines without end.
    """

    def __init__(
        self, stream: Readable, max_bytes: int = limits.MAX_BYTES, block_bytes: int = limits.BLOCK_BYTES
    ) -> None:
        self._stream, self._max_bytes, self._block_bytes = stream, max_bytes, block_bytes
        self._row = 1
        self._saw_utf8 = self._saw_gb18030 = self._last_line_open = False

    def __iter__(self) -> Iterator[Block]:
        rest = b""
        for chunk in self._utf8_or_bytes():
            cut = chunk.rfind(b"\n") + 1
            if cut == 0:
                rest += chunk
                if len(rest) > self._block_bytes + limits.MAX_LINE_BYTES:
                    raise refuse(Code.LINE_TOO_LONG, row=self._row, expected=f"{limits.MAX_LINE_BYTES} bytes")
                continue
            yield self._block(b"".join((rest, memoryview(chunk)[:cut])))
            rest = chunk[cut:]
        if rest:
            self._last_line_open = True
            yield self._block(rest + b"\n")

    def problems(self, *, end_is_marked: bool = False) -> Iterator[FileProblem]:
        """Warnings known only at the end; `end_is_marked` when the format itself proves that nothing is cut."""
        if self._saw_gb18030:
            yield warn(Code.ENCODING_GUESSED, value="GB18030")
        if self._last_line_open and not end_is_marked:
            yield warn(Code.LAST_LINE_OPEN, row=self._row - 1)

    def _raw_chunks(self) -> Iterator[bytes]:
        size = 0
        while chunk := self._stream.read(self._block_bytes):
            size += len(chunk)
            if size > self._max_bytes:
                raise refuse(Code.FILE_TOO_LARGE, expected=f"{self._max_bytes >> 20} MiB")
            yield chunk

    def _utf8_or_bytes(self) -> Iterator[bytes]:
        chunks = self._raw_chunks()
        head = next(chunks, b"")
        if not head.strip():
            raise refuse(Code.FILE_EMPTY)
        if (kind := binary_kind(head)) is not None:
            raise refuse(Code.FILE_BINARY, value=kind)
        if head.startswith(_UTF16):
            yield from self._from_utf16(head, chunks)
            return
        old_mac = b"\r" in head and b"\n" not in head
        head = head.removeprefix(codecs.BOM_UTF8)
        while head:
            yield head.replace(b"\r", b"\n") if old_mac else head
            head = next(chunks, b"")

    def _from_utf16(self, head: bytes, chunks: Iterator[bytes]) -> Iterator[bytes]:
        decoder = codecs.getincrementaldecoder("utf-16")("strict")
        try:
            while head:
                yield decoder.decode(head).encode("utf-8")
                head = next(chunks, b"")
            decoder.decode(b"", final=True)
        except UnicodeError as error:
            raise refuse(Code.ENCODING, row=self._row) from error

    def _block(self, data: bytes) -> Block:
        if b"\0" in data:
            row = self._row + data[: data.index(b"\0")].count(b"\n")
            raise refuse(Code.FILE_BINARY, row=row, value="NUL bytes")
        block = Block.of(self._row, data if data.isascii() else self._as_utf8(data))
        self._row += block.line_count
        return block

    def _as_utf8(self, data: bytes) -> bytes:
        try:
            if not self._saw_gb18030:
                data.decode("utf-8")
                self._saw_utf8 = True
                return data
        except UnicodeDecodeError as error:
            if self._saw_utf8:
                row = self._row + data[: error.start].count(b"\n")
                raise refuse(Code.ENCODING, row=row) from error
        try:
            text = data.decode("gb18030")
        except UnicodeDecodeError as error:
            raise refuse(Code.ENCODING, row=self._row + data[: error.start].count(b"\n")) from error
        self._saw_gb18030 = True
        return text.encode("utf-8")
