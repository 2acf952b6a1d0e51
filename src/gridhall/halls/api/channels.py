"""Where banks and wallets send their messages."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils.translation import override

from gridhall.cis.channels import inbox, queries
from gridhall.cis.channels.contract import Envelope
from gridhall.halls.page import PageRequest, page
from gridhall.platform import clock

BYTES_MAX = 64 << 10  # the largest notice of a wallet has some kilobytes


@page("api-channel", "POST")
def message(request: PageRequest, public_id: UUID) -> HttpResponse:
    """Hand the bytes as they came to the partner's adapter, and its reply back."""
    link = queries.online_link(public_id)
    if link is None:
        raise Http404
    if int(request.headers.get("Content-Length") or 0) > BYTES_MAX:
        return HttpResponse(status=413)
    headers = {name.lower(): value for name, value in request.headers.items()}
    with override("en"):  # machines and the engineers behind them
        reply = inbox.take(link, Envelope(request.body, clock.now(), headers, request.path))
    response = HttpResponse(reply.body, status=reply.status, content_type=reply.content_type)
    for name, value in reply.headers.items():
        response[name] = value
    return response


# No cookie speaks for a machine: each message carries a signature over its own bytes, so there is no token to send.
message.csrf_exempt = True  # type: ignore[attr-defined]
