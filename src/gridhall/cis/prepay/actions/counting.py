"""Keeping what a round of counting found: the accounts that do not stand well, and nobody else."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import numpy as np

from gridhall.cis.customers.models import Account
from gridhall.cis.prepay.balance import with_ledger
from gridhall.cis.prepay.columns import Counted
from gridhall.cis.prepay.estimate import Estimate, moment
from gridhall.cis.prepay.models import LEVELS, PrepayTerms, Standing
from gridhall.platform.actions import Act, action
from gridhall.platform.locks import lock
from gridhall.platform.scope import EVERYTHING
from gridhall.platform.tags import Tag

AT_ONCE = 2000


@action(Tag.PREPAY_COUNT)
def record_balances(act: Act, found: Estimate, keep: list[Counted]) -> None:
    """Put the books of this moment against estimated costs. What came out is appended to ``keep`` for the columns.

    Doing it twice is doing it once: each account has at most one row, and it says how the account stands now.
    """
    counted = with_ledger(found, act.at)
    low = np.flatnonzero(counted.level > 0)
    paths = _paths(counted.account_id[low].tolist())
    standing = [
        _standing(counted, int(k), paths[int(counted.account_id[k])], found.snapshot, act.at)
        for k in low
        if int(counted.account_id[k]) in paths
    ]
    well = counted.account_id[counted.level == 0].tolist()
    _keep(standing, well)
    keep.append(counted)
    act.subject = f"accounts:{found.ids[0]}-{found.ids[-1]}" if found.ids else "accounts:"
    act.note(accounts=len(found.ids), low=len(standing), snapshot=found.snapshot)


def _paths(ids: list[int]) -> Mapping[int, str]:
    """Those that still prepay, locked, so that nobody ends prepayment meanwhile."""
    paths: dict[int, str] = {}
    for start in range(0, len(ids), AT_ONCE):
        few = ids[start : start + AT_ONCE]
        lock(Account.objects.within(EVERYTHING).filter(pk__in=few))
        rows = PrepayTerms.objects.filter(account_id__in=few, valid_to__isnull=True)
        paths |= dict(rows.values_list("account_id", "path"))
    return paths


def _standing(counted: Counted, k: int, path: str, snapshot: int, at: datetime) -> Standing:
    return Standing(
        account_id=int(counted.account_id[k]),
        path=path,
        level=LEVELS[int(counted.level[k])],
        ledger_fen=int(counted.ledger_fen[k]),
        unbilled_fen=int(counted.unbilled_fen[k]),
        complete=bool(counted.complete[k]),
        as_of=min(moment(counted.seen_minutes[k]), at),
        snapshot=snapshot,
        counted_at=at,
    )


CHANGING = ["path", "level", "ledger_fen", "unbilled_fen", "complete", "as_of", "snapshot", "counted_at"]


def _keep(standing: list[Standing], well: list[int]) -> None:
    Standing.objects.bulk_create(
        standing, batch_size=1000, update_conflicts=True, unique_fields=["account"], update_fields=CHANGING
    )
    for start in range(0, len(well), AT_ONCE):
        Standing.objects.within(EVERYTHING).filter(account_id__in=well[start : start + AT_ONCE]).delete()
