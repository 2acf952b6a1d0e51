"""Everything that happened about one account's debts, as one list of moments."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from gridhall.cis.collections import queries
from gridhall.cis.collections.models import Touch
from gridhall.cis.payments.queries import payments_of
from gridhall.halls import formats
from gridhall.platform.scope import Scope

SHOWN_MAX = 100  # of each kind; an older moment is found in the audit log


@dataclass(frozen=True)
class Moment:
    """One thing that happened: what, in which words, by whom, and where it can be opened."""

    at: datetime
    what: str
    words: str
    by: str
    state: str = ""
    link: str = ""
    touch: Touch | None = None


def timeline(scope: Scope, account_id: int) -> list[Moment]:
    """The newest first."""
    found = [*_touches(scope, account_id), *_agreed(scope, account_id), *_orders(scope, account_id)]
    found += _given(scope, account_id)
    return sorted(found, key=lambda moment: moment.at, reverse=True)


def _touches(scope: Scope, account_id: int) -> Iterator[Moment]:
    for touch in queries.touches_of(scope, account_id)[:SHOWN_MAX]:
        said = " ".join(part for part in (touch.get_outcome_display(), touch.note) if part)
        yield Moment(
            touch.made_at, touch.get_channel_display(), touch.body, touch.done_by or touch.made_by,
            said or touch.get_state_display(), touch=touch,
        )  # fmt: skip
    for payment in payments_of(scope, account_id)[:SHOWN_MAX]:
        words = _("%(amount)s, receipt %(receipt)s") % {
            "amount": formats.yuan(payment.amount_fen), "receipt": payment.receipt_number,
        }  # fmt: skip
        yield Moment(payment.received_at, _("Payment"), words, payment.received_by, payment.get_state_display())


def _agreed(scope: Scope, account_id: int) -> Iterator[Moment]:
    for row in queries.arrangements(scope).filter(account_id=account_id)[:SHOWN_MAX]:
        words = _("%(amount)s in %(count)s parts") % {
            "amount": formats.yuan(row.total_fen), "count": len(row.instalments.all()),
        }  # fmt: skip
        yield Moment(
            row.proposed_at, _("Instalments"), words, row.proposed_by, row.get_state_display(),
            reverse("collections-arrangement", args=[row.public_id]),
        )  # fmt: skip
    for asked in queries.disputes(scope).filter(account_id=account_id)[:SHOWN_MAX]:
        yield Moment(
            asked.opened_at, _("Question about a bill"), asked.reason, asked.opened_by, asked.get_state_display(),
            reverse("collections-dispute", args=[asked.public_id]),
        )  # fmt: skip


def _orders(scope: Scope, account_id: int) -> Iterator[Moment]:
    for order in queries.orders(scope).filter(account_id=account_id)[:SHOWN_MAX]:
        link = reverse("collections-order", args=[order.public_id])
        yield Moment(
            order.proposed_at, _("Disconnection order"), formats.yuan(order.overdue_fen), order.proposed_by,
            order.get_state_display(), link,
        )  # fmt: skip
        if order.executed_at:
            yield Moment(order.executed_at, _("Supply cut"), order.cut_reading, order.executed_by, link=link)
        if order.reconnected_at:
            yield Moment(order.reconnected_at, _("Reconnected"), order.on_reading, order.reconnected_by, link=link)
    for notice in queries.notices(scope).filter(account_id=account_id)[:SHOWN_MAX]:
        words = f"{notice.number} {notice.subject}"
        yield Moment(notice.issued_at, notice.get_kind_display(), words, notice.issued_by, notice.get_how_display())


def _given(scope: Scope, account_id: int) -> Iterator[Moment]:
    for row in queries.protections(scope).filter(account_id=account_id)[:SHOWN_MAX]:
        yield Moment(
            row.proposed_at, _("Do-not-disconnect list"), f"{row.get_reason_display()}: {row.evidence}",
            row.proposed_by, row.get_state_display(), reverse("collections-protection", args=[row.public_id]),
        )  # fmt: skip
    for held in queries.guarantees(scope).filter(account_id=account_id)[:SHOWN_MAX]:
        yield Moment(
            held.taken_at, held.get_kind_display(), formats.yuan(held.amount_fen), held.taken_by,
            held.get_state_display(), reverse("collections-guarantee", args=[held.public_id]),
        )  # fmt: skip
    for given in queries.reliefs(scope).filter(account_id=account_id)[:SHOWN_MAX]:
        yield Moment(
            given.proposed_at, given.get_kind_display(), formats.yuan(given.amount_fen), given.proposed_by,
            given.get_state_display(), reverse("collections-relief", args=[given.public_id]),
        )  # fmt: skip
