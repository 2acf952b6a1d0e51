"""Kills the day of the collections desk and a cut by command with -9; run by test_collections_survive_kill.py.

As prepay_host: one warm process forks for everything, each time on a copy of one prepared world; the head-end is a
simulator in this process, which nobody kills. Prints one JSON object per kill.
"""

import hashlib
import json
import os
import random
import shutil
import sys
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any

HOME = Path(tempfile.mkdtemp(prefix="gridhall-collections-"))
os.environ["GRIDHALL_DATA"] = str(HOME / "settings")

import django  # noqa: E402

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402

from gridhall.cis.billing.models import Bill  # noqa: E402
from gridhall.cis.collections import jobs as days  # noqa: E402
from gridhall.cis.collections.actions import cut_remotely, tell_again  # noqa: E402
from gridhall.cis.collections.models import DisconnectionOrder, DunningCase, Touch  # noqa: E402
from gridhall.cis.ledger import queries as ledger  # noqa: E402
from gridhall.cis.payments.actions import receive  # noqa: E402
from gridhall.cis.payments.models import Payment  # noqa: E402
from gridhall.cis.prepay.drivers import configured  # noqa: E402
from gridhall.cis.prepay.drivers.simulator import Server, simulated  # noqa: E402
from gridhall.cis.prepay.driving import drive  # noqa: E402
from gridhall.cis.prepay.models import Command  # noqa: E402
from gridhall.platform import audit  # noqa: E402
from gridhall.platform import jobs as motor  # noqa: E402
from gridhall.platform.actor import system  # noqa: E402
from gridhall.platform.models import AuditEvent, Job, Notification, OutboxEvent  # noqa: E402
from gridhall.platform.scope import EVERYTHING  # noqa: E402
from gridhall.readings.store import close_all  # noqa: E402
from tests.cast import build_cast  # noqa: E402
from tests.cis.collections.owing import TODAY, at, dun, overdue  # noqa: E402
from tests.cis.collections.test_disconnection import CUT_AT, DAY, approved  # noqa: E402
from tests.faults.forks import in_fork  # noqa: E402
from tests.faults.worlds import World  # noqa: E402

LATE = {"Haisheng Foods": 40, "Sunny Roof": 20, "Grandma Chen": 12, "Green Wheels": 5}
APART = timedelta(seconds=121)
days.ACCOUNTS_PER_STEP = 1


def prepare() -> None:
    """Lao Zhou's cut is approved and told again; others are late and were never reminded."""
    call_command("migrate", verbosity=0)
    cast = build_cast.build()
    overdue(cast, Lao_Zhou=40)
    dun(TODAY - 14 * DAY)
    order = approved(cast)
    with at(CUT_AT - timedelta(minutes=40)):
        tell_again(cast.actor("Fitter Sun"), order.pk, "sms")
    for name, age in LATE.items():
        Bill.objects.filter(account=cast.accounts[name], month=202601).update(due_on=CUT_AT.date() - age * DAY)


def day() -> None:
    """The day of the desk as a worker does it; a dead worker's lease is over."""
    with at(CUT_AT):
        Job.objects.within(EVERYTHING).update(lease_until=CUT_AT - timedelta(seconds=1), due_at=CUT_AT)
        days.submit(CUT_AT.date())
        motor.run_until_idle()


def cut() -> None:
    """Cut by command, seen open, paid, seen closed: everybody's calls carry their own keys, so they can be repeated."""
    head_end, order = configured(), DisconnectionOrder.objects.within(EVERYTHING).get()
    assert head_end is not None
    with at(CUT_AT):
        cut_remotely(system(), order.pk, key="cut")
    for number in range(4):
        with at(CUT_AT + number * APART):
            drive(head_end)
    paid_at = CUT_AT + timedelta(hours=2)
    with at(paid_at):
        receive(system(), order.account_id, 50_000_00, "online", "demo", key="paid")
    for number in range(4):
        with at(paid_at + number * APART):
            drive(head_end)


def look() -> dict[str, Any]:
    """Everything in one hash, how far the work got, and every way in which it could be half done."""
    cases = DunningCase.objects.within(EVERYTHING).order_by("account", "pk")
    touches = Touch.objects.within(EVERYTHING).order_by("account", "stage", "pk")
    orders = DisconnectionOrder.objects.within(EVERYTHING).order_by("account", "pk")
    commands = Command.objects.within(EVERYTHING).order_by("account", "pk")
    told = Notification.objects.within(EVERYTHING).order_by("account_id", "template")
    payments = Payment.objects.within(EVERYTHING).order_by("account", "pk")
    facts: list[Any] = [
        list(cases.values_list("account__number", "stage", "state", "why", "overdue_fen", "stage_on")),
        list(touches.values_list("account__number", "stage", "channel", "state")),
        list(orders.values_list("account__number", "state")), list(commands.values_list("kind", "state")),
        list(told.values_list("template", "recipient")), list(payments.values_list("account__number", "amount_fen")),
        list(OutboxEvent.objects.order_by("topic").values_list("topic", flat=True)),
        sorted(ledger.trial_balance().items()),
    ]  # fmt: skip
    seen = hashlib.sha256(json.dumps(facts, default=str).encode()).hexdigest()
    wrong = ledger.problems() + list(audit.broken_links())
    return {"seen": seen, "done": AuditEvent.objects.count(), "wrong": wrong}


def switched_twice(server: Server) -> list[str]:
    """One meter was opened once and closed once."""
    found = [(m.switched, m.closed) for m in server.world.meters.values()]
    return [] if found == [(2, True)] else [f"switched: {found}"]


def main(kills: int, seed: int) -> None:
    """Kill, look, run again, look; all against what undisturbed runs left."""
    base = World(HOME, "base")
    base.create()
    base.enter()
    prepare()  # in this process: everything is loaded before the first fork
    connection.close()
    close_all()
    ways = {"day": day, "cut": cut}
    begun, whole, seconds = in_fork(base, look)["done"], {}, {}
    for name, work in ways.items():
        for _rehearsal in range(2):
            with base.copy(f"whole_{name}") as world, simulated() as server:
                settings.HEAD_END = server.address
                in_fork(world, work)
                seconds[name], whole[name] = world.elapsed_s, in_fork(world, look)
    moments = random.Random(seed)
    for number in range(kills):
        name = list(ways)[number % 2]
        at_share = (number + moments.random()) / kills * 1.2
        with base.copy(f"kill_{number}") as world, simulated() as server:
            settings.HEAD_END = server.address
            in_fork(world, ways[name], kill_after_s=at_share * seconds[name])
            left = in_fork(world, look)
            in_fork(world, ways[name])
            again = in_fork(world, look)
            wrong = left["wrong"] + again["wrong"] + (switched_twice(server) if name == "cut" else [])
            print(json.dumps({
                "way": name, "at": round(at_share, 3), "done": left["done"] - begun,
                "of": whole[name]["done"] - begun, "wrong": wrong,
                "same_as_undisturbed": again["seen"] == whole[name]["seen"],
            }), flush=True)  # fmt: skip


if __name__ == "__main__":
    try:
        main(int(sys.argv[1]), int(sys.argv[2]))
    finally:
        connection.close()
        shutil.rmtree(HOME, ignore_errors=True)
