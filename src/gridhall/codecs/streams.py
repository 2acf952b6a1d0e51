"""Binary input: anything that gives its bytes in order."""

from typing import Protocol


class Readable(Protocol):
    """A binary file object; nothing but `read` is asked of it."""

    def read(self, size: int, /) -> bytes:
        """At most `size` bytes, none at the end."""
        ...


class Peeked:
    """A stream whose first bytes, `head`, have been looked at and are still to be read."""

    def __init__(self, stream: Readable, size: int = 8) -> None:
        self.head = stream.read(size)
        self._unread, self._stream = self.head, stream

    def read(self, size: int, /) -> bytes:
        """At most `size` bytes, none at the end."""
        piece, self._unread = self._unread[:size], self._unread[size:]
        return piece + self._stream.read(size - len(piece)) if len(piece) < size else piece
