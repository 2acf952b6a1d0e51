"""Re-rating the bills that a late fact touches, and no others."""

from __future__ import annotations

from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from gridhall.cis.billing.actions.corrections import rebill
from gridhall.cis.billing.actions.exceptions import recalculate
from gridhall.cis.billing.late_facts import change
from gridhall.cis.billing.models import Bill
from gridhall.cis.billing.wording import exception_words
from gridhall.platform.actions import Act, action
from gridhall.platform.errors import NotInScope, Refused
from gridhall.platform.locks import lock
from gridhall.platform.tags import Tag


@action(Tag.BILL_RERATE)
def re_rate(act: Act, bill_id: int) -> Bill:
    """A draft is calculated anew, a released bill reversed and billed again; refused where no period of it changes."""
    rows = lock(Bill.objects.within(act.actor.scope).filter(pk=bill_id))
    if not rows:
        raise NotInScope()
    bill: Bill = rows[0]
    act.on(bill, bill.path)
    found = change(bill)
    if not found.days:
        raise Refused(_("No period of this bill changes; it stays as it is."))
    if found.problem:
        words = exception_words(found.problem[0])
        why = words.zh if (get_language() or "").startswith("zh") else words.en
        raise Refused(_("With what is known now this bill cannot be made: %(why)s. It stays as it is.") % {"why": why})
    days = ", ".join(date_format(day) for day in found.days)
    act.note(days=[str(day) for day in found.days], difference_fen=found.difference_fen)
    if bill.state == Bill.State.RELEASED:
        return rebill(act, bill.pk, _("The periods of %(days)s changed with a fact that came later.") % {"days": days})
    recalculate(bill.run, bill.account_id)
    return Bill.objects.within(act.actor.scope).get(run=bill.run, account_id=bill.account_id)
