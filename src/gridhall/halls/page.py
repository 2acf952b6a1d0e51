"""A page: a view that checks its role by policy and answers refusals in the reader's language.

    @page("customer-bill")
    def bill(request: PageRequest, public_id: UUID) -> HttpResponse: ...

The name is the URL name and the name in ``policy.yaml``. Anonymous readers go to the sign-in page, wrong roles get 403,
and what lies outside the reader's scope does not exist: 404. Who sends what is in work already is told so: 409.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from contextlib import nullcontext
from typing import Any, Concatenate, ParamSpec, Protocol

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ObjectDoesNotExist
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect, retarget
from django_htmx.middleware import HtmxDetails

from gridhall.platform import policy
from gridhall.platform.actor import Actor
from gridhall.platform.errors import InWork, NotAllowed, Refused
from gridhall.platform.locks import is_busy, patience

P = ParamSpec("P")


class PageRequest(HttpRequest):
    """A request as pages see it."""

    actor: Actor
    htmx: HtmxDetails


class NamedPage(Protocol):
    """A view that knows its page name."""

    page_name: str

    def __call__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse: ...


def page(name: str, *methods: str) -> Callable[[Callable[Concatenate[Any, P], HttpResponse]], NamedPage]:
    """Guard a view by the page ``name``; ``methods`` default to GET and HEAD."""
    allowed = {"HEAD", *(methods or ("GET",))} if "GET" in (methods or ("GET",)) else set(methods)

    def decorate(view: Callable[Concatenate[Any, P], HttpResponse]) -> NamedPage:
        @functools.wraps(view)
        def guarded(request: Any, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if request.method not in allowed:
                return HttpResponseNotAllowed(sorted(allowed))
            if not policy.may_open(request.actor, name):
                return turn_away(request)
            try:
                with patience() if request.method == "POST" else nullcontext():
                    return view(request, *args, **kwargs)
            except ObjectDoesNotExist as error:
                raise Http404 from error
            except Refused as error:
                return refusal(request, error)
            except OperationalError as error:
                if not is_busy(error):
                    raise
                return refusal(request, InWork())

        guarded.page_name = name  # type: ignore[attr-defined]
        return guarded  # type: ignore[return-value]

    return decorate


def turn_away(request: Any) -> HttpResponse:
    """Anonymous readers sign in first; others are told that their role does not open this page."""
    if request.actor.kind == "anonymous":
        if request.htmx:
            return HttpResponseClientRedirect(reverse("sign-in"))
        return redirect_to_login(request.get_full_path() if request.method == "GET" else "/")
    return refusal(request, NotAllowed())


def refusal(request: Any, error: Refused) -> HttpResponse:
    """A refusal as a page, or as a message above the content when htmx asked for a part of one."""
    if error.status == 404:
        raise Http404 from error
    message = _("Your role does not allow this.") if isinstance(error, NotAllowed) else str(error)
    template = "halls/_refusal.html" if request.htmx else "halls/refusal.html"
    response = render(request, template, {"message": message, "back": _way_back(request)}, status=error.status)
    return retarget(response, "#refusal") if request.htmx else response


def _way_back(request: HttpRequest) -> str:
    referer = request.headers.get("Referer", "")
    own = request.build_absolute_uri("/")
    return referer if referer.startswith(own) else "/"
