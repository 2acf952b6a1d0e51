"""Work that comes back: domains register it when their app is ready, the worker does it, one worker at a time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from gridhall.platform import jobs


def periodic(name: str, every: timedelta, function: Callable[[], None]) -> None:
    """Have ``function`` called about once in ``every`` while a worker runs, for the first time at once.

    It must end well within ``jobs.LEASE``. A failure is logged and tried again later, with growing delay.
    """

    def run(_running: jobs.Running) -> None:
        function()

    jobs.handler(name, every=every)(run)
