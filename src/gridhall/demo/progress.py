"""How far the building is: one line that moves on a terminal, a line per stage elsewhere."""

from __future__ import annotations

import time
from typing import Any

WIDTH = 30
EVERY_S = 0.1


class Progress:
    """Shows stages on a stream."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self._live = stream.isatty()
        self._stage = ""
        self._next = 0.0

    def show(self, stage: str, done: int, total: int) -> None:
        """Draw the bar of a stage; not more often than the eye needs."""
        fresh = stage != self._stage
        if fresh and self._live and self._stage:
            self._stream.write("\n", ending="")
        self._stage = stage
        if not self._live:
            if fresh:
                self._stream.write(f"  {stage} ...")
            return
        now = time.monotonic()
        if fresh or done == total or now >= self._next:
            self._next = now + EVERY_S
            filled = WIDTH * done // max(total, 1)
            self._stream.write(f"\r  {stage:<14}[{'#' * filled}{'.' * (WIDTH - filled)}] {done}/{total}", ending="")
            self._stream.flush()

    def end(self) -> None:
        """Leave the last bar."""
        if self._live:
            self._stream.write("")
