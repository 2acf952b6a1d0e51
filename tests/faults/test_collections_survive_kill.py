"""A day of the desk or a cut by command that is killed at any moment goes on, reminds once and switches once."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.test_import_survives_kill import KILLS as ASKED
from tests.faults.test_import_survives_kill import ROOT, SEED

KILLS = 10 if ASKED > 12 else min(ASKED, 4)  # preparing the world is most of it: 40 s of CPU time for ten


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the host forks a warm process for each kill")
def test_dunning_and_cuts_killed_at_any_moment_remind_once_and_switch_once() -> None:
    env = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]),
        "DJANGO_SETTINGS_MODULE": "gridhall.settings",
    }
    done = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("collections_host.py")), str(KILLS), str(SEED)],
        cwd=ROOT, env=env, capture_output=True, text=True, timeout=120 + 20 * KILLS, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-4000:]
    kills = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(kills) == KILLS
    wrong = [kill for kill in kills if kill["wrong"] or not kill["same_as_undisturbed"]]
    assert not wrong, f"seed {SEED}: {wrong}"
    # Without this the kills would have come too early or too late to prove anything.
    assert any(0 < kill["done"] < kill["of"] for kill in kills)
