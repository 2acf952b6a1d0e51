"""Which ways of closing fit a difference."""

from __future__ import annotations

from gridhall.cis.payments.models import Payment
from gridhall.cis.reconcile.models import Difference

Kind, Way = Difference.Kind, Difference.Way


def ways_of(row: Difference) -> list[str]:
    """What a person may propose for it; nothing where only the partner can put it right.

    So it is with a payment that we and the partner took back, though the partner never showed that it came: it owes us
    the movement.
    """
    if row.kind == Kind.THEIRS_ONLY:
        return [Way.BOOK, Way.GIVE_BACK] if (row.theirs_fen or 0) > 0 else [Way.CHARGE_BACK, Way.GIVE_BACK]
    payment = row.payment
    standing = payment is not None and payment.amount_fen > 0 and payment.state in Payment.STANDING
    if row.kind == Kind.AMOUNT_DIFFERS:
        return [Way.TAKE_THEIRS, Way.GIVE_BACK] if standing else [Way.GIVE_BACK]
    if standing:
        return [Way.CHARGE_BACK]
    return [Way.BOOK] if payment is not None and payment.amount_fen < 0 else []
