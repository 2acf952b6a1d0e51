"""Reads of debts and protections, always in scope; ``may_disconnect`` is what every way of cutting a supply asks."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db.models import F

from gridhall.cis.collections.models import (
    Arrangement,
    DisconnectionOrder,
    Dispute,
    DunningCase,
    Guarantee,
    Notice,
    Protection,
    Relief,
    Touch,
)
from gridhall.cis.collections.protecting import Against, reasons_against
from gridhall.cis.customers.models import Account
from gridhall.platform.scope import Scope, ScopedQuerySet

__all__ = [
    "Against", "arrangements", "cases", "disputes", "guarantees", "may_disconnect", "may_disconnect_many", "notices",
    "orders", "protections", "reliefs", "to_do", "touches_of",
]  # fmt: skip


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


def to_do(scope: Scope) -> ScopedQuerySet[Touch]:
    """Calls and visits that wait for somebody, the oldest first."""
    rows = Touch.objects.within(scope).filter(state=Touch.State.TO_DO)
    return rows.select_related("account__customer", "account__premise").order_by("made_at", "pk")


def orders(scope: Scope) -> ScopedQuerySet[DisconnectionOrder]:
    """Disconnection orders, the newest first."""
    rows = DisconnectionOrder.objects.within(scope).select_related("account__customer", "account__premise")
    return rows.order_by("-proposed_at", "-pk")


def notices(scope: Scope) -> ScopedQuerySet[Notice]:
    """Notices of disconnection, the newest first."""
    rows = Notice.objects.within(scope).select_related("account__customer", "account__premise", "order")
    return rows.order_by("-issued_at", "-pk")


def arrangements(scope: Scope) -> ScopedQuerySet[Arrangement]:
    """Instalment plans: what waits for approval first, then the newest."""
    rows = Arrangement.objects.within(scope).select_related("account__customer").prefetch_related("instalments")
    return rows.order_by("-proposed_at", "-pk")


def guarantees(scope: Scope) -> ScopedQuerySet[Guarantee]:
    """Deposits and guarantees, what ends soonest first."""
    rows = Guarantee.objects.within(scope).select_related("account__customer")
    return rows.order_by(F("valid_to").asc(nulls_last=True), "pk")


def reliefs(scope: Scope) -> ScopedQuerySet[Relief]:
    """Waivers and write-offs, the newest first."""
    return Relief.objects.within(scope).select_related("account__customer", "bill").order_by("-proposed_at", "-pk")


def disputes(scope: Scope) -> ScopedQuerySet[Dispute]:
    """Questions about bills, the longest waiting first."""
    return Dispute.objects.within(scope).select_related("account__customer", "bill").order_by("opened_at", "pk")
