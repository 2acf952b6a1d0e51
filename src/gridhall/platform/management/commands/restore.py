"""gridhall restore FILE: put a back-up in place; what was there is moved aside, not deleted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from gridhall.platform.backup import BackupError, restore


class Command(BaseCommand):
    help = "Put a back-up into the data folder. Stop the service first; check afterwards with `audit verify`."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--force", action="store_true", help="even where there is a database; it is moved aside")

    def handle(self, *, file: Path, force: bool, **_options: Any) -> None:
        try:
            aside = restore(file, force=force)
        except BackupError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"restored from {file}" + (f"; what was there is in {aside}" if aside else ""))
