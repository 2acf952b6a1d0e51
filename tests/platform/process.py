"""What a test lets another process do: `python -m tests.platform.process VERB … then VERB …`.

The last verb answers in JSON."""

import json
import sys
import time
from datetime import timedelta
from pathlib import Path

import django

django.setup()

from gridhall.platform import audit, jobs, orgs  # noqa: E402
from gridhall.platform.actor import system  # noqa: E402
from gridhall.platform.management.commands.worker import Command  # noqa: E402
from gridhall.platform.models import Job  # noqa: E402


def note(running: jobs.Running, text: str) -> None:
    """One line in the job's file: what really happened, whatever the database says."""
    with Path(running.arguments["file"]).open("a") as file:
        file.write(text + "\n")


@jobs.handler("test-steps")
def steps(running: jobs.Running) -> None:
    total = running.arguments["steps"]
    for step in range(running.checkpoint.get("done", 0), total):
        note(running, str(step))
        time.sleep(running.arguments["sleep_s"])
        running.report(step + 1, total, {"done": step + 1})


def submit(kind: str, count: str, steps: str, sleep_s: str, file: str) -> None:
    for number in range(int(count)):
        arguments = {"file": file, "steps": int(steps), "sleep_s": float(sleep_s)}
        jobs.submit("test-steps", arguments, key=f"{kind}-{number}")


def work(lease_s: str) -> None:
    """A worker with short leases, until it is stopped or killed."""
    jobs.LEASE = timedelta(seconds=float(lease_s))
    Command().handle(once=False)


def work_off(lease_s: str) -> None:
    jobs.LEASE = timedelta(seconds=float(lease_s))
    while Job.objects.filter(state__in=["queued", "running"], kind__startswith="test-").exists():
        jobs.run_one()


def state(key: str) -> dict:
    return Job.objects.filter(key=key).values("state", "done", "attempt", "failures", "checkpoint").get()


def cancel(key: str) -> None:
    jobs.cancel(Job.objects.get(key=key))


def act(prefix: str, count: str) -> None:
    """Add units, all in one audit chain, so that the processes of a test compete for its head."""
    audit.CHAINS = 1
    for number in range(int(count)):
        orgs.create_unit(system(), None, "province", f"{prefix}{number}", "省", "Province")


VERBS = {"submit": submit, "work": work, "work-off": work_off, "state": state, "cancel": cancel, "act": act}

if __name__ == "__main__":
    answer = None
    for verb, *words in (part.split() for part in " ".join(sys.argv[1:]).split(" then ")):
        answer = VERBS[verb](*words)
    print(json.dumps(answer))
