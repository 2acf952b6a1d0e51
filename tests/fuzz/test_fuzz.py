"""Every reader of outside text survives input that coverage led to; `./run fuzz` does the same for ten minutes."""

import os
import subprocess
import sys

import pytest

from tests.conftest import ROOT

RUNS = 1500


def test_every_reader_ends_in_clear_errors_only(tmp_path) -> None:
    pytest.importorskip("atheris", reason="atheris has wheels for Linux on x86-64 only")
    command = [sys.executable, "-m", "tests.fuzz", "--runs", str(RUNS), "--keep", str(tmp_path)]
    env = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
