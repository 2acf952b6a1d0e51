"""Building the city, stage by stage, by the actions that people call."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from gridhall.cis.billing import figures
from gridhall.cis.billing.models import Bill
from gridhall.cis.books import days, open_bills
from gridhall.cis.tariffs.actions import publish_shipped
from gridhall.demo import members as people
from gridhall.demo.bills import bill_month, digest, moment
from gridhall.demo.customers import give_logins, take_on
from gridhall.demo.debts import collect_debts
from gridhall.demo.incidents import decide_one, make_good, people_move
from gridhall.demo.kinds import TARIFFS
from gridhall.demo.organisation import build_network, build_units
from gridhall.demo.partners import first_look
from gridhall.demo.payments import Payers
from gridhall.demo.readings import read_meters, roll_out
from gridhall.demo.span import span_until
from gridhall.platform import clock
from gridhall.platform.actor import system
from gridhall.platform.models import OutboxEvent
from gridhall.platform.scope import EVERYTHING

Show = Callable[[str, int, int], None]  # stage, done, of how many


@dataclass
class Stages:
    """Seconds per stage, in order of their first; tells ``show`` how far it is."""

    show: Show
    seconds: dict[str, float] = field(default_factory=dict)
    _stage: str = ""
    _began: float = 0.0

    def at(self, name: str, done: int = 0, total: int = 1, shown: str = "") -> None:
        """Report progress, under the name of the stage or ``shown``; a report of a stage ends the one before."""
        now = time.monotonic()
        if self._stage:
            self.seconds[self._stage] = self.seconds.get(self._stage, 0.0) + now - self._began
        self._began, self._stage = now, name
        self.show(shown or name, done, total)


@dataclass(frozen=True)
class City:
    """What was built: up to which day, how many bills, their digest, and the seconds each stage took."""

    until: date
    bills: int
    digest: str
    seconds: dict[str, float]


def build(customers: int, seed: int, today: date, show: Show) -> City:
    """Build everything in a migrated, empty database. Raises NotCovered where no shipped prices hold."""
    span, stages = span_until(today, TARIFFS), Stages(show)
    members = people.draw(customers, seed)
    with tempfile.TemporaryDirectory() as name, clock.set_to(moment(span.first, 8)):
        folder = Path(name)
        stages.at("organisation")
        utility = build_units()
        publish_shipped(system())
        build_network(utility, people.per_station(members), span.first)
        stages.at("customers")
        take_on(members, utility, span, folder)
        give_logins(members)
        stages.at("readings", 0, len(members))
        for done in read_meters(members, utility, span, seed, folder):
            stages.at("readings", done, len(members))
        with clock.set_to(moment(span.rollout, 7)):
            roll_out(members, utility, span)
    payers, months = Payers(members, utility, span, seed), len(span.months)
    for done, month in enumerate(span.months):
        stages.at("bills", done, months, "months")
        if month == span.months[-1]:
            people_move(members, utility, span, seed)
        bill_month(utility, span, month)
        if month == span.months[-1]:
            make_good(members, utility, span)
            decide_one(utility, span)
        stages.at("payments", done, months, "months")
        for _paid in payers.run(month):
            stages.at("payments", done, months, "months")
    collect_debts(members, utility, span)
    first_look(members, utility, span)
    figures.refresh(span.months)
    days.catch_up()
    open_bills.catch_up()
    stages.at("done", months, months, "months")
    # What happened before the city opened is nobody's news: the worker would send it for minutes.
    OutboxEvent.objects.filter(sent_at__isnull=True).update(sent_at=moment(span.today, 0))
    bills = Bill.objects.within(EVERYTHING).count()
    return City(span.today, bills, digest(), stages.seconds)
