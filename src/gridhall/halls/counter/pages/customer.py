"""Everything about one account on one page: who, what is owed and why, supply, meters, payments, energy."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gridhall.cis.collections.queries import may_disconnect
from gridhall.cis.customers import queries as customers
from gridhall.cis.customers.actions import unmask_phone
from gridhall.cis.customers.models import Account, Agreement
from gridhall.cis.payments.queries import Standing, payments_of, standing
from gridhall.cis.tariffs.queries import in_force
from gridhall.halls import charts, formats
from gridhall.halls.collections.standing import stands_against
from gridhall.halls.customer.bills import month_totals
from gridhall.halls.forms import HallForm
from gridhall.halls.page import PageRequest, page
from gridhall.halls.prepay import shown
from gridhall.platform import policy
from gridhall.platform.errors import Refused
from gridhall.platform.orgs import unit_at
from gridhall.platform.scope import Scope
from gridhall.platform.tags import Tag

MONTHS, PAYMENTS = 13, 6
ONE_DAY = date.resolution


class PurposeForm(HallForm):
    purpose = forms.CharField(label=gettext_lazy("Why do you need it?"), min_length=3, max_length=100)


@page("counter-customer")
def customer(request: PageRequest, public_id: UUID) -> HttpResponse:
    """The page of one account."""
    account = customers.account_by_public_id(request.actor.scope, public_id)
    return render(request, "counter/customer.html", _context(request, account))


@page("counter-phone", "POST")
def phone(request: PageRequest, public_id: UUID) -> HttpResponse:
    """The same page with the full telephone number; who looked and why is in the audit log."""
    account = customers.account_by_public_id(request.actor.scope, public_id)
    form, full = PurposeForm(request.POST), ""
    if form.is_valid():
        full = unmask_phone(request.actor, account, form.cleaned_data["purpose"])
    status = 200 if full else Refused.status
    context = {**_context(request, account), "purpose_form": form, "full_phone": full}
    return render(request, "counter/customer.html", context, status=status)


def _context(request: PageRequest, account: Account) -> dict[str, Any]:
    today = timezone.localdate()
    owed = standing(account.pk, today)
    summary = customers.summary(account, today)
    return {
        "account": account,
        "summary": summary,
        "unit": unit_at(account.path),
        "agreements": [(agreement, tariff_name(agreement, today)) for agreement in summary.agreements],
        "standing": owed,
        "alerts": list(alerts(account, owed)),
        "against": stands_against(request.actor.scope, account),
        "payments": payments_of(request.actor.scope, account.pk)[:PAYMENTS],
        "energy": energy_bars(request.actor.scope, account),
        "purpose_form": PurposeForm(),
        "may_arrange": policy.may_open(request.actor, "counter-collections"),
        **shown(request.actor.scope, account),
        "may_prepay": policy.may_open(request.actor, "counter-prepay"),
        "may_pay": policy.may_open(request.actor, "counter-pay"),
        "may_reverse": policy.may(request.actor, Tag.PAYMENT_REVERSE),
        "may_unmask": policy.may(request.actor, Tag.PHONE_UNMASK),
        "today": today,
    }


def tariff_name(agreement: Agreement, on: date) -> str:
    """The tariff in force in the reader's language; its code where no version holds."""
    held = in_force(agreement.tariff_code, on, on + ONE_DAY)
    if not held:
        return agreement.tariff_code
    name = held[-1].version.name
    return name.zh if formats.chinese() else name.en


def alerts(account: Account, owed: Standing) -> list[str]:
    """What the clerk must know before the first word."""
    found = []
    if account.customer.needs:
        found.append(_("Special needs: %(needs)s") % {"needs": account.customer.needs})
    if owed.overdue_fen:
        oldest = min(item.bill.due_on for item in owed.items if item.overdue)
        facts = {"amount": formats.yuan(owed.overdue_fen), "day": formats.day(oldest)}
        found.append(_("%(amount)s is overdue, the oldest part since %(day)s.") % facts)
    found += [one.words for one in may_disconnect(account, timezone.now()) if one.code != "hours"]
    if account.status == Account.Status.CLOSED:
        found.append(_("This account is closed."))
    return found


def energy_bars(scope: Scope, account: Account) -> charts.Chart | None:
    """Billed energy of the last thirteen months."""
    totals = month_totals(scope, account.pk, MONTHS)
    if not totals:
        return None
    last = totals[-1]
    facts = {"month": formats.month(last.month), "kwh": formats.kwh(last.energy_wh)}
    finding = _("%(month)s: %(kwh)s kWh.") % facts
    usual = sum(total.energy_wh for total in totals[:-1]) // max(1, len(totals) - 1)
    if usual:
        change = formats.percent(last.energy_wh, usual)
        finding += " " + _("That is %(share)s %% of the average of the months before.") % {"share": change}
    labels = [formats.month(total.month) for total in totals]
    return charts.bars(finding, labels, [total.energy_wh for total in totals], head=_("Month"), name="energy")
