"""Cash at counters: shifts are opened, money is taken, the till is counted and closed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from gridhall.cis.payments.actions import close_shift, open_shift, receive
from gridhall.cis.payments.actions.shifts import cash_fen
from gridhall.demo.bills import moment
from gridhall.demo.members import Member
from gridhall.demo.organisation import STAFF, Utility
from gridhall.platform import clock

CLERKS = ("Clerk Wu", "Clerk Shi", "Clerk Bai")  # who is nearest comes first
FLOAT_FEN = 500_00
NOTE_FEN = 100_00


@dataclass(frozen=True)
class Handed:
    """A member comes to the counter at a moment to pay what is due."""

    at: datetime
    member: Member
    due_fen: int


def clerk_of(member: Member) -> str:
    """Whose counter is nearest."""
    return next(name for name in CLERKS if member.station.startswith(STAFF[name][2]))


def at_counters(handed: list[Handed], utility: Utility) -> Iterator[None]:
    """Each clerk's day from float to count; yields once per payment."""

    def till(one: Handed) -> tuple[str, str]:
        return f"{one.at:%Y%m%d}", clerk_of(one.member)

    for (_day, clerk), people in groupby(sorted(handed, key=lambda one: (till(one), one.at)), key=till):
        yield from _shift(clerk, list(people), utility)


def _shift(clerk: str, people: list[Handed], utility: Utility) -> Iterator[None]:
    by, day = utility.actor(clerk), people[0].at.date()
    with clock.set_to(moment(day, 8, 30)):
        shift = open_shift(by, utility.units[STAFF[clerk][2]].pk, FLOAT_FEN)
    for one in people:
        tendered = -(-one.due_fen // NOTE_FEN) * NOTE_FEN
        key = f"till-{one.member.number}-{one.at:%Y%m%d}"
        with clock.set_to(one.at):
            receive(by, one.member.ids["account"], one.due_fen, "counter", "cash", tendered_fen=tendered, key=key)
        yield
    with clock.set_to(moment(day, 17) + timedelta(minutes=30)):
        close_shift(by, shift.pk, FLOAT_FEN + cash_fen(shift))
