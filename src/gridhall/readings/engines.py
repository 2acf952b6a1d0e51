"""Mapping a kernel over blocks of the store. Local threads; an engine of many machines would take its place here."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from gridhall.kernel.determinants import Folded, fold_runs
from gridhall.kernel.runs import Plans
from gridhall.readings.store import Block

T = TypeVar("T")

WORKERS = 2
AHEAD = 2  # blocks queued for each worker: enough to hide the reading, little memory held


def map_blocks(
    kernel: Callable[[Block], T], blocks: Iterable[Block], workers: int = WORKERS
) -> Iterator[tuple[Block, T]]:
    """(block, kernel(block)) in the order of the blocks; the compiled kernels release the GIL."""
    with ThreadPoolExecutor(workers, thread_name_prefix="fold") as pool:
        waiting: deque[tuple[Block, Future[T]]] = deque()
        try:
            for block in blocks:
                waiting.append((block, pool.submit(kernel, block)))
                if len(waiting) >= workers * AHEAD:
                    done, future = waiting.popleft()
                    yield done, future.result()
            while waiting:
                done, future = waiting.popleft()
                yield done, future.result()
        finally:
            for _, future in waiting:
                future.cancel()


def fold_block(block: Block, plans: Plans, plan_of: NDArray[np.int16]) -> Folded:
    """Determinants of a block's points; `plan_of[p]` in the order of `block.points`."""
    return fold_runs(block.runs(), plans, plan_of)
