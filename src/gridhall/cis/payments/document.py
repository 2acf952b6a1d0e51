"""Receipts and statements as the printed documents want them."""

from __future__ import annotations

import hashlib
from datetime import date, datetime

from django.db.models import Sum
from django.utils import timezone

from gridhall.cis.billing.document import account_block, money, utility
from gridhall.cis.customers.models import Account
from gridhall.cis.ledger.models import Entry, Line
from gridhall.cis.ledger.queries import CURRENT, Statement
from gridhall.cis.payments import channels
from gridhall.cis.payments.capitals import capitals
from gridhall.cis.payments.models import Payment
from gridhall.cis.payments.movements import movement_words
from gridhall.cis.payments.queries import settled_by
from gridhall.platform.documents import schema as doc
from gridhall.platform.documents.schema import Words
from gridhall.platform.scope import EVERYTHING

HOW = {"cash": Words("现金", "cash"), "transfer": Words("转账", "transfer"), "demo": Words("演示", "demonstration")}
# Others have no paper of their own.
WITH_NUMBER = (
    "bill", "bill-reversal", "payment", "payment-reversal", "payment-refund", "payment-charge-back", "back-bill",
    "breach-charge", "adjustment", "refund", "credit-transfer", "credit-received",
)  # fmt: skip


def receipt_document(payment: Payment) -> doc.ReceiptDocument:
    """The receipt of a payment or of its reversal; printed again later, it is the same to the byte."""
    account = payment.account
    settled = settled_by(payment)
    parts = [
        doc.Amount(label=Words(f"电费账单 {bill.number}", f"Bill {bill.number}"), amount=money(fen))
        for bill, fen in settled
    ]
    kept = payment.amount_fen - sum(fen for _bill, fen in settled)
    if kept > 0:
        parts.append(doc.Amount(label=Words("预存电费", "Kept for the next bills"), amount=money(kept)))
    return doc.ReceiptDocument(
        number=payment.receipt_number,
        issued_at=_moment(payment.received_at),
        content_sha256=_digest(payment.receipt_number, account.number, payment.amount_fen, payment.received_at),
        utility=utility(account.path),
        account=account_block(account, "", None, payment.received_at.date()),
        received_at=_moment(payment.received_at),
        channel=_way(payment),
        amount=money(payment.amount_fen),
        amount_in_words=capitals(payment.amount_fen),
        kind="reversal" if payment.reverses_id else "receipt",
        refers_to=payment.reverses.receipt_number if payment.reverses else None,
        settles=tuple(parts) if payment.amount_fen > 0 else (),
        balance_after=money(_balance_after(payment)),
        taken_by=payment.received_by,
        reference=payment.reference or None,
    )


def _way(payment: Payment) -> Words:
    """Channel and, where the channel does not say it, the method."""
    name = next((one for one in reversed(channels.every()) if one.code == payment.channel), None)
    place = Words(name.zh, name.en) if name else Words(payment.channel, payment.channel)
    how = HOW.get(payment.method)
    if payment.channel == Payment.Channel.COUNTER and how:
        return Words(f"{place.zh}{how.zh}", f"{place.en}, {how.en}")
    return Words(f"{place.zh}（{how.zh}）", f"{place.en}, {how.en}") if how else place


def _balance_after(payment: Payment) -> int:
    """What stood to the customer's credit once the payment was booked; a debt is negative."""
    entry = Entry.objects.within(EVERYTHING).get(ref=f"payment:{payment.receipt_number}")
    own = Line.objects.filter(account_id=payment.account_id, ledger_account_id__in=CURRENT, entry_id__lte=entry.pk)
    return -(own.aggregate(s=Sum("amount_fen"))["s"] or 0)


def statement_document(account: Account, first: date, last: date, statement: Statement) -> doc.StatementDocument:
    """The statement of the days ``first`` to ``last``, inclusive."""
    rows = tuple(
        doc.StatementRow(
            on=str(movement.on),
            what=movement_words(movement.kind),
            reference=movement.ref.partition(":")[2][:32] if movement.kind in WITH_NUMBER else "",
            debit=money(movement.amount_fen) if movement.amount_fen > 0 else None,
            credit=money(-movement.amount_fen) if movement.amount_fen < 0 else None,
            balance=money(movement.balance_fen),
        )
        for movement in statement.movements
    )
    amounts = [movement.amount_fen for movement in statement.movements]
    return doc.StatementDocument(
        number=f"S{account.number}-{last:%Y%m%d}",
        issued_at=_moment(timezone.now()),
        content_sha256=_digest(account.number, first, last, statement.opening_fen, *amounts),
        utility=utility(account.path),
        account=account_block(account, "", None, last),
        period_first_day=str(first),
        period_last_day=str(last),
        opening_balance=money(statement.opening_fen),
        closing_balance=money(statement.closing_fen),
        total_debit=money(sum(fen for fen in amounts if fen > 0)),
        total_credit=money(-sum(fen for fen in amounts if fen < 0)),
        rows=rows,
    )


def _moment(at: datetime) -> str:
    return timezone.localtime(at).isoformat(timespec="seconds")


def _digest(*facts: object) -> str:
    return hashlib.sha256("\n".join(map(str, facts)).encode()).hexdigest()
