"""`gridhall import FILE …`: bring a file of readings in, all of it or nothing."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import override

from gridhall.codecs.intervals import IntervalOptions
from gridhall.platform.actor import system
from gridhall.platform.models import OrgUnit
from gridhall.readings.importing import formats, problems
from gridhall.readings.importing.options import ImportOptions
from gridhall.readings.importing.run import Outcome, bring_in, preview
from gridhall.readings.models import ReadingsImport

SHOWN = 20  # problems printed; the others are kept with the import


class Command(BaseCommand):
    help = "Import readings: wide or long CSV, NEM12, NEM13, Green Button, register reads as CSV or XLSX."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--unit", default="", metavar="PATH", help="organisation unit, such as 32/04/17/")
        parser.add_argument("--quarantine", action="store_true", help="take the good rows and list the bad ones")
        parser.add_argument("--create-points", action="store_true", help="create metering points that are not known")
        parser.add_argument("--preview", action="store_true", help="say what would happen and change nothing")
        parser.add_argument("--format", default="", choices=["", *formats.NAMES], help="instead of detecting it")
        parser.add_argument("--energy-unit", choices=["kWh", "Wh"], help="for files that do not say it")
        parser.add_argument("--utc-offset", type=int, metavar="MINUTES", help="for files that count in UTC")
        parser.add_argument("--label", choices=["end", "start"], default="end", help="what a time in a long CSV names")

    def handle(self, *args: Any, **given: Any) -> None:
        """Exit code 1 when the file cannot be read or was refused."""
        path: Path = given["file"]
        if not path.is_file():
            raise CommandError(f"{path} is not a file; check the name.")
        options = _options(given)
        run = preview if given["preview"] else bring_in
        with override("en"):
            outcome = run(system("command line"), path, path.name, options)
            self._print_problems(path, outcome.row)
            if outcome.row.state == ReadingsImport.State.REFUSED:
                raise CommandError(_refusal(path, outcome.row, options))
            self.stdout.write(_summary(outcome, given["preview"]))

    def _print_problems(self, path: Path, row: ReadingsImport) -> None:
        for found in row.problems[:SHOWN]:
            place = f"{path}:{found['row']}" if found["row"] else str(path)
            kind = "error" if problems.refuses(found) else "warning"
            self.stderr.write(f"{place}: {kind}: {problems.sentence(found)}")
        if len(row.problems) > SHOWN:
            self.stderr.write(f"{path}: {len(row.problems) - SHOWN} more problems are kept with the import.")


def _options(given: dict[str, Any]) -> ImportOptions:
    unit = given["unit"]
    if unit and not OrgUnit.objects.filter(path=unit).exists():
        known = ", ".join(OrgUnit.objects.values_list("path", flat=True)[:20]) or "none yet"
        raise CommandError(f"There is no unit {unit}; the units are: {known}. The command unit {unit} NAME adds it.")
    if given["create_points"] and not unit:
        raise CommandError("New metering points need a unit: add --unit PATH.")
    offset = given["utc_offset"]
    intervals = IntervalOptions(
        unit=given["energy_unit"], label=given["label"], utc_offset_s=None if offset is None else offset * 60
    )
    return ImportOptions(unit, given["quarantine"], given["create_points"], given["format"], intervals)


def _refusal(path: Path, row: ReadingsImport, options: ImportOptions) -> str:
    remedy = "Repair it and import it again"
    if not options.quarantine:
        remedy += ", or take its good rows with --quarantine"
    if any(found["code"] == "point_unknown" for found in row.problems):
        remedy += ", or let --create-points --unit PATH create the metering points"
    return f"{path} was refused: {row.rows_refused} rows with problems. Nothing was changed. {remedy}."


def _summary(outcome: Outcome, preview: bool) -> str:
    row = outcome.row
    if outcome.already:
        return f"This file was already imported ({row.created_at:%Y-%m-%d %H:%M}); nothing changed."
    word = "Would import" if preview else "Imported"
    counts = f"{row.rows_new} rows new, {row.rows_changed} changed, {row.rows_same} same, {row.rows_refused} refused"
    return f"{word} {row.values:,} values ({row.format}): {counts}.\n{json.dumps(outcome.summary, ensure_ascii=False)}"
