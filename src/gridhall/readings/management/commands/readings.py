"""`gridhall readings verify|compact|sweep`: care of the interval store."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from gridhall.readings import upkeep
from gridhall.readings.models import Segment


class Command(BaseCommand):
    help = "Check the interval store (verify), put complete months in order (compact), remove orphans (sweep)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("task", choices=["verify", "compact", "sweep"])

    def handle(self, *args: Any, **given: Any) -> None:
        """Exit code 1 when a file is damaged."""
        getattr(self, f"_{given['task']}")()

    def _verify(self) -> None:
        damaged = list(upkeep.damaged())
        for error in damaged:
            self.stderr.write(str(error))
        if damaged:
            raise CommandError(f"{len(damaged)} of {Segment.objects.count()} segment files are damaged.")
        self.stdout.write(f"{Segment.objects.count()} segment files are as they were published.")

    def _compact(self) -> None:
        months = upkeep.compactable(timezone.localdate())
        for month in months:
            upkeep.compact_month(month)
        self.stdout.write(f"{len(months)} months were put in order.")

    def _sweep(self) -> None:
        self.stdout.write(f"{len(upkeep.sweep())} orphans were removed.")
