"""Closing a month: what was looked at, who proposed it, and who confirms."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from gridhall.cis.books.actions import bounds, confirm_close, propose_close, reopen
from gridhall.cis.books.checks import before_closing
from gridhall.cis.ledger.models import Period
from gridhall.halls.dates import month_of, month_or
from gridhall.halls.deciding import ReasonForm, attempt
from gridhall.halls.forms import KeyedForm
from gridhall.halls.office.books import words
from gridhall.halls.office.books.place import Place, months_down, place
from gridhall.halls.page import PageRequest, page
from gridhall.platform.errors import NotInScope
from gridhall.platform.models import OrgUnit
from gridhall.platform.scope import Scope

MONTHS = 18


@page("office-books-periods")
def periods(request: PageRequest) -> HttpResponse:
    """The last months of every city in scope."""
    cities = OrgUnit.objects.within(request.actor.scope).filter(level=OrgUnit.Level.CITY).order_by("path")
    months = months_down(month_of(timezone.localdate()), MONTHS)
    known = {(one.path, one.month): one for one in Period.objects.within(request.actor.scope).filter(month__in=months)}
    rows = [(city, [(month, known.get((city.path, month))) for month in months]) for city in cities]
    return render(request, "office/books/periods.html", {"rows": rows, "place": place(request)})


@page("office-books-period")
def period(request: PageRequest, public_id: UUID) -> HttpResponse:
    """One month of one city."""
    return _show(request, _city(request.actor.scope, public_id))


@page("office-books-propose", "POST")
def propose(request: PageRequest, public_id: UUID) -> HttpResponse:
    """Say that the month is ready."""
    city, form = _city(request.actor.scope, public_id), KeyedForm(request.POST)
    return _decided(
        request, city, form, _("The month is proposed; a second person confirms it."),
        lambda key: propose_close(request.actor, city.pk, _month(request), key=key),
    )  # fmt: skip


@page("office-books-confirm", "POST")
def confirm(request: PageRequest, public_id: UUID) -> HttpResponse:
    """Close it, as the second person."""
    city, form = _city(request.actor.scope, public_id), KeyedForm(request.POST)
    found = _period(request, city)
    return _decided(
        request, city, form, _("The month is closed."), lambda key: confirm_close(request.actor, found.pk, key=key)
    )


@page("office-books-reopen", "POST")
def open_again(request: PageRequest, public_id: UUID) -> HttpResponse:
    """Open it again, with a reason."""
    city, form = _city(request.actor.scope, public_id), ReasonForm(request.POST)
    found = _period(request, city)
    return _decided(
        request, city, form, _("The month is open again."),
        lambda key: reopen(request.actor, found.pk, form.cleaned_data["reason"], key=key),
    )  # fmt: skip


def _decided(
    request: PageRequest, city: OrgUnit, form: KeyedForm, said: str, act: Callable[[str], Any]
) -> HttpResponse:
    """Act and go back to the month, or show it with the words of the refusal."""
    status = 200
    if form.is_valid():
        done, status = attempt(form, lambda: act(str(form.cleaned_data["key"])))
        if done is not None:
            messages.success(request, said)
            return redirect(f"{reverse('office-books-period', args=[city.public_id])}?month={_month(request)}")
    return _show(request, city, form, status if status != 200 else 422)


def _show(request: PageRequest, city: OrgUnit, form: KeyedForm | None = None, status: int = 200) -> HttpResponse:
    month = _month(request)
    first, end = bounds(month)
    found = Period.objects.within(request.actor.scope).filter(path=city.path, month=month).first()
    here = Place(city.path, month, place(request).units, [])
    state = found.state if found else ""
    checks = words.shown(request.actor, here, before_closing(city.path, first, end))
    context = {
        "city": city, "month": month, "period": found, "checks": checks, "place": here,
        "blocked": any(one.state == "bad" for one in checks), "over": end <= timezone.localdate(),
        "form": form or (ReasonForm() if state == Period.State.CLOSED else KeyedForm()),
        "may_propose": state != Period.State.CLOSED, "may_confirm": state == Period.State.PROPOSED,
        "may_reopen": state == Period.State.CLOSED,
    }  # fmt: skip
    return render(request, "office/books/period.html", context, status=status)


def _city(scope: Scope, public_id: UUID) -> OrgUnit:
    found = OrgUnit.objects.within(scope).filter(public_id=public_id, level=OrgUnit.Level.CITY).first()
    if found is None:
        raise NotInScope()
    return found


def _period(request: PageRequest, city: OrgUnit) -> Period:
    found = Period.objects.within(request.actor.scope).filter(path=city.path, month=_month(request)).first()
    if found is None:
        raise NotInScope()
    return found


def _month(request: PageRequest) -> int:
    """The month asked for; the last one that is over where none is."""
    return month_or(request.GET.get("month"), months_down(month_of(timezone.localdate()), 2)[1])
