"""Benchmarks name what they time; a name that is gone is noticed here, not on the day of the measurement."""

from importlib import import_module

import pytest

from bench.rating.close_profile import STAGES


@pytest.mark.parametrize(("module", "name"), STAGES.values())
def test_each_stage_that_the_profile_of_the_close_times_exists(module: str, name: str) -> None:
    assert callable(getattr(import_module(f"gridhall.{module}"), name))
