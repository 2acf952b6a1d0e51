"""Kills the counting of balances and the sender of orders with -9; run by test_prepay_survives_kill.py.

As money_host. The head-end is a simulator of its own in this process, reached over a socket: it outlives every sender.
Prints one JSON object per kill.
"""

import hashlib
import json
import os
import random
import shutil
import sys
import tempfile
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

HOME = Path(tempfile.mkdtemp(prefix="gridhall-prepay-"))
os.environ["GRIDHALL_DATA"] = str(HOME / "settings")
os.environ["GRIDHALL_DEMO"] = "1"  # else nobody may act in the past

import django  # noqa: E402

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.utils import timezone  # noqa: E402

from gridhall.cis.ledger import queries as ledger  # noqa: E402
from gridhall.cis.prepay import jobs as prepay_jobs  # noqa: E402
from gridhall.cis.prepay.actions import start_prepay  # noqa: E402
from gridhall.cis.prepay.columns import load  # noqa: E402
from gridhall.cis.prepay.drivers import configured  # noqa: E402
from gridhall.cis.prepay.drivers.simulator import Server, simulated  # noqa: E402
from gridhall.cis.prepay.driving import drive  # noqa: E402
from gridhall.cis.prepay.models import Alarm, Command, Standing  # noqa: E402
from gridhall.platform import audit, clock  # noqa: E402
from gridhall.platform import jobs as motor  # noqa: E402
from gridhall.platform.actor import system  # noqa: E402
from gridhall.platform.models import Job, Notification  # noqa: E402
from gridhall.platform.scope import EVERYTHING  # noqa: E402
from gridhall.readings.store import close_all  # noqa: E402
from tests.cast import build_cast  # noqa: E402
from tests.cis.facts import DAILY_WH, put_curve  # noqa: E402
from tests.faults.forks import in_fork  # noqa: E402
from tests.faults.worlds import World  # noqa: E402

MONDAY = datetime(2026, 1, 19, 10, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
TUESDAY = MONDAY + timedelta(days=1, minutes=5)
ROUNDS, APART = 8, timedelta(seconds=121)
RANK = {"queued": 0, "sent": 1, "acknowledged": 2, "verified": 3}
prepay_jobs.ACCOUNTS_PER_STEP = 1


def prepare() -> None:
    """Everybody with a curve prepays, read until Sunday, and nobody has paid."""
    call_command("migrate", verbosity=0)
    cast = build_cast.build()
    for name, daily_wh in DAILY_WH.items():
        put_curve(cast, name, date(2026, 1, 1), MONDAY.date(), daily_wh)
        with clock.set_to(MONDAY):
            start_prepay(system(), cast.accounts[name].pk)
    motor.submit("prepay-balances", {}, key="recurring:prepay-balances")


def count() -> None:
    """The round as a worker does it; a dead worker's lease is over, and a finished round is due again."""
    past = timezone.now() - timedelta(seconds=1)
    Job.objects.within(EVERYTHING).update(lease_until=past, due_at=past)
    with clock.set_to(MONDAY):
        motor.run_one()


def send() -> None:
    """The sender's rounds on Tuesday."""
    head_end = configured()
    assert head_end is not None
    for number in range(ROUNDS):
        with clock.set_to(TUESDAY + number * APART):
            drive(head_end)


def look() -> dict[str, Any]:
    """Everything in one hash, how far the work got, and every way in which it could be half done."""
    rows = Standing.objects.within(EVERYTHING).order_by("account")
    columns = ("account__number", "level", "ledger_fen", "unbilled_fen", "complete", "as_of")
    alarms = Alarm.objects.within(EVERYTHING).order_by("account", "pk")
    orders = Command.objects.within(EVERYTHING).order_by("account", "pk")
    told = Notification.objects.within(EVERYTHING).order_by("account_id", "template")
    facts: list[Any] = [
        list(rows.values_list(*columns)), list(alarms.values_list("account__number", "level", "after_entry")),
        list(orders.values_list("account__number", "kind", "state")), list(told.values_list("template", "recipient")),
    ]  # fmt: skip
    files = sorted((Path(settings.DATA) / "prepay").glob("*/*.npz"))
    kept = [load(file) for file in files]
    facts.append([[*map(int, one[1].balance_fen)] for one in kept if one])
    seen = hashlib.sha256(json.dumps(facts, default=str).encode()).hexdigest()
    done = len(files) + sum(RANK.get(state, 0) for state in orders.values_list("state", flat=True))
    wrong = ledger.problems() + list(audit.broken_links()) + ["a file is cut" for one in kept if one is None]
    return {"seen": seen, "done": done, "wrong": wrong}


def switched_once(server: Server) -> list[str]:
    """Every meter was switched exactly once, and is open."""
    meters = server.world.meters
    return [f"{name}: {m.switched} times, {m.closed}" for name, m in meters.items() if m.switched != 1 or m.closed]


def main(kills: int, seed: int) -> None:
    """Kill, look, run again, look; all against what undisturbed runs left."""
    rehearsal = World(HOME, "rehearsal")
    rehearsal.create()
    rehearsal.enter()
    for work in (prepare, count, look):
        work()
    connection.close()
    close_all()
    rehearsal.destroy()
    base = World(HOME, "base")
    base.create()
    in_fork(base, prepare)
    with base.copy("counted") as counted:
        in_fork(counted, count)
        ways = {"round": (count, base), "orders": (send, counted)}
        whole, seconds, begun = {}, {}, {}
        for name, (work, start) in ways.items():
            begun[name] = in_fork(start, look)["done"]
            with start.copy(f"whole_{name}") as world, simulated() as server:
                settings.HEAD_END = server.address
                in_fork(world, work)
                seconds[name], whole[name] = world.elapsed_s, in_fork(world, look)
        moments = random.Random(seed)
        for number in range(kills):
            name = list(ways)[number % 2]
            work, start = ways[name]
            at = (number + moments.random()) / kills * 1.2
            with start.copy(f"kill_{number}") as world, simulated() as server:
                settings.HEAD_END = server.address
                in_fork(world, work, kill_after_s=at * seconds[name])
                left = in_fork(world, look)
                in_fork(world, work)
                again = in_fork(world, look)
                wrong = left["wrong"] + again["wrong"] + (switched_once(server) if name == "orders" else [])
                print(json.dumps({
                    "way": name, "at": round(at, 3), "done": left["done"] - begun[name],
                    "of": whole[name]["done"] - begun[name], "wrong": wrong,
                    "same_as_undisturbed": again["seen"] == whole[name]["seen"],
                }), flush=True)  # fmt: skip


if __name__ == "__main__":
    try:
        main(int(sys.argv[1]), int(sys.argv[2]))
    finally:
        connection.close()
        shutil.rmtree(HOME, ignore_errors=True)
