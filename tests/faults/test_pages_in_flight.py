"""Money on a page: 409 while the same request is in flight, one payment however often it is sent, else 422."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.hosts import ROOT


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the request in flight is a fork's")
def test_a_payment_in_flight_is_told_so_and_a_used_key_with_another_amount_is_refused() -> None:
    env = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]),
        "DJANGO_SETTINGS_MODULE": "gridhall.settings",
    }
    done = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("in_flight_host.py"))],
        cwd=ROOT, env=env, capture_output=True, text=True, timeout=400, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-4000:]
    assert json.loads(done.stdout) == [409, True, 0, 302, True, 422, 1]
