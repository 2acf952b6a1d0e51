"""Drafts and tables within a scope, and which days of a tariff are billed already."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db.models import F, Q, QuerySet

from gridhall.cis.billing.models import Bill
from gridhall.cis.studio import documents
from gridhall.cis.studio.models import Draft, DraftRevision, PriceTable
from gridhall.cis.tariffs.models import TariffVersion
from gridhall.cis.tariffs.queries import parsed
from gridhall.platform.errors import NotInScope
from gridhall.platform.scope import Scope

LIVE = (Bill.State.DRAFT, Bill.State.HELD, Bill.State.RELEASED)
COUNTED_MAX = 10_000


def drafts(scope: Scope) -> QuerySet[Draft]:
    """Newest first."""
    return Draft.objects.within(scope).order_by("-created_at", "-pk")


def draft(scope: Scope, public_id: UUID) -> Draft:
    """One draft; to a stranger it does not exist."""
    found = Draft.objects.within(scope).select_related("base__tariff", "published__tariff").filter(public_id=public_id)
    return _one(found)


def tables(scope: Scope) -> QuerySet[PriceTable]:
    """Newest first, without the files."""
    return PriceTable.objects.within(scope).defer("content", "document").order_by("-created_at", "-pk")


def table(scope: Scope, public_id: UUID) -> PriceTable:
    """One table, without its file; to a stranger it does not exist."""
    return _one(PriceTable.objects.within(scope).defer("content").filter(public_id=public_id))


def _one(rows: QuerySet) -> Draft | PriceTable:
    row = rows.first()
    if row is None:
        raise NotInScope()
    return row


def latest(draft: Draft) -> DraftRevision:
    """The text as it stands."""
    return draft.revisions.latest("number")


def base_text(draft: Draft) -> str:
    """The version a draft is based on, in canonical form; empty for a new tariff."""
    return documents.to_yaml(parsed(draft.base_id)) if draft.base_id else ""


def predecessor(code: str, on: date) -> TariffVersion | None:
    """The newest version of a tariff that began on the day or before, whether or not it has ended."""
    rows = TariffVersion.objects.filter(tariff__code=code, valid_from__lte=on)
    return rows.order_by("-valid_from", "-pk").first()


def versions_for_copying(limit: int = 500) -> QuerySet[TariffVersion]:
    """What a draft can be based on, newest first within each tariff."""
    rows = TariffVersion.objects.select_related("tariff").only(
        "valid_from", "valid_to", "tariff__code", "tariff__name_zh", "tariff__name_en"
    )
    return rows.order_by("tariff__area", "tariff__code", "-valid_from", "-pk")[:limit]


def billed(code: str, first: date, end: date | None) -> int:
    """How many live bills of accounts on the tariff cover a day that a version from ``first`` on would price.

    Days from the next stored version on are not its own, in_force gives them to that one. Counted to 10,000.
    """
    later = TariffVersion.objects.filter(tariff__code=code, valid_from__gt=first).order_by("valid_from").first()
    ends = [day for day in (end, later.valid_from if later else None) if day]
    bills = Q(period_to__gt=first, month__gte=(first.year - 1) * 100 + first.month, state__in=LIVE)
    on_tariff = Q(account__agreements__tariff_code=code, account__agreements__valid_from__lt=F("period_to"))
    holding = Q(account__agreements__valid_to=None) | Q(account__agreements__valid_to__gt=first)
    rows = Bill.objects.filter(bills & on_tariff & holding, kind__in=Bill.RATED)
    if ends:
        rows = rows.filter(period_from__lt=min(ends))
    return rows.values("pk").distinct()[:COUNTED_MAX].count()


def diff_to_base(draft: Draft) -> list[documents.DiffLine]:
    """The text as it stands against the version it is based on, both in canonical form."""
    return documents.diff(base_text(draft), documents.canonical(latest(draft).text))
