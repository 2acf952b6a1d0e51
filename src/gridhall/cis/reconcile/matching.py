"""Which payment a movement of a statement is, and whether the two agree."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from gridhall.cis.channels.booking import actor_of
from gridhall.cis.channels.models import Link
from gridhall.cis.payments.models import Payment
from gridhall.cis.payments.queries import by_serials
from gridhall.cis.reconcile.models import StatementLine
from gridhall.codecs.payments.items import Item, Kind

Outcome = StatementLine.Outcome


@dataclass(frozen=True)
class Found:
    """One movement with its payment, where there is one."""

    item: Item
    payment: Payment | None
    outcome: str


def match(link: Link, day: date, items: Sequence[Item]) -> list[Found]:
    """Every movement by the partner's serial, else by our order number, else, for a taking back, by what it takes back.

    A payment is given to one movement only: money that moved a second time under the number of a payment which is
    settled, by an earlier movement or against its own taking back, is nobody's yet.
    """
    scope = actor_of(link).scope
    by_serial = by_serials(scope, link.code, [item.serial for item in items])
    rest = [item for item in items if item.serial not in by_serial]
    by_order = _by_order(link, rest)
    by_original = _by_original(link, rest)
    found, used = [], set()
    for item in items:
        own = by_serial.get(item.serial)
        if own is not None:
            fitting = [own]
        elif item.kind is Kind.PAY:
            fitting = by_order.get(item.order, [])
        else:
            fitting = by_original.get((item.original, item.amount_fen), [])
        payment = next((one for one in fitting if one.settled_on is None and one.pk not in used), None)
        if payment is not None:
            used.add(payment.pk)
        found.append(Found(item, payment, _outcome(item, payment, day)))
    return found


def _outcome(item: Item, payment: Payment | None, day: date) -> str:
    if payment is None:
        return Outcome.THEIRS_ONLY
    if payment.amount_fen != item.net_fen:
        return Outcome.AMOUNT_DIFFERS
    told = timezone.localtime(item.at).date() if item.at else day
    ours = timezone.localtime(payment.received_at).date()
    return Outcome.MATCHED if told == ours == day else Outcome.LATE


def _by_order(link: Link, items: list[Item]) -> dict[str, list[Payment]]:
    named = {item.order for item in items if len(item.order) == 32 and set(item.order) <= set("0123456789abcdef")}
    rows = Payment.objects.within(actor_of(link).scope).filter(link_code=link.code, public_id__in=named)
    return {payment.order_number: [payment] for payment in rows.exclude(state__in=Payment.UNBOOKED)}


def _by_original(link: Link, items: list[Item]) -> dict[tuple[str, int], list[Payment]]:
    """Payments taken back by ourselves, which have no serial of the partner, by the serial of what they take back and
    their fen: parts of one payment may be as large as each other."""
    originals = {item.original for item in items if item.original}
    rows = Payment.objects.within(actor_of(link).scope).filter(
        link_code=link.code, serial="", reverses__serial__in=originals
    )
    found: dict[tuple[str, int], list[Payment]] = defaultdict(list)
    for one in rows.select_related("reverses").order_by("pk"):
        found[one.reverses.serial, -one.amount_fen].append(one)
    return found
