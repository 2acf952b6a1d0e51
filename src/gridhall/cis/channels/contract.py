"""What every adapter agrees to: an envelope comes in, a request is read from it or it is turned away, a reply goes out.

    read(link, envelope) -> Request     check origin and shape; no change. Raises Turned.
    answer(link, request) -> Outcome    do it by the actions of payments; Turned becomes the partner's own kind of no.
    reply(link, request, outcome) -> Reply

An adapter is a module with these three functions. What happens between them (keys, repetitions, the record of every
message) is the same for all and stands in ``inbox``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from gridhall.cis.channels.models import Link
from gridhall.cis.payments.models import Payment


@dataclass(frozen=True)
class Envelope:
    """A message as it came: ``path`` is the address it was sent to, header names are in lower case."""

    body: bytes
    at: datetime
    headers: Mapping[str, str] = field(default_factory=dict)
    path: str = ""


@dataclass(frozen=True)
class Request:
    """What a message asks for, once its origin is proved. ``key`` names it for ever; a question has none."""

    kind: str
    key: str | None
    nonce: str | None
    said: Any


@dataclass(frozen=True)
class Outcome:
    """What came of a request: ``code`` is ``ok`` or why not, ``said`` is for the partner."""

    code: str = "ok"
    status: int = 200
    said: Mapping[str, Any] = field(default_factory=dict)
    payment: Payment | None = None

    @property
    def good(self) -> bool:
        return self.code == "ok"


@dataclass(frozen=True)
class Reply:
    """The bytes that go back."""

    status: int
    body: bytes
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)


class Turned(Exception):
    """A message is turned away. ``code`` is stable and for machines; nothing was booked."""

    def __init__(self, code: str, status: int = 422, detail: str = "") -> None:
        super().__init__(detail or code)
        self.code, self.status, self.detail = code, status, detail


class Adapter(Protocol):
    """A partner's way of speaking."""

    def read(self, link: Link, envelope: Envelope) -> Request: ...

    def answer(self, link: Link, request: Request) -> Outcome: ...

    def reply(self, link: Link, request: Request | None, outcome: Outcome) -> Reply: ...
