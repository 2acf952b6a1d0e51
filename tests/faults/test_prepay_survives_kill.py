"""A round of balances or a sender that is killed at any moment goes on, warns once and switches once."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.test_import_survives_kill import KILLS as ASKED
from tests.faults.test_import_survives_kill import ROOT, SEED

KILLS = min(ASKED, 12)  # a round of balances and a sender in every kill: some seconds each


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the host forks a warm process for each kill")
def test_balances_and_orders_killed_at_any_moment_warn_once_and_switch_once() -> None:
    env = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]),
        "DJANGO_SETTINGS_MODULE": "gridhall.settings",
    }
    done = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("prepay_host.py")), str(KILLS), str(SEED)],
        cwd=ROOT, env=env, capture_output=True, text=True, timeout=120 + 20 * KILLS, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-4000:]
    kills = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(kills) == KILLS
    wrong = [kill for kill in kills if kill["wrong"] or not kill["same_as_undisturbed"]]
    assert not wrong, f"seed {SEED}: {wrong}"
    # Without this the kills would have come too early or too late to prove anything.
    assert any(0 < kill["done"] < kill["of"] for kill in kills)
