"""One case: its steps, what posting does to the books, and the decisions of the second person."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gridhall.cis.cases import queries
from gridhall.cis.cases.actions import approve_case, confirm_case, pay_out_refund, withdraw_case
from gridhall.cis.cases.actions.make import OPEN
from gridhall.cis.cases.document import notice_document
from gridhall.cis.cases.models import Case
from gridhall.cis.cases.preview import preview_of
from gridhall.cis.cases.terms import terms_of
from gridhall.halls.cases import shown
from gridhall.halls.deciding import ReasonForm, attempt
from gridhall.halls.forms import KeyedForm
from gridhall.halls.office.pages.cases import preview_context
from gridhall.halls.page import PageRequest, page
from gridhall.halls.prints import pdf_response
from gridhall.platform import policy
from gridhall.platform.errors import NotInScope
from gridhall.platform.tags import Tag


class SeenForm(KeyedForm):
    """Agreeing to an amount that was shown."""

    seen = forms.IntegerField(widget=forms.HiddenInput)


class PaidForm(KeyedForm):
    """Under which reference the money left."""

    reference = forms.CharField(label=gettext_lazy("Reference of the transfer"), max_length=60)


@page("office-case")
def case(request: PageRequest, public_id: UUID) -> HttpResponse:
    """Everything about it."""
    return _show(request, queries.case(request.actor.scope, public_id))


def _show(request: PageRequest, found: Case, status: int = 200, **more: Any) -> HttpResponse:
    actor, on = request.actor, timezone.localdate()
    own = actor.user_id in (found.opened_by_user, found.made_by_user)
    hand = own or actor.user_id == found.confirmed_by_user
    waits = found.state in (Case.State.CALCULATED, Case.State.CONFIRMED)
    refund = found.kind == Case.Kind.REFUND and found.state == Case.State.POSTED and found.paid_out_at is None
    context = {
        **shown(found), **(preview_context(preview_of(found, on)) if waits else {}), "own": own and waits,
        "terms": terms_of(found.terms),
        "may_edit": found.state in OPEN and policy.may(actor, Tag.CASE_CALCULATE),
        "may_confirm": found.state == Case.State.CALCULATED and policy.may(actor, Tag.CASE_CONFIRM) and not own,
        "may_approve": found.state == Case.State.CONFIRMED and policy.may(actor, Tag.CASE_APPROVE) and not hand,
        "may_pay_out": refund and policy.may(actor, Tag.CASE_PAY_OUT) and not own,
        "may_withdraw": found.state != Case.State.WITHDRAWN and policy.may(actor, Tag.CASE_WITHDRAW)
        and found.paid_out_at is None and not (own and found.state == Case.State.POSTED),
        "seen": SeenForm(initial={"seen": found.total_fen}), "paid": PaidForm(auto_id="paid_%s"),
        "reason": ReasonForm(auto_id="why_%s"),
    }  # fmt: skip
    return render(request, "office/case.html", {**context, **more}, status=status)


@page("office-case-confirm", "POST")
def confirm(request: PageRequest, public_id: UUID) -> HttpResponse:
    """By a second person, to what was shown."""
    found, form = queries.case(request.actor.scope, public_id), SeenForm(request.POST)
    done, status = None, 422
    if form.is_valid():
        data = form.cleaned_data
        done, status = attempt(form, lambda: confirm_case(request.actor, found.pk, data["seen"], key=str(data["key"])))
    if done is None:
        return _show(request, found, status, seen=form)
    posted = done.state == Case.State.POSTED
    messages.success(request, _("Confirmed and posted.") if posted else _("Confirmed. A supervisor decides next."))
    return redirect("office-case", public_id)


@page("office-case-approve", "POST")
def approve(request: PageRequest, public_id: UUID) -> HttpResponse:
    """By a supervisor, above the limit."""
    found, form = queries.case(request.actor.scope, public_id), SeenForm(request.POST)
    done, status = None, 422
    if form.is_valid():
        data = form.cleaned_data
        done, status = attempt(form, lambda: approve_case(request.actor, found.pk, data["seen"], key=str(data["key"])))
    if done is None:
        return _show(request, found, status, seen=form)
    messages.success(request, _("Confirmed and posted."))
    return redirect("office-case", public_id)


@page("office-case-withdraw", "POST")
def withdraw(request: PageRequest, public_id: UUID) -> HttpResponse:
    """With the reason; what is posted is reversed."""
    found, form = queries.case(request.actor.scope, public_id), ReasonForm(request.POST, auto_id="why_%s")
    done, status = None, 422
    if form.is_valid():
        data = form.cleaned_data
        done, status = attempt(
            form, lambda: withdraw_case(request.actor, found.pk, data["reason"].strip(), key=str(data["key"]))
        )
    if done is None:
        return _show(request, found, status, reason=form)
    messages.success(request, _("Withdrawn."))
    return redirect("office-case", public_id)


@page("office-case-pay-out", "POST")
def pay_out(request: PageRequest, public_id: UUID) -> HttpResponse:
    """The refund has left under a reference."""
    found, form = queries.case(request.actor.scope, public_id), PaidForm(request.POST, auto_id="paid_%s")
    done, status = None, 422
    if form.is_valid():
        data = form.cleaned_data
        done, status = attempt(
            form, lambda: pay_out_refund(request.actor, found.pk, data["reference"], key=str(data["key"]))
        )
    if done is None:
        return _show(request, found, status, paid=form)
    messages.success(request, _("The refund is paid out."))
    return redirect("office-case", public_id)


@page("office-case-pdf")
def pdf(request: PageRequest, public_id: UUID) -> HttpResponse:
    """The printed notice of what was posted."""
    found = queries.case(request.actor.scope, public_id)
    if found.posted_at is None:
        raise NotInScope()
    return pdf_response("notice", notice_document(found), f"notice-{found.number}.pdf")
