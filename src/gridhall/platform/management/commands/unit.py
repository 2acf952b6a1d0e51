"""`gridhall unit PATH NAME`: add a unit of the organisation, with what is missing above it."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from gridhall.platform.actor import system
from gridhall.platform.models import OrgUnit
from gridhall.platform.orgs import create_unit

LEVELS = (OrgUnit.Level.PROVINCE, OrgUnit.Level.CITY, OrgUnit.Level.COUNTY, OrgUnit.Level.STATION)


class Command(BaseCommand):
    help = "Add an organisation unit, such as: unit 32/04/01/01/ 'Wangjiang Station'; without words, list the units."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", nargs="?")
        parser.add_argument("name", nargs="?")
        parser.add_argument("--zh", default="", help="its Chinese name")

    def handle(self, *args: Any, **given: Any) -> None:
        """Exit code 1 where the path is not one to four codes."""
        if not given["path"]:
            for unit in OrgUnit.objects.all():
                self.stdout.write(f"{unit.path:<16} {unit.name_zh} {unit.name_en}")
            return
        codes = given["path"].strip("/").split("/")
        if not 1 <= len(codes) <= len(LEVELS) or not all(code.isdigit() and len(code) == 2 for code in codes):
            raise CommandError("A path is one to four codes of two digits, such as 32/04/01/01/.")
        parent = None
        for depth, code in enumerate(codes):
            path = "/".join(codes[: depth + 1]) + "/"
            unit = OrgUnit.objects.filter(path=path).first()
            if unit is None:
                last = depth == len(codes) - 1
                name = given["name"] if given["name"] and last else f"{LEVELS[depth].value.capitalize()} {code}"
                zh = given["zh"] if given["zh"] and last else name
                unit = create_unit(system("command line"), parent, LEVELS[depth], code, zh, name)
                self.stdout.write(f"{unit.path} {unit.name_en}")
            parent = unit
