"""A disconnection order: its steps with their clocks, its notices with their proof, and the next verb."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gridhall.cis.collections import actions, clocks, queries, rules
from gridhall.cis.collections.models import DisconnectionOrder
from gridhall.cis.collections.models.disconnection import BEFORE_THE_CUT
from gridhall.cis.collections.notices import notice_document
from gridhall.halls.collections import forms
from gridhall.halls.collections.pages.details import shown
from gridhall.halls.collections.verbs import Verb
from gridhall.halls.page import PageRequest, page
from gridhall.platform.documents.render import render_pdf
from gridhall.platform.tags import Tag

State = DisconnectionOrder.State


@page("collections-order", "GET", "POST")
def order(request: PageRequest, public_id: UUID) -> HttpResponse:
    """POST does the verb that its form names; what is missing is said beside it."""
    row: DisconnectionOrder = queries.orders(request.actor.scope).get(public_id=public_id)
    notices = list(queries.notices(request.actor.scope).filter(order=row))
    now = timezone.now()
    steps = clocks.before_the_cut(row, now) if row.state in BEFORE_THE_CUT else []
    open_notices = [(one.pk, f"{one.number} {one.get_kind_display()}") for one in notices if not one.delivered_at]
    verbs = _verbs(row, open_notices) if row.state in BEFORE_THE_CUT else []
    return shown(request, "collections/order.html", row, verbs, notices=notices, steps=steps, now=now)


def _verbs(row: DisconnectionOrder, open_notices: list[tuple[int, str]]) -> list[Verb]:
    now = timezone.localtime()
    verbs = []
    if open_notices:
        verbs.append(
            Verb("deliver", _("Record a delivery"), Tag.DISCONNECTION_DELIVER,
                 lambda actor, data, key: actions.record_delivery(
                     actor, data["notice"], data["moment"], data["how"], data["handed_to"], data["proof"], key=key),
                 _("The proof is kept."), forms.DeliveryForm,
                 {"notices": open_notices, "day": now.date(), "hour": now.time()})
        )  # fmt: skip
    if row.approved_at is None:
        verbs.append(
            Verb("approve", _("Approve the cut"), Tag.DISCONNECTION_APPROVE,
                 lambda actor, _data, key: actions.approve_disconnection(actor, row.pk, key=key),
                 _("The cut is approved."))
        )  # fmt: skip
    if row.approved_at is not None and row.remote_at is None and settings.HEAD_END:
        verbs.append(
            Verb("remote", _("Cut by a command to the meter"), Tag.DISCONNECTION_REMOTE,
                 lambda actor, _data, key: actions.cut_remotely(actor, row.pk, key=key),
                 _("The command waits for the head-end; the supply counts as cut when the switch was seen open."),
                 danger=True)
        )  # fmt: skip
    verbs.append(
        Verb("notice", _("Issue the notice") if row.planned_at is None else _("Choose another time"),
             Tag.DISCONNECTION_NOTICE,
             lambda actor, data, key: actions.issue_notice(actor, row.pk, data["moment"], key=key),
             _("The notice is written; print it and record its delivery."), forms.MomentForm,
             {"day": first_day(now.date()), "hour": "10:00"})
    )  # fmt: skip
    verbs.append(
        Verb("withdraw", _("Give the order up"), Tag.DISCONNECTION_WITHDRAW,
             lambda actor, data, key: actions.withdraw_disconnection(actor, row.pk, data["reason"], key=key),
             _("The order is given up."), forms.WhyForm, danger=True)
    )  # fmt: skip
    return verbs


def first_day(today: date) -> date:
    """The first working day that leaves a day to deliver the notice and its least days before the cut."""
    day = today + timedelta(days=rules.disconnection(today).notice_days.least + 1)
    while rules.rest_day(day):
        day += timedelta(days=1)
    return day


@page("collections-notice-pdf")
def notice_pdf(request: PageRequest, public_id: UUID) -> HttpResponse:
    """The paper of a notice, in the customer's language."""
    notice = queries.notices(request.actor.scope).get(public_id=public_id)
    language = "zh-hans" if notice.account.customer.language.startswith("zh") else "en"
    content = render_pdf("letter", notice_document(notice), language=language)  # type: ignore[arg-type]
    headers = {"Content-Disposition": f'inline; filename="notice-{notice.number}.pdf"'}
    return HttpResponse(content, content_type="application/pdf", headers=headers)
