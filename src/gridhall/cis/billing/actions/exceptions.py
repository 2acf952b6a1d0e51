"""What a person decides about a bill that was held, or that could not be made."""

from __future__ import annotations

from django.db.models import F
from django.utils.translation import gettext as _

from gridhall.cis.billing.calculate import calculate
from gridhall.cis.billing.models import Bill, BillException, BillLine, BillRun
from gridhall.cis.billing.supply import Chunk, supplied
from gridhall.cis.billing.write import Written, save
from gridhall.platform.actions import Act, action
from gridhall.platform.errors import NotInScope, Refused
from gridhall.platform.locks import lock
from gridhall.platform.scope import EVERYTHING
from gridhall.platform.tags import Tag
from gridhall.readings import actions as readings_actions
from gridhall.readings.catalog import current_snapshot
from gridhall.readings.store import Quantity

Outcome = BillException.Outcome
_EVERYTHING = EVERYTHING


@action(Tag.EXCEPTION_RESOLVE)
def resolve_exception(act: Act, exception_id: int, outcome: str, reason: str) -> BillException:
    """Release as calculated, estimate and calculate again, suppress for the month, or send to a field check."""
    found = BillException.objects.within(act.actor.scope).filter(pk=exception_id).first()
    if found is None:
        raise NotInScope()
    run = lock(BillRun.objects.within(act.actor.scope).filter(pk=found.run_id))
    if not run:
        raise NotInScope()
    act.on(found, found.path)
    if not reason.strip():
        raise Refused(_("Give a reason for the decision; it stays with the bill."))
    if found.outcome not in (Outcome.OPEN, Outcome.FIELD_CHECK):
        raise Refused(_("This exception is already resolved: %(outcome)s.") % {"outcome": found.get_outcome_display()})
    if outcome == Outcome.RELEASE:
        _release(found)
    elif outcome == Outcome.ESTIMATE:
        _estimate(act, found, run[0], reason)
    elif outcome == Outcome.SUPPRESS:
        Bill.objects.within(act.actor.scope).filter(pk=found.bill_id).update(state=Bill.State.SUPPRESSED)
    elif outcome == Outcome.FIELD_CHECK:
        act.emit("field-check.requested", account=found.account.number, kind=found.kind, reason=reason)
    else:
        raise Refused(_("Choose one of the outcomes."))
    found.outcome, found.reason = outcome, reason
    found.resolved_by, found.resolved_at = act.actor.name, act.at
    found.save(update_fields=["outcome", "reason", "resolved_by", "resolved_at"])
    act.note(kind=found.kind, outcome=outcome, reason=reason)
    return found


def _release(found: BillException) -> None:
    """The bill may go when nothing else about it is open."""
    if found.bill is None:
        raise Refused(_("There is no bill to release: readings or data are missing. Estimate, or correct them first."))
    others = found.bill.exceptions.exclude(pk=found.pk).filter(outcome__in=(Outcome.OPEN, Outcome.FIELD_CHECK))
    if not others.exists():
        found.bill.state = Bill.State.DRAFT
        found.bill.save(update_fields=["state"])


def _estimate(act: Act, found: BillException, run: BillRun, reason: str) -> None:
    """Fill the gaps of the account's points by like days, then calculate this one account on the new snapshot."""
    account = next(iter(supplied(Chunk(ids=(found.account_id,)), run.period_from, run.period_to)), None)
    for segment in account.segments if account else ():
        quantity = Quantity.ACTIVE_EXPORT if segment.export else Quantity.ACTIVE_IMPORT
        readings_actions.estimate_days(act, segment.point_id, quantity, segment.first, segment.end, reason)
    recalculate(run, found.account_id)


def recalculate(run: BillRun, account_id: int) -> Written:
    """Calculate one account of an unreleased run anew on today's readings; its former draft is replaced."""
    old = Bill.objects.within(EVERYTHING).filter(run=run, account_id=account_id).first()
    if old is not None:
        if old.state in (Bill.State.RELEASED, Bill.State.REVERSED):
            raise Refused(_("The bill is released; reverse it and bill again."))
        BillException.objects.within(EVERYTHING).filter(bill=old).update(bill=None)
        BillLine.objects.filter(bill=old).delete()
        old.delete()
    fresh = BillRun(**{f.attname: getattr(run, f.attname) for f in BillRun._meta.concrete_fields})
    fresh.snapshot = current_snapshot()
    written = save(
        fresh, calculate(Chunk(ids=(account_id,)), run.month, run.period_from, run.period_to, fresh.snapshot)
    )
    new = Bill.objects.within(EVERYTHING).filter(run=run, account_id=account_id).first()
    BillRun.objects.within(EVERYTHING).filter(pk=run.pk).update(
        bills=F("bills") + written.bills - (1 if old else 0),
        energy_wh=F("energy_wh") + written.energy_wh - (old.energy_wh if old else 0),
        total_fen=F("total_fen") + written.total_fen - (old.total_fen if old else 0),
    )
    if new is not None:
        # What the person has just decided is not asked again: an estimated bill stands as a draft.
        BillException.objects.within(EVERYTHING).filter(run=run, account_id=account_id, bill__isnull=True).update(
            bill=new
        )
        open_kinds = new.exceptions.filter(outcome=Outcome.OPEN).exclude(
            kind__in=("estimated", "missing_intervals", "no_reading")
        )
        if not open_kinds.exists():
            Bill.objects.within(EVERYTHING).filter(pk=new.pk).update(state=Bill.State.DRAFT)
    return written
