"""What prepayment asks of a head-end. A driver for another system implements these three."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

Verb = Literal["open", "permit-close"]


class Unreachable(Exception):
    """The head-end did not take the order, or nobody knows whether it did: send it again."""


@dataclass(frozen=True)
class Order:
    """One command. Carried out once per ``command_id``; ignored where the meter has carried out a higher sequence."""

    command_id: str
    sequence: int
    meter: str
    verb: Verb


@dataclass(frozen=True)
class Reply:
    """What a meter answered; may come late, twice or never."""

    command_id: str
    done: bool
    detail: str = ""


class HeadEnd(Protocol):
    """A way to meters. Every method may raise Unreachable."""

    def send(self, order: Order) -> None:
        """Hand an order over; its answer comes through ``replies``."""

    def replies(self) -> Sequence[Reply]:
        """Answers that came since the last time somebody asked."""

    def relay_closed(self, meter: str) -> bool | None:
        """Whether current can flow, as the meter's newest status says; None where it does not answer."""
