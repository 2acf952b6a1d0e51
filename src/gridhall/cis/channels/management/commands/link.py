"""`gridhall link open|key|end-key|list`: partners that bring money, and the keys they sign with."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import override

from gridhall.cis.channels import queries
from gridhall.cis.channels.actions import ask_debits, end_key, open_link, trust_key
from gridhall.cis.channels.mandates import content_of
from gridhall.cis.channels.models import Link
from gridhall.kernel.money import format_yuan
from gridhall.platform.actor import system
from gridhall.platform.errors import Refused
from gridhall.platform.scope import EVERYTHING


class Command(BaseCommand):
    help = "Open a link to a payment partner, trust or end its keys, list what there is."

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        verbs.add_parser("list")
        new = verbs.add_parser("open")
        new.add_argument("code", help="short name, such as BK01")
        new.add_argument("--name", required=True)
        new.add_argument("--channel", required=True, help="a code of data/payment_channels.yaml")
        new.add_argument("--adapter", required=True, choices=Link.Adapter.values)
        new.add_argument("--unit", required=True, help="path of the unit whose accounts it may pay, such as 32/04/")
        new.add_argument("--charset", default="utf-8", choices=Link.Charset.values)
        new.add_argument("--partner-id", default="", help="bank code or merchant number")
        new.add_argument("--app-id", default="")
        new.add_argument("--own-account", default="", help="our account there, as its statements name it")
        key = verbs.add_parser("key")
        key.add_argument("code")
        key.add_argument("file", type=Path, help="the partner's public key, PEM")
        debits = verbs.add_parser("debits", help="announce what accounts with a mandate owe, and write the bank's list")
        debits.add_argument("code")
        debits.add_argument("--collect-on", type=date.fromisoformat, required=True)
        debits.add_argument("--into", type=Path, required=True)
        end = verbs.add_parser("end-key")
        end.add_argument("code")
        end.add_argument("fingerprint", help="its beginning")

    def handle(self, *args: Any, **given: Any) -> None:
        """Exit code 1 with the reason when it is refused."""
        with override("en"):
            try:
                getattr(self, given["verb"].replace("-", "_"))(given)
            except (Refused, OSError) as refusal:
                raise CommandError(str(refusal) or "Not found.") from refusal

    def list(self, given: dict[str, Any]) -> None:
        for link in queries.links(EVERYTHING):
            trusted = [key.fingerprint[:16] for key in link.keys.all() if key.ended_at is None]
            self.stdout.write(f"{link.code}  {link.channel}  {link.adapter}  {link.path}  {' '.join(trusted)}")

    def open(self, given: dict[str, Any]) -> None:
        link = open_link(
            self._actor, given["code"], given["name"], given["channel"], given["adapter"], given["unit"],
            charset=given["charset"], partner_id=given["partner_id"], app_id=given["app_id"],
            own_account=given["own_account"],
        )  # fmt: skip
        self.stdout.write(f"Link {link.code} is open; its messages go to /api/channels/{link.public_id}/.")

    def key(self, given: dict[str, Any]) -> None:
        key = trust_key(self._actor, self._link(given["code"]).pk, given["file"].read_text("ascii", "replace"))
        self.stdout.write(f"Trusted. Compare the fingerprint with the partner: {key.fingerprint}")

    def debits(self, given: dict[str, Any]) -> None:
        asked = ask_debits(self._actor, self._link(given["code"]).pk, given["collect_on"])
        given["into"].write_bytes(content_of(asked))
        self.stdout.write(f"{asked.items} debits, {format_yuan(asked.total_fen)}, into {given['into']}.")

    def end_key(self, given: dict[str, Any]) -> None:
        key = end_key(self._actor, self._link(given["code"]).pk, given["fingerprint"])
        self.stdout.write(f"Ended: {key.fingerprint}")

    _actor = system("command line")

    def _link(self, code: str) -> Link:
        link = queries.links(EVERYTHING).filter(code=code).first()
        if link is None:
            raise CommandError(f"There is no link {code}.")
        return link
