"""One account, one period, outside any run: a final bill, a stranger's file, an odd period."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils.translation import gettext as _

from gridhall.cis.billing import figures
from gridhall.cis.billing.calculate import calculate
from gridhall.cis.billing.models import Bill, BillRun
from gridhall.cis.billing.release import release
from gridhall.cis.billing.supply import Chunk
from gridhall.cis.billing.wording import exception_words
from gridhall.cis.billing.write import save
from gridhall.cis.customers.models import Account
from gridhall.platform.actions import Act, action
from gridhall.platform.errors import NotInScope, Refused
from gridhall.platform.locks import lock
from gridhall.platform.scope import EVERYTHING
from gridhall.platform.tags import Tag
from gridhall.readings.catalog import current_snapshot

DAYS_MAX = 366  # a longer period hides mistakes and mixes tier years


@action(Tag.BILL_SINGLE)
def bill_account(act: Act, account_id: int, first: date, end: date) -> Bill:
    """Bill ``[first, end)`` of one account on today's readings and release it at once.

    The billing month is that of ``first``. Refused, with the reason, where the period was or cannot be billed.
    """
    rows = lock(Account.objects.within(act.actor.scope).filter(pk=account_id))
    if not rows:
        raise NotInScope()
    account: Account = rows[0]
    act.on(account, account.path)
    if not first < end <= first + timedelta(days=DAYS_MAX):
        raise Refused(_("Choose a period of 1 to %(days)s days.") % {"days": DAYS_MAX})
    _require_unbilled(account_id, first, end)
    month, snapshot = first.year * 100 + first.month, current_snapshot()
    result = calculate(Chunk(ids=(account_id,)), month, first, end, snapshot)
    if result.problems or not result.accounts:
        kind, evidence = next(iter(result.problems.values()), ("no_agreement", {}))
        words = exception_words(kind)
        what = ", ".join(f"{name} {value}" for name, value in evidence.items())
        raise Refused(_("The period cannot be billed: %(reason)s") % {"reason": f"{words.zh} / {words.en} ({what})"})
    result.doubts.clear()  # whoever bills a single account looks at it
    due_on = max(end, act.at.date()) + timedelta(days=account.cycle.payment_days)
    run = BillRun(month=month, snapshot=snapshot, due_on=due_on, period_from=first, period_to=end)
    written = save(run, result)
    release(Bill.objects.within(EVERYTHING).filter(pk=written.first_bill_id), "bill", act.at.date(), act.at)
    figures.refresh([month])
    bill = Bill.objects.within(EVERYTHING).get(pk=written.first_bill_id)
    act.on(bill, bill.path)
    act.note(number=bill.number, total_fen=bill.total_fen)
    return bill


def _require_unbilled(account_id: int, first: date, end: date) -> None:
    taken = (
        Bill.objects.within(EVERYTHING)
        .filter(account_id=account_id, period_from__lt=end, period_to__gt=first)
        .exclude(state__in=(Bill.State.REVERSED, Bill.State.SUPPRESSED))
        .filter(kind__in=Bill.RATED)
        .first()
    )
    if taken is not None:
        raise Refused(
            _("Bill %(number)s already covers %(first)s to %(end)s; reverse it first.")
            % {"number": taken.number, "first": taken.period_from, "end": taken.period_to}
        )
