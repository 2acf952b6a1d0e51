"""An old system that has the demo city's bills of a month, and faults: each is found by its cause, and no other."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT, city_environment

CAUSES = {
    "unit_price", "power_factor", "proration", "demand", "multiplier", "tier_counter", "rounding", "free_quota",
    "period", "repeated", "sign", "loss", "sub_meter", "reading", "missing_there", "missing_here",
}  # fmt: skip


@pytest.fixture(scope="module", params=["lines", "bills"])
def answers(request: pytest.FixtureRequest, city: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The whole story of one layout, told by a process on a copy of the city."""
    data = tmp_path_factory.mktemp("parallel") / "data"
    shutil.copytree(city, data)
    command = [sys.executable, "-m", "tests.cis.parallel.city_host", request.param]
    env = {**city_environment(data), "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"}
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


def test_a_right_file_has_no_difference(answers: dict[str, Any]) -> None:
    assert answers["sound"]["rows"] == {}
    assert answers["sound"]["equal"] == answers["sound"]["theirs"] == answers["sound"]["ours"]


def test_every_planted_fault_is_found_by_its_cause_and_nothing_else(answers: dict[str, Any]) -> None:
    found = {number: row["cause"] for number, row in answers["faulty"]["rows"].items()}
    assert found == answers["planted"]
    assert set(found.values()) == CAUSES
    assert Counter(found.values())["unit_price"] > 2


def test_the_parts_add_up_to_the_difference_and_have_one_cause(answers: dict[str, Any]) -> None:
    for number, row in answers["faulty"]["rows"].items():
        assert row["adds_up"], number
        assert {part["cause"] for part in row["parts"]} == {row["cause"]}, number


def test_a_price_that_was_published_is_named(answers: dict[str, Any]) -> None:
    rows = [row["parts"][0] for row in answers["faulty"]["rows"].values() if row["cause"] == "unit_price"]
    named = [part for part in rows if part["matches"]]
    assert len(named) == 2
    assert {part["matches"][0]["code"] for part in named} == {"demo-business-single-part-lt1kv"}
    assert {part["matches"][0]["from"] for part in named} == {"2025-10-01"}
    assert all(part["theirs_e8"] - part["ours_e8"] == 1_000_000 for part in rows if not part["matches"])


def test_the_other_multiplier_and_the_carried_energy_are_named(answers: dict[str, Any]) -> None:
    rows = answers["faulty"]["rows"].values()
    (multiplier,) = (row["parts"][0] for row in rows if row["cause"] == "multiplier")
    assert multiplier["theirs"] * 2 == multiplier["ours"]
    for row in rows:
        if row["cause"] == "tier_counter":
            assert row["parts"][0]["theirs_wh"] < row["parts"][0]["ours_wh"]


def test_repaired_and_compared_again_the_month_is_zero_and_signed(answers: dict[str, Any]) -> None:
    repaired = answers["repaired"]
    assert sorted(repaired["before"]["rows"]) == repaired["wrong"]
    assert {row["cause"] for row in repaired["before"]["rows"].values()} == {"free_quota", "unit_price"}
    assert repaired["after"]["rows"] == {}
    assert repaired["gone"] == 2
    assert repaired["state"] == "signed"
