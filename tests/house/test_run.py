"""The `run` script: what is done is not done again, a busy port is refused, and nothing is left running."""

import os
import runpy
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.house.sources import ROOT

# One write for word and line end: two children share the pipe.
SLEEPER = "import os, time; os.write(1, b'up\\n'); time.sleep(60)"
SUPERVISED = """
import runpy, sys
run = runpy.run_path(sys.argv[1])
commands = {f"child {n}": [sys.executable, "-c", code] for n, code in enumerate(sys.argv[2:])}
run["supervise"](commands, None, lambda: True)
"""


@pytest.fixture
def run() -> dict[str, object]:
    return runpy.run_path(str(ROOT / "run"))


def supervised(*children: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", SUPERVISED, str(ROOT / "run"), *children],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def alive(parent: subprocess.Popen[str]) -> list[int]:
    listed = subprocess.run(["pgrep", "-P", str(parent.pid)], capture_output=True, text=True, check=False)
    return [int(line) for line in listed.stdout.split()]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_both_children_and_ends_well(number: signal.Signals) -> None:
    supervisor = supervised(SLEEPER, SLEEPER)
    assert supervisor.stdout
    assert [supervisor.stdout.readline() for _ in range(2)] == ["up\n", "up\n"]
    children = alive(supervisor)
    assert len(children) == 2
    time.sleep(0.3)  # the handler is in place before the children start; the loop is then running
    supervisor.send_signal(number)
    assert supervisor.wait(10) == 0
    for child in children:
        with pytest.raises(ProcessLookupError):
            os.kill(child, 0)


def test_when_one_child_ends_the_other_is_stopped_and_the_first_is_named() -> None:
    supervisor = supervised(SLEEPER, "raise SystemExit(3)")
    _, errors = supervisor.communicate(timeout=10)
    assert supervisor.returncode == 1
    assert "child 1 ended by itself (exit 3)" in errors


def test_a_busy_port_is_refused_with_the_remedy(run: dict[str, object]) -> None:
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)  # as the server itself binds
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(SystemExit, match=f"--port {port + 1}"):
            run["refuse_busy_port"]("127.0.0.1", port)  # type: ignore[operator]


def test_a_step_runs_once_until_its_inputs_change(run: dict[str, object], tmp_path: Path) -> None:
    step, runs = run["step"], []
    for inputs in ("a", "a", "b"):
        with step(tmp_path, "packages", inputs, "Packages") as due:  # type: ignore[operator]
            runs.append(due)
    assert runs == [True, False, True]


def test_a_step_that_failed_runs_again(run: dict[str, object], tmp_path: Path) -> None:
    step = run["step"]
    with pytest.raises(RuntimeError), step(tmp_path, "packages", "a", "Packages"):  # type: ignore[operator]
        raise RuntimeError
    with step(tmp_path, "packages", "a", "Packages") as due:  # type: ignore[operator]
        assert due


def test_help_needs_nothing_but_python() -> None:
    done = subprocess.run(
        [sys.executable, "-I", ROOT / "run", "--help"], env={}, capture_output=True, text=True, check=True
    )
    assert "./run test" in done.stdout


@pytest.mark.parametrize(
    ("stamp", "wanted", "mode"),
    [(None, None, True), (None, "0", False), ("built", None, True), ("built", "0", False), ("none", None, False)],
)
def test_a_data_folder_stays_what_it_was_set_up_as(
    stamp: str | None, wanted: str | None, mode: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRIDHALL_DATA", str(tmp_path))
    monkeypatch.delenv("GRIDHALL_DEMO", raising=False)
    if wanted:
        monkeypatch.setenv("GRIDHALL_DEMO", wanted)
    if stamp:
        (tmp_path / "stamps").mkdir()
        (tmp_path / "stamps/demo").write_text(stamp)
    run = runpy.run_path(str(ROOT / "run"))
    assert run["demo_mode"]() is mode


def test_a_demo_city_is_never_put_into_real_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "stamps").mkdir()
    (tmp_path / "stamps/demo").write_text("none")
    monkeypatch.setenv("GRIDHALL_DATA", str(tmp_path))
    monkeypatch.setenv("GRIDHALL_DEMO", "1")
    run = runpy.run_path(str(ROOT / "run"))
    with pytest.raises(SystemExit, match="choose another folder"):
        run["demo_mode"]()
