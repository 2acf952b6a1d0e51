"""The clerk's desk: the search box, the till of today and what was taken last."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from gridhall.cis.payments.queries import open_shift_of
from gridhall.halls.counter.till import till
from gridhall.halls.page import PageRequest, page


@page("counter-desk")
def desk(request: PageRequest) -> HttpResponse:
    """Without an open shift: how to open one."""
    user_id = request.actor.user_id
    shift = open_shift_of(user_id) if user_id else None
    return render(request, "counter/desk.html", {"till": till(shift) if shift else None})
