"""Jobs survive what happens to processes: they are killed, they compete, they are asked to end."""

import os
import signal
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.platform.conftest import Plant

Done = Callable[[], list[int]]


@pytest.fixture
def steps(tmp_path: Path) -> Path:
    """Where a job notes each step."""
    return tmp_path / "steps"


@pytest.fixture
def done(steps: Path) -> Done:
    """The steps that were really done, in order."""
    steps.touch()
    return lambda: [int(line) for line in steps.read_text().split()]


def wait_for(condition: Callable[[], bool], seconds: float = 30) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.02)


def test_a_killed_workers_job_goes_on_from_its_checkpoint(plant: Plant, done: Done, steps: Path) -> None:
    worker = plant.start(f"submit killed 1 60 0.02 {steps} then work 1")
    wait_for(lambda: len(done()) > 20)
    os.kill(worker.pid, signal.SIGKILL)
    worker.wait()
    killed_at = done()[-1]
    state = plant.ask("work-off 1 then state killed-0")
    assert (state["state"], state["done"], state["attempt"], state["failures"]) == ("done", 60, 2, 0)
    again = [step for step, count in Counter(done()).items() if count > 1]
    assert set(done()) == set(range(60))
    assert set(again) <= {killed_at}, "only the step that was cut off may be done again"


def test_a_worker_ends_after_its_current_step_when_asked(plant: Plant, done: Done, steps: Path) -> None:
    worker = plant.start(f"submit asked 1 500 0.05 {steps} then work 60")
    wait_for(lambda: len(done()) > 3)
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(10) == 0
    state = plant.ask("state asked-0")
    assert (state["state"], state["failures"]) == ("queued", 0)
    assert state["checkpoint"] == {"done": len(done())}, "the last step is on record"
    plant.ask("cancel asked-0")


def test_three_workers_do_two_hundred_jobs_and_none_twice(plant: Plant, done: Done, steps: Path) -> None:
    plant.ask(f"submit many 200 1 0 {steps}")
    for worker in [plant.start("work-off 60") for _ in range(3)]:
        assert worker.wait(60) == 0
    assert len(done()) == 200


def test_writers_in_several_processes_keep_the_audit_chain_whole(plant: Plant) -> None:
    writers = [plant.start(f"act {prefix} 40") for prefix in "abc"]
    assert [writer.wait(60) for writer in writers] == [0, 0, 0]
    verified = plant.gridhall("audit", "verify")
    assert verified.returncode == 0, verified.stdout
    assert " events in 1 chains" in verified.stdout
    assert int(verified.stdout.split()[0]) >= 120
