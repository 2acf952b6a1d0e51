"""gridhall worker: does jobs, sends messages, keeps figures fresh, until it is asked to end."""

from __future__ import annotations

import logging
import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import DatabaseError, close_old_connections

from gridhall.platform import jobs

IDLE_S = 1.0
DATABASE_AWAY_S = 5.0
log = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Do jobs until SIGTERM; a job that is running stops after its current step and goes on later."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="do what is due and end")

    def handle(self, *, once: bool, **_options: Any) -> None:
        asked_to_end = threading.Event()

        def end(_signal: int, _frame: Any) -> None:
            asked_to_end.set()
            jobs.stop()

        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, end)
        jobs.submit_recurring()
        if once:
            jobs.run_until_idle()
            return
        while not asked_to_end.is_set():
            asked_to_end.wait(self._one())

    def _one(self) -> float:
        """Do one job; the seconds to wait afterwards."""
        try:
            close_old_connections()
            return 0 if jobs.run_one() else IDLE_S
        except DatabaseError:
            log.exception("the database is away; trying again")
            close_old_connections()
            return DATABASE_AWAY_S
