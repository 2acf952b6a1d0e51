"""Reading invoices back, always in scope."""

from __future__ import annotations

from uuid import UUID

from django.utils import timezone

from gridhall.cis.invoices import rules
from gridhall.cis.invoices.document import InvoiceDocument
from gridhall.cis.invoices.models import Invoice
from gridhall.platform.errors import NotInScope
from gridhall.platform.scope import Scope, ScopedQuerySet


def invoices(scope: Scope, state: str = "") -> ScopedQuerySet[Invoice]:
    """Newest first."""
    rows = Invoice.objects.within(scope).select_related("bill", "red_of").order_by("-requested_at", "-pk")
    return rows.filter(state=state) if state else rows


def invoice(scope: Scope, public_id: UUID) -> Invoice:
    """One invoice. Raises NotInScope."""
    found = invoices(scope).filter(public_id=public_id).first()
    if found is None:
        raise NotInScope()
    return found


def of_bill(scope: Scope, bill_id: int) -> list[Invoice]:
    """The invoices of a bill, oldest first."""
    return list(invoices(scope).filter(bill_id=bill_id).order_by("pk"))


def labelled(document: InvoiceDocument) -> list[tuple[rules.Field, str]]:
    """The fields that a digital invoice shows, with its names for them."""
    rows = []
    for field in rules.form(timezone.localdate()).fields:
        value: object = document
        for step in field.path.split("."):
            value = getattr(value, step)
        rows.append((field, str(value)))
    return rows
