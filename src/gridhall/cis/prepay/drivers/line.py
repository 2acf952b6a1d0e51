"""A head-end behind a socket: one JSON object a line, one answer a line."""

from __future__ import annotations

import json
import socket
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from gridhall.cis.prepay.drivers.port import Order, Reply, Unreachable

TIMEOUT_S = 5.0
LINE_BYTES_MAX = 1_000_000


class LineHeadEnd:
    """Connects for each question, so that a head-end may restart at any time."""

    def __init__(self, host: str, port: int, timeout_s: float = TIMEOUT_S) -> None:
        self.address, self.timeout_s = (host, port), timeout_s

    def send(self, order: Order) -> None:
        self._ask({"send": asdict(order)})

    def replies(self) -> Sequence[Reply]:
        try:
            rows = self._ask({"replies": True})["replies"]
            return [Reply(str(row["command_id"]), bool(row["done"]), str(row["detail"])[:200]) for row in rows]
        except (KeyError, TypeError) as error:
            raise Unreachable(f"the head-end answered something else: {error}") from error

    def relay_closed(self, meter: str) -> bool | None:
        closed = self._ask({"relay": meter}).get("closed")
        return closed if isinstance(closed, bool) else None

    def _ask(self, question: dict[str, Any]) -> dict[str, Any]:
        try:
            with socket.create_connection(self.address, self.timeout_s) as line, line.makefile("rwb") as both:
                both.write(json.dumps(question).encode() + b"\n")
                both.flush()
                answer = json.loads(both.readline(LINE_BYTES_MAX))
        except (OSError, ValueError) as error:
            raise Unreachable(f"{type(error).__name__}: {error}") from error
        if not isinstance(answer, dict) or "error" in answer:
            raise Unreachable(f"the head-end refused: {answer}")
        return answer
