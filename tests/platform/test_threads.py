"""A server of several threads: no record type is met for the first time by two of them."""

import os
import subprocess
import sys

from tests.faults.hosts import ROOT

# Types of commands alone, which have one thread.
BY_COMMAND_ONLY = ("gridhall.kernel.structures.",)
ASKED = """
import importlib, pkgutil
import msgspec
import gridhall.wsgi
from gridhall.platform.threads import kinds_below

ready = set(kinds_below(msgspec.Struct))
for module in pkgutil.walk_packages(gridhall.__path__, "gridhall."):
    if not module.name.endswith(("__main__", ".urls")) and ".migrations" not in module.name:
        importlib.import_module(module.name)
for kind in set(kinds_below(msgspec.Struct)) - ready:
    if kind.__module__.startswith("gridhall."):
        print(f"{kind.__module__}.{kind.__qualname__}")
"""


def test_every_record_type_of_the_server_is_known_before_it_serves() -> None:
    env = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "DJANGO_SETTINGS_MODULE": "gridhall.settings"}
    command = [sys.executable, "-W", "ignore", "-c", ASKED]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    late = [name for name in done.stdout.split() if not name.startswith(BY_COMMAND_ONLY)]
    assert not late, "load these before the server serves: " + ", ".join(late)
