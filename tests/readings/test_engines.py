"""Mapping a kernel over blocks: order, errors, and no more work than asked for."""

import threading
from collections.abc import Iterator

import numpy as np
import pytest

from gridhall.readings.engines import map_blocks
from gridhall.readings.store import Block


def blocks(count: int, taken: list[int] | None = None) -> Iterator[Block]:
    for number in range(count):
        if taken is not None:
            taken.append(number)
        yield Block(np.array([number]), first_day=0, days=1, slots=96, pieces=())


def test_results_come_in_the_order_of_the_blocks_though_the_first_is_the_slowest() -> None:
    others = threading.Barrier(2)

    def kernel(block: Block) -> int:
        if block.points[0] < 2:
            others.wait(timeout=30)  # both workers are at work at once, or this breaks
        return int(block.points[0]) * 10

    found = [(int(block.points[0]), result) for block, result in map_blocks(kernel, blocks(7), workers=2)]
    assert found == [(number, number * 10) for number in range(7)]


def test_an_error_in_the_kernel_reaches_the_caller() -> None:
    def kernel(block: Block) -> int:
        if block.points[0] == 3:
            raise ZeroDivisionError("block 3")
        return 0

    seen = 0
    with pytest.raises(ZeroDivisionError, match="block 3"):
        for _ in map_blocks(kernel, blocks(10)):
            seen += 1
    assert seen == 3


def test_blocks_are_read_no_further_ahead_than_the_workers_need() -> None:
    taken: list[int] = []
    mapped = map_blocks(lambda block: 0, blocks(1000, taken), workers=2)
    next(mapped)
    assert len(taken) <= 4
    mapped.close()
    assert len(taken) <= 4
