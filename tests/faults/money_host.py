"""Kills bill runs, payments, bank files and callbacks with -9 and looks at what is left; see test_money_survives_kill.

As import_host: one warm process forks for everything, each time on a copy of one prepared world. Prints one JSON object
per kill.
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

HOME = Path(tempfile.mkdtemp(prefix="gridhall-money-"))
os.environ["GRIDHALL_DATA"] = str(HOME / "settings")

import django  # noqa: E402

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.db.models import Sum  # noqa: E402
from django.utils import timezone  # noqa: E402

from gridhall.cis.billing import jobs as billing_jobs  # noqa: E402
from gridhall.cis.billing.actions import create_run, release_run  # noqa: E402
from gridhall.cis.billing.models import Bill, BillRun  # noqa: E402
from gridhall.cis.customers.models import Account, BillingCycle  # noqa: E402
from gridhall.cis.ledger import queries as ledger  # noqa: E402
from gridhall.cis.ledger.models import Entry  # noqa: E402
from gridhall.cis.payments.actions import receive  # noqa: E402
from gridhall.cis.payments.models import Payment  # noqa: E402
from gridhall.platform import audit  # noqa: E402
from gridhall.platform import jobs as motor  # noqa: E402
from gridhall.platform.actor import system  # noqa: E402
from gridhall.platform.models import Job  # noqa: E402
from gridhall.platform.scope import EVERYTHING  # noqa: E402
from gridhall.readings.store import close_all  # noqa: E402
from tests.cast import build_cast  # noqa: E402
from tests.cis.facts import put_month, released  # noqa: E402
from tests.faults.channel_work import bank_file_posted, callbacks_answered, prepare_channels  # noqa: E402
from tests.faults.forks import in_fork  # noqa: E402
from tests.faults.worlds import World  # noqa: E402

PAYMENTS = 60
billing_jobs.ACCOUNTS_PER_STEP = 2  # four steps for seven accounts


def prepare() -> None:
    """The world before: January released, February read and its run created but not begun."""
    call_command("migrate", verbosity=0)
    cast = build_cast.build()  # by the actions, not from frozen rows: this is another database
    put_month(cast, 202601)
    released(cast, 202601)
    put_month(cast, 202602)
    create_run(system(), BillingCycle.objects.get().pk, 202602)
    prepare_channels()


def bill_run() -> None:
    """The run as a worker and a checker do it; a dead worker's lease is over."""
    Job.objects.within(EVERYTHING).filter(state=Job.State.RUNNING).update(
        lease_until=timezone.now() - timedelta(seconds=1)
    )
    motor.run_until_idle()
    run = BillRun.objects.within(EVERYTHING).get(month=202602)
    if run.state == BillRun.State.CALCULATED:
        release_run(system(), run.pk)


def payments() -> None:
    """Payments under keys the payer made; whoever does not know whether one arrived sends it again."""
    accounts = list(Account.objects.within(EVERYTHING).order_by("pk"))
    for number in range(PAYMENTS):
        account = accounts[number % len(accounts)]
        receive(system(), account.pk, 1_000 + 7_777 * number, "online", "demo", key=f"payer-{number}")


def look() -> dict[str, Any]:
    """Everything in one hash, how far the work got, and every way in which it could be half done."""
    bills = (
        Bill.objects.within(EVERYTHING).annotate(lines_fen=Sum("lines__amount_fen")).order_by("account", "month", "pk")
    )
    facts = [list(bills.values_list("account__number", "month", "state", "energy_wh", "total_fen", "content_sha256"))]
    paid = Payment.objects.within(EVERYTHING).order_by("key")
    facts.append(list(paid.values_list("key", "account__number", "amount_fen", "state")))
    facts.append(sorted(ledger.trial_balance().items()))
    accounts = Account.objects.within(EVERYTHING).order_by("number")
    facts.append([(a.number, ledger.owed_fen(a.pk), ledger.prepaid_fen(a.pk)) for a in accounts])
    facts.append(list(BillRun.objects.within(EVERYTHING).values_list("month", "state", "bills", "total_fen")))
    seen = hashlib.sha256(json.dumps(facts, default=str).encode()).hexdigest()
    return {"seen": seen, "done": bills.filter(month=202602).count() + paid.count(), "wrong": _wrong()}


def _wrong() -> list[str]:
    wrong = ledger.problems() + list(audit.broken_links())
    refs = set(Entry.objects.within(EVERYTHING).values_list("ref", flat=True))
    for bill in Bill.objects.within(EVERYTHING):
        charged = bill.lines.filter(item__included=False).aggregate(s=Sum("amount_fen"))["s"] or 0
        if charged != bill.total_fen:
            wrong.append(f"bill {bill.number}: lines {charged}, total {bill.total_fen}")
        if (bill.state == Bill.State.RELEASED) != (f"bill:{bill.number}" in refs):
            wrong.append(f"bill {bill.number} is {bill.state}, but its entry says otherwise")
    for payment in Payment.objects.within(EVERYTHING):
        if payment.state not in Payment.UNBOOKED and f"payment:{payment.receipt_number}" not in refs:
            wrong.append(f"payment {payment.key} has no entry")
    return wrong


def main(kills: int, seed: int) -> None:
    """Kill, look, run again, look; all against what undisturbed runs left."""
    ways = {
        "bill run": bill_run, "payments": payments, "bank file": bank_file_posted, "callbacks": callbacks_answered,
    }  # fmt: skip
    rehearsal = World(HOME, "rehearsal")
    rehearsal.create()
    rehearsal.enter()
    for work in (prepare, *ways.values(), look):
        work()
    connection.close()
    close_all()
    rehearsal.destroy()
    base = World(HOME, "base")
    base.create()
    in_fork(base, prepare)
    whole, seconds = {}, {}
    for name, work in ways.items():
        with base.copy(f"whole_{name.replace(' ', '_')}") as world:
            in_fork(world, work)
            seconds[name], whole[name] = world.elapsed_s, in_fork(world, look)
    moments = random.Random(seed)
    for number in range(kills):
        name = list(ways)[number % len(ways)]
        at = (number + moments.random()) / kills * 1.2
        with base.copy(f"kill_{number}") as world:
            in_fork(world, ways[name], kill_after_s=at * seconds[name])
            left = in_fork(world, look)
            in_fork(world, ways[name])
            again = in_fork(world, look)
            print(json.dumps({
                "way": name, "at": round(at, 3), "done": left["done"], "of": whole[name]["done"],
                "wrong": left["wrong"] + again["wrong"], "same_as_undisturbed": again["seen"] == whole[name]["seen"],
            }), flush=True)  # fmt: skip


if __name__ == "__main__":
    try:
        main(int(sys.argv[1]), int(sys.argv[2]))
    finally:
        connection.close()
        shutil.rmtree(HOME, ignore_errors=True)
