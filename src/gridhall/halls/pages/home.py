"""The home address leads everybody to the first page of their own hall."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect

from gridhall.halls import nav
from gridhall.halls.page import PageRequest, page, refusal
from gridhall.platform.errors import NotAllowed


@page("home")
def home(request: PageRequest) -> HttpResponse:
    """The sign-in page, or the first page that policy opens."""
    if request.actor.kind == "anonymous":
        return redirect("sign-in")
    first = nav.first_page(request.actor)
    return redirect(first) if first else refusal(request, NotAllowed())
