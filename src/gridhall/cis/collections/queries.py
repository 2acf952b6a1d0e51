"""Reads of debts and protections, always in scope; ``may_disconnect`` is what every way of cutting a supply asks."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from gridhall.cis.collections.models import DunningCase, Protection, Touch
from gridhall.cis.collections.protecting import Against, reasons_against
from gridhall.cis.customers.models import Account
from gridhall.platform.scope import Scope, ScopedQuerySet

__all__ = ["Against", "cases", "may_disconnect", "may_disconnect_many", "protection", "protections", "touches_of"]


def may_disconnect(account: Account | int, at: datetime) -> list[Against]:
    """Why the supply of an account (or its id) must not be cut at a moment; an empty list means that it may be.

    Holds for every way of cutting: by a fitter, by remote command, by an empty prepaid balance. The list, low income in
    winter, days off and hours are looked at; whether a debt allows it is the disconnection order's business.
    """
    pk = account if isinstance(account, int) else account.pk
    return reasons_against([pk], at).get(pk, [])


def may_disconnect_many(account_ids: Collection[int], at: datetime) -> dict[int, list[Against]]:
    """The same for at most some thousand accounts at once; those that may be cut off are absent."""
    return reasons_against(account_ids, at)


def cases(scope: Scope, *, ended: bool = False) -> ScopedQuerySet[DunningCase]:
    """Dunning cases that have not ended (or that have), the largest debt first."""
    rows = DunningCase.objects.within(scope).select_related("account__customer", "account__premise")
    kept = rows.filter(state=DunningCase.State.ENDED) if ended else rows.exclude(state=DunningCase.State.ENDED)
    return kept.order_by("-overdue_fen", "pk")


def touches_of(scope: Scope, account_id: int) -> ScopedQuerySet[Touch]:
    """Every touch of an account, newest first."""
    return Touch.objects.within(scope).filter(account_id=account_id).order_by("-made_at", "-pk")


def protections(scope: Scope) -> ScopedQuerySet[Protection]:
    """The do-not-disconnect list: what waits for a second person first, then what ends soonest."""
    rows = Protection.objects.within(scope).select_related("account__customer")
    return rows.order_by("-state", "valid_to", "pk")


def protection(scope: Scope, public_id: UUID | str) -> Protection | None:
    """One row of the list."""
    return protections(scope).filter(public_id=public_id).first()
