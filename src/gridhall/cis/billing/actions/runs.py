"""The life of a bill run: created, calculated step by step, released by a second person, or cancelled."""

from __future__ import annotations

import calendar
from datetime import date, timedelta

from django.db.models import F, Sum
from django.utils.translation import gettext as _

from gridhall.cis.billing import figures
from gridhall.cis.billing.calculate import Calculation
from gridhall.cis.billing.models import Bill, BillException, BillLine, BillRun
from gridhall.cis.billing.release import release
from gridhall.cis.billing.write import save
from gridhall.cis.customers.models import Account, BillingCycle
from gridhall.cis.ledger.periods import first_open_day
from gridhall.platform import jobs
from gridhall.platform.actions import Act, action
from gridhall.platform.errors import NotInScope, Refused
from gridhall.platform.locks import lock
from gridhall.platform.tags import Tag
from gridhall.readings.catalog import current_snapshot

RUN_JOB = "bill-run"


@action(Tag.CYCLE_CREATE)
def create_cycle(
    act: Act, code: str, name_zh: str, name_en: str, path: str, reading_day: int = 1, payment_days: int = 20
) -> BillingCycle:
    """A set of accounts that is read and billed together."""
    if not 1 <= reading_day <= 28:
        raise Refused(_("The reading day must lie between 1 and 28."))
    cycle = BillingCycle.objects.create(
        code=code, name_zh=name_zh, name_en=name_en, path=path, reading_day=reading_day, payment_days=payment_days
    )
    act.on(cycle, path)
    return cycle


def period_of(cycle: BillingCycle, month: int) -> tuple[date, date]:
    """The billed days of a month: from its reading day to the next month's, end exclusive."""
    year, number = divmod(month, 100)
    if not 1 <= number <= 12:
        raise Refused(_("%(month)s is not a month; write it as 202611.") % {"month": month})
    first = date(year, number, cycle.reading_day)
    return first, first + timedelta(days=calendar.monthrange(year, number)[1])


@action(Tag.BILL_RUN_CREATE)
def create_run(act: Act, cycle_id: int, month: int) -> BillRun:
    """Fix the period and the snapshot, and queue the calculation. A second live run of the same month is refused."""
    cycle = BillingCycle.objects.filter(pk=cycle_id).first()
    if cycle is None:
        raise NotInScope()
    act.on(cycle, cycle.path)
    if (
        BillRun.objects.within(act.actor.scope)
        .filter(cycle=cycle, month=month)
        .exclude(state=BillRun.State.CANCELLED)
        .exists()
    ):
        raise Refused(
            _("The month %(month)s of this cycle already has a run; cancel it before starting another.")
            % {"month": month}
        )
    first, end = period_of(cycle, month)
    run = BillRun.objects.create(
        cycle=cycle,
        path=cycle.path,
        month=month,
        period_from=first,
        period_to=end,
        due_on=end + timedelta(days=cycle.payment_days),
        snapshot=current_snapshot(),
        created_by=act.actor.name,
        created_by_user=act.actor.user_id,
        accounts=Account.objects.within(act.actor.scope).filter(cycle=cycle).count(),
    )
    run.job = jobs.submit(RUN_JOB, {"run": run.pk}, key=f"{RUN_JOB}:{run.pk}", path=cycle.path, by=act.actor.name)
    run.save(update_fields=["job"])
    act.on(run, run.path)
    act.note(month=month, cycle=cycle.code, snapshot=run.snapshot)
    return run


@action(Tag.BILL_RUN_STEP)
def calculate_step(act: Act, run_id: int, last_id: int, result: Calculation) -> None:
    """Keep the bills of the next accounts of a run, up to ``last_id``. Doing it twice is doing it once."""
    run = lock(BillRun.objects.within(act.actor.scope).filter(pk=run_id))[0]
    act.on(run, run.path)
    if run.state not in (BillRun.State.CREATED, BillRun.State.CALCULATING):
        raise Refused(_("The run is %(state)s; only a new run can be calculated.") % {"state": run.get_state_display()})
    if last_id > run.calculated_to:
        written = save(run, result)
        BillRun.objects.within(act.actor.scope).filter(pk=run.pk).update(
            state=BillRun.State.CALCULATING,
            calculated_to=last_id,
            bills=F("bills") + written.bills,
            exceptions=F("exceptions") + written.exceptions,
            energy_wh=F("energy_wh") + written.energy_wh,
            total_fen=F("total_fen") + written.total_fen,
        )
        act.note(bills=written.bills, exceptions=written.exceptions, total_fen=written.total_fen)


@action(Tag.BILL_RUN_STEP)
def finish_run(act: Act, run_id: int) -> None:
    """All accounts are calculated: people may look and release."""
    run = lock(BillRun.objects.within(act.actor.scope).filter(pk=run_id))[0]
    act.on(run, run.path)
    if run.state in (BillRun.State.CREATED, BillRun.State.CALCULATING):
        run.state = BillRun.State.CALCULATED
        run.save(update_fields=["state"])


@action(Tag.BILL_RUN_CANCEL)
def cancel_run(act: Act, run_id: int, reason: str) -> None:
    """Throw the drafts of an unreleased run away; nothing has reached the books."""
    run = _locked(act, run_id)
    if run.state == BillRun.State.RELEASED:
        raise Refused(_("The run is released; correct single bills by reversal instead."))
    if not reason.strip():
        raise Refused(_("Give a reason for cancelling the run."))
    if run.job:
        jobs.cancel(run.job)
    BillException.objects.within(act.actor.scope).filter(run=run).delete()
    BillLine.objects.filter(bill__run=run).delete()
    Bill.objects.within(act.actor.scope).filter(run=run).delete()
    run.state = BillRun.State.CANCELLED
    run.save(update_fields=["state"])
    act.note(reason=reason, month=run.month)


@action(Tag.BILL_RUN_RELEASE)
def release_run(act: Act, run_id: int) -> BillRun:
    """Release every bill that nothing holds back, and post them. Who created the run may not release it.

    Held bills stay; when their exceptions are resolved, releasing again takes them along. They count on the day after
    the billed period, or where its books are closed by then, on the first open day.
    """
    run = _locked(act, run_id)
    if run.state not in (BillRun.State.CALCULATED, BillRun.State.RELEASED):
        raise Refused(_("The run is not calculated to its end; wait for the job, or look at its error."))
    if act.actor.user_id is not None and act.actor.user_id == run.created_by_user:
        raise Refused(_("Who created a run may not release it; ask a second person."))
    bills = Bill.objects.within(act.actor.scope).filter(run=run)
    released = release(bills, "bill", first_open_day(run.path, run.period_to), act.at)
    run.state, run.released_by, run.released_at = BillRun.State.RELEASED, act.actor.name, act.at
    run.save(update_fields=["state", "released_by", "released_at"])
    figures.refresh([run.month])
    sums = bills.filter(state=Bill.State.RELEASED).aggregate(total=Sum("total_fen"), energy=Sum("energy_wh"))
    act.note(bills=released, total_fen=sums["total"] or 0)
    act.emit("bill-run.released", run=str(run.public_id), month=run.month, bills=released)
    return run


def _locked(act: Act, run_id: int) -> BillRun:
    rows = lock(BillRun.objects.within(act.actor.scope).filter(pk=run_id))
    if not rows:
        raise NotInScope()
    act.on(rows[0], rows[0].path)
    return rows[0]
