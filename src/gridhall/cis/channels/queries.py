"""Reading links and their messages, always in scope."""

from __future__ import annotations

from uuid import UUID

from gridhall.cis.channels.models import Link, Message, PartnerFile
from gridhall.platform.errors import NotInScope
from gridhall.platform.scope import EVERYTHING, Scope, ScopedQuerySet

ONLINE = (Link.Adapter.BANK_API, Link.Adapter.ALIPAY, Link.Adapter.WECHAT)


def online_link(public_id: UUID) -> Link | None:
    """The link that a machine names in its address; its messages prove themselves whose they are."""
    return Link.objects.within(EVERYTHING).filter(public_id=public_id, active=True, adapter__in=ONLINE).first()


def links(scope: Scope) -> ScopedQuerySet[Link]:
    """All links, by code."""
    return Link.objects.within(scope)


def link(scope: Scope, public_id: UUID | str) -> Link:
    """One link. Raises NotInScope."""
    found = Link.objects.within(scope).filter(public_id=public_id).first()
    if found is None:
        raise NotInScope()
    return found


def messages_of(scope: Scope, of: Link) -> ScopedQuerySet[Message]:
    """Messages of a link, newest first."""
    return Message.objects.within(scope).filter(link=of).select_related("payment__account").order_by("-at", "-pk")


def files(scope: Scope) -> ScopedQuerySet[PartnerFile]:
    """Files that banks sent, newest first, without their content."""
    return PartnerFile.objects.within(scope).select_related("link").defer("content").order_by("-kept_at", "-pk")


def file(scope: Scope, public_id: UUID | str) -> PartnerFile:
    """One file. Raises NotInScope."""
    found = PartnerFile.objects.within(scope).select_related("link").filter(public_id=public_id).first()
    if found is None:
        raise NotInScope()
    return found
