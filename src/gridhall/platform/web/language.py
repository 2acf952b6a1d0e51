"""The language a person reads: a cookie for the browser, a column for the log-in."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from gridhall.platform.models import User

COOKIE_AGE_S = 365 * 24 * 3600


def choose(request: HttpRequest, response: HttpResponseBase, language: str) -> None:
    """Use ``language`` from the next page on; a person who is signed in keeps it on every device."""
    if language not in dict(settings.LANGUAGES):
        return
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=COOKIE_AGE_S,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    if request.user.is_authenticated:
        User.objects.filter(pk=request.user.pk).update(language=language)


def at_sign_in(request: HttpRequest, response: HttpResponseBase, user: User) -> None:
    """Bring the language kept with the log-in to a browser where nothing was chosen yet."""
    chosen_here = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
    if not chosen_here and user.language != settings.LANGUAGE_CODE:
        choose(request, response, user.language)
