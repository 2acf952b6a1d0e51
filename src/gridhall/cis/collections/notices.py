"""The notices of a disconnection: their words in the customer's language, and the paper they are printed on."""

from __future__ import annotations

import hashlib
from typing import Any

from django.utils import timezone

from gridhall.cis.billing.document import account_block, utility
from gridhall.cis.collections.models import DisconnectionOrder, Notice
from gridhall.cis.collections.protecting import needs_a_copy
from gridhall.kernel.money import format_yuan
from gridhall.platform.actions import Act
from gridhall.platform.documents import schema as doc
from gridhall.platform.documents.schema import Words
from gridhall.platform.notifications import notify, words

TEMPLATES = {
    Notice.Kind.CUSTOMER: "disconnection-notice",
    Notice.Kind.AUTHORITY: "disconnection-copy",
    Notice.Kind.FINAL: "disconnection-final",
}
AUTHORITY_LANGUAGE = "zh-hans"


def issue(act: Act, order: DisconnectionOrder, kind: str = "", how: str = "") -> list[Notice]:
    """Write the notices that an order needs now; the last one is also sent, where it goes by message."""
    if kind:
        return [_write(act, order, kind, how)]
    kinds = [Notice.Kind.CUSTOMER]
    if needs_a_copy(order.account_id, timezone.localtime(act.at).date()):
        kinds.append(Notice.Kind.AUTHORITY)
    return [_write(act, order, one, how) for one in kinds]


def _write(act: Act, order: DisconnectionOrder, kind: str, how: str) -> Notice:
    customer = order.account.customer
    language = AUTHORITY_LANGUAGE if kind == Notice.Kind.AUTHORITY else customer.language
    template, data = TEMPLATES[Notice.Kind(kind)], facts(order)
    subject, body = words(template, language, data)
    notice = Notice.objects.create(
        order=order, account_id=order.account_id, path=order.path, kind=kind, number="", subject=subject, body=body,
        planned_at=order.planned_at, overdue_fen=order.overdue_fen, oldest_due_on=order.oldest_due_on,
        issued_at=act.at, issued_by=act.actor.name,
    )  # fmt: skip
    notice.number = f"N{timezone.localtime(act.at):%Y%m%d}{notice.pk:09d}"
    notice.save(update_fields=["number"])
    if how == Notice.How.SMS and customer.phone:
        notify(act, template, "sms", customer.phone, language, data, order.account_id)
    return notice


def facts(order: DisconnectionOrder) -> dict[str, Any]:
    """What the words of a notice are filled with."""
    planned = timezone.localtime(order.planned_at) if order.planned_at else None
    return {
        "account": order.account.number, "name": order.account.customer.name,
        "address": order.account.premise.address, "amount": format_yuan(order.overdue_fen),
        "due_on": str(order.oldest_due_on), "planned": f"{planned:%Y-%m-%d %H:%M}" if planned else "",
    }  # fmt: skip


def notice_document(notice: Notice) -> doc.LetterDocument:
    """The paper of a notice; printed again later, it is the same to the byte."""
    account = notice.account
    planned = timezone.localtime(notice.planned_at)
    return doc.LetterDocument(
        number=notice.number,
        issued_at=timezone.localtime(notice.issued_at).isoformat(timespec="seconds"),
        content_sha256=content_sha256(notice),
        utility=utility(notice.path),
        account=account_block(account, "", None, notice.issued_at.date()),
        title=notice.subject,
        paragraphs=(notice.body,),
        facts=(
            doc.Fact(label=Words("欠费金额", "Overdue"), value=f"¥{format_yuan(notice.overdue_fen)}"),
            doc.Fact(label=Words("最早到期日", "Due since"), value=str(notice.oldest_due_on)),
            doc.Fact(label=Words("拟停电时间", "Planned cut"), value=f"{planned:%Y-%m-%d %H:%M}"),
        ),
        notes=(Words("恢复供电不收取任何费用。", "Switching the supply on again costs nothing."),),
    )


def content_sha256(notice: Notice) -> str:
    """What the check code of the paper stands for."""
    said = (notice.number, notice.account.number, notice.subject, notice.body, notice.planned_at.isoformat())
    return hashlib.sha256("\n".join(said).encode()).hexdigest()
