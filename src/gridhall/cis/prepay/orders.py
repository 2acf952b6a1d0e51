"""Where the switch of an account stands, and queueing what it should be told; part of somebody's action."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db.models import Max, Q
from django.utils import timezone

from gridhall.cis.collections.models import DisconnectionOrder
from gridhall.cis.customers.models import Agreement
from gridhall.cis.metering.models import Installation
from gridhall.cis.prepay.models import LIVE, Command
from gridhall.platform.actions import Act
from gridhall.platform.bulk import among
from gridhall.platform.scope import EVERYTHING

State, Kind = Command.State, Command.Kind


def live(account_ids: Collection[int]) -> dict[tuple[int, str], Command]:
    """Orders that are not ended, by account and kind."""
    wanted = set(account_ids)
    rows = Command.objects.within(EVERYTHING).filter(among("account_id", sorted(wanted)), state__in=LIVE)
    return {(row.account_id, row.kind): row for row in rows if row.account_id in wanted}


def perhaps_open(account_ids: Collection[int]) -> set[int]:
    """Accounts whose switch a stop may have opened: one was sent, and no later permission to close was verified."""
    wanted = set(account_ids)
    rows = Command.objects.within(EVERYTHING).filter(among("account_id", sorted(wanted)))
    rows = rows.order_by().values("account_id")
    newest = rows.annotate(
        stop=Max("pk", filter=Q(kind=Kind.STOP, sent_at__isnull=False)),
        closed=Max("pk", filter=Q(kind=Kind.RESTORE, state=State.VERIFIED)),
    )
    opened = {row["account_id"] for row in newest if row["stop"] and row["stop"] > (row["closed"] or 0)}
    return opened & wanted


def meters(account_ids: Collection[int], now: datetime) -> dict[int, str]:
    """The meter of each account's supply; an account whose point has none is absent."""
    today = timezone.localtime(now).date()
    agreed = Agreement.objects.on(today).filter(account_id__in=account_ids, direction=Agreement.Direction.IMPORT)
    points = dict(agreed.order_by("-pk").values_list("account_id", "service_point_id"))
    fitted = Installation.objects.on(today).filter(service_point_id__in=points.values())
    asset = dict(fitted.values_list("service_point_id", "meter__asset_number"))
    return {account_id: asset[point] for account_id, point in points.items() if point in asset}


def queue(
    act: Act, kind: str, account_id: int, path: str, meter: str, balance_fen: int, snapshot: int, due_at: datetime,
    disconnection: DisconnectionOrder | None = None,
) -> Command:  # fmt: skip
    """One more order; of each kind an account has at most one that is not ended."""
    return Command.objects.create(
        account_id=account_id, path=path, meter=meter, kind=kind, balance_fen=balance_fen, snapshot=snapshot,
        created_at=act.at, created_by=act.actor.name, due_at=due_at,
        disconnection=disconnection,
    )  # fmt: skip


def end(command: Command, state: str, at: datetime, because: str = "") -> None:
    """The order is over."""
    command.state, command.ended_at, command.waits_for = state, at, because[:300]
    command.save(update_fields=["state", "ended_at", "waits_for"])
