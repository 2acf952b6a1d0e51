"""`gridhall calendars list`, `check FILE…` and `publish FILE…`: the hours of each area, version by version."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import override

from gridhall.cis.tariffs import calendars
from gridhall.cis.tariffs.actions import publish_calendar
from gridhall.kernel.calendars import load_calendar
from gridhall.kernel.tariffs import TariffError
from gridhall.platform.actor import system
from gridhall.platform.errors import Refused


class Command(BaseCommand):
    help = "Hours of time-of-use calendars: list their versions, check a text, publish hours that follow."

    def add_arguments(self, parser: ArgumentParser) -> None:
        commands = parser.add_subparsers(dest="command", required=True)
        commands.add_parser("list", help="every version with its days and notice")
        for name, text in (("check", "read without publishing"), ("publish", "take over from their valid_from on")):
            commands.add_parser(name, help=text).add_argument("files", nargs="+", type=Path, metavar="FILE")

    def handle(self, *_args: Any, command: str, files: list[Path] | None = None, **_options: Any) -> None:
        """Exit code 1 with the file, the entry and the remedy where hours cannot be used."""
        if command == "list":
            self.list_versions()
        for file in files or ():
            try:
                text = file.read_text(encoding="utf-8")
                if command == "check":
                    calendar = load_calendar(text)
                    said = f"{calendar.code}: every month is covered for both classes"
                else:
                    with override("en"):
                        row = publish_calendar(system("command line"), text)
                    said = f"{row.code}: in force from {row.valid_from}"
            except (OSError, UnicodeDecodeError, TariffError, Refused) as error:
                raise CommandError(f"{file}: {error}") from error
            self.stdout.write(said)

    def list_versions(self) -> None:
        for code, versions in calendars.known().items():
            for one in versions:
                begin, end = one.valid_from or "…", one.valid_to or "…"
                notices = " ".join(one.notices)
                self.stdout.write(
                    f"{code:<32} {begin!s:>10} to {end!s:<10} {one.evidence} {one.area} {notices}".rstrip()
                )
