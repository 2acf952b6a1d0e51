"""A host of kills in a process of its own: one warm interpreter that forks for every kill and prints a line of each."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
KILLS = 200 if os.environ.get("GRIDHALL_FAULTS") == "full" else int(os.environ.get("GRIDHALL_KILLS", "12"))
SEED = int(os.environ.get("GRIDHALL_SEED", "20261121"))
forks = pytest.mark.skipif(not hasattr(os, "fork"), reason="the host forks a warm process for each kill")


def printed(host: str, *words: str, timeout_s: float) -> str:
    """What a host prints by the time it ends well."""
    env = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]),
        "DJANGO_SETTINGS_MODULE": "gridhall.settings",
    }
    command = [sys.executable, str(Path(__file__).with_name(f"{host}_host.py")), *words]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=timeout_s, check=False)
    assert done.returncode == 0, done.stderr[-4000:]
    return done.stdout


def killed(host: str, kills: int, timeout_s: float) -> list[dict[str, Any]]:
    """What the host says of each of its kills."""
    lines = printed(host, str(kills), str(SEED), timeout_s=timeout_s).splitlines()
    said = [json.loads(line) for line in lines]
    assert len(said) == kills
    return said


def completed(host: str, kills: int, timeout_s: float) -> list[dict[str, Any]]:
    """The same where every kill left right books and running it again gave what an undisturbed run gives."""
    said = killed(host, kills, timeout_s)
    wrong = [kill for kill in said if kill["wrong"] or not kill["same_as_undisturbed"]]
    assert not wrong, f"seed {SEED}: {wrong}"
    # Without this the kills would have come too early or too late to prove anything.
    assert any(0 < kill["done"] < kill["of"] for kill in said)
    return said
