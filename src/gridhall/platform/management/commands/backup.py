"""gridhall backup FILE: the whole installation in one file, while it runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from gridhall.platform.backup import BackupError, back_up


class Command(BaseCommand):
    help = "Write database, interval store and documents into one file. The service may run."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *, file: Path, **_options: Any) -> None:
        try:
            count = back_up(file)
        except BackupError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{count} files, {file.stat().st_size >> 20} MiB in {file}")
