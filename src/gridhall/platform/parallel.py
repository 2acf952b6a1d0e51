"""Work done ahead by forked processes while the caller deals with earlier answers."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator, Sequence
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from typing import TypeVar

from django.db import connection, connections

T = TypeVar("T")
R = TypeVar("R")

WORKERS = min(2, os.cpu_count() or 1)


class WorkerFailed(RuntimeError):
    """A worker ended before it gave its answer; what it said stands in the log."""


def ahead(work: Callable[[T], R], items: Sequence[T], workers: int = WORKERS) -> Iterator[R]:
    """``work(item)`` for every item, in order; each worker is at most one answer ahead, so memory stays bounded.

    ``work`` may read the database and must not write. Inside a transaction, whose rows no other process sees, and
    where processes cannot fork, everything is done in this process.
    """
    if workers < 2 or len(items) < 2 or connection.in_atomic_block or not hasattr(os, "fork"):
        yield from map(work, items)
        return
    connections.close_all()  # a child must not speak over the parent's connection
    pipes = [Pipe(duplex=False) for _ in range(min(workers, len(items)))]
    children = [_fork(work, items[k :: len(pipes)], pipes, k) for k in range(len(pipes))]
    for _, sending in pipes:
        sending.close()
    try:
        for number in range(len(items)):
            try:
                answer = pipes[number % len(pipes)][0].recv()
            except EOFError as error:
                raise WorkerFailed(f"item {number} of {len(items)}") from error
            if isinstance(answer, Exception):
                raise answer
            yield answer
    finally:
        # A child that still has answers finds nobody reading and ends.
        for receiving, _ in pipes:
            receiving.close()
        for child in children:
            os.waitpid(child, 0)


def _fork(work: Callable[[T], R], items: Sequence[T], pipes: list[tuple[Connection, Connection]], number: int) -> int:
    child = os.fork()
    if child:
        return child
    gc.disable()  # a short life: looking for cycles among millions of rows would take a tenth of it
    try:
        # Every other end is closed here too: when the parent dies, the pipes break and no child lives on.
        mine = pipes[number][1]
        for receiving, sending in pipes:
            receiving.close()
            if sending is not mine:
                sending.close()
        for item in items:
            try:
                answer: R | Exception = work(item)
            except Exception as error:
                answer = error
            mine.send(answer)
    except BaseException:
        os._exit(1)
    os._exit(0)
