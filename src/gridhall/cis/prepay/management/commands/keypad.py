"""`gridhall keypad`: register keypad devices, try the file of STS tables, and issue service tokens."""

from __future__ import annotations

import getpass
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import override

from gridhall.cis.customers.models import Account
from gridhall.cis.prepay.actions import issue_service_token, register_device, register_sts_meter
from gridhall.cis.prepay.keypads import fleet
from gridhall.cis.prepay.models import Token, TokenDevice
from gridhall.platform.actor import system
from gridhall.platform.errors import Refused
from gridhall.platform.scope import EVERYTHING


class Command(BaseCommand):
    help = "Keypad devices: register one, try the vectors of the STS file, issue a token without a payment."

    def add_arguments(self, parser: ArgumentParser) -> None:
        what = parser.add_subparsers(dest="what", required=True)
        what.add_parser("check", help="read the STS file and make its vectors")
        plain = what.add_parser("openpaygo", help="register an OpenPAYGO device; its secrets are asked for")
        plain.add_argument("account")
        plain.add_argument("serial")
        plain.add_argument("--restricted", action="store_true", help="tokens of the digits 1 to 4")
        plain.add_argument("--short", action="store_true", help="tokens of 9 or 15 digits")
        meter = what.add_parser("sts", help="register an STS meter")
        for name in ("account", "pan", "supply_group", "tariff_index"):
            meter.add_argument(name)
        for name, usual in (("revision", 1), ("type", 2), ("expiry", 255)):
            meter.add_argument(f"--key-{name}", type=int, default=usual)
        service = what.add_parser("service", help="issue a token without a payment")
        service.add_argument("serial")
        service.add_argument("kind", choices=[kind for kind in Token.Kind.values if kind != Token.Kind.ADD])
        service.add_argument("reason")
        service.add_argument("--wh", type=int, default=0, help="energy to set, in Wh")

    def handle(self, *_: Any, **given: Any) -> None:
        """Exit code 1 with the reason when something is refused."""
        try:
            with override("en"):
                self.stdout.write(getattr(self, f"_{given['what']}")(given))
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal

    def _check(self, _given: dict[str, Any]) -> str:
        file = fleet()
        return f"{len(file.keys)} keys of base {file.base_date}; {len(file.vectors)} vectors come out as they should."

    def _openpaygo(self, given: dict[str, Any]) -> str:
        code, key = getpass.getpass("Starting code: "), getpass.getpass("Key, 32 hexadecimal digits: ")
        if not code.isdigit():
            raise CommandError("the starting code is a number")
        device = register_device(
            _actor(), _account(given["account"]), given["serial"], int(code), key, restricted=given["restricted"],
            extended=not given["short"],
        )  # fmt: skip
        return f"Device {device.serial} is registered."

    def _sts(self, given: dict[str, Any]) -> str:
        device = register_sts_meter(
            _actor(), _account(given["account"]), given["pan"], given["supply_group"], given["tariff_index"],
            given["key_revision"], given["key_type"], given["key_expiry"],
        )  # fmt: skip
        return f"Meter {device.serial} is registered."

    def _service(self, given: dict[str, Any]) -> str:
        device = TokenDevice.objects.within(EVERYTHING).filter(serial=given["serial"]).first()
        if device is None:
            raise CommandError(f"No device {given['serial']}.")
        return issue_service_token(_actor(), device.pk, given["kind"], given["wh"], given["reason"]).grouped


def _actor() -> Any:
    return system("command line")


def _account(number: str) -> int:
    found = Account.objects.within(EVERYTHING).filter(number=number).values_list("pk", flat=True).first()
    if found is None:
        raise CommandError(f"No account {number}; give an account number.")
    return found
