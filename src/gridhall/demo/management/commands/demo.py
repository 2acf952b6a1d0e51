"""`gridhall demo build|logins`: the demonstration city."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils import timezone

from gridhall.demo import logins
from gridhall.demo.build import build
from gridhall.demo.progress import Progress
from gridhall.demo.span import NotCovered
from gridhall.platform.demo_mode import DEMO_PASSWORD
from gridhall.platform.models import AuditEvent

CUSTOMERS_MIN = 40


def _marker() -> Path:
    """Written when a city is whole; a database with something in it but without this was left half-built."""
    return Path(settings.DATA) / "demo-city.json"


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
            raise CommandError(
                "Demonstration log-ins are public: this needs GRIDHALL_DEMO=1 and a data folder of its own."
            )
        if given["task"] == "logins":
            self._logins()
        else:
            self._build(given["customers"], given["seed"], given["today"] or timezone.localdate())

    def _build(self, customers: int, seed: int, today: date) -> None:
        if customers < CUSTOMERS_MIN:
            raise CommandError(f"A city has at least {CUSTOMERS_MIN} customers: one of every class, and the cast.")
        self._require_empty()
        progress = Progress(self.stdout)
        try:
            city = build(customers, seed, today, progress.show)
        except NotCovered as error:
            raise CommandError(f"No city for this day: {error}.") from error
        progress.end()
        _marker().write_text(json.dumps({"customers": customers, "seed": seed, "digest": city.digest}) + "\n")
        if city.until < today:
            self.stdout.write(f"The shipped prices end, so the city ends before {city.until}.")
        for stage, taken in city.seconds.items():
            self.stdout.write(f"  {stage:<14}{taken:6.1f} s")
        self.stdout.write(f"{customers} customers, {city.bills} bills, digest {city.digest[:12]}.")

    def _require_empty(self) -> None:
        if AuditEvent._meta.db_table not in connection.introspection.table_names():
            raise CommandError("The database has no tables yet: run `gridhall migrate` first.")
        if _marker().exists():
            raise CommandError(f"There is a city in {settings.DATA} already. Choose another folder: GRIDHALL_DATA=...")
        if AuditEvent.objects.exists():
            raise CommandError(
                f"There is something in this database: a city that was not finished, or real data. For a city, delete "
                f"{settings.DATA} (with PostgreSQL the database, too), migrate and build again; or choose another "
                f"folder: GRIDHALL_DATA=..."
            )

    def _logins(self) -> None:
        people = logins.everybody()
        width = max((len(person.username) for person in people), default=0)
        for person in people:
            self.stdout.write(f"  {person.username:<{width}}  {person.what}")
        self.stdout.write(f"\nPassword of them all: {DEMO_PASSWORD}")
