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


_TOUCHED = """
SELECT t.account_id FROM prepay_prepayterms t JOIN prepay_standing s ON s.account_id = t.account_id
WHERE t.{accounts} AND t.valid_to IS NULL
UNION
SELECT account_id FROM prepay_command WHERE {accounts}
GROUP BY account_id
HAVING SUM(CASE WHEN kind = 'stop' AND state IN ('queued', 'sent', 'acknowledged') THEN 1 ELSE 0 END) > 0
  OR MAX(CASE WHEN kind = 'stop' AND sent_at IS NOT NULL THEN id ELSE 0 END)
   > MAX(CASE WHEN kind = 'restore' AND state = 'verified' THEN id ELSE 0 END)
"""


def _touched(account_ids: Collection[int]) -> set[int]:
    """Prepaying accounts that stood low, and all with a live stop or whose switch one may have opened."""
    ids = statements.listed(account_ids)
    rows = statements.fetch(_TOUCHED.format(accounts=statements.among("account_id")), [ids, ids])
    return {account_id for (account_id,) in rows}
