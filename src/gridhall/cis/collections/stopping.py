"""A debt that is paid stops being dunned in the transaction that paid it: the books say what they settled."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from django.dispatch import receiver

from gridhall.cis.collections import books, rules
from gridhall.cis.collections.actions.dunning import stop_dunning
from gridhall.cis.collections.orders import HELD_BY_DEBT
from gridhall.cis.ledger.settlement import settled
from gridhall.platform import statements
from gridhall.platform.actor import system


@receiver(settled, dispatch_uid="collections")
def after_settlement(account_ids: Collection[int], on: date, **_more: Any) -> None:
    """Most accounts that pay are in no case and under no order: one indexed look, and nothing else."""
    concerned = _concerned(account_ids)
    if not concerned:
        return
    owed, smallest = books.overdue_of(list(concerned), on), rules.dunning(on).smallest_debt_fen
    relieved = sorted(pk for pk in concerned if pk not in owed or owed[pk].fen < smallest.of(owed[pk].payer))
    if relieved:
        stop_dunning(system("collections"), relieved, on)


def _concerned(account_ids: Collection[int]) -> set[int]:
    """Accounts in a case that has not ended, or under an order that goes on only while a debt stands."""
    named, held = statements.among("account_id"), ", ".join(["%s"] * len(HELD_BY_DEBT))
    rows = statements.fetch(
        f"SELECT account_id FROM collections_dunningcase WHERE {named} AND state <> 'ended' UNION "  # noqa: S608 - our own text
        f"SELECT account_id FROM collections_disconnectionorder WHERE {named} AND state IN ({held})",
        [statements.listed(account_ids), statements.listed(account_ids), *HELD_BY_DEBT],
    )
    return {account_id for (account_id,) in rows}
