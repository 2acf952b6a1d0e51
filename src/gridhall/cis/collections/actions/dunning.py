"""Dunning day by day, and its end the moment a debt is paid."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from gridhall.cis.collections import books, dunning, touches
from gridhall.cis.collections.models import DunningCase
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
    seen = dunning.plan(books.overdue_between(after, last, on), dunning.live_between(after, last), {}, rules, on)
    ids = seen.account_ids
    lock(Account.objects.within(EVERYTHING).filter(pk__in=ids))
    found = dunning.plan(books.overdue_of(ids, on), dunning.live_of(ids), {}, rules, on)
    dunning.keep(found)
    made = touches.make(act, found.touches, rules, on)
    ended = [case.account_id for case in found.changes if case.state != DunningCase.State.OPEN]
    touches.withdraw(ended)
    act.note(on=str(on), begun=len(found.begins), changed=len(found.changes), touches=len(made), ended=len(ended))


@action(Tag.DUNNING_STOP)
def stop_dunning(act: Act, account_ids: Collection[int], on: date) -> None:
    """Look again at accounts whose books just moved: a case whose debt is gone ends, what waits is taken back."""
    found = dunning.plan(books.overdue_of(account_ids, on), dunning.live_of(account_ids), {}, rules_on(on), on)
    over = [case for case in found.changes if case.state != DunningCase.State.OPEN]
    dunning.keep(dunning.Plan(changes=over))
    withdrawn = touches.withdraw([case.account_id for case in over])
    act.note(on=str(on), ended=len(over), withdrawn=withdrawn)
