"""Sizes of modules are reported, never enforced."""

import statistics

import pytest

from tests.house.sources import modules, where


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    lengths = sorted((len(path.read_text("utf-8").splitlines()), path) for path in modules() if path.stat().st_size)
    if len(lengths) < 2:
        return
    counts = [count for count, _ in lengths]
    longest = ", ".join(f"{where(path)} {count}" for count, path in lengths[:-4:-1])
    terminalreporter.write_line(
        f"{len(counts)} modules, {sum(counts)} lines; median {statistics.median(counts):.0f}, "
        f"90th percentile {statistics.quantiles(counts, n=10)[-1]:.0f}; longest: {longest}"
    )
