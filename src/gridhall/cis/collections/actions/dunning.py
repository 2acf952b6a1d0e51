"""Dunning day by day, and its end the moment a debt is paid, questioned or arranged."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from django.utils import timezone

from gridhall.cis.collections import arrangements, books, dunning, orders, touches
from gridhall.cis.collections.models import Arrangement, DunningCase
from gridhall.cis.collections.rules import dunning as rules_on
from gridhall.cis.customers.models import Account
from gridhall.platform.actions import Act, action
from gridhall.platform.locks import lock
from gridhall.platform.scope import EVERYTHING
from gridhall.platform.tags import Tag


@action(Tag.DUNNING_STEP)
def dunning_step(act: Act, after: int, last: int, on: date) -> None:
    """Bring the accounts with ids in ``(after, last]`` to the stage of the day. Doing it twice is doing it once.

    What looks as if it changed is locked and read again, so that a payment of this moment is not answered by a touch.
    """
    rules = rules_on(on)
    ended = _keep(arrangements.ended_between(after, last, on))
    owed, live = books.overdue_between(after, last, on), dunning.live_between(after, last)
    seen = dunning.plan(owed, live, dunning.resting(live.keys() - owed.keys(), on), rules, on)
    ids = seen.account_ids
    lock(Account.objects.within(EVERYTHING).filter(pk__in=ids))
    owed, live = books.overdue_of(ids, on), dunning.live_of(ids)
    found = dunning.plan(owed, live, dunning.resting(live.keys() - owed.keys(), on), rules, on)
    dunning.keep(found)
    made = touches.make(act, found.touches, rules, on)
    _let_go(act, found, owed, on)
    act.note(on=str(on), begun=len(found.begins), changed=len(found.changes), touches=len(made), arrangements=ended)


@action(Tag.DUNNING_STOP)
def stop_dunning(act: Act, account_ids: Collection[int], on: date) -> None:
    """Look again at accounts whose books just moved: a case whose debt is gone ends, what waits is taken back."""
    _keep(arrangements.ended_of(list(account_ids), on))
    ended, relieved = _look(act, account_ids, on)
    act.note(on=str(on), ended=ended, orders=relieved)


def look_again(act: Act, account_ids: Sequence[int]) -> None:
    """The same inside an action that paused a debt or gave it free."""
    _look(act, account_ids, timezone.localtime(act.at).date())


def _look(act: Act, account_ids: Collection[int], on: date) -> tuple[int, int]:
    owed, live = books.overdue_of(account_ids, on), dunning.live_of(account_ids)
    found = dunning.plan(owed, live, dunning.resting(live.keys() - owed.keys(), on), rules_on(on), on)
    over = [case for case in found.changes if case.state != DunningCase.State.OPEN]
    dunning.keep(dunning.Plan(changes=over))
    touches.withdraw([case.account_id for case in over])
    return len(over), orders.relieve(act, account_ids, owed, on)


def _let_go(act: Act, found: dunning.Plan, owed: dict[int, books.Overdue], on: date) -> None:
    over = [case.account_id for case in found.changes if case.state != DunningCase.State.OPEN]
    touches.withdraw(over)
    orders.relieve(act, over, owed, on)


def _keep(ended: list[Arrangement]) -> int:
    Arrangement.objects.within(EVERYTHING).bulk_update(ended, ["state", "ended_on"])
    return len(ended)
