"""Correction by reversal and a new bill. Nothing is edited; original, reversal and corrected bill all stay."""

from __future__ import annotations

from datetime import date

import numpy as np
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from gridhall.cis.billing import figures
from gridhall.cis.billing.calculate import calculate, content_sha256, hashed
from gridhall.cis.billing.models import Bill, BillLine, BillRun
from gridhall.cis.billing.release import release
from gridhall.cis.billing.supply import Chunk
from gridhall.cis.billing.write import bill_number, save
from gridhall.cis.customers.models import Account
from gridhall.cis.ledger import chart
from gridhall.cis.ledger.models import Line
from gridhall.cis.ledger.posting import Side, post
from gridhall.platform.actions import Act, action
from gridhall.platform.errors import NotInScope, Refused
from gridhall.platform.ids import allocate_ids, uuid7
from gridhall.platform.locks import lock
from gridhall.platform.scope import EVERYTHING
from gridhall.platform.tags import Tag
from gridhall.readings.catalog import current_snapshot


@action(Tag.BILL_REVERSE)
def reverse(act: Act, bill_id: int, reason: str) -> Bill:
    """A bill with every line negated, released at once; the original becomes 'reversed' and the two net to zero."""
    original = _locked_bill(act, bill_id)
    if original.kind in Bill.OF_CASES:
        raise Refused(_("This comes from a case; withdraw the case."))
    if original.state != Bill.State.RELEASED or original.kind == Bill.Kind.REVERSAL:
        raise Refused(_("Only a released bill can be reversed, and only once."))
    if not reason.strip():
        raise Refused(_("Give a reason for the reversal; the customer will read it."))
    lines = [
        BillLine(
            bill_id=0,
            seq=line.seq,
            segment=line.segment,
            item_id=line.item_id,
            quantity=-line.quantity,
            price_e8=line.price_e8,
            amount_fen=-line.amount_fen,
        )
        for line in original.lines.order_by("seq")
    ]
    reversal = _copy(original, kind=Bill.Kind.REVERSAL, reverses=original, lines=lines, sign=-1)
    take_penalties_back(original, act)
    release(Bill.objects.within(EVERYTHING).filter(pk=reversal.pk), "bill-reversal", _today(act), act.at)
    original.state = Bill.State.REVERSED
    original.save(update_fields=["state"])
    figures.refresh([original.month])
    act.note(number=original.number, reversal=reversal.number, total_fen=original.total_fen, reason=reason)
    reversal.refresh_from_db()
    return reversal


@action(Tag.BILL_REBILL)
def rebill(act: Act, bill_id: int, reason: str) -> Bill:
    """Reverse a bill and bill its period again on today's readings, agreements and tariffs."""
    original = _locked_bill(act, bill_id)
    if original.state == Bill.State.RELEASED:
        reverse(act, bill_id, reason)
    elif original.state != Bill.State.REVERSED or original.kind not in Bill.RATED:
        raise Refused(_("Only a released or reversed bill can be billed again."))
    snapshot = current_snapshot()
    chunk = Chunk(ids=(original.account_id,))
    result = calculate(chunk, original.month, original.period_from, original.period_to, snapshot)
    if result.problems:
        kind, evidence = next(iter(result.problems.values()))
        raise Refused(_("The period cannot be billed: %(kind)s %(evidence)s") % {"kind": kind, "evidence": evidence})
    result.doubts.clear()  # a person asked for this bill and looks at it
    run = BillRun(
        month=original.month,
        snapshot=snapshot,
        due_on=original.due_on,
        period_from=original.period_from,
        period_to=original.period_to,
    )
    written = save(run, result, Bill.Kind.REBILL)
    fresh = Bill.objects.within(EVERYTHING).get(pk=written.first_bill_id)
    release(Bill.objects.within(EVERYTHING).filter(pk=fresh.pk), "bill", _today(act), act.at)
    figures.refresh([original.month])
    act.on(fresh, fresh.path)
    act.note(
        corrects=original.number,
        number=fresh.number,
        before_fen=original.total_fen,
        after_fen=fresh.total_fen,
        reason=reason,
    )
    fresh.refresh_from_db()
    return fresh


def _today(act: Act) -> date:
    return timezone.localtime(act.at).date()


def take_penalties_back(bill: Bill, act: Act) -> None:
    """A wrong bill was not paid late: what was charged goes back; a corrected bill is assessed by its own amount."""
    charged = Line.objects.filter(
        account_id=bill.account_id,
        ledger_account_id=chart.PENALTY_RECEIVABLE,
        bill_id=bill.pk,
        entry__kind__in=("penalty", "penalty-waiver"),
    ).aggregate(s=Sum("amount_fen"))["s"]
    if charged:
        sides = [
            Side(chart.PENALTY_INCOME, charged),
            Side(chart.PENALTY_RECEIVABLE, -charged, bill.account_id, bill.pk),
        ]
        post(
            f"penalty-reversal:{bill.pk}",
            "penalty-reversal",
            sides,
            path=bill.path,
            effective_on=_today(act),
            recorded_at=act.at,
            account_id=bill.account_id,
        )


def _locked_bill(act: Act, bill_id: int) -> Bill:
    row = Bill.objects.within(act.actor.scope).filter(pk=bill_id).first()
    if row is None:
        raise NotInScope()
    lock(Account.objects.within(EVERYTHING).filter(pk=row.account_id))
    bill: Bill = lock(Bill.objects.within(act.actor.scope).filter(pk=bill_id))[0]
    act.on(bill, bill.path)
    return bill


def _copy(original: Bill, *, kind: str, reverses: Bill, lines: list[BillLine], sign: int) -> Bill:
    bill_id = allocate_ids(Bill, 1)
    array = np.array(
        [[0, line.segment, 0, line.item_id, line.quantity, line.price_e8, line.amount_fen] for line in lines], np.int64
    ).reshape(-1, 7)
    bill = Bill(
        pk=bill_id,
        public_id=uuid7(),
        number=bill_number(original.month, bill_id),
        run=None,
        account_id=original.account_id,
        path=original.path,
        month=original.month,
        period_from=original.period_from,
        period_to=original.period_to,
        kind=kind,
        reverses=reverses,
        state=Bill.State.DRAFT,
        use_class=original.use_class,
        snapshot=original.snapshot,
        energy_wh=sign * original.energy_wh,
        total_fen=sign * original.total_fen,
        funds_fen=sign * original.funds_fen,
        vat_fen=sign * original.vat_fen,
        due_on=original.due_on,
        inputs=original.inputs,
        content_sha256=content_sha256(original.inputs, hashed(array)),
    )
    bill.save(force_insert=True)
    for line in lines:
        line.bill_id = bill_id
    BillLine.objects.bulk_create(lines)
    return bill
