"""Calls that come while others are being done share the next go; each gets its own answer."""

import threading
from collections.abc import Callable, Sequence

import pytest
from django.db import OperationalError

from gridhall.platform.at_once import MOST, Alone, AtOnce

Do = Callable[[Sequence[int]], Sequence[int | None]]


class Crowd:
    """Callers in threads. The first go is held up until all others stand in line."""

    def __init__(self, do: Do) -> None:
        self._do, self._begun, self._go_on = do, threading.Event(), threading.Event()
        self.goes: list[list[int]] = []
        self.said: dict[int, object] = {}
        self.line = AtOnce(self._held)

    def _held(self, calls: Sequence[int]) -> Sequence[int | None]:
        self.goes.append(list(calls))
        if len(self.goes) == 1:
            self._begun.set()
            assert self._go_on.wait(10)
        return self._do(calls)

    def _call(self, number: int) -> None:
        try:
            self.said[number] = self.line.result(number)
        except BaseException as error:
            self.said[number] = type(error)

    def come(self, count: int) -> None:
        """Caller 0 first, then the others while its call is being done."""
        callers = [threading.Thread(target=self._call, args=(number,)) for number in range(count)]
        callers[0].start()
        assert self._begun.wait(10)
        for caller in callers[1:]:
            caller.start()
        while len(self.line._line) < count - 1:
            pass
        self._go_on.set()
        for caller in callers:
            caller.join(10)
            assert not caller.is_alive(), "somebody waits for ever"


def doubled(calls: Sequence[int]) -> list[int | None]:
    return [2 * call for call in calls]


def test_whoever_comes_meanwhile_is_done_with_the_next() -> None:
    crowd = Crowd(doubled)
    crowd.come(6)
    assert [len(calls) for calls in crowd.goes] == [1, 5]
    assert crowd.said == {number: 2 * number for number in range(6)}


def test_a_go_takes_no_more_than_it_may() -> None:
    crowd = Crowd(doubled)
    crowd.come(MOST + 5)
    assert [len(calls) for calls in crowd.goes] == [1, MOST, 4]
    assert crowd.said == {number: 2 * number for number in range(MOST + 5)}


def test_what_is_left_out_is_for_its_caller_alone() -> None:
    crowd = Crowd(lambda calls: [None if call == 3 else call for call in calls])
    crowd.come(5)
    assert crowd.said == {0: 0, 1: 1, 2: 2, 3: Alone, 4: 4}


def test_an_error_sends_everybody_of_the_same_go_back_to_do_it_alone() -> None:
    def wrong(calls: Sequence[int]) -> list[int | None]:
        if 2 in calls:
            raise ValueError
        return list(calls)

    crowd = Crowd(wrong)
    crowd.come(4)
    assert crowd.said == {0: 0, 1: Alone, 2: Alone, 3: Alone}
    assert crowd.line.result(7) == 7, "the line goes on"


def test_a_fault_of_the_database_is_told_to_everybody_and_not_tried_again() -> None:
    def gone(calls: Sequence[int]) -> list[int | None]:
        raise OperationalError

    crowd = Crowd(gone)
    crowd.come(3)
    assert crowd.said == dict.fromkeys(range(3), OperationalError)


def test_a_leader_that_is_asked_to_end_leaves_nobody_waiting() -> None:
    def ended(calls: Sequence[int]) -> list[int | None]:
        if 0 in calls:
            raise KeyboardInterrupt
        return list(calls)

    crowd = Crowd(ended)
    crowd.come(4)
    assert crowd.said == {0: KeyboardInterrupt, 1: 1, 2: 2, 3: 3}


@pytest.mark.parametrize("callers", [1, 8])
def test_every_call_of_a_long_rush_is_done_once(callers: int) -> None:
    done: list[int] = []

    def note(calls: Sequence[int]) -> list[int | None]:
        done.extend(calls)
        return list(calls)

    line = AtOnce(note)

    def rush(caller: int) -> None:
        for number in range(caller, 400, callers):
            assert line.result(number) == number

    threads = [threading.Thread(target=rush, args=(caller,)) for caller in range(callers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(done) == list(range(400))
