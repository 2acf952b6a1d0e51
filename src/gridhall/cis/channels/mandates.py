"""Reading mandates and what became of the debits under them, always in scope."""

from __future__ import annotations

import zlib

from gridhall.cis.channels.models import DebitFile, Link, Mandate
from gridhall.cis.customers.models import Account
from gridhall.cis.payments.models import Payment
from gridhall.platform.errors import NotInScope
from gridhall.platform.scope import EVERYTHING, Scope, ScopedQuerySet
from gridhall.platform.sealing import unseal

FILES = (Link.Adapter.BANK_FILE, Link.Adapter.ISO20022)  # partners that take lists of debits
CHANNELS = ("direct-debit", "collection")


def mandates(scope: Scope) -> ScopedQuerySet[Mandate]:
    """All mandates, newest first, with their bank and customer."""
    return Mandate.objects.within(scope).select_related("link", "account__customer").order_by("-pk")


def of_account(scope: Scope, account_id: int) -> list[Mandate]:
    """The mandates of an account, newest first; one without ``ended_on`` is in force."""
    return list(mandates(scope).filter(account_id=account_id))


def in_force(scope: Scope, account_id: int) -> Mandate | None:
    """The one mandate by which the bank may be asked now."""
    return mandates(scope).filter(account_id=account_id, ended_on__isnull=True).first()


def debits(scope: Scope, account_id: int) -> ScopedQuerySet[Payment]:
    """What was asked of banks for an account, newest first: announced, booked, refused or taken back."""
    rows = Payment.objects.within(scope).filter(account_id=account_id, method=Payment.Method.DEBIT)
    return rows.order_by("-received_at", "-pk")


def banks_for(account: Account) -> list[Link]:
    """The banks by which this account can be collected: links of a unit above it, working, for lists of debits."""
    rows = Link.objects.within(EVERYTHING).filter(active=True, channel__in=CHANNELS, adapter__in=FILES)
    return [link for link in rows if account.path.startswith(link.path)]


def debit_files(scope: Scope) -> ScopedQuerySet[DebitFile]:
    """Lists that banks were given, newest first, without their content."""
    return DebitFile.objects.within(scope).select_related("link").defer("content").order_by("-asked_at", "-pk")


def debit_file(scope: Scope, public_id: object) -> DebitFile:
    """One list with its content. Raises NotInScope."""
    found = DebitFile.objects.within(scope).select_related("link").filter(public_id=public_id).first()
    if found is None:
        raise NotInScope()
    return found


def content_of(row: DebitFile) -> bytes:
    """The list as it goes to the bank, with the customers' accounts there in full."""
    return zlib.decompress(unseal(bytes(row.content)))
