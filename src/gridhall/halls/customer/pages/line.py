"""Why? One line of a bill, down to the days and the intervals, or the register reads, it came from."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render

from gridhall.halls.customer.bills import find
from gridhall.halls.customer.explaining import day_context, line_context
from gridhall.halls.page import PageRequest, page


@page("customer-line")
def line(request: PageRequest, public_id: UUID, seq: int) -> HttpResponse:
    """The formula of a line and the days behind it."""
    context = line_context(find(request.actor.scope, public_id), seq)
    return render(request, "customer/line.html", {**context, "day_page": "customer-line-day"})


@page("customer-line-day")
def line_day(request: PageRequest, public_id: UUID, seq: int, on: date) -> HttpResponse:
    """The intervals of one day."""
    return render(request, "customer/line_day.html", day_context(find(request.actor.scope, public_id), seq, on))
