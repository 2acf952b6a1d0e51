"""What arrived late: bills that weather, a notice, hours or prices change, and what waits for prices."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy, ngettext

from gridhall.cis.billing import late_facts
from gridhall.cis.billing.actions import re_rate
from gridhall.cis.billing.queries import exception_words, unpriced
from gridhall.cis.tariffs import day_facts
from gridhall.halls import formats
from gridhall.halls.page import PageRequest, page

SHOWN_MAX = 100  # bills compared on one page; the next ones come when these are done
CAUSES = {late_facts.PERIODS: gettext_lazy("other periods"), late_facts.PRICES: gettext_lazy("other prices")}


@page("office-late")
def late(request: PageRequest) -> HttpResponse:
    """The bills that were made before a fact which changes them, and accounts without a bill for want of prices."""
    found = late_facts.changes(request.actor.scope, SHOWN_MAX)
    context = {
        "changes": [(one, [CAUSES[cause] for cause in sorted(one.causes)]) for one in found if not one.problem],
        "stuck": [(one, formats.words(exception_words(one.problem[0]))) for one in found if one.problem],
        "unpriced": unpriced(request.actor.scope),
    }
    return render(request, "office/late.html", context)


@page("office-late-rerate", "POST")
def rerate(request: PageRequest) -> HttpResponse:
    """Bills the shown ones again, each by an action of its own."""
    done, seen = 0, "-".join(map(str, day_facts.newest()))
    for one in late_facts.changes(request.actor.scope, SHOWN_MAX):
        if not one.problem:
            re_rate(request.actor, one.bill.pk, key=f"re-rate:{one.bill.pk}:{seen}")
            done += 1
    messages.success(request, ngettext("%(n)s bill was re-rated.", "%(n)s bills were re-rated.", done) % {"n": done})
    return redirect("office-late")
