"""Keeping what a round of counting found: the accounts that do not stand well, and nobody else."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

import numpy as np
from django.utils import timezone
from django.utils.translation import gettext as _

from gridhall.cis.collections.queries import may_disconnect_many
from gridhall.cis.collections.rules import disconnection
from gridhall.cis.customers.models import Account
from gridhall.cis.prepay import debts, orders, rules
from gridhall.cis.prepay.alarms import raise_alarms, warned_at
from gridhall.cis.prepay.balance import with_ledger
from gridhall.cis.prepay.columns import Counted
from gridhall.cis.prepay.estimate import Estimate, moment
from gridhall.cis.prepay.guard import HOURS
from gridhall.cis.prepay.models import LEVELS, Command, Level, PrepayTerms, Standing
from gridhall.platform.actions import Act, action
from gridhall.platform.bulk import among
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
    ordered = {account_id for account_id, _kind in orders.live(found.ids)} | orders.perhaps_open(found.ids)
    _lock(sorted(ordered.union(counted.account_id[low].tolist())))
    paths = _paths(counted.account_id[low].tolist())
    standing = [
        _standing(counted, int(k), paths[int(counted.account_id[k])], found.snapshot, act.at)
        for k in low
        if int(counted.account_id[k]) in paths
    ]
    well = counted.account_id[counted.level == 0].tolist()
    _keep(standing, well)
    keep.append(counted)
    alarms = raise_alarms(act, standing)
    _stop(act, [row for row in standing if row.level == Level.STOP and row.complete])
    _let_close(act, counted, found.snapshot)
    act.note(alarms=len(alarms))
    act.subject = f"accounts:{found.ids[0]}-{found.ids[-1]}" if found.ids else "accounts:"
    act.note(accounts=len(found.ids), low=len(standing), snapshot=found.snapshot)


def _stop(act: Act, standing: list[Standing]) -> None:
    """Queue a stop for those who were warned; it is looked at again right before it is sent."""
    ids = [row.account_id for row in standing]
    live, opened, meters = orders.live(ids), orders.perhaps_open(ids), orders.meters(ids, act.at)
    warned, today = warned_at(ids), timezone.localtime(act.at).date()
    spared = may_disconnect_many(ids, act.at)
    for row in standing:
        listed = any(one.code != HOURS for one in spared.get(row.account_id, ()))
        standing_order = (row.account_id, Command.Kind.STOP) in live or row.account_id in opened
        if listed or standing_order or row.account_id not in warned or row.account_id not in meters:
            continue
        earliest = warned[row.account_id] + timedelta(hours=rules.in_force(today).warn_hours)
        due_at = disconnection(today).friendly.next(max(earliest, act.at))
        orders.queue(
            act, Command.Kind.STOP, row.account_id, row.path, meters[row.account_id], row.balance_fen, row.snapshot,
            due_at,
        )  # fmt: skip


def _let_close(act: Act, counted: Counted, snapshot: int) -> None:
    """Take back the stops of those who stand better now, and permit closing where a switch may be open."""
    ids = counted.account_id.tolist()
    live, opened = orders.live(ids), orders.perhaps_open(ids)
    if not live and not opened:
        return
    enough = rules.in_force(timezone.localtime(act.at).date()).restore_fen
    concerned = sorted(opened.union(account_id for account_id, _kind in live))
    level = dict(zip(ids, counted.level.tolist(), strict=True))
    balances = dict(zip(ids, counted.balance_fen.tolist(), strict=True))
    opened -= debts.held_for_debt(opened)
    meters = orders.meters(opened, act.at)
    accounts = {pk: (n, p) for pk, n, p in _accounts(list(opened))}
    for account_id in concerned:
        balance_fen, stop = balances[account_id], live.get((account_id, Command.Kind.STOP))
        if stop is not None and stop.disconnection_id is None and LEVELS[level[account_id]] != Level.STOP:
            orders.end(stop, Command.State.WITHDRAWN, act.at, _("Money came in."))
        restoring = (account_id, Command.Kind.RESTORE) in live
        if account_id in opened and balance_fen >= enough and not restoring and account_id in meters:
            number, path = accounts[account_id]
            orders.queue(
                act, Command.Kind.RESTORE, account_id, path, meters[account_id], balance_fen, snapshot, act.at
            )  # fmt: skip
            act.emit("supply.close-permitted", account=number, balance_fen=balance_fen)


def _accounts(ids: list[int]) -> list[tuple[int, str, str]]:
    return list(Account.objects.within(EVERYTHING).filter(pk__in=ids).values_list("pk", "number", "path"))


def _lock(ids: list[int]) -> None:
    """Nobody ends prepayment, pays or drives an order of these accounts meanwhile."""
    for start in range(0, len(ids), AT_ONCE):
        lock(Account.objects.within(EVERYTHING).filter(pk__in=ids[start : start + AT_ONCE]))


def _paths(ids: list[int]) -> Mapping[int, str]:
    """Those that still prepay."""
    paths: dict[int, str] = {}
    for start in range(0, len(ids), AT_ONCE):
        rows = PrepayTerms.objects.filter(account_id__in=ids[start : start + AT_ONCE], valid_to__isnull=True)
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
    rows = Standing.objects.within(EVERYTHING).filter(among("account_id", well)) if well else Standing.objects.none()
    better = sorted(set(rows.values_list("account_id", flat=True)).intersection(well))
    for start in range(0, len(better), AT_ONCE):
        Standing.objects.within(EVERYTHING).filter(account_id__in=better[start : start + AT_ONCE]).delete()
