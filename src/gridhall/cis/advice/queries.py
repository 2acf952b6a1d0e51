"""What other plans would have cost, always in scope."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from gridhall.cis.advice.billed import newest_month, supplies
from gridhall.cis.advice.comparing import Compared, compare
from gridhall.cis.advice.plans import Catalogue, Plan
from gridhall.cis.customers.models import Account, Agreement
from gridhall.platform.errors import NotInScope
from gridhall.platform.scope import Scope


def advice(scope: Scope, account_id: int, catalogue: Catalogue) -> Compared | None:
    """The twelve months up to the newest bill under every plan that is open to the account on the catalogue's day.

    None where there is nothing to compare: no bill, no supply, or the account is closed. Raises NotInScope.
    """
    if not Account.objects.within(scope).filter(pk=account_id).exists():
        raise NotInScope()
    until = newest_month(Q(account=account_id))
    return None if until is None else next(iter(compare([account_id], until, catalogue)), None)


def catalogue(on: date) -> Catalogue:
    """The plans of a day, with the rules of choosing between them."""
    return Catalogue(on)


@dataclass(frozen=True)
class Choices:
    """The plans that are open to an account today, the present one first, and the agreement that would end."""

    plans: list[Plan]
    agreement: Agreement


def choices(scope: Scope, account_id: int, catalogue: Catalogue) -> Choices | None:
    """Without rating anything; None where the account is closed or not supplied. Raises NotInScope."""
    if not Account.objects.within(scope).filter(pk=account_id).exists():
        raise NotInScope()
    account = next(iter(supplies([account_id], catalogue.on)), None)
    if account is None or account.supply is None:
        return None
    return Choices(catalogue.choices(account.supply), Agreement.objects.get(pk=account.agreement_id))
