"""`gridhall rates check FILE…` and `gridhall rates price FILE LOAD.csv`: rates as OpenEI publishes them."""

from __future__ import annotations

import csv
from argparse import ArgumentParser
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import numpy as np
from django.core.management.base import BaseCommand, CommandError

from gridhall.kernel.money import format_yuan, round_half_up
from gridhall.kernel.structures import rate_year
from gridhall.kernel.structures.urdb import Result, UrdbError, read

YEAR = 2018  # begins on a Monday, as the years of rate analysis do
VALUES = {8760: 24, 17_520: 48, 35_040: 96}
WH_MAX = 2**31 - 1


class Command(BaseCommand):
    help = "Read rates of the Utility Rate Database: which can be billed, and what a year of load costs."

    def add_arguments(self, parser: ArgumentParser) -> None:
        commands = parser.add_subparsers(dest="command", required=True)
        check = commands.add_parser("check", help="accepted or refused, with what to do")
        check.add_argument("files", nargs="+", type=Path, metavar="FILE")
        price = commands.add_parser("price", help="twelve bills of a year of load")
        price.add_argument("file", type=Path, metavar="FILE")
        price.add_argument(
            "load", type=Path, metavar="LOAD.csv", help="kWh per interval, last column; 8,760 to 35,040 rows"
        )

    def handle(self, **options: Any) -> None:
        if options["command"] == "check":
            self.check_files(options["files"])
        else:
            self.price(options["file"], options["load"])

    def check_files(self, files: list[Path]) -> None:
        results = [result for file in files for result in records(file)]
        for result in results:
            self.stdout.write(f"{'accepted' if result.structure else 'refused '}  {result.name}")
            for text in [*result.reasons, *result.notes]:
                self.stdout.write(f"            {text}")
        accepted = sum(result.structure is not None for result in results)
        self.stdout.write(f"{accepted} accepted, {len(results) - accepted} refused")

    def price(self, file: Path, load: Path) -> None:
        result = records(file)[0]
        if result.structure is None:
            raise CommandError("; ".join(result.reasons))
        bills = rate_year(result.structure, YEAR, loads(load))
        self.stdout.write(f"{result.name}, {result.structure.currency}")
        self.stdout.write(f"{'month':>5} {'energy':>12} {'demand':>12} {'fixed':>10} {'total':>12}")
        for month in range(12):
            demand = bills.demand_e11[0, month] + bills.flat_demand_e11[0, month]
            parts = [cents(bills.energy_e11[0, month]), cents(demand), cents(bills.fixed_e11[0, month])]
            total = format_yuan(int(bills.total_cents[0, month]))
            self.stdout.write(f"{month + 1:>5} {parts[0]:>12} {parts[1]:>12} {parts[2]:>10} {total:>12}")
        self.stdout.write(f" year {format_yuan(int(bills.year_cents[0])):>49}")


def records(file: Path) -> list[Result]:
    """The rates of a file; CommandError says what is wrong with it."""
    try:
        return read(file.read_bytes())
    except OSError as error:
        raise CommandError(f"{file}: {error.strerror}") from error
    except UrdbError as error:
        raise CommandError(f"{file}: {error}") from error


def loads(file: Path) -> np.ndarray:
    """kWh per interval as Wh, uint32[1, 365, slots]; CommandError names the row."""
    values = []
    try:
        with file.open(encoding="utf-8-sig", newline="") as stream:
            for number, row in enumerate(csv.reader(stream), 1):
                if row and row[-1].strip():
                    values.append(wh(row[-1], number, first=number == 1))
                if len(values) > max(VALUES):
                    break
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise CommandError(f"{file}: {error}") from error
    found = [value for value in values if value is not None]
    if len(found) not in VALUES:
        raise CommandError(f"{file}: {len(found)} values; a year has {', '.join(map(str, VALUES))}")
    return np.array(found, np.uint32).reshape(1, 365, VALUES[len(found)])


def wh(text: str, row: int, *, first: bool) -> int | None:
    """One value; the first row may be a heading."""
    try:
        value = int((Decimal(text.strip()) * 1000).to_integral_value())
    except (InvalidOperation, ValueError, OverflowError) as error:
        if first:
            return None
        raise CommandError(f"row {row}: {text[:40]!r} is not kWh; write a decimal such as 0.250") from error
    if not 0 <= value <= WH_MAX:
        raise CommandError(f"row {row}: {text[:40]} kWh is not between 0 and {WH_MAX // 1000}; correct the value")
    return value


def cents(e11: Any) -> str:
    """1e-11 of the currency unit as a text with two decimals, for reading."""
    return format_yuan(round_half_up(int(e11), 10**9))
