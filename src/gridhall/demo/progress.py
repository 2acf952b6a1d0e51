"""How far the building is: one line that moves on a terminal, a line per stage elsewhere."""

from __future__ import annotations

import time
from typing import Any

WIDTH = 30
EVERY_S = 0.1  # oftener than that nobody sees


class Progress:
    """Shows stages on a stream."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self._live = stream.isatty()
        self._stage, self._total = "", 0
        self._next = 0.0

    def show(self, stage: str, done: int, total: int) -> None:
        """Draw the bar of a stage; the one before is full then."""
        fresh = stage != self._stage
        if fresh:
            self.end()
            self._stage, self._total = stage, total
        if not self._live:
            if fresh:
                self._stream.write(f"  {stage} ...")
        elif fresh or time.monotonic() >= self._next:
            self._next = time.monotonic() + EVERY_S
            self._draw(done)

    def end(self) -> None:
        """Leave the bar full and begin a new line."""
        if self._live and self._stage:
            self._draw(self._total)
            self._stream.write("")
        self._stage = ""

    def _draw(self, done: int) -> None:
        filled = WIDTH * done // max(self._total, 1)
        bar = "#" * filled + "." * (WIDTH - filled)
        self._stream.write(f"\r  {self._stage:<14}[{bar}] {done}/{self._total}", ending="")
        self._stream.flush()
