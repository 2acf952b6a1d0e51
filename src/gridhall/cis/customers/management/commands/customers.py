"""`gridhall customers FILE …`: look through a file of customers, and bring it in."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import override

from gridhall.cis.customers.actions.import_customers import FileRefused, import_customers
from gridhall.cis.customers.importing.checking import Checked, check
from gridhall.cis.customers.importing.columns import template
from gridhall.platform.actor import system
from gridhall.platform.scope import EVERYTHING

SHOWN = 20


class Command(BaseCommand):
    help = "Look through a file of customers (CSV or XLSX); --apply brings it in, all of it or nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, nargs="?")
        parser.add_argument("--apply", action="store_true", help="bring the file in")
        parser.add_argument(
            "--quarantine", type=Path, metavar="REFUSED.CSV", help="bring in the good rows, write the others here"
        )
        parser.add_argument("--template", action="store_true", help="print an example file with every column")

    def handle(self, *args: Any, **given: Any) -> None:
        """Exit code 1 when the file cannot be read or has rows that cannot come in."""
        file: Path | None = given["file"]
        if given["template"]:
            self.stdout.write(template().decode("utf-8").rstrip())
            return
        if file is None or not file.is_file():
            raise CommandError(
                f"{file} is not a file; check the name." if file else "Name a file, or ask for --template."
            )
        with override("en"):
            if given["apply"] or given["quarantine"]:
                self._apply(file, given["quarantine"])
            else:
                self._preview(file, check(EVERYTHING, file))

    def _preview(self, file: Path, checked: Checked) -> None:
        self._problems(file, checked)
        if checked.unreadable or checked.refused:
            raise CommandError(f"{len(checked.good)} of {checked.rows} rows can be imported.")
        self.stdout.write(f"All {checked.rows} rows can be imported; add --apply to do it.")

    def _apply(self, file: Path, refused: Path | None) -> None:
        try:
            done = import_customers(system("command line"), file, file.name, quarantine=refused is not None)
        except FileRefused as refusal:
            self._problems(file, refusal.checked)
            raise CommandError(str(refusal)) from refusal
        if refused is not None and done.refused_csv:
            refused.write_text(done.refused_csv, encoding="utf-8", newline="")
            self.stderr.write(f"{done.rows_refused} rows were refused; they are in {refused} with the reasons.")
        self.stdout.write(f"Imported {done.accounts} accounts.")

    def _problems(self, file: Path, checked: Checked) -> None:
        for problem in checked.problems[:SHOWN]:
            place = f"{file}:{problem.row}" if problem.row else str(file)
            kind = "error" if problem.refuses else "warning"
            named = f"{problem.field}: " if problem.field else ""
            self.stderr.write(f"{place}: {kind}: {named}{problem.message}")
        if len(checked.problems) > SHOWN:
            self.stderr.write(f"{file}: {len(checked.problems) - SHOWN} more problems.")
