"""Which stage every overdue account has reached, and what changes in its case: arithmetic, then set statements."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from django.db import connection

from gridhall.cis.collections import books
from gridhall.cis.collections.books import Overdue
from gridhall.cis.collections.models import Arrangement, Dispute, DunningCase
from gridhall.cis.collections.rules import DunningRules
from gridhall.cis.collections.touches import Wanted
from gridhall.cis.customers.models import Account
from gridhall.platform.scope import EVERYTHING

State, Why = DunningCase.State, DunningCase.Why


@dataclass
class Plan:
    """What a day changes: cases that begin, go on or end, and the touches to be made."""

    begins: list[DunningCase] = field(default_factory=list)
    changes: list[DunningCase] = field(default_factory=list)
    touches: list[Wanted] = field(default_factory=list)

    @property
    def account_ids(self) -> list[int]:
        return sorted({one.account_id for one in (*self.begins, *self.changes)} | {t.account_id for t in self.touches})


def live_between(after: int, last: int) -> dict[int, DunningCase]:
    """Cases that have not ended, of accounts with ids in ``(after, last]``."""
    rows = DunningCase.objects.within(EVERYTHING).filter(account_id__gt=after, account_id__lte=last)
    return {case.account_id: case for case in rows.exclude(state=State.ENDED)}


def live_of(account_ids: Iterable[int]) -> dict[int, DunningCase]:
    """The same for named accounts."""
    rows = DunningCase.objects.within(EVERYTHING).filter(account_id__in=list(account_ids))
    return {case.account_id: case for case in rows.exclude(state=State.ENDED)}


def resting(account_ids: Iterable[int], on: date) -> dict[int, str]:
    """Of accounts that owe nothing that may be dunned: those that owe something disputed or arranged, and which."""
    found: dict[int, str] = {}
    owing = books.overdue_of(list(account_ids), on, everything=True)
    for why, rows in (
        (Why.ARRANGED, Arrangement.objects.within(EVERYTHING).filter(state=Arrangement.State.KEPT)),
        (Why.DISPUTED, Dispute.objects.within(EVERYTHING).filter(state=Dispute.State.OPEN)),
    ):
        found |= dict.fromkeys(rows.filter(account_id__in=list(owing)).values_list("account_id", flat=True), why)
    return found


def plan(
    owed: Mapping[int, Overdue], live: Mapping[int, DunningCase], resting: Mapping[int, str], rules: DunningRules,
    on: date,
) -> Plan:  # fmt: skip
    """Compare what is owed with the cases that stand. ``resting`` accounts owe something that may not be dunned."""
    found = Plan()
    for account_id, case in live.items():
        if account_id not in owed:
            _rest(found, case, resting.get(account_id, Why.PAID), on)
    for account_id, debt in owed.items():
        _debt(found, account_id, debt, live.get(account_id), rules, on)
    return found


def _debt(found: Plan, account_id: int, debt: Overdue, case: DunningCase | None, rules: DunningRules, on: date) -> None:
    place = rules.stage(debt.payer, debt.days(on))
    if debt.fen < rules.smallest_debt_fen.of(debt.payer) or place < 0:
        if case is not None:
            _rest(found, case, Why.SMALL if place >= 0 else Why.PAID, on)
        return
    stage = rules.stages[place]
    if case is None:
        case = DunningCase(account_id=account_id, payer=debt.payer, opened_on=on, stage="", place=-1)
        found.begins.append(case)
    elif _same(case, debt, stage.code):
        return
    else:
        found.changes.append(case)
    if (case.stage, case.oldest_due_on) != (stage.code, debt.oldest_due_on):
        case.stage_on = on
        found.touches.append(Wanted(account_id, stage.code, stage.channel, f"dunning-{stage.code}", debt))
    case.stage, case.place, case.state, case.why = stage.code, place, State.OPEN, Why.NONE
    case.overdue_fen, case.oldest_due_on = debt.fen, debt.oldest_due_on


def _same(case: DunningCase, debt: Overdue, stage: str) -> bool:
    told = (case.stage, case.overdue_fen, case.oldest_due_on, case.state)
    return told == (stage, debt.fen, debt.oldest_due_on, State.OPEN)


def _rest(found: Plan, case: DunningCase, why: str, on: date) -> None:
    """A case whose debt is gone ends; one whose debt may not be dunned now is paused."""
    state = State.PAUSED if why in (Why.DISPUTED, Why.ARRANGED) else State.ENDED
    if (case.state, case.why) != (state, why):
        case.state, case.why = state, why
        case.ended_on = on if state == State.ENDED else None
        found.changes.append(case)


def keep(found: Plan) -> None:
    """Write the cases of a plan, in the transaction of the caller."""
    ids = [case.account_id for case in found.begins]
    paths = dict(Account.objects.within(EVERYTHING).filter(pk__in=ids).values_list("pk", "path"))
    for case in found.begins:
        case.path = paths[case.account_id]
    DunningCase.objects.bulk_create(found.begins, batch_size=1000)
    columns = ("state", "why", "stage", "place", "stage_on", "ended_on", "overdue_fen", "oldest_due_on")
    marks = ", ".join(f"{name} = %s" for name in columns)
    with connection.cursor() as cursor:
        # One prepared statement for all rows: faster than a CASE over thousands of ids.
        cursor.executemany(
            f"UPDATE collections_dunningcase SET {marks} WHERE id = %s",  # noqa: S608 - our own names
            [(*(getattr(case, name) for name in columns), case.pk) for case in found.changes],
        )
