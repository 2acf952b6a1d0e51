"""The course of a run: build, live the day, judge; bring statements, judge; close what differs, judge."""

from __future__ import annotations

import functools
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.db import connection
from django.db.models import Count

from gridhall.platform.models import AuditEvent
from gridhall.platform.tags import Tag
from gridhall.readings.store import close_all
from tests.faults.forks import in_fork
from tests.faults.worlds import World
from tests.simulator import evening, judge, judge_statements, world
from tests.simulator.clients import run_day
from tests.simulator.outside import believed
from tests.simulator.plan import Plan
from tests.simulator.plants import PLANTS, lift_guards


class Course:
    """One plan in one world. Every step but the building is a fork's, as in life every process is another."""

    def __init__(self, plan: Plan, home: Path) -> None:
        self.plan, self.place = plan, World(home, "world")
        self.folder = self.place.folder / "journals"
        self.wrong: list[str] = []
        self.day_s = 0.0

    def build(self) -> None:
        """In this process, so that every fork finds policy, chart and rules read."""
        self.place.create()
        self.folder.mkdir()
        self.place.enter()
        world.prepare(self.plan)
        connection.close()
        close_all()

    def live(self) -> None:
        """The day with its deaths, and the evening, until everything that is asked again has its last word."""
        began = time.monotonic()
        run_day(self.place, self.plan, self.folder)
        self.day_s = time.monotonic() - began
        in_fork(self.place, lambda: evening.settle_day(self.plan, self.folder))
        self.wrong += in_fork(self.place, lambda: judged_day(self.plan, self.folder))

    def reconcile(self) -> None:
        """The first statements of all partners."""
        self.wrong += in_fork(self.place, lambda: evening.bring_statements(self.plan, self.folder))
        in_fork(self.place, evening.match_statements, kill_after_s=0.05)
        self.wrong += in_fork(self.place, evening.match_statements)
        self.wrong += in_fork(self.place, lambda: judged_statements(self.plan, self.folder))

    def close(self) -> None:
        """The late lines, then two people for everything that is left."""
        self.wrong += in_fork(self.place, lambda: evening.bring_statements(self.plan, self.folder, late=True))
        self.wrong += in_fork(self.place, evening.match_statements)
        self.wrong += in_fork(self.place, lambda: evening.close_differences(self.plan, self.folder))
        self.wrong += in_fork(self.place, lambda: judged_end(self.plan, self.folder))

    def whole(self, plants: bool) -> Iterator[dict[str, Any]]:
        """All of it, first what the judge says of damaged copies; the world is taken away afterwards."""
        began = time.monotonic()
        try:
            self.build()
            self.live()
            yield from self._planted(late=False) if plants else ()
            self.reconcile()
            yield from self._planted(late=True) if plants else ()
            self.close()
            yield {
                "seed": self.plan.seed, "operations": self.plan.size, "database": connection.vendor,
                "wrong": self.wrong, "day_s": round(self.day_s, 1), "all_s": round(time.monotonic() - began, 1),
                **in_fork(self.place, lambda: figures(self.plan, self.folder)),
            }  # fmt: skip
        finally:
            self.place.destroy()

    def _planted(self, late: bool) -> Iterator[dict[str, Any]]:
        """Each damage in a copy of this world, and the verdict on it."""
        for place, (name, plant) in enumerate(PLANTS.items()):
            if plant.late is late:
                with self.place.copy(f"plant{place}") as copy:
                    heard = in_fork(copy, functools.partial(self._damaged, name, copy))
                yield {"plant": name, "says": plant.says, "heard": [one for one in heard if one not in self.wrong]}

    def _damaged(self, name: str, copy: World) -> list[str]:
        folder, plant = copy.folder / "journals", PLANTS[name]
        lift_guards()
        plant.damage(self.plan, folder)
        return judged_statements(self.plan, folder) if plant.late else judged_day(self.plan, folder)


def judged_day(plan: Plan, folder: Path) -> list[str]:
    """The verdict on the day."""
    plan = world.as_asked(plan, world.enter())
    return judge.after_the_day(plan, believed(plan, folder))


def judged_statements(plan: Plan, folder: Path) -> list[str]:
    """The verdict on what reconciliation found."""
    house = world.enter()
    plan = world.as_asked(plan, house)
    return judge_statements.differences(plan, believed(plan, folder), house)


def judged_end(plan: Plan, folder: Path) -> list[str]:
    """The verdict on what is left after closing."""
    house = world.enter()
    return judge_statements.after_closing(world.as_asked(plan, house), folder, house)


def figures(plan: Plan, folder: Path) -> dict[str, Any]:
    """How much happened: without deaths and unanswered messages a run proves little."""
    outside = believed(plan, folder)
    return {
        "ok": sum(belief.good for belief in outside.beliefs.values()),
        "unknown": sum(belief.unknown for belief in outside.beliefs.values()),
        "deaths": outside.deaths,
        "busy": outside.busy,
        "interrupted": sorted(outside.interrupted),
        "payments": len(judge.booked()),
        "differences": judge_statements.opened(),
        "shared": _shared(),
    }


def _shared() -> int:
    """Transactions that several payments shared: they have one moment."""
    events = AuditEvent.objects.filter(tag=Tag.PAYMENT_RECEIVE.value).values("at")
    return events.annotate(count=Count("pk")).filter(count__gt=1).count()
