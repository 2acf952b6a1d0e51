"""Closing a month of a city's books: proposed by one person, confirmed by a second, opened again by another."""

from __future__ import annotations

from datetime import date

from django.db.models import Count, Max
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from gridhall.cis.books import checks
from gridhall.cis.ledger import periods
from gridhall.cis.ledger.models import Entry, Period
from gridhall.platform.actions import Act, action
from gridhall.platform.errors import NotInScope, Refused
from gridhall.platform.locks import lock
from gridhall.platform.models import OrgUnit
from gridhall.platform.scope import Scope
from gridhall.platform.tags import Tag


def bounds(month: int) -> tuple[date, date]:
    """The first day of YYYYMM and of the month after it. Refused for what is no month."""
    year, number = divmod(month, 100)
    if not (1 <= number <= 12 and 1900 <= year < 2200):
        raise Refused(_("%(month)s is not a month; write it as 202611.") % {"month": month})
    return date(year, number, 1), date(year + number // 12, number % 12 + 1, 1)


@action(Tag.PERIOD_PROPOSE)
def propose_close(act: Act, city_id: int, month: int) -> Period:
    """Say that a month is ready. Nothing is locked yet; a second person confirms what stands in the books now.

    Raises Refused for a month that is not over, one that is closed, and while a check is in the way.
    """
    city = OrgUnit.objects.within(act.actor.scope).filter(pk=city_id, level=OrgUnit.Level.CITY).first()
    if city is None:
        raise NotInScope()
    first, end = bounds(month)
    if end > timezone.localtime(act.at).date():
        raise Refused(_("The month is not over; its books can be closed from %(day)s on.") % {"day": date_format(end)})
    if end <= periods.closed([city.path]).get(city.path, date.min):
        raise Refused(_("The month is closed already."))
    _require_clear(city.path, first, end)
    count, newest = _fingerprint(city.path, first, end)
    period, _made = Period.objects.within(act.actor.scope).update_or_create(
        path=city.path,
        month=month,
        defaults={
            "end_on": end, "state": Period.State.PROPOSED, "entries": count, "last_entry_id": newest,
            "proposed_by": act.actor.name, "proposed_by_user": act.actor.user_id, "proposed_at": act.at,
            "closed_by": "", "closed_by_user": None, "closed_at": None,
        },
    )  # fmt: skip
    act.on(period, city.path)
    act.note(month=month, entries=count)
    return period


@action(Tag.PERIOD_CONFIRM)
def confirm_close(act: Act, period_id: int) -> Period:
    """Close the books up to the end of the month: from now on nothing is posted on a day of it or before it."""
    period = _locked(act, period_id)
    if period.state != Period.State.PROPOSED:
        raise Refused(_("Nobody proposed to close this month; propose it first."))
    if act.actor.user_id is not None and act.actor.user_id == period.proposed_by_user:
        raise Refused(_("Who proposed to close a month does not confirm it; ask a second person."))
    if not periods.alone():
        raise Refused(_("Somebody is posting at this moment; try again in a minute."))
    first, end = bounds(period.month)
    _require_clear(period.path, first, end)
    if _fingerprint(period.path, first, end) != (period.entries, period.last_entry_id):
        raise Refused(_("The books of the month changed since it was proposed; look at it again and propose it anew."))
    period.state, period.closed_by = Period.State.CLOSED, act.actor.name
    period.closed_by_user, period.closed_at = act.actor.user_id, act.at
    period.save()
    act.note(month=period.month, entries=period.entries)
    act.emit("period.closed", city=period.path, month=period.month)
    return period


@action(Tag.PERIOD_REOPEN)
def reopen(act: Act, period_id: int, reason: str) -> Period:
    """Open the last closed month again. Who closed it does not; the reason stays."""
    period = _locked(act, period_id)
    if period.state != Period.State.CLOSED:
        raise Refused(_("The month is not closed."))
    if act.actor.user_id is not None and act.actor.user_id == period.closed_by_user:
        raise Refused(_("Who closed a month does not open it again; ask a second person."))
    if periods.closed([period.path])[period.path] > period.end_on:
        raise Refused(_("A later month is closed; open the last one first."))
    if not reason.strip():
        raise Refused(_("Give a reason for opening the month again."))
    period.state, period.reopened_by, period.reopened_at = Period.State.OPEN, act.actor.name, act.at
    period.reason = reason.strip()
    period.save()
    act.note(month=period.month, reason=period.reason)
    act.emit("period.reopened", city=period.path, month=period.month)
    return period


def _locked(act: Act, period_id: int) -> Period:
    rows = lock(Period.objects.within(act.actor.scope).filter(pk=period_id))
    if not rows:
        raise NotInScope()
    act.on(rows[0], rows[0].path)
    return rows[0]


def _require_clear(path: str, first: date, end: date) -> None:
    if any(check.blocking and check.count for check in checks.before_closing(path, first, end)):
        raise Refused(_("Something is still in the way; the list of checks says what and where."))


def _fingerprint(path: str, first: date, end: date) -> tuple[int, int]:
    """How many entries a month has, and the newest of them: entries never change, so these two say if it moved."""
    rows = Entry.objects.within(Scope(prefixes=(path,))).filter(effective_on__gte=first, effective_on__lt=end)
    found = rows.aggregate(n=Count("pk"), newest=Max("pk"))
    return found["n"], found["newest"] or 0
