"""Which way the rooms look: import contracts, and no web framework in the domain."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.sources import PACKAGE, ROOT, modules, tree, where

SCREEN = ("django.http", "django.shortcuts", "django.views", "django.template", "django.forms", "django.urls")


def test_imports_go_down_only() -> None:
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": "src"}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Contracts: 4 kept" in done.stdout


@pytest.mark.parametrize("room", ["kernel", "codecs", "readings", "cis"])
def test_the_domain_knows_no_screen(room: str) -> None:
    found = [
        f"{where(path, node.lineno)} {node.module}"
        for path in modules(PACKAGE / room)
        if "management" not in path.parts
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(SCREEN)
    ]
    assert not found, "\n".join(found)
