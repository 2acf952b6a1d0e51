"""`gridhall bill ACCOUNT …`: bill one account for a period and print it."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import override

from gridhall.cis.billing import queries
from gridhall.cis.billing.actions import bill_account
from gridhall.cis.billing.document import money, price_text, quantity_text
from gridhall.cis.customers.models import Account
from gridhall.platform.actor import system
from gridhall.platform.documents.render import render_pdf
from gridhall.platform.errors import Refused
from gridhall.platform.scope import EVERYTHING


class Command(BaseCommand):
    help = "Bill one account for a period, show every line, and write the bill as a PDF."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("account", help="account number, or code of its metering point")
        parser.add_argument("--from", dest="first", required=True, type=date.fromisoformat, metavar="DATE")
        parser.add_argument(
            "--to", dest="end", required=True, type=date.fromisoformat, metavar="DATE", help="exclusive"
        )
        parser.add_argument("--pdf", type=Path, metavar="FILE")
        parser.add_argument("--language", choices=["zh-hans", "en"], default="en")

    def handle(self, *args: Any, **given: Any) -> None:
        """Exit code 1 with the reason when the account or period cannot be billed."""
        rows = Account.objects.within(EVERYTHING)
        account = rows.filter(number=given["account"]).first() or rows.filter(
            agreements__service_point__point__code=given["account"]
        ).order_by("-pk").first()  # fmt: skip
        if account is None:
            raise CommandError(
                f"No account {given['account']}; give an account number or the code of a supplied point."
            )
        try:
            with override("en"):
                bill = bill_account(system("command line"), account.pk, given["first"], given["end"])
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        shown = queries.bill(EVERYTHING, bill.public_id)
        assert shown is not None
        for line in queries.lines_of(shown):
            name = " ".join(part for part in (line.words.en, line.band.en if line.band else "") if part)
            mark = "of which " if line.included else ""
            self.stdout.write(
                f"  {mark + name:<34} {quantity_text(line):>14} {line.unit:<5} x {price_text(line.price_e8):>10}"
                f" = {money(line.amount_fen):>14}"
            )
        self.stdout.write(f"Bill {bill.number}: {money(bill.total_fen)} due on {bill.due_on}.")
        if given["pdf"]:
            document = queries.bill_document(shown)
            given["pdf"].write_bytes(render_pdf("bill", document, language=given["language"]))
            self.stdout.write(f"Written to {given['pdf']}.")
