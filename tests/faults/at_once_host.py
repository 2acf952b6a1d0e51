"""A crowd at one server process: payments that come at the same time, right and wrong ones among each other; run by
test_payments_at_once.py.

Prints one JSON object: what everybody was told, and what the books say afterwards.
"""

import json
import os
import shutil
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

HOME = Path(tempfile.mkdtemp(prefix="gridhall-crowd-"))
os.environ["GRIDHALL_DATA"] = str(HOME / "settings")

import django  # noqa: E402

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection, connections, transaction  # noqa: E402
from django.db.models import Sum  # noqa: E402
from django.utils import translation  # noqa: E402

from gridhall.cis.customers.models import Account  # noqa: E402
from gridhall.cis.ledger.queries import prepaid_fen, problems, trial_balance  # noqa: E402
from gridhall.cis.payments.actions import close_shift, open_shift, receive  # noqa: E402
from gridhall.cis.payments.models import Payment  # noqa: E402
from gridhall.platform import audit, locks  # noqa: E402
from gridhall.platform.actor import Actor, system  # noqa: E402
from gridhall.platform.models import AuditEvent, OutboxEvent  # noqa: E402
from gridhall.platform.scope import EVERYTHING, Scope  # noqa: E402
from gridhall.platform.threads import make_ready  # noqa: E402
from gridhall.readings.store import close_all  # noqa: E402
from tests.cast import Cast, build_cast  # noqa: E402
from tests.faults.forks import in_fork  # noqa: E402
from tests.faults.worlds import World  # noqa: E402

CALLERS, EACH, FEN, RESERVED = 8, 24, 1_00, 3


class Crowd:
    """Eight callers of one process, who are told things."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.accounts = sorted(account.pk for account in cast.accounts.values())
        self.said: dict[str, list[Any]] = {}

    def come(self, what: str, call: Callable[[int], Any]) -> None:
        """All at the same time; what the call answers each, or the name of its error and what it says."""
        ready, said = threading.Barrier(CALLERS), [None] * CALLERS

        def one(number: int) -> None:
            try:
                ready.wait(30)
                said[number] = call(number)
            except Exception as error:
                said[number] = f"{type(error).__name__}: {error}"
            finally:
                connections.close_all()

        callers = [threading.Thread(target=one, args=(number,)) for number in range(CALLERS)]
        for caller in callers:
            caller.start()
        for caller in callers:
            caller.join()
        self.said[what] = said


def pay(by: Actor, account: int, fen: int, key: str, method: str = "transfer", channel: str = "bank-app") -> int:
    return receive(by, account, fen, channel, method, key=key).pk


def rush(crowd: Crowd) -> None:
    """Everybody pays for every account in turn, mostly different ones at a time, the first one twice as often."""

    def call(number: int) -> int:
        for go in range(EACH):
            place = 0 if go % 4 == 3 else (go + number) % (len(crowd.accounts) - RESERVED)
            pay(system(f"bank {number}"), crowd.accounts[place], FEN, f"rush-{number}-{go}")
        return EACH

    crowd.come("rush", call)


def wrong_and_right(crowd: Crowd) -> None:
    """Mistakes of every kind come with what is right, each told in its own language."""
    abroad = Actor("elsewhere", "system", scope=Scope(prefixes=("41/",)))

    def call(number: int) -> str:
        account, by, fen, method = crowd.accounts[number % 4], system(f"bank {number}"), FEN, "transfer"
        fen, method = (0 if number in (1, 2) else fen), ("shells" if number == 3 else method)
        by = abroad if number == 4 else by
        key = "rush-0-0" if number == 5 else f"right-{number}"
        with translation.override("en" if number % 2 else "zh-hans"):
            pay(by, account, fen, key, method, "nowhere" if number == 6 else "bank-app")
        return "paid"

    crowd.come("wrong and right", call)


def same_key(crowd: Crowd) -> None:
    """One message eight times."""
    crowd.come("same key", lambda _number: pay(system("bank"), crowd.accounts[1], FEN, "eightfold"))


def tills(crowd: Crowd) -> None:
    """Cash at a clerk's two pages among transfers; a clerk without a till takes none."""
    clerk, other = crowd.cast.actor("Clerk Wu"), crowd.cast.actor("Supervisor Zheng")
    shift = open_shift(clerk, crowd.cast.station.pk, 0, key="till")

    def call(number: int) -> str:
        by = clerk if number < 2 else other if number == 2 else system(f"bank {number}")
        where = ("cash", "counter") if number < 3 else ("transfer", "bank-app")
        pay(by, crowd.accounts[number % 5], FEN, f"till-{number}", *where)
        return "paid"

    crowd.come("tills", call)
    crowd.said["till"] = [close_shift(clerk, shift.pk, 2 * FEN, key="till closed").expected_fen]


def one_is_busy(crowd: Crowd) -> None:
    """Somebody works on one account for a while: payments for it wait, the others do not."""
    busy, order, held = crowd.accounts[-1], [], threading.Event()

    def hold() -> None:
        with transaction.atomic():
            locks.lock(Account.objects.within(EVERYTHING).filter(pk=busy))
            held.set()
            go_on.wait(30)
            order.append("let go")
        connections.close_all()

    def call(number: int) -> int:
        account = busy if number == 0 else crowd.accounts[number % 3]
        pk = pay(system(f"bank {number}"), account, FEN, f"busy-{number}")
        order.append("waited" if number == 0 else "at once")
        if order.count("at once") == CALLERS - 1:
            go_on.set()
        return pk

    go_on = threading.Event()
    holder = threading.Thread(target=hold)
    holder.start()
    held.wait(30)
    crowd.come("busy", call)
    holder.join()
    crowd.said["order"] = list(order)


def books(crowd: Crowd) -> dict[str, Any]:
    """What there is at the end, and whether it is right."""
    rows = Payment.objects.within(EVERYTHING)
    by_account = dict(rows.values_list("account").annotate(s=Sum("amount_fen")))
    prepaid = {pk: prepaid_fen(pk) for pk in crowd.accounts if pk in by_account}
    rushed = list(rows.filter(key__startswith="rush").values_list("received_at", flat=True))
    return {
        "payments": rows.count(), "keys": rows.values("key").distinct().count(), "same_money": by_account == prepaid,
        "events": AuditEvent.objects.filter(tag="payment:receive").count(),
        "facts": OutboxEvent.objects.filter(topic="payment.received").count(),
        "problems": list(map(str, problems())), "links": list(audit.broken_links()),
        "balanced": sum(trial_balance().values()) == 0, "rushed": len(rushed), "shared": max(Counter(rushed).values()),
        "goes": len(set(rushed)),
    }  # fmt: skip


def crowded(cast: Cast) -> dict[str, Any]:
    """All of it, one after the other."""
    make_ready()
    crowd = Crowd(cast)
    rush(crowd)
    wrong_and_right(crowd)
    same_key(crowd)
    tills(crowd)
    if connection.vendor == "postgresql":  # SQLite has one lock for everything
        one_is_busy(crowd)
    return {"said": crowd.said, "books": books(crowd)}


def main() -> None:
    """One world, one crowd."""
    world = World(HOME, "world")
    world.create()
    try:
        world.enter()
        call_command("migrate", verbosity=0)
        cast = build_cast.build()
        connection.close()
        close_all()
        print(json.dumps(in_fork(world, lambda: crowded(cast))))
    finally:
        connection.close()
        world.destroy()
        shutil.rmtree(HOME, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
