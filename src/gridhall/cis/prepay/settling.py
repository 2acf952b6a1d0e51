"""Money that came in, by whatever way: in its own transaction a stop is taken back and closing is permitted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.dispatch import receiver
from django.utils import timezone

from gridhall.cis.customers.models import Account, BillingCycle
from gridhall.cis.ledger.settlement import settled
from gridhall.cis.prepay.actions.counting import record_balances
from gridhall.cis.prepay.estimate import estimate
from gridhall.cis.prepay.models import LIVE, Command, PrepayTerms
from gridhall.cis.prepay.orders import perhaps_open
from gridhall.platform import statements
from gridhall.platform.actor import system
from gridhall.platform.scope import EVERYTHING
from gridhall.readings.catalog import current_snapshot


@receiver(settled, dispatch_uid="prepay")
def after_settlement(account_ids: Collection[int], at: datetime, **_more: Any) -> None:
    """Most accounts that pay stand well: one indexed look, and nothing else."""
    touched = _touched(account_ids)
    if not touched:
        return
    today, snapshot = timezone.localtime(at).date(), current_snapshot()
    of_cycle: dict[int, list[int]] = defaultdict(list)
    rows = Account.objects.within(EVERYTHING).filter(pk__in=touched).order_by("pk")
    for account_id, cycle_id in rows.values_list("pk", "cycle_id"):
        of_cycle[cycle_id].append(account_id)
    for cycle in BillingCycle.objects.within(EVERYTHING).filter(pk__in=of_cycle):
        found, _kept = estimate(of_cycle[cycle.pk], cycle, today, snapshot)
        record_balances(system("prepay"), found, [])


_PERHAPS = """
SELECT t.account_id FROM prepay_prepayterms t JOIN prepay_standing s ON s.account_id = t.account_id
WHERE t.{accounts} AND t.valid_to IS NULL
UNION
SELECT account_id FROM prepay_command WHERE {accounts}
"""


def _touched(account_ids: Collection[int]) -> set[int]:
    """Prepaying accounts that stood low, and all whose switch is or may be open; of most that pay, one look says no."""
    given = statements.listed(account_ids)
    ids = [pk for (pk,) in statements.fetch(_PERHAPS.format(accounts=statements.among("account_id")), [given, given])]
    if not ids:
        return set()
    rows = PrepayTerms.objects.filter(account_id__in=ids, valid_to__isnull=True)
    low = set(rows.filter(account__prepay_standing__isnull=False).values_list("account_id", flat=True))
    ordered = Command.objects.within(EVERYTHING).filter(account_id__in=ids)
    waiting = ordered.filter(state__in=LIVE, kind=Command.Kind.STOP).values_list("account_id", flat=True)
    return low | set(waiting) | perhaps_open(ids)
