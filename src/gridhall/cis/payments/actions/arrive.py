"""Money that a statement shows to have arrived: from the clearing account to the bank."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _

from gridhall.cis.ledger import chart
from gridhall.cis.ledger.posting import Posting, Side, post_many
from gridhall.cis.payments.models import Payment
from gridhall.platform.actions import Act, action
from gridhall.platform.errors import NotInScope, Refused
from gridhall.platform.locks import lock
from gridhall.platform.tags import Tag


@action(Tag.PAYMENT_ARRIVE)
def arrive(act: Act, payment_ids: Sequence[int], on: date, reference: str, against: str = chart.BANK) -> int:
    """Settle booked payments, and what was taken back, in one entry per clearing account; returns the net fen.

    ``reference`` names the statement and makes the entry unique; ``against`` is the account the money came to, or, for
    what lay in suspense before, came from. Raises Refused when one of them is settled already or not booked.
    """
    payments = lock(Payment.objects.within(act.actor.scope).filter(pk__in=payment_ids))
    if len(payments) != len(set(payment_ids)):
        raise NotInScope()
    wrong = next((one for one in payments if one.settled_on or one.state in Payment.UNBOOKED), None)
    if wrong is not None:
        raise Refused(
            _("Payment %(number)s is settled already or was never booked.") % {"number": wrong.receipt_number}
        )
    sums: dict[tuple[str, str], int] = defaultdict(int)
    for payment in payments:
        sums[payment.money_account, payment.path] += payment.amount_fen
    post_many(
        [
            Posting(f"arrive:{reference}:{code}:{path}", "arrival", path, [Side(against, fen), Side(code, -fen)])
            for (code, path), fen in sorted(sums.items())
            if fen
        ],
        on,
        act.at,
    )
    rows = Payment.objects.within(act.actor.scope).filter(pk__in=[payment.pk for payment in payments])
    rows.update(settled_on=on)
    rows.filter(state=Payment.State.RECEIVED).update(state=Payment.State.SETTLED)
    act.subject = f"statement:{reference}"
    total = sum(payment.amount_fen for payment in payments)
    act.note(payments=len(payments), amount_fen=total)
    return total
