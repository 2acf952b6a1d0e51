"""A debt that is paid stops being dunned in the transaction that paid it: the books say what they settled."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from django.dispatch import receiver

from gridhall.cis.collections import books, rules
from gridhall.cis.collections.actions.dunning import stop_dunning
from gridhall.cis.collections.dunning import live_of
from gridhall.cis.ledger.settlement import settled
from gridhall.platform.actor import system


@receiver(settled, dispatch_uid="collections")
def after_settlement(account_ids: Collection[int], on: date, **_more: Any) -> None:
    """Most accounts that pay are in no case: one indexed look, and nothing else."""
    live = live_of(account_ids)
    if not live:
        return
    owed, smallest = books.overdue_of(list(live), on), rules.dunning(on).smallest_debt_fen
    relieved = sorted(pk for pk in live if pk not in owed or owed[pk].fen < smallest.of(owed[pk].payer))
    if relieved:
        stop_dunning(system("collections"), relieved, on)
