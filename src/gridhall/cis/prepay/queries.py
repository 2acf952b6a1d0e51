"""Reads of prepayment, always in scope."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Max

from gridhall.cis.billing.calculate import AMOUNT_FEN, ITEM, PRICE_E8, QUANTITY, SEGMENT
from gridhall.cis.billing.explain import LineView, view
from gridhall.cis.billing.models import BillLine
from gridhall.cis.prepay.balance import Balance, balance_of
from gridhall.cis.prepay.models import LIVE, Alarm, Command, Level, PrepayTerms, Standing, Token, TokenDevice
from gridhall.cis.prepay.periods import Period
from gridhall.cis.tariffs.queries import items
from gridhall.platform.errors import NotInScope
from gridhall.platform.scope import Scope, ScopedQuerySet

__all__ = [
    "Balance", "Unbilled", "alarms_of", "balance_of", "command", "commands", "counts", "standings", "terms_of",
    "unbilled_lines",
]  # fmt: skip
ENDED_BADLY = (Command.State.FAILED, Command.State.EXPIRED)


@dataclass(frozen=True)
class Unbilled:
    """The lines of one open period, as its bill would have them."""

    period: Period
    lines: list[LineView]
    total_fen: int
    energy_wh: int


def unbilled_lines(balance: Balance) -> list[Unbilled]:
    """Where the unbilled part of one account's balance comes from, period by period."""
    found = []
    for part, priced in balance.parts:
        known = items(priced.lines[:, ITEM].tolist())
        lines = []
        for seq, row in enumerate(priced.lines.tolist(), 1):
            line = BillLine(
                seq=seq, segment=row[SEGMENT], item=known[row[ITEM]], quantity=row[QUANTITY], price_e8=row[PRICE_E8],
                amount_fen=row[AMOUNT_FEN],
            )  # fmt: skip
            lines.append(view(line, part.segments[row[SEGMENT]].export))
        if lines:
            found.append(Unbilled(part.period, lines, int(priced.total_fen.sum()), int(priced.energy_wh.sum())))
    return found


def terms_of(scope: Scope, account_id: int) -> PrepayTerms | None:
    """The prepayment an account of the scope stands under."""
    return PrepayTerms.objects.within(scope).filter(account_id=account_id, valid_to__isnull=True).first()


@dataclass(frozen=True)
class Counts:
    """How many accounts prepay and stand at each level; when the oldest of the low ones was counted."""

    prepaying: int
    by_level: dict[str, int]
    counted_at: datetime | None

    @property
    def ok(self) -> int:
        return self.prepaying - sum(self.by_level.values())


def counts(scope: Scope) -> Counts:
    """Accounts of the scope by level."""
    prepaying = PrepayTerms.objects.within(scope).filter(valid_to__isnull=True).count()
    rows = Standing.objects.within(scope)
    by_level = dict(rows.order_by().values_list("level").annotate(n=Count("pk")))
    newest = rows.aggregate(newest=Max("counted_at"))["newest"]
    return Counts(
        prepaying, {level.value: by_level.get(level.value, 0) for level in Level if level != Level.OK}, newest
    )


def standings(scope: Scope, level: str = "") -> ScopedQuerySet[Standing]:
    """The accounts that stand low, in the order of their paths and keys; one level where it is given."""
    rows = Standing.objects.within(scope).select_related("account__customer", "account__premise")
    return (rows.filter(level=level) if level else rows).order_by("path", "pk")


def commands(scope: Scope, which: str = "") -> ScopedQuerySet[Command]:
    """Orders, newest first: ``live``, ``bad`` (failed or expired), or all."""
    rows = Command.objects.within(scope).select_related("account__customer").order_by("-pk")
    return rows.filter(state__in={"live": LIVE, "bad": ENDED_BADLY}[which]) if which else rows


def commands_of(scope: Scope, account_id: int) -> ScopedQuerySet[Command]:
    """The orders of one account, newest first."""
    return Command.objects.within(scope).filter(account_id=account_id).order_by("-pk")


def command(scope: Scope, public_id: UUID | str) -> Command:
    """One order. Raises NotInScope where the actor may not know of it."""
    found = Command.objects.within(scope).filter(public_id=public_id).first()
    if found is None:
        raise NotInScope()
    return found


def devices_of(scope: Scope, account_id: int) -> list[TokenDevice]:
    """The keypad devices of an account that are in use, by serial number."""
    return list(TokenDevice.objects.within(scope).filter(account_id=account_id, in_use=True).order_by("serial"))


def token_of(scope: Scope, payment_id: int) -> Token | None:
    """The token that a payment bought."""
    return Token.objects.within(scope).filter(payment_id=payment_id).select_related("device").first()


def alarms_of(scope: Scope, account_id: int) -> ScopedQuerySet[Alarm]:
    """What the customer was told, newest first."""
    return Alarm.objects.within(scope).filter(account_id=account_id).order_by("-pk")
