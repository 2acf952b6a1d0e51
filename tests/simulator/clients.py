"""Processes whose callers send what the plan says, die by kill -9 in the middle, and go on where their journals end."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

from django.db import Error, OperationalError
from django.utils import timezone

from gridhall.platform import jobs
from gridhall.platform.locks import is_busy
from gridhall.platform.models import Job
from gridhall.platform.scope import EVERYTHING
from tests.faults.worlds import World
from tests.simulator.desk import bring, perform
from tests.simulator.outside import ASK_AGAIN, Journal, steps
from tests.simulator.partners import Answer
from tests.simulator.plan import CALLERS, Batch, Death, Delivery, Operation, Plan
from tests.simulator.world import House, as_asked, enter

ROUNDS = 3
PAUSE_S = 0.02
DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG of prctl(2)


class RunFailed(Exception):
    """A process that nobody killed ended badly: the run proves nothing."""


class Client:
    """One caller at work on its slice."""

    def __init__(self, plan: Plan, house: House, journal: Journal, name: str) -> None:
        self.plan, self.house, self.journal, self.name = plan, house, journal, name
        self.place = 0
        self.settled: set[int] = set()
        self.last_sent: tuple[int, Delivery] | None = None
        for what, *said in steps(journal.path):
            self._remember(what, said)

    def _remember(self, what: str, said: list) -> None:
        """Where an earlier life of this process was."""
        if what == "sent":
            self.last_sent = (said[0], Delivery(bool(said[1]), said[2]))
            self.place = max(self.place, said[0])
        elif what in ("done", "deaf"):
            self.last_sent, self.place = None, said[0] + 1
        elif what == "heard" and said[2] not in ASK_AGAIN:
            self.settled.add(said[1])

    def operations(self, delivery: Delivery) -> list[Operation]:
        numbers = self.plan.batches[delivery.number].operations if delivery.batch else (delivery.number,)
        return [self.plan.operations[number] for number in numbers]

    def slice(self, deliveries: tuple[Delivery, ...], deaths: tuple[Death, ...]) -> None:
        """The rest of the slice. What was under way at death is sent again, unless its sender gives such things up."""
        if self.last_sent and any(one.gives_up for one in self.operations(self.last_sent[1])):
            self.journal.note("deaf", self.place)
            self.place += 1
        for place in range(self.place, len(deliveries)):
            if deaths and place >= deaths[0].position:
                _die_in(deaths[0].after_ms)
                deaths = ()
            self.send(place, deliveries[place])
            delivery = deliveries[place]
            if (
                not delivery.batch
                and self.plan.operations[delivery.number].twice_over
                and delivery.number in self.settled
            ):
                self._mislead(self.plan.operations[delivery.number])

    def repeat(self, deliveries: tuple[Delivery, ...]) -> None:
        """Ask again what has no last word yet, some rounds long."""
        for _round in range(ROUNDS):
            self.place = max(self.place, len(deliveries))
            rest = [one for one in dict.fromkeys(deliveries) if not self._over(one)]
            for delivery in rest:
                self.send(self.place, delivery, again=True)
            if not rest:
                return
            time.sleep(PAUSE_S)

    def _over(self, delivery: Delivery) -> bool:
        if delivery.batch and self.plan.batches[delivery.number].way == "file":
            return True  # answered by its answer file
        return all(one.number in self.settled or one.gives_up for one in self.operations(delivery))

    def send(self, place: int, delivery: Delivery, again: bool = False) -> None:
        """One message and its answer, each noted as it happens."""
        self.journal.note("sent", place, int(delivery.batch), delivery.number)
        deaf = not again and not delivery.batch and self.plan.operations[delivery.number].deaf
        try:
            for number, answer in self._answers(delivery, again):
                if not deaf:
                    self.journal.heard(place, number, answer)
                    if answer.code not in ASK_AGAIN:
                        self.settled.add(number)
        except Error as error:
            busy = isinstance(error, OperationalError) and is_busy(error)  # told to come again, as a page's 409 does
            self.journal.note("busy" if busy else "broke", delivery.number, f"{type(error).__name__} {error}")
        except Exception:
            self.journal.note("broke", delivery.number, traceback.format_exc(limit=-3))
        self.journal.note("deaf" if deaf else "done", place)
        self.place = place + 1

    def _answers(self, delivery: Delivery, again: bool) -> list[tuple[int, Answer]]:
        if delivery.batch:
            batch: Batch = self.plan.batches[delivery.number]
            return list(bring(self.plan, self.house, batch))
        one = self.plan.operations[delivery.number]
        return [(one.number, perform(self.plan, self.house, one, again))]

    def _mislead(self, one: Operation) -> None:
        """The same serial with another amount: it must not be told ok."""
        answer = perform(self.plan, self.house, one, more_fen=1)
        self.journal.note("twice", one.number, answer.code)


def _die_in(after_ms: float) -> None:
    threading.Timer(after_ms / 1000, os.kill, (os.getpid(), signal.SIGKILL)).start()


def _client(plan: Plan, process: int, life: int, folder: Path) -> None:
    """A process with its callers, whose payments share transactions, and who die together."""
    house = enter()
    plan = as_asked(plan, house)
    with ThreadPoolExecutor(CALLERS) as callers:
        first = process * CALLERS
        began = [callers.submit(_caller, plan, house, first, plan.deaths[process][life : life + 1], life, folder)]
        began += [callers.submit(_caller, plan, house, first + n, (), life, folder) for n in range(1, CALLERS)]
    for one in began:
        one.result()


def _caller(plan: Plan, house: House, who: int, deaths: tuple[Death, ...], life: int, folder: Path) -> None:
    journal = Journal(folder / f"caller{who:03d}.jsonl")
    client = Client(plan, house, journal, str(who))
    journal.note("woken" if who % CALLERS else "born", life)
    client.slice(plan.slices[who], deaths)
    client.repeat(plan.slices[who])


def _worker(plan: Plan, life: int, folder: Path) -> None:
    """Posts files; dies while it does. Its next life finds the lease over, as after a minute."""
    over_leases()
    journal, armed = Journal(folder / "worker.jsonl"), False
    journal.note("born", life)
    while True:
        if not armed and life < len(plan.worker_deaths_ms) and _has_work():
            _die_in(plan.worker_deaths_ms[life])
            armed = True
        if jobs.run_one() is None:
            if (folder / "evening").exists():
                return
            time.sleep(PAUSE_S)


def _has_work() -> bool:
    return Job.objects.within(EVERYTHING).filter(state=Job.State.QUEUED).exists()


def over_leases() -> None:
    """A minute later: what a dead worker held is free."""
    Job.objects.within(EVERYTHING).filter(state=Job.State.RUNNING).update(
        lease_until=timezone.now() - timedelta(seconds=1)
    )


def run_day(world: World, plan: Plan, folder: Path) -> None:
    """All clients and a worker until every slice is done. Raises RunFailed."""
    alive: dict[int, tuple[str, int, int]] = {}

    def bear(kind: str, who: int, life: int) -> None:
        work = (lambda: _worker(plan, life, folder)) if kind == "worker" else (lambda: _client(plan, who, life, folder))
        alive[_fork(world, work)] = (kind, who, life)

    bear("worker", 0, 0)
    for who in range(len(plan.deaths)):
        bear("client", who, 0)
    while alive:
        pid, status = os.wait()
        kind, who, life = alive.pop(pid)
        if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
            bear(kind, who, life + 1)
        elif status:
            for other in alive:
                os.kill(other, signal.SIGKILL)
            raise RunFailed(f"{kind} {who} in its life {life} ended with {status}")
        if not any(one[0] == "client" for one in alive.values()):
            (folder / "evening").touch()


def _fork(world: World, work: Callable[[], None]) -> int:
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        _die_with_parent()
        world.enter()
        work()
        code = 0
    except BaseException:
        traceback.print_exc()
        sys.stderr.flush()
    finally:
        os._exit(code)


def _die_with_parent() -> None:
    """A run that is stopped leaves nobody at work behind it (Linux; elsewhere the clients end with their slices)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(DIE_WITH_PARENT, signal.SIGKILL)
