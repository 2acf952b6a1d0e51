"""Two processes, one account: what a page says while another request holds it; run by test_pages_in_flight.py.

Prints one JSON object: the answers in their order.
"""

import json
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

HOME = Path(tempfile.mkdtemp(prefix="gridhall-flight-"))
os.environ["GRIDHALL_DATA"] = str(HOME / "settings")
os.environ["GRIDHALL_DEMO"] = "1"  # the channel of demonstrations

import django  # noqa: E402

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import setup_test_environment  # noqa: E402

from gridhall.cis.customers.models import Account  # noqa: E402
from gridhall.cis.payments.models import Payment  # noqa: E402
from gridhall.platform import locks  # noqa: E402
from gridhall.platform.models import User  # noqa: E402
from gridhall.platform.scope import EVERYTHING  # noqa: E402
from gridhall.readings.store import close_all  # noqa: E402
from tests.cast import build_cast  # noqa: E402
from tests.faults.forks import in_fork  # noqa: E402
from tests.faults.worlds import World  # noqa: E402

HELD_S, PATIENCE_S = 6.0, 0.5


def hold(until: Path) -> None:
    """A request that is not done yet: it has locked every account, and says so by a file."""
    with transaction.atomic():
        locks.lock(Account.objects.within(EVERYTHING))
        until.touch()
        time.sleep(HELD_S)


def ask(held: Path) -> list[Any]:
    """Pay while somebody holds the account, again when nobody does, twice, and then another amount."""
    locks.PATIENCE_S = PATIENCE_S
    if connection.vendor == "sqlite":
        connection.settings_dict["OPTIONS"]["timeout"] = PATIENCE_S
    setup_test_environment()  # else a test client sees no form of a page
    client = Client(headers={"accept-language": "en"})
    client.force_login(User.objects.get(username="ms-li"))
    shown = client.get("/my/pay/").context["form"]
    form = {name: str(shown[name].value()) for name in ("account", "key")} | {"amount": "20"}
    holder = os.fork()
    if not holder:
        connection.connect()
        try:
            hold(held)
        finally:
            os._exit(0)
    while not held.exists():
        time.sleep(0.01)
    busy = client.post("/my/pay/", form)
    between = Payment.objects.within(EVERYTHING).count()
    os.waitpid(holder, 0)
    first, second = client.post("/my/pay/", form), client.post("/my/pay/", form)
    other = client.post("/my/pay/", form | {"amount": "30"})
    return [
        busy.status_code, "in work already" in busy.content.decode(), between, first.status_code,
        first.headers.get("Location") == second.headers.get("Location"), other.status_code,
        Payment.objects.within(EVERYTHING).count(),
    ]  # fmt: skip


def main() -> None:
    """One world, one conversation."""
    world = World(HOME, "world")
    world.create()
    try:
        world.enter()
        call_command("migrate", verbosity=0)
        build_cast.build()
        connection.close()
        close_all()
        print(json.dumps(in_fork(world, lambda: ask(world.folder / "held"))))
    finally:
        connection.close()
        world.destroy()
        shutil.rmtree(HOME, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
