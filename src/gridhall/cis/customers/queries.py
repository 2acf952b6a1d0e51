"""Reads of customers, accounts and agreements, always scoped; bulk reads by id are for rows a scoped read gave."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils import timezone

from gridhall.cis.customers.models import Account, Agreement, Customer
from gridhall.cis.customers.search.hits import Hit, search
from gridhall.cis.metering import queries as metering
from gridhall.cis.metering.models import Installation
from gridhall.cis.network import queries as network
from gridhall.cis.network.models import Premise, ServicePointTerms
from gridhall.platform.errors import NotInScope
from gridhall.platform.scope import Scope

__all__ = [
    "Hit",
    "Summary",
    "account_by_number",
    "account_by_public_id",
    "account_ids_in_cycle",
    "accounts",
    "agreements_overlapping",
    "numbers_of",
    "search",
    "summary",
]


def account_by_number(scope: Scope, number: str) -> Account:
    """One account with customer and premise. Raises NotInScope where the actor may not know of it."""
    return _one(scope, number=number)


def account_by_public_id(scope: Scope, public_id: UUID | str) -> Account:
    """One account with customer and premise. Raises NotInScope where the actor may not know of it."""
    return _one(scope, public_id=public_id)


def accounts(scope: Scope) -> list[Account]:
    """Every account of a customer's log-in, by number; of staff, use ``search``."""
    return list(Account.objects.filter(pk__in=scope.accounts).select_related("customer", "premise").order_by("number"))


@dataclass(frozen=True)
class Summary:
    """An account as it stands on a day."""

    account: Account
    customer: Customer
    premise: Premise
    agreements: list[Agreement]
    installations: list[Installation]
    terms: list[ServicePointTerms]


def summary(account: Account, day: date | None = None) -> Summary:
    """The account with what holds on ``day``, today unless given; a closed account as of its last day."""
    day = day or timezone.localdate()
    if account.closed_on and account.closed_on <= day:
        day = date.fromordinal(account.closed_on.toordinal() - 1)
    held = Agreement.objects.on(day).filter(account=account)
    agreements = list(held.select_related("service_point__point").order_by("-direction", "pk"))
    points = sorted({agreement.service_point_id for agreement in agreements})
    terms = network.terms_on(points, day)
    return Summary(
        account,
        account.customer,
        account.premise,
        agreements,
        metering.installed_on(points, day),
        [terms[point] for point in points if point in terms],
    )


def agreements_overlapping(account_ids: Collection[int], first: date, end: date) -> list[Agreement]:
    """The agreements that hold on some day of ``[first, end)``, by account, service point and date, for billing."""
    rows = Agreement.objects.overlapping(first, end).filter(account__in=account_ids)
    return list(rows.select_related("service_point").order_by("account", "service_point", "direction", "valid_from"))


def account_ids_in_cycle(cycle_id: int, first: date, end: date) -> list[int]:
    """The accounts of a cycle that were open on some day of ``[first, end)``, in the order of their ids."""
    rows = Account.objects.filter(cycle=cycle_id, opened_on__lt=end).exclude(closed_on__lte=first)
    return list(rows.order_by("pk").values_list("pk", flat=True))


def _one(scope: Scope, **condition: object) -> Account:
    account = Account.objects.within(scope).select_related("customer", "premise", "cycle").filter(**condition).first()
    if account is None:
        raise NotInScope()
    return account


def numbers_of(scope: Scope, account_ids: Iterable[int]) -> dict[int, str]:
    """Account numbers by id, for lists that hold ids; accounts out of scope are absent."""
    return dict(Account.objects.within(scope).filter(pk__in=set(account_ids)).values_list("pk", "number"))
