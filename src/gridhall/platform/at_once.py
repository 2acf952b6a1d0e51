"""Calls that come while others are being done are done together: whoever is next takes all that wait.

One caller at a time works; those who come meanwhile stand in line, and the first of them does the work of all in one
transaction. The busier the hour, the less a call costs. Each process has lines of its own.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from django.db import OperationalError

MOST = 16  # calls of one transaction: a long one holds its accounts, and its callers, for longer
PAUSE_S = 0.0001  # after a transaction of several: its callers are about to come again

C = TypeVar("C")
R = TypeVar("R")


class Alone(Exception):
    """The call was not done: its caller has to do it alone."""


@dataclass(slots=True)
class _Ticket(Generic[C, R]):
    """A call in line. Its caller waits for its turn: to lead those in line, or to take the answer."""

    call: C
    turn: threading.Event = field(default_factory=threading.Event)
    leads: bool = False
    answer: R | None = None
    fault: OperationalError | None = None


class AtOnce(Generic[C, R]):
    """A line of calls for ``do``, which answers many at once, None for one that wants to be done alone."""

    def __init__(self, do: Callable[[Sequence[C]], Sequence[R | None]]) -> None:
        self._do, self._led, self._several = do, False, False
        self._line: deque[_Ticket[C, R]] = deque()
        self._lock = threading.Lock()

    def result(self, call: C) -> R:
        """The answer to a call. Raises Alone where it was not done, perhaps because another of the same transaction
        failed; a fault of the database itself is everybody's."""
        ticket: _Ticket[C, R] = _Ticket(call)
        with self._lock:
            self._line.append(ticket)
            if not self._led:
                self._appoint()
        ticket.turn.wait()
        if ticket.leads:
            self._lead(ticket)
        if ticket.fault is not None:
            raise ticket.fault
        if ticket.answer is None:
            raise Alone
        return ticket.answer

    def _appoint(self) -> None:
        """Let the first in line lead; the lock is held."""
        self._led = bool(self._line)
        if self._led:
            leader = self._line.popleft()
            leader.leads = True
            leader.turn.set()

    def _lead(self, leader: _Ticket[C, R]) -> None:
        batch = [leader]
        try:
            if self._several:
                time.sleep(PAUSE_S)
            with self._lock:
                batch += [self._line.popleft() for _ in range(min(MOST - 1, len(self._line)))]
            self._several = len(batch) > 1
            for ticket, answer in zip(batch, self._do([ticket.call for ticket in batch]), strict=True):
                ticket.answer = answer
        except OperationalError as fault:
            for ticket in batch:
                ticket.fault = fault
        except Exception:  # noqa: S110 - each caller does its own alone, and gets its own error
            pass
        finally:
            with self._lock:
                self._appoint()
            for ticket in batch[1:]:
                ticket.turn.set()
