"""Head-ends: what carries an order to the switch of a meter and says what became of it."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings

from gridhall.cis.prepay.drivers.line import LineHeadEnd
from gridhall.cis.prepay.drivers.port import HeadEnd, Order, Reply, Unreachable

__all__ = ["HeadEnd", "Order", "Reply", "Unreachable", "configured"]


def configured() -> HeadEnd | None:
    """The head-end at ``settings.HEAD_END`` (``tcp://host:port``); None where there is none, and orders wait."""
    if not settings.HEAD_END:
        return None
    parts = urlsplit(settings.HEAD_END)
    if parts.scheme != "tcp" or not parts.hostname or not parts.port:
        raise ValueError(f"GRIDHALL_HEAD_END is {settings.HEAD_END!r}; write tcp://host:port")
    return LineHeadEnd(parts.hostname, parts.port)
