"""Money in, lived through with a seed: payments by every way, repeated, reordered, lost, with processes that die."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from bench.spine.cluster import postgresql

ROOT = Path(__file__).resolve().parents[2]
OPERATIONS = int(os.environ.get("GRIDHALL_BENCH_OPERATIONS", "100000"))
SEED = int(os.environ.get("GRIDHALL_SIMULATOR_SEED", "20261130"))
PROCESSES = 8


def run() -> list[dict[str, Any]]:
    """On SQLite and, where a server is installed, on PostgreSQL."""
    rows = _rows("sqlite", "")
    with postgresql() as url:
        if url is not None:
            rows += _rows("postgresql", url)
    return rows


def _rows(database: str, url: str) -> list[dict[str, Any]]:
    env = {
        **os.environ, "GRIDHALL_DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "gridhall.settings",
        "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
    }  # fmt: skip
    words = ["--seed", str(SEED), "--operations", str(OPERATIONS), "--processes", str(PROCESSES)]
    command = [sys.executable, "-m", "tests.simulator", *words]
    said = json.loads(subprocess.run(command, cwd=ROOT, env=env, check=True, stdout=subprocess.PIPE).stdout)
    for sentence in said["wrong"][:40]:
        print(f"{database}: {sentence}", file=sys.stderr)
    how = (
        f"{OPERATIONS:,} operations by {PROCESSES} processes, seed {SEED}; {said['deaths']} killed with -9, "
        f"{said['unknown']} payments nobody answered, {said['shared']} transactions of several payments, "
        f"{said['differences']} differences of statements; "
        "sentences of the judge"
    )
    rate = f"the day of the same run, {said['day_s']} s on {os.cpu_count()} cores; statements and verdict are not in it"
    lost, fast = len(said["wrong"]), round(OPERATIONS / said["day_s"])
    return [
        {"name": f"simulator_lost_or_doubled_{database}", "value": lost, "unit": "findings", "method": how},
        {"name": f"simulator_{database}", "value": fast, "unit": "operations/s", "method": rate},
    ]
