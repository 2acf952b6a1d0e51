"""What a reader chooses on any page: the language and the size of type."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect

from gridhall.halls.context import ELDER_COOKIE
from gridhall.halls.page import PageRequest, page
from gridhall.halls.pages.sign_in import safe_next
from gridhall.platform.web import language as languages


@page("language", "POST")
def language(request: PageRequest) -> HttpResponse:
    """Switch the language and stay on the page."""
    response = redirect(safe_next(request))
    languages.choose(request, response, request.POST.get("language", ""))
    return response


@page("elder", "POST")
def elder(request: PageRequest) -> HttpResponse:
    """大字版: larger type on every page of this browser."""
    response = redirect(safe_next(request))
    value = "1" if request.POST.get("elder") == "1" else "0"
    response.set_cookie(
        ELDER_COOKIE,
        value,
        max_age=languages.COOKIE_AGE_S,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return response
