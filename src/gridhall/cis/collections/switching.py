"""Cutting and restoring from afar: collections asks, and whoever drives the switches of meters says whether it will.

What came of it is reported by ``actions.record_switching``; until then nothing is believed.
"""

from __future__ import annotations

from django.dispatch import Signal

from gridhall.cis.collections.models import DisconnectionOrder
from gridhall.platform.actions import Act

asked = Signal()
"""Sent with ``act``, ``order`` (locked) and ``closed``, how the switch should stand. A receiver that sees to it returns
True; it asks the clocks of the order again right before a supply is cut."""


def ask(act: Act, order: DisconnectionOrder, *, closed: bool) -> bool:
    """Whether somebody sees to it that the switch of the order's account stands so."""
    return any(taken for _receiver, taken in asked.send(DisconnectionOrder, act=act, order=order, closed=closed))
