"""Bill runs, payments, bank files and callbacks killed at any moment leave right books and complete when run again."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.test_import_survives_kill import KILLS, ROOT, SEED


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the host forks a warm process for each kill")
def test_bill_runs_payments_bank_files_and_callbacks_killed_at_any_moment_lose_nothing_and_double_nothing() -> None:
    env = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]),
        "DJANGO_SETTINGS_MODULE": "gridhall.settings",
    }
    done = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("money_host.py")), str(KILLS), str(SEED)],
        cwd=ROOT, env=env, capture_output=True, text=True, timeout=400 + 20 * KILLS, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-4000:]
    kills = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(kills) == KILLS
    wrong = [kill for kill in kills if kill["wrong"] or not kill["same_as_undisturbed"]]
    assert not wrong, f"seed {SEED}: {wrong}"
    # Without this the kills would have come too early or too late to prove anything.
    assert any(0 < kill["done"] < kill["of"] for kill in kills)
    assert {kill["way"] for kill in kills} == {"bill run", "payments", "bank file", "callbacks"}
