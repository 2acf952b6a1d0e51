"""Differences of a parallel run: a group of one cause and size, and one account with both bills side by side."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from gridhall.cis.customers.models import Account
from gridhall.cis.parallel import queries
from gridhall.cis.parallel.actions import Group, accept_group, accept_one
from gridhall.cis.parallel.models import Cause, Comparison, ParallelRun
from gridhall.halls.deciding import ReasonForm, attempt
from gridhall.halls.lists import listing
from gridhall.halls.office.pages.parallel import bands, find
from gridhall.halls.office.parallel.beside import rows_of
from gridhall.halls.office.parallel.sentences import advice, sentence
from gridhall.halls.page import PageRequest, page
from gridhall.platform import policy
from gridhall.platform.errors import NotInScope
from gridhall.platform.tags import Tag

State = Comparison.State


@page("office-parallel-group", "GET", "POST")
def group(request: PageRequest, public_id: UUID) -> HttpResponse:
    """The differences of a cause and size, largest first; all that are open are accepted with one reason."""
    found, scope = find(request.actor.scope, public_id), request.actor.scope
    chosen = {name: request.GET.get(name, "") for name in ("cause", "band", "state")}
    cause = chosen["cause"] if chosen["cause"] in Cause.values else ""
    band = int(chosen["band"]) if chosen["band"] in map(str, range(len(bands()))) else None
    state = chosen["state"] if chosen["state"] in State.values else ""
    form, status = ReasonForm(request.POST or None), 200
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        done, status = attempt(
            form,
            lambda: accept_group(
                request.actor, found.pk, Group(cause or None, band), data["reason"], key=str(data["key"])
            ),
        )
        if done is not None:
            messages.success(request, _("The differences are accepted."))
            return redirect("office-parallel", found.public_id)
    last = queries.latest(found)
    shown = listing(request, queries.differences(scope, last, cause=cause, band=band, state=state) if last else [])
    open_ = queries.differences(scope, last, cause=cause, band=band, state=State.OPEN).count() if last else 0
    context = {
        "run": found, "listing": shown, "rows": [(one, _short(one)) for one in shown.rows], "form": form,
        "cause": Cause(cause) if cause else None, "band": bands()[band] if band is not None else "", "open": open_,
        "chosen": {"cause": cause, "band": "" if band is None else str(band), "state": state},
        "causes": Cause.choices, "bands": list(enumerate(bands())), "states": State.choices,
        "may_accept": policy.may(request.actor, Tag.PARALLEL_ACCEPT) and found.state == ParallelRun.State.COMPARED,
    }  # fmt: skip
    return render(request, "office/parallel_group.html", context, status=status)


def _short(one: Comparison) -> str:
    """The first thing to say of a difference."""
    parts = one.detail.get("parts", ())
    return sentence(parts[0]) if parts else ""


@page("office-difference", "GET", "POST")
def difference(request: PageRequest, public_id: UUID) -> HttpResponse:
    """Both bills of an account line by line, the cause in words, what to do, and the acceptance."""
    scope = request.actor.scope
    one = queries.difference(scope, public_id)
    if one is None or queries.run(scope, one.round.run.public_id) is None:
        raise NotInScope()
    form, status = ReasonForm(request.POST or None), 200
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        done, status = attempt(form, lambda: accept_one(request.actor, one.pk, data["reason"], key=str(data["key"])))
        if done is not None:
            messages.success(request, _("The difference is accepted."))
            after = queries.following(scope, one)
            return redirect("office-difference", (after or one).public_id)
    both, run = queries.beside(one), one.round.run
    account = Account.objects.within(scope).filter(pk=one.account_id).first() if one.account_id else None
    context = {
        "one": one, "run": run, "account": account, "form": form, "both": both, "rows": rows_of(both.pairs),
        "parts": [(part, Cause(part["cause"]).label, sentence(part)) for part in one.detail.get("parts", ())],
        "advice": advice(scope, one), "following": queries.following(scope, one),
        "newer": one.round.number != run.rounds,
        "may_accept": policy.may(request.actor, Tag.PARALLEL_ACCEPT) and one.state == State.OPEN
        and run.state == ParallelRun.State.COMPARED and one.round.number == run.rounds,
    }  # fmt: skip
    return render(request, "office/difference.html", context, status=status)
