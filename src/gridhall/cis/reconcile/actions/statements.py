"""A statement comes in, its movements are matched and settle payments, and what does not agree is opened."""

from __future__ import annotations

import hashlib
import zlib
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from gridhall.cis.channels.models import Link
from gridhall.cis.ledger import chart
from gridhall.cis.ledger.chart import CHANNEL_FEES, SUSPENSE
from gridhall.cis.ledger.periods import first_open_day
from gridhall.cis.ledger.posting import Side, post
from gridhall.cis.payments.actions import arrive
from gridhall.cis.payments.channels import channel as channel_on
from gridhall.cis.payments.models import Payment
from gridhall.cis.payments.queries import unsettled_fen
from gridhall.cis.reconcile import queries, reading
from gridhall.cis.reconcile.matching import Found, match
from gridhall.cis.reconcile.models import Difference, Statement, StatementLine
from gridhall.codecs.payments.items import Item
from gridhall.platform import jobs
from gridhall.platform.actions import Act, action
from gridhall.platform.errors import NotInScope, Refused
from gridhall.platform.locks import lock
from gridhall.platform.scope import EVERYTHING
from gridhall.platform.tags import Tag

MATCH_JOB = "statement"
Outcome, Kind = StatementLine.Outcome, Difference.Kind
CONFIRMED = (Outcome.MATCHED, Outcome.LATE)


@action(Tag.STATEMENT_IMPORT)
def import_statement(act: Act, link_id: int, data: bytes, file_name: str) -> Statement:
    """Keep a statement and have it matched by a job. The same content a second time is the first one: nothing changes.

    Raises CodecError for a file that cannot be read, Refused for one of a day to come.
    """
    links = lock(Link.objects.within(act.actor.scope).filter(pk=link_id))
    if not links:
        raise NotInScope()
    link: Link = links[0]
    digest = hashlib.sha256(data).hexdigest()
    known = Statement.objects.within(act.actor.scope).filter(link=link, sha256=digest).first()
    if known is not None:
        act.on(known, known.path)
        act.note(known=True)
        return known
    statement = reading.read(link, data)
    today = timezone.localtime(act.at).date()
    if statement.day is not None and statement.day > today + timedelta(days=1):
        raise Refused(_("The statement is of a day to come; check its date."))
    row = Statement.objects.create(
        link=link, path=link.path, day=statement.day or today, file_name=file_name[-200:], sha256=digest,
        content=zlib.compress(data), items=len(statement.items), net_fen=statement.net_fen, imported_at=act.at,
        imported_by=act.actor.name,
    )  # fmt: skip
    act.on(row, row.path)
    act.note(sha256=digest, items=row.items, net_fen=row.net_fen)
    jobs.submit(MATCH_JOB, {"statement": row.pk}, key=f"statement:{row.pk}", path=row.path, by=act.actor.name)
    return row


@action(Tag.STATEMENT_MATCH)
def match_step(act: Act, statement_id: int, number: int, items: Sequence[Item]) -> Statement:
    """Match step ``number`` (from 1): agreeing payments arrive at the bank, the rest waits in suspense."""
    statement = _locked(act, statement_id)
    if number <= statement.steps_done:
        return statement
    fresh = _fresh(statement, items)
    found = match(statement.link, statement.day, fresh)
    lines = StatementLine.objects.bulk_create([_line(statement, one) for one in found], batch_size=1000)
    ref = f"s{statement.pk}.{number}"
    agreed = [one.payment.pk for one in found if one.payment and one.outcome in CONFIRMED]
    if agreed:
        arrive(act, agreed, first_open_day(statement.path, statement.day), ref)
        _close_late(act, agreed)
    apart = [(line, one) for line, one in zip(lines, found, strict=True) if one.outcome in queries.APART]
    Difference.objects.bulk_create([_difference(statement, line, one) for line, one in apart], batch_size=1000)
    waiting_fen = sum(one.item.net_fen for _line, one in apart)
    fee_fen = sum(one.item.fee_fen for one in found)
    _post(act, statement, f"suspense:{ref}", [Side(chart.BANK, waiting_fen), Side(SUSPENSE, -waiting_fen)])
    _post(act, statement, f"fees:{ref}", [Side(CHANNEL_FEES, fee_fen), Side(chart.BANK, -fee_fen)])
    statement.steps_done, statement.fee_fen = number, statement.fee_fen + fee_fen
    statement.save(update_fields=["steps_done", "fee_fen"])
    act.note(step=number, items=len(items), settled=len(agreed), apart=len(apart))
    return statement


@action(Tag.STATEMENT_FINISH)
def finish_statement(act: Act, statement_id: int) -> Statement:
    """Open what our books have up to the day and no statement shows, and take the proof.

    A payment and its taking back that are both not shown are settled against each other: a bank leaves out what it
    cancelled itself, such as a payment whose answer never came.
    """
    statement = _locked(act, statement_id)
    link = statement.link
    clearing = channel_on(link.channel, statement.day).clearing
    ours, cancelled = _without_cancelled(_unshown(link, clearing, statement.day))
    if cancelled:
        arrive(act, cancelled, first_open_day(statement.path, statement.day), f"s{statement.pk}.net")
    Difference.objects.bulk_create(
        [
            Difference(
                link=link, path=link.path, kind=Kind.OURS_ONLY, statement=statement, payment=payment,
                ours_fen=payment.amount_fen, opened_on=statement.day,
            )
            for payment in ours
        ],
        batch_size=1000,
    )  # fmt: skip
    statement.books_fen = queries.balance_fen(clearing)
    statement.unsettled_fen = unsettled_fen(EVERYTHING, clearing)
    statement.state = Statement.State.DONE
    statement.save(update_fields=["books_fen", "unsettled_fen", "state"])
    act.note(ours_only=len(ours), cancelled=len(cancelled))
    act.note(books_fen=statement.books_fen, unsettled_fen=statement.unsettled_fen)
    return statement


def _locked(act: Act, statement_id: int) -> Any:
    rows = lock(Statement.objects.within(act.actor.scope).select_related("link").filter(pk=statement_id))
    if not rows:
        raise NotInScope()
    act.on(rows[0], rows[0].path)
    return rows[0]


def _fresh(statement: Statement, items: Sequence[Item]) -> list[Item]:
    """Movements that no statement of this link has brought before."""
    serials = [item.serial for item in items]
    lines = StatementLine.objects.filter(link=statement.link, serial__in=serials)
    seen = set(lines.values_list("serial", flat=True))
    return [item for item in items if item.serial not in seen]


def _line(statement: Statement, found: Found) -> StatementLine:
    item = found.item
    return StatementLine(
        statement=statement, link=statement.link, row=item.row, serial=item.serial, original=item.original,
        amount_fen=item.net_fen, at=item.at, customer=item.customer, order=item.order, payment=found.payment,
        outcome=found.outcome,
    )  # fmt: skip


def _difference(statement: Statement, line: StatementLine, found: Found) -> Difference:
    kind = Kind.THEIRS_ONLY if found.payment is None else Kind.AMOUNT_DIFFERS
    return Difference(
        link=statement.link, path=statement.path, kind=kind, statement=statement, line=line, payment=found.payment,
        theirs_fen=found.item.net_fen, ours_fen=found.payment.amount_fen if found.payment else None,
        opened_on=statement.day,
    )  # fmt: skip


def _post(act: Act, statement: Statement, ref: str, sides: list[Side]) -> None:
    if any(side.amount_fen for side in sides):
        on = first_open_day(statement.path, statement.day)
        post(ref, "statement", sides, path=statement.path, effective_on=on, recorded_at=act.at)


def _close_late(act: Act, payment_ids: Sequence[int]) -> None:
    """What was missing in an earlier statement stands in this one."""
    rows = Difference.objects.within(EVERYTHING).filter(payment_id__in=payment_ids, kind=Kind.OURS_ONLY)
    rows.exclude(state=Difference.State.CLOSED).update(
        state=Difference.State.CLOSED, closed_by=act.actor.name, closed_at=act.at, reason="late"
    )


def _without_cancelled(ours: list[Payment]) -> tuple[list[Payment], list[int]]:
    """The payments that stand for money, and the keys of those that are nothing together with their taking back."""
    sums: dict[int, int] = defaultdict(int)
    here = {payment.pk for payment in ours}
    for payment in ours:
        sums[payment.reverses_id if payment.reverses_id in here else payment.pk] += payment.amount_fen
    nothing = {first for first, fen in sums.items() if fen == 0}
    cancelled = [payment.pk for payment in ours if nothing & {payment.pk, payment.reverses_id}]
    return [payment for payment in ours if payment.pk not in set(cancelled)], cancelled


def _unshown(link: Link, clearing: str, day: date) -> list[Payment]:
    """Payments of the link up to the end of the day that are not settled and have no difference yet."""
    rows = Payment.objects.within(EVERYTHING).filter(
        money_account=clearing, link_code=link.code, settled_on__isnull=True
    )
    known = Difference.objects.within(EVERYTHING).filter(link=link).filter(~Q(state=Difference.State.CLOSED))
    named = known.filter(payment__isnull=False).values("payment_id")
    end = timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))
    return list(rows.filter(received_at__lt=end).exclude(pk__in=named).order_by("pk"))
