"""A head-end with meters that exist nowhere: loses, delays and repeats, as radio does. Knows nothing of our database.

with simulated(loss=0.2, delay_s=0.1, twice=0.3, seed=7) as head_end:
    GRIDHALL_HEAD_END = head_end.address
"""

from __future__ import annotations

import json
import random
import socketserver
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Meter:
    """A switch, closed until told otherwise, and the highest order it carried out."""

    closed: bool = True
    sequence: int = 0
    switched: int = 0
    done: dict[str, dict[str, Any]] = field(default_factory=dict)


@dataclass
class World:
    """All meters, the orders on their way and the answers on theirs; the same seed loses the same messages."""

    loss: float = 0.0
    delay_s: float = 0.0
    twice: float = 0.0
    seed: int = 0
    meters: dict[str, Meter] = field(default_factory=dict)
    on_the_way: list[tuple[float, dict[str, Any]]] = field(default_factory=list)
    answers: list[tuple[float, dict[str, Any]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.random, self.lock = random.Random(self.seed), threading.Lock()  # noqa: S311 - chance, not a secret

    def answer(self, question: dict[str, Any]) -> dict[str, Any]:
        """One question of the line protocol."""
        with self.lock:
            self._arrive()
            if "send" in question:
                self._post(self.on_the_way, dict(question["send"]))
                return {"taken": True}
            if "replies" in question:
                now = time.monotonic()
                due = [answer for at, answer in self.answers if at <= now]
                self.answers = [(at, answer) for at, answer in self.answers if at > now]
                return {"replies": due}
            if "relay" in question:
                if self.random.random() < self.loss:
                    return {"closed": None}
                return {"closed": self.meters.setdefault(str(question["relay"]), Meter()).closed}
        return {"error": "ask for send, replies or relay"}

    def _post(self, way: list[tuple[float, dict[str, Any]]], message: dict[str, Any]) -> None:
        copies = 1 + (self.random.random() < self.twice)
        arriving = [None for _ in range(copies) if self.random.random() >= self.loss]
        way += [(time.monotonic() + self.delay_s * self.random.uniform(0.5, 1.5), message) for _ in arriving]

    def _arrive(self) -> None:
        now = time.monotonic()
        due = sorted((at for at in self.on_the_way if at[0] <= now), key=lambda one: one[0])
        self.on_the_way = [one for one in self.on_the_way if one[0] > now]
        for _at, order in due:
            self._post(self.answers, self._carry_out(order))

    def _carry_out(self, order: dict[str, Any]) -> dict[str, Any]:
        meter = self.meters.setdefault(str(order["meter"]), Meter())
        command = str(order["command_id"])
        if command not in meter.done:
            newer = int(order["sequence"]) > meter.sequence
            if newer:
                meter.sequence, meter.closed = int(order["sequence"]), order["verb"] == "permit-close"
                meter.switched += 1
            detail = "" if newer else "a later order was carried out already"
            meter.done[command] = {"command_id": command, "done": newer, "detail": detail}
        return meter.done[command]


class _Handler(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        try:
            answer = self.server.world.answer(json.loads(self.rfile.readline(1_000_000)))  # type: ignore[attr-defined]
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            answer = {"error": str(error)}
        self.wfile.write(json.dumps(answer).encode() + b"\n")


class Server(socketserver.ThreadingTCPServer):
    """Listens on loopback only: it is a toy, and it obeys everybody."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, world: World, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.world = world

    @property
    def address(self) -> str:
        return f"tcp://127.0.0.1:{self.server_address[1]}"


@contextmanager
def simulated(**how: Any) -> Iterator[Server]:
    """A running simulator on a free port, in a thread of its own, until the block ends."""
    with Server(World(**how)) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
