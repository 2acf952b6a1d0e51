"""`gridhall demo build|logins`: the demonstration city."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from gridhall.demo import logins
from gridhall.demo.build import build
from gridhall.demo.progress import Progress
from gridhall.demo.span import NotCovered
from gridhall.platform.demo_mode import DEMO_PASSWORD
from gridhall.platform.models import AuditEvent


class Command(BaseCommand):
    help = "Build the demonstration city in an empty data folder (build), or show who can sign in (logins)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("task", choices=["build", "logins"])
        parser.add_argument("--customers", type=int, default=2000)
        parser.add_argument("--seed", type=int, default=7)
        parser.add_argument("--today", type=date.fromisoformat, metavar="DATE", help="the city ends the day before")

    def handle(self, *args: Any, **given: Any) -> None:
        """Exit code 1 where a demonstration may not be built."""
        if not settings.DEMO:
            raise CommandError("Demonstration log-ins are public: this needs GRIDHALL_DEMO=1 and a data folder of its own.")
        if given["task"] == "logins":
            self._logins()
        else:
            self._build(given["customers"], given["seed"], given["today"] or timezone.localdate())

    def _build(self, customers: int, seed: int, today: date) -> None:
        if customers < 40:
            raise CommandError("A city has at least 40 customers.")
        if AuditEvent.objects.exists():
            raise CommandError(
                "There is something in this database already, perhaps a city that was not finished. "
                "Delete the data folder or choose another (GRIDHALL_DATA=...), migrate, and build again."
            )
        progress = Progress(self.stdout)
        try:
            seconds = build(customers, seed, today, progress.show)
        except NotCovered as error:
            raise CommandError(f"No city for this day: {error}.") from error
        progress.end()
        for stage, taken in seconds.items():
            self.stdout.write(f"  {stage:<14}{taken:6.1f} s")

    def _logins(self) -> None:
        people = logins.everybody()
        width = max((len(person.username) for person in people), default=0)
        for person in people:
            self.stdout.write(f"  {person.username:<{width}}  {person.what}")
        self.stdout.write(f"\nPassword of them all: {DEMO_PASSWORD}")
