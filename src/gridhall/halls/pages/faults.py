"""Answers when something is missing or broken. A fault shows a number to quote, never what went wrong inside."""

from __future__ import annotations

import logging
import secrets
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

log = logging.getLogger("gridhall.faults")
BOTH = ("zh-hans", "en")


def not_found(request: Any, exception: Exception | None = None) -> HttpResponse:
    """404, as a page or as a message for htmx."""
    if getattr(request, "htmx", False):
        response = render(request, "halls/_refusal.html", {"message": _("There is no such page")}, status=404)
        response["HX-Retarget"] = "#refusal"
        return response
    return render(request, "halls/not_found.html", status=404)


def fault(request: HttpRequest) -> HttpResponse:
    """500: everything that could itself be broken (session, database, language) is left alone."""
    error_id = secrets.token_hex(4)
    log.error(
        "fault %s at %s", error_id, request.resolver_match.url_name if request.resolver_match else "-", exc_info=True
    )
    return HttpResponse(render_to_string("halls/fault.html", {"error_id": error_id, "languages": BOTH}), status=500)


def stale_form(request: Any, reason: str = "") -> HttpResponse:
    """The form's token does not fit the session: signed out meanwhile, or sent from elsewhere."""
    message = _("This form is too old or came from another page. Open it again and repeat.")
    return render(request, "halls/refusal.html", {"message": message, "back": "/"}, status=403)
