"""Who pays when: most by the bank's list, some online or at a counter, a few late, a few not at all.

Single payments are made one by one in the last months only, except by the cast; before that everybody is on the
bank's lists, so that two thousand customers with a year of bills are ready in a minute.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np

from gridhall.cis.ledger.queries import open_items_of, prepaid_of
from gridhall.cis.payments.actions import AT_ONCE, Collected, assess_penalties, collect, receive
from gridhall.cis.payments.queries import standing
from gridhall.demo.bills import moment
from gridhall.demo.members import Member
from gridhall.demo.organisation import Utility
from gridhall.demo.span import Span, first_of, following
from gridhall.demo.tills import Handed, at_counters
from gridhall.platform import clock
from gridhall.platform.actor import Actor, system
from gridhall.platform.scope import Scope

SINGLE_MONTHS = 2  # the last of them are paid one by one
LATE_DAYS = (24, 45)  # after the end of the month; due is the twentieth day
TOP_UP_FEN = 300_00
TOP_UP_EVERY = 3
BANK_DAY, FIRMS_DAY = 10, 15
COUNTER_DAYS = (5, 9, 13, 17)


@dataclass(frozen=True)
class Intent:
    """A member will pay what they owe at a moment, one by one."""

    at: datetime
    member: Member
    how: str


class Payers:
    """The habits of a city at work; ``run`` is called once after each month's bills."""

    def __init__(self, members: list[Member], utility: Utility, span: Span, seed: int) -> None:
        self._members, self._utility, self._span = members, utility, span
        self._rng = np.random.default_rng([seed, 5])
        self._waiting: list[Intent] = []
        self._unpaid_since = {
            member.number: span.months[-4 if member.en else -int(self._rng.integers(2, 6))]
            for member in members
            if member.habit == "arrears"
        }

    def run(self, month: int) -> Iterator[int]:
        """Everything that is paid between the bills of ``month`` and the next ones; yields the payments made so far."""
        done = 0
        start = first_of(following(month))
        lists, singles = self._divide(month)
        self._waiting += singles
        until = min(first_of(following(following(month))), self._span.today)
        self._assess(month, start)
        for day, reference, members in (
            (BANK_DAY, f"BANK-{month}", [m for m in lists if m.habit != "transfer"]),
            (FIRMS_DAY, f"FIRMS-{month}", [m for m in lists if m.habit == "transfer"]),
        ):
            if start + timedelta(days=day - 1) < until:
                done += self._collect(members, moment(start + timedelta(days=day - 1), 6), reference)
                yield done
        now = sorted((i for i in self._waiting if i.at.date() < until), key=lambda i: (i.at, i.member.number))
        self._waiting = [intent for intent in self._waiting if intent.at.date() >= until]
        for _ in self._one_by_one(now):
            done += 1
            yield done

    def _divide(self, month: int) -> tuple[list[Member], list[Intent]]:
        """Members on the lists of this month's bills, and those who will pay it by themselves."""
        single = month in self._span.months[-SINGLE_MONTHS:]
        lists: list[Member] = []
        singles: list[Intent] = []
        for member in self._members:
            if member.number in self._unpaid_since and month >= self._unpaid_since[member.number]:
                continue
            intent = self._intent(member, month) if single or member.en else None
            if intent is not None:
                singles.append(intent)
            elif member.habit != "prepaid" or not single:
                lists.append(member)
        return lists, singles

    def _intent(self, member: Member, month: int) -> Intent | None:
        start, rng = first_of(following(month)), self._rng
        if member.habit == "online":
            day = start + timedelta(days=int(rng.integers(3, 20)))
            return Intent(moment(day, int(rng.integers(8, 22)), int(rng.integers(60))), member, "online")
        if member.habit == "late":
            day = start + timedelta(days=int(rng.integers(*LATE_DAYS)))
            return Intent(moment(day, int(rng.integers(8, 22)), int(rng.integers(60))), member, "late")
        if member.habit == "counter":
            day = start + timedelta(days=COUNTER_DAYS[int(rng.integers(len(COUNTER_DAYS)))] - 1)
            return Intent(moment(day, int(rng.integers(9, 17)), int(rng.integers(60))), member, "counter")
        if member.habit == "prepaid" and (month - self._span.months[-1]) % TOP_UP_EVERY == 0:
            return Intent(moment(start + timedelta(days=4), 20, int(rng.integers(60))), member, "prepaid")
        return None

    def _collect(self, members: list[Member], at: datetime, reference: str) -> int:
        """One list for everybody's open bills."""
        rows = [
            Collected(member.ids["account"], owed, f"{reference}-{member.ids['number']}")
            for member, owed in _owed(members)
            if owed > 0
        ]
        with clock.set_to(at):
            return sum(
                collect(system("bank"), rows[first : first + AT_ONCE], "counter", reference)
                for first in range(0, len(rows), AT_ONCE)
            )

    def _one_by_one(self, intents: list[Intent]) -> Iterator[None]:
        owed = {member.number: fen for member, fen in _owed([intent.member for intent in intents])}
        for intent in intents:
            if intent.how != "counter" and _pay_online(intent, owed[intent.member.number]):
                yield
        handed = [Handed(one.at, one.member, owed[one.member.number]) for one in intents if one.how == "counter"]
        yield from at_counters([one for one in handed if one.due_fen > 0], self._utility)

    def _assess(self, month: int, on: date) -> None:
        """Penalties of those who do not pay, on the first of the month, in the last months."""
        for member in self._members:
            since = self._unpaid_since.get(member.number)
            if since is not None and month > since:
                with clock.set_to(moment(on, 1)):
                    assess_penalties(self._utility.actor("Biller Gao"), member.ids["account"], on)


def _owed(members: list[Member]) -> Iterator[tuple[Member, int]]:
    """What each member owes by the books, less what is prepaid; a penalty that is not posted yet is not in it."""
    by_account = [member.ids["account"] for member in members]
    items, prepaid = open_items_of(by_account), prepaid_of(by_account)
    for member, pk in zip(members, by_account, strict=True):
        yield member, sum(item.total_fen for item in items.get(pk, [])) - prepaid.get(pk, 0)


def _pay_online(intent: Intent, owed_fen: int) -> bool:
    """A payment in the web hall, of what the page shows; a late payer is shown the penalty, too."""
    account, due = intent.member.ids["account"], owed_fen
    if intent.how == "prepaid":
        due = TOP_UP_FEN
    elif intent.how == "late":
        due = standing(account, intent.at.date()).due_fen
    if due <= 0:
        return False
    actor = Actor(intent.member.name, "customer", frozenset({"customer"}), Scope(accounts=frozenset({account})))
    with clock.set_to(intent.at):
        receive(actor, account, due, "online", "demo", key=f"demo-{intent.member.number}-{intent.at:%Y%m%d}")
    return True
