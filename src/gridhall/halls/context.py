"""What every template may ask for."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language

from gridhall.halls import nav
from gridhall.platform.actor import ANONYMOUS

ELDER_COOKIE = "gridhall_elder"
HOTLINE = "95598"


def hall(request: HttpRequest) -> dict[str, Any]:
    """``actor``, the open ``halls``, the current ``hall`` and ``page``, ``elder`` mode and the ``other_language``."""
    actor = getattr(request, "actor", ANONYMOUS)
    match = request.resolver_match
    page = (match.url_name if match else "") or ""
    halls = list(nav.open_halls(actor))
    other = "en" if get_language() == "zh-hans" else "zh-hans"
    return {
        "actor": actor,
        "halls": halls,
        "hall": next(
            (hall for hall in halls if page.startswith(hall.prefix + "-")), halls[0] if len(halls) == 1 else None
        ),
        "page": page,
        "elder": request.COOKIES.get(ELDER_COOKIE) == "1",
        "hotline": HOTLINE,
        "demo": settings.DEMO,
        "other_language": other,
        "other_language_name": dict(settings.LANGUAGES)[other],
    }
