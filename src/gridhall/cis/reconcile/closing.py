"""How each way of closing a difference is posted. Afterwards suspense and clearing hold nothing of it any more."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from gridhall.cis.channels import booking
from gridhall.cis.ledger import chart
from gridhall.cis.ledger.chart import SUSPENSE
from gridhall.cis.ledger.posting import Side, post
from gridhall.cis.payments.actions import arrive, charge_back, receive
from gridhall.cis.payments.models import Payment
from gridhall.cis.reconcile.models import Difference
from gridhall.platform.actions import Act
from gridhall.platform.errors import Refused

Kind, Way = Difference.Kind, Difference.Way


def close(act: Act, row: Difference, on: date) -> None:
    """Post what was proposed, inside the confirming action. Raises Refused when the books have moved on meanwhile."""
    if row.kind == Kind.OURS_ONLY:
        _ours_only(act, row, on)
    elif row.way == Way.GIVE_BACK:
        _give_back(act, row, on)
    elif row.way == Way.BOOK:
        again = booking.paid(row.link, row.line.serial) is not None  # netted before the partner showed it
        payment = _book(act, row, row.theirs_fen or 0, row.line.serial + "+" * again, row.account_id)
        arrive(act, [payment.pk], on, f"d{row.pk}", SUSPENSE)
    elif row.way == Way.CHARGE_BACK:
        _their_taking_back(act, row, on)
    else:
        _take_theirs(act, row, on)


def _ours_only(act: Act, row: Difference, on: date) -> None:
    """We booked, the partner knows nothing: our payment goes, or what we took back is booked again; no money moves."""
    first = row.payment
    if row.way == Way.CHARGE_BACK:
        second = charge_back(act, first.pk, row.reason)
    else:
        second = _book(act, row, -first.amount_fen, f"{first.serial or first.receipt_number}+", row.account_id)
    _net(act, [first, second], on, row)


def _take_theirs(act: Act, row: Difference, on: date) -> None:
    """Our payment goes, the partner's amount comes for the same account."""
    first = row.payment
    back = charge_back(act, first.pk, row.reason)
    _net(act, [first, back], on, row)
    payment = _book(act, row, row.theirs_fen or 0, f"{first.serial}+", first.account_id)
    arrive(act, [payment.pk], on, f"d{row.pk}", SUSPENSE)


def _their_taking_back(act: Act, row: Difference, on: date) -> None:
    """The partner took money back that we had not heard of: a payment, or a part of it."""
    original = booking.paid(row.link, row.line.original)
    if original is None:
        raise Refused(_("The payment that was taken back is not known here; give the money back instead."))
    back = charge_back(act, original.pk, row.reason, row.line.serial, amount_fen=-(row.theirs_fen or 0))
    arrive(act, [back.pk], on, f"d{row.pk}", SUSPENSE)


def _net(act: Act, payments: list[Payment], on: date, row: Difference) -> None:
    """Two that make nothing together are settled without a movement of money."""
    open_ones = [payment.pk for payment in payments if payment.settled_on is None]
    arrive(act, open_ones, on, f"d{row.pk}.net")


def _book(act: Act, row: Difference, amount_fen: int, serial: str, account_id: int) -> Payment:
    method = row.payment.method if row.payment else Payment.Method.TRANSFER
    return receive(
        act, account_id, amount_fen, row.link.channel, method, key=booking.key_of(row.link, serial),
        link_code=row.link.code, serial=serial, reference=row.reason[:60],
    )  # fmt: skip


def _give_back(act: Act, row: Difference, on: date) -> None:
    """The money leaves again the way it came; for what was taken from us, it comes again."""
    sides = [Side(SUSPENSE, row.theirs_fen or 0), Side(chart.BANK, -(row.theirs_fen or 0))]
    post(f"give-back:d{row.pk}", "give-back", sides, path=row.path, effective_on=on, recorded_at=act.at)
    if row.kind == Kind.AMOUNT_DIFFERS and row.payment.state in Payment.STANDING:
        back = charge_back(act, row.payment.pk, row.reason)
        _net(act, [row.payment, back], on, row)
