"""A debt that is paid stops being dunned in the transaction that paid it: the books say what they settled."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from django.dispatch import receiver

from gridhall.cis.collections import books, rules
from gridhall.cis.collections.actions.dunning import stop_dunning
from gridhall.cis.collections.dunning import live_of
from gridhall.cis.collections.orders import standing_on_a_debt
from gridhall.cis.ledger.settlement import settled
from gridhall.platform.actor import system


@receiver(settled, dispatch_uid="collections")
def after_settlement(account_ids: Collection[int], on: date, **_more: Any) -> None:
    """Most accounts that pay are in no case and under no order: two indexed looks, and nothing else."""
    concerned = {*live_of(account_ids), *(order.account_id for order in standing_on_a_debt(account_ids))}
    if not concerned:
        return
    owed, smallest = books.overdue_of(list(concerned), on), rules.dunning(on).smallest_debt_fen
    relieved = sorted(pk for pk in concerned if pk not in owed or owed[pk].fen < smallest.of(owed[pk].payer))
    if relieved:
        stop_dunning(system("collections"), relieved, on)
