"""A cashier's shift: opened with a float, closed with a count."""

from __future__ import annotations

from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from gridhall.cis.ledger import chart
from gridhall.cis.ledger.posting import Side, post
from gridhall.cis.payments.models import Payment, Shift
from gridhall.platform.actions import Act, action
from gridhall.platform.errors import NotInScope, Refused
from gridhall.platform.locks import lock
from gridhall.platform.models import OrgUnit
from gridhall.platform.tags import Tag


@action(Tag.SHIFT_OPEN)
def open_shift(act: Act, unit_id: int, float_fen: int) -> Shift:
    """Begin a shift with the change that lies in the till."""
    unit = OrgUnit.objects.within(act.actor.scope).filter(pk=unit_id).first()
    if unit is None or act.actor.user_id is None:
        raise NotInScope()
    if float_fen < 0:
        raise Refused(_("The float cannot be below zero."))
    if Shift.objects.within(act.actor.scope).filter(cashier_id=act.actor.user_id, closed_at__isnull=True).exists():
        raise Refused(_("You have an open shift; close it first."))
    shift = Shift.objects.create(
        cashier_id=act.actor.user_id, unit=unit, path=unit.path, opened_at=act.at, float_fen=float_fen
    )
    act.on(shift, shift.path)
    act.note(float_fen=float_fen)
    return shift


def cash_fen(shift: Shift) -> int:
    """Cash taken less cash given back during the shift."""
    return shift.payments.filter(method=Payment.Method.CASH).aggregate(s=Sum("amount_fen"))["s"] or 0


@action(Tag.SHIFT_CLOSE)
def close_shift(act: Act, shift_id: int, counted_fen: int, note: str = "") -> Shift:
    """End a shift with the count; a difference is posted and needs a word of explanation."""
    rows = lock(Shift.objects.within(act.actor.scope).filter(pk=shift_id))
    if not rows:
        raise NotInScope()
    shift: Shift = rows[0]
    act.on(shift, shift.path)
    if shift.closed_at is not None:
        raise Refused(_("The shift is already closed."))
    if shift.cashier_id != act.actor.user_id and "clerk-supervisor" not in act.actor.roles:
        raise Refused(_("Only the cashier or a supervisor closes a shift."))
    expected = shift.float_fen + cash_fen(shift)
    difference = counted_fen - expected
    if difference and not note.strip():
        raise Refused(_("The count differs from the books; write down why."))
    if difference:
        sides = [Side(chart.CASH, difference), Side(chart.CASH_DIFFERENCE, -difference)]
        post(
            f"shift:{shift.public_id}",
            "shift-difference",
            sides,
            path=shift.path,
            effective_on=timezone.localtime(act.at).date(),
            recorded_at=act.at,
        )
    shift.closed_at, shift.expected_fen, shift.counted_fen, shift.note = act.at, expected, counted_fen, note
    shift.save(update_fields=["closed_at", "expected_fen", "counted_fen", "note"])
    act.note(expected_fen=expected, counted_fen=counted_fen, difference_fen=difference)
    return shift
