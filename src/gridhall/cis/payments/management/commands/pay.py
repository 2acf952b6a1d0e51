"""`gridhall pay ACCOUNT AMOUNT --reference …`: book a transfer that arrived."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import override

from gridhall.cis.customers.models import Account
from gridhall.cis.payments.actions.receive import receive
from gridhall.cis.payments.models import Payment
from gridhall.cis.payments.queries import standing
from gridhall.kernel.money import DecimalError, format_yuan, parse_decimal
from gridhall.platform.actor import system
from gridhall.platform.errors import Refused
from gridhall.platform.scope import EVERYTHING


class Command(BaseCommand):
    help = "Book a transfer: oldest debts are settled first, the rest is kept for the next bill."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("account", help="account number, or code of its metering point")
        parser.add_argument("amount", help="in yuan, such as 62.93")
        parser.add_argument("--reference", required=True, help="of the bank; the same one twice is one payment")

    def handle(self, *args: Any, **given: Any) -> None:
        """Exit code 1 with the reason when there is no such account or the amount is none."""
        with override("en"):
            try:
                payment = self._receive(given["account"], given["amount"], given["reference"])
            except (Refused, DecimalError) as refusal:
                raise CommandError(str(refusal)) from refusal
        left = standing(payment.account_id, timezone.localdate())
        self.stdout.write(
            f"Receipt {payment.receipt_number}: {format_yuan(payment.amount_fen)} for account {payment.account.number}."
            f" Still due: {format_yuan(left.due_fen)}; prepaid: {format_yuan(left.prepaid_fen)}."
        )

    def _receive(self, name: str, amount: str, reference: str) -> Payment:
        rows = Account.objects.within(EVERYTHING)
        supplied = rows.filter(agreements__service_point__point__code=name).order_by("-pk")
        account = rows.filter(number=name).first() or supplied.first()
        if account is None:
            raise CommandError(f"No account {name}; give an account number or the code of a supplied point.")
        return receive(
            system("command line"),
            account.pk,
            parse_decimal(amount, 2, "amount"),
            Payment.Channel.COUNTER,
            Payment.Method.TRANSFER,
            reference=reference,
            key=f"transfer:{account.number}:{reference}",
        )
