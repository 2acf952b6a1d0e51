"""The first tutorial works as printed: its console blocks are run, and what they promise to print is printed."""

import re
import shlex
import subprocess
from pathlib import Path

from tests.conftest import ROOT, city_environment

TUTORIAL = ROOT / "docs/start/first-bill.md"
COMMANDS_MAX = 5


def steps(text: str) -> list[tuple[str, list[str]]]:
    """Each command of the console blocks with the lines it is said to print."""
    found: list[tuple[str, list[str]]] = []
    for block in re.findall(r"^```console\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
        for line in block.splitlines():
            if line.startswith("$ "):
                found.append((line[2:].split("#")[0].strip(), []))
            elif line.strip() and line.strip() != "…":
                found[-1][1].append(line)
    return found


def printed(line: str, output: str) -> bool:
    """True where the output holds the line; `…` in it stands for anything."""
    pattern = r".*?".join(r"\s+".join(map(re.escape, part.split())) for part in re.split(r"\s*…\s*", line.strip()))
    return re.search(pattern, output) is not None


def test_the_tutorial_needs_at_most_five_commands() -> None:
    assert 1 <= len(steps(TUTORIAL.read_text("utf-8"))) <= COMMANDS_MAX


def test_the_tutorial_prints_what_it_says(tmp_path: Path) -> None:
    env = {**city_environment(tmp_path / "data"), "GRIDHALL_DEMO": "0"}
    for command, promised in steps(TUTORIAL.read_text("utf-8")):
        words = [str(tmp_path / word) if word.endswith(".pdf") else word for word in shlex.split(command)]
        done = subprocess.run(words, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
        output = done.stdout + done.stderr
        assert done.returncode == 0, f"$ {command}\n{output}"
        missing = [line for line in promised if not printed(line, output)]
        assert not missing, f"$ {command}\nprinted:\n{output}\nbut the tutorial promises:\n" + "\n".join(missing)
    assert (tmp_path / "bill.pdf").read_bytes().startswith(b"%PDF-")
