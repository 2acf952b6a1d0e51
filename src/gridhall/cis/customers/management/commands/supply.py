"""`gridhall supply POINT …`: put a tariff on a point whose readings were imported."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import override

from gridhall.cis.customers.actions import Newcomer, take_on
from gridhall.cis.customers.supply import Supply
from gridhall.cis.network.actions import SupplyTerms
from gridhall.cis.tariffs.actions import publish_shipped
from gridhall.kernel.money import DecimalError, parse_decimal
from gridhall.platform.actor import system
from gridhall.platform.errors import Refused


class Command(BaseCommand):
    help = "Take a measured point on as a customer: name, tariff, and the day from which it is billed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("point", help="code of the metering point, as the imported file names it")
        parser.add_argument("--tariff", required=True, metavar="CODE")
        parser.add_argument("--from", dest="on", required=True, type=date.fromisoformat, metavar="DATE")
        parser.add_argument("--name", default="A stranger")
        parser.add_argument("--address", default="")
        parser.add_argument("--use-class", default="residential")
        parser.add_argument("--voltage", type=int, default=220, metavar="V")
        parser.add_argument("--capacity", default="8", metavar="KVA")

    def handle(self, *args: Any, **given: Any) -> None:
        """Exit code 1 with the reason when the point, the tariff or a term does not fit."""
        actor = system("command line")
        publish_shipped(actor)
        try:
            capacity = parse_decimal(given["capacity"], 6, "--capacity")
            terms = SupplyTerms(given["voltage"], given["use_class"], capacity)
            newcomer = Newcomer(given["name"], address=given["address"])
            with override("en"):
                account = take_on(actor, given["point"], newcomer, Supply(given["tariff"]), terms, given["on"])
        except (Refused, DecimalError) as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"Account {account.number} is supplied at {given['point']} from {given['on']}.")
