"""What the pages of both halls do with bills of other issuers: list, enter, show, discard."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.utils.translation import gettext as _

from gridhall.cis.advice import queries
from gridhall.cis.advice.actions import add_shadow_bill, discard_shadow_bill
from gridhall.cis.advice.models import ShadowBill
from gridhall.cis.customers.models import Account
from gridhall.halls.forms import KeyedForm
from gridhall.halls.lists import listing
from gridhall.halls.other_bills.form import FileForm, OtherBillForm
from gridhall.halls.other_bills.showing import shown
from gridhall.halls.page import PageRequest
from gridhall.platform import policy
from gridhall.platform.errors import NotInScope, Refused
from gridhall.platform.tags import Tag


def kept(request: PageRequest, account: Account, address: Callable[[ShadowBill], str]) -> dict[str, Any]:
    """For ``halls/_other_bills.html``."""
    found = listing(request, queries.shadow_bills(request.actor.scope, account.pk))
    return {
        "listing": found, "rows": [(one, address(one)) for one in found.rows],
        "may_add": policy.may(request.actor, Tag.SHADOW_ADD),
    }  # fmt: skip


def entered(request: PageRequest, account: Account) -> tuple[ShadowBill | None, dict[str, Any], int]:
    """The bill that was kept, or the forms for ``halls/_other_bill_form.html`` and the status."""
    sends = request.POST.get("by") == "file"
    form = OtherBillForm(None if sends else request.POST or None)
    file_form = FileForm(request.POST if sends else None, request.FILES if sends else None, auto_id="id_file_%s")
    sent, status = file_form if sends else form, 200
    if request.method == "POST" and sent.is_valid():
        try:
            other = file_form.other(account) if sends else form.other()
            key = str(sent.cleaned_data["key"])
            return add_shadow_bill(request.actor, account, other, key=key), {}, 302
        except Refused as error:
            if error.status == 404:
                raise
            sent.add_error(None, str(error))
    if request.method == "POST":
        status = Refused.status
    return None, {"form": form, "file_form": file_form}, status


def one(request: PageRequest, public_id: UUID) -> dict[str, Any]:
    """For ``halls/_other_bill.html``; to a stranger the bill does not exist. A press discards it."""
    found = queries.shadow_bill(request.actor.scope, public_id)
    if found is None:
        raise NotInScope()
    if request.method == "POST" and (form := KeyedForm(request.POST)).is_valid():
        discard_shadow_bill(request.actor, found.pk, key=str(form.cleaned_data["key"]))
        messages.success(request, _("The bill is discarded."))
        found.refresh_from_db()
    own = found.owner is not None and found.owner == request.actor.user_id
    may = own and found.state == ShadowBill.State.KEPT and policy.may(request.actor, Tag.SHADOW_DISCARD)
    return {"shown": shown(found), "account": found.account, "may_discard": may, "discard_form": KeyedForm()}
