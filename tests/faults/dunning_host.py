"""Kills the day of the collections desk with -9 and looks at what is left; run by test_dunning_survives_kill.py.

As money_host: one warm process forks for everything, each time on a copy of one prepared world.
"""

import json
import os
import random
import shutil
import sys
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any

HOME = Path(tempfile.mkdtemp(prefix="gridhall-dunning-"))
os.environ["GRIDHALL_DATA"] = str(HOME / "settings")

import django  # noqa: E402

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.utils import timezone  # noqa: E402

from gridhall.cis.billing.models import Bill  # noqa: E402
from gridhall.cis.collections import jobs as desk  # noqa: E402
from gridhall.cis.collections.models import DunningCase, Touch  # noqa: E402
from gridhall.platform import audit  # noqa: E402
from gridhall.platform import jobs as motor  # noqa: E402
from gridhall.platform.models import Job, Notification  # noqa: E402
from gridhall.platform.scope import EVERYTHING  # noqa: E402
from gridhall.readings.store import close_all  # noqa: E402
from tests.cast import build_cast  # noqa: E402
from tests.cis.facts import put_month, released  # noqa: E402
from tests.faults.forks import in_fork  # noqa: E402
from tests.faults.worlds import World  # noqa: E402

desk.ACCOUNTS_PER_STEP = 1  # a step for each account of the cast


def prepare() -> None:
    """Everybody has been overdue for a while."""
    call_command("migrate", verbosity=0)
    cast = build_cast.build()
    put_month(cast, 202601)
    released(cast, 202601)
    for days, bill in enumerate(Bill.objects.within(EVERYTHING).order_by("pk"), 4):
        Bill.objects.within(EVERYTHING).filter(pk=bill.pk).update(
            due_on=timezone.localdate() - timedelta(days=5 * days), use_class="residential"
        )


def dun() -> None:
    """The day as a worker does it; a dead worker's lease is over."""
    desk.submit(timezone.localdate())
    Job.objects.filter(state=Job.State.RUNNING).update(lease_until=timezone.now() - timedelta(seconds=1))
    motor.run_until_idle()


def look() -> dict[str, Any]:
    """Cases and touches as they stand, and every touch that is missing its message or has two."""
    cases = DunningCase.objects.within(EVERYTHING).order_by("account__number")
    touches = Touch.objects.within(EVERYTHING).order_by("account__number", "stage")
    facts = [
        list(cases.values_list("account__number", "stage", "state", "overdue_fen")),
        list(touches.values_list("account__number", "stage", "channel", "subject", "state")),
    ]
    sent = list(touches.filter(state=Touch.State.SENT).values_list("notification_id", flat=True))
    messages = list(Notification.objects.filter(template__startswith="dunning").values_list("pk", flat=True))
    wrong = list(audit.broken_links())
    if sorted(sent) != sorted(messages):
        wrong.append(f"touches {sent}, messages {messages}")
    if cases.count() != touches.values("account").distinct().count():
        wrong.append("a case without its touch")
    return {"seen": facts, "done": touches.count(), "wrong": wrong}


def main(kills: int, seed: int) -> None:
    """Kill, look, run again, look; all against what an undisturbed day left."""
    rehearsal = World(HOME, "rehearsal")
    rehearsal.create()
    rehearsal.enter()
    for work in (prepare, dun, look):
        work()
    connection.close()
    close_all()
    rehearsal.destroy()
    base = World(HOME, "base")
    base.create()
    in_fork(base, prepare)
    with base.copy("whole") as world:
        in_fork(world, dun)
        seconds, whole = world.elapsed_s, in_fork(world, look)
    moments = random.Random(seed)
    for number in range(kills):
        at = (number + moments.random()) / kills * 1.1
        with base.copy(f"kill_{number}") as world:
            in_fork(world, dun, kill_after_s=at * seconds)
            left = in_fork(world, look)
            in_fork(world, dun)
            again = in_fork(world, look)
            print(json.dumps({
                "at": round(at, 3), "done": left["done"], "of": whole["done"], "wrong": left["wrong"] + again["wrong"],
                "same_as_undisturbed": again["seen"] == whole["seen"],
            }), flush=True)  # fmt: skip


if __name__ == "__main__":
    try:
        main(int(sys.argv[1]), int(sys.argv[2]))
    finally:
        connection.close()
        shutil.rmtree(HOME, ignore_errors=True)
