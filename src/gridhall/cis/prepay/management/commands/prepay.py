"""`gridhall prepay`: count every balance now, switch an account, or show one balance line by line."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import override

from gridhall.cis.customers.models import Account
from gridhall.cis.prepay.actions import start_prepay
from gridhall.cis.prepay.jobs import count_all
from gridhall.cis.prepay.queries import balance_of, unbilled_lines
from gridhall.kernel.money import format_yuan
from gridhall.platform.actor import system
from gridhall.platform.errors import Refused
from gridhall.platform.scope import EVERYTHING


class Command(BaseCommand):
    help = "Balances of prepaying accounts: count them all, switch an account to prepayment, or show one."

    def add_arguments(self, parser: ArgumentParser) -> None:
        what = parser.add_subparsers(dest="what", required=True)
        what.add_parser("count", help="one round over all accounts, as the worker does every half hour")
        for name, words in (("start", "switch an account to prepayment"), ("show", "one balance, line by line")):
            what.add_parser(name, help=words).add_argument("account", help="account number")

    def handle(self, *_: Any, **given: Any) -> None:
        """Exit code 1 with the reason when there is no such account or it refuses."""
        if given["what"] == "count":
            self.stdout.write(f"{count_all()} balances counted.")
            return
        account = Account.objects.within(EVERYTHING).filter(number=given["account"]).select_related("cycle").first()
        if account is None:
            raise CommandError(f"No account {given['account']}; give an account number.")
        if given["what"] == "start":
            try:
                with override("en"):
                    start_prepay(system("command line"), account.pk)
            except Refused as refusal:
                raise CommandError(str(refusal)) from refusal
            self.stdout.write(f"Account {account.number} prepays.")
        else:
            self._show(account)

    def _show(self, account: Account) -> None:
        balance = balance_of(account)
        for one in unbilled_lines(balance):
            for line in one.lines:
                if not line.included:
                    self.stdout.write(f"  {one.period.month} {line.words.en:<40} {format_yuan(line.amount_fen):>14}")
        self.stdout.write(
            f"Balance {format_yuan(balance.balance_fen)}: books {format_yuan(balance.ledger_fen)}, not billed yet "
            f"{format_yuan(balance.unbilled_fen)}, readings until {balance.as_of:%Y-%m-%d %H:%M}, {balance.level}."
        )
