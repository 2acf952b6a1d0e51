"""The bar of the builder, on a terminal and elsewhere."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management.base import OutputWrapper

from gridhall.demo.progress import Progress


class Terminal(StringIO):
    """A stream that a person watches."""

    def isatty(self) -> bool:
        return True


def drawn(stream: StringIO) -> str:
    bar = Progress(OutputWrapper(stream))
    for stage, done, total in (("readings", 0, 4), ("readings", 2, 4), ("months", 0, 13), ("months", 12, 13)):
        bar.show(stage, done, total)
    bar.end()
    return stream.getvalue()


def test_a_terminal_sees_a_bar_that_ends_full() -> None:
    lines = drawn(Terminal()).splitlines()
    assert any("4/4" in line for line in lines)
    assert lines[-1].endswith(f"[{'#' * 30}] 13/13")


@pytest.mark.parametrize("stage", ["readings", "months"])
def test_a_log_gets_one_line_a_stage(stage: str) -> None:
    printed = drawn(StringIO())
    assert printed.count(stage) == 1
    assert "\r" not in printed
