"""Today's work: what waits for a decision, what runs, what came in."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gridhall.cis.billing import late_facts
from gridhall.cis.billing import queries as billing
from gridhall.cis.billing.models import BillRun
from gridhall.cis.customers.models import Account, Agreement
from gridhall.cis.tariffs import calendars
from gridhall.cis.tariffs.models import TariffVersion
from gridhall.cis.tariffs.queries import parsed
from gridhall.halls import formats
from gridhall.halls.forms import HallForm
from gridhall.halls.office import hours
from gridhall.halls.office.issues import RULES
from gridhall.halls.page import PageRequest, page
from gridhall.kernel.calendars import Calendar
from gridhall.platform.models import Job
from gridhall.platform.scope import Scope
from gridhall.readings import queries as readings

SHOWN = 6
LATE_MAX = 500  # bills that are looked at for what arrived after them; the page of late facts looks at all


class FindForm(HallForm):
    """An account by its number or by the code of its metering point; posted, so that neither is in an address."""

    text = forms.CharField(label=gettext_lazy("Account number or metering point"), max_length=60)


@page("office-home")
def home(request: PageRequest) -> HttpResponse:
    """Counts and the newest of everything."""
    return render(request, "office/home.html", {**_work(request.actor.scope), "find": FindForm()})


def _work(scope: Scope) -> dict[str, Any]:
    runs = billing.runs(scope).exclude(state__in=(BillRun.State.CANCELLED, BillRun.State.RELEASED))
    kinds = billing.exceptions(scope).order_by().values_list("kind").annotate(n=Count("pk")).order_by("-n", "kind")
    rules = readings.issues(scope).order_by().values_list("rule").annotate(n=Count("pk")).order_by("-n", "rule")
    jobs = Job.objects.within(scope).filter(state__in=(Job.State.QUEUED, Job.State.RUNNING, Job.State.FAILED))
    today = timezone.localdate()
    return {
        "runs": runs[:SHOWN], "released": billing.runs(scope).filter(state=BillRun.State.RELEASED)[:SHOWN],
        "kinds": [(kind, formats.words(billing.exception_words(kind)), n) for kind, n in kinds],
        "rules": [(rule, RULES.get(rule, rule), n) for rule, n in rules],
        "run_out": [(one.code, hours.name(one), hours.run_out_sentence((one,), today)) for one in _ending(today)],
        "late": late_facts.waiting(scope, LATE_MAX), "unpriced": billing.unpriced(scope),
        "jobs": jobs.order_by("-pk")[:SHOWN], "imports": readings.imports(scope)[:SHOWN],
    }  # fmt: skip


def _ending(today: date) -> list[Calendar]:
    """Calendars whose hours have run out, or soon will, while a tariff of today bills by them."""
    used = {
        published.calendar
        for one in TariffVersion.objects.filter(valid_from__lte=today)
        if (one.valid_to is None or one.valid_to > today) and (published := parsed(one.pk)).calendar
    }
    return [one for one in calendars.run_out(today) if one.code in used]


@page("office-find", "POST")
def find(request: PageRequest) -> HttpResponse:
    """Leads to the account; a number of others is as unknown as one that does not exist."""
    form = FindForm(request.POST)
    if form.is_valid():
        text = form.cleaned_data["text"].strip()
        rows = Account.objects.within(request.actor.scope)
        supplied = Agreement.objects.within(request.actor.scope).filter(service_point__point__code=text)
        account = rows.filter(number=text).first() or rows.filter(
            pk__in=supplied.values("account_id")
        ).order_by("-pk").first()  # fmt: skip
        if account is not None:
            return redirect("office-account", account.public_id)
        form.add_error("text", _("There is no such account in your units."))
    return render(request, "office/home.html", {**_work(request.actor.scope), "find": form}, status=422)
