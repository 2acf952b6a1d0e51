"""What has to be done before several threads serve."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
from django.urls import get_resolver


def make_ready() -> None:
    """Load every page, and let msgspec make its plan of every record type.

    It makes one at the first use of a type; a second thread that comes meanwhile would be handed a half-made plan, and
    the process would die of it.
    """
    _pages = get_resolver().url_patterns
    for kind in kinds_below(msgspec.Struct):
        msgspec.json.Decoder(kind)


def kinds_below(kind: type[msgspec.Struct]) -> Iterator[type[msgspec.Struct]]:
    """Every record type that is made of this one, by now."""
    for child in kind.__subclasses__():
        yield child
        yield from kinds_below(child)
