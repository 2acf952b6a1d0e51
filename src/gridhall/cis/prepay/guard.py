"""Whether a supply may be stopped right now: what speaks against it, and when to look again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from gridhall.cis.collections.queries import may_disconnect
from gridhall.cis.collections.rules import disconnection
from gridhall.cis.prepay import rules
from gridhall.cis.prepay.balance import Balance
from gridhall.cis.prepay.models import Level, PrepayTerms
from gridhall.cis.tariffs.models import DayFact
from gridhall.kernel.money import format_scaled

HOURS = "hours"  # the code of collections for an hour in which nobody is cut off
LOOK_AGAIN = timedelta(hours=1)


@dataclass(frozen=True)
class Verdict:
    """Stop now (``because`` is empty); or look again at ``later``; or, where ``later`` is None, do not stop at all."""

    because: str = ""
    later: datetime | None = None

    @property
    def stop(self) -> bool:
        return not self.because


def verdict(terms: PrepayTerms | None, balance: Balance, now: datetime) -> Verdict:
    """Everything that is asked right before a stop is sent. The first objection is the answer."""
    local = timezone.localtime(now)
    in_force = rules.in_force(local.date())
    if terms is None:
        return Verdict(_("The account does not prepay any more."))
    if balance.level != Level.STOP:
        return Verdict(_("Money came in: the balance is within the credit limit again."))
    if terms.hold_until is not None and terms.hold_until > local.date():
        until = timezone.make_aware(datetime.combine(terms.hold_until, time()))
        return Verdict(_("Held: %(reason)s") % {"reason": terms.hold_reason}, until)
    if not balance.fresh(now, in_force.fresh_hours):
        said = {"hours": in_force.fresh_hours}
        return Verdict(
            _("No real readings without a gap of the last %(hours)s hours: an estimate never stops a supply.") % said,
            now + LOOK_AGAIN,
        )
    against = may_disconnect(terms.account_id, now)
    listed = [one for one in against if one.code != HOURS]
    if listed:
        return Verdict(listed[0].words)
    if against:
        return Verdict(against[0].words, disconnection(local.date()).friendly.next(now))
    return weather(in_force, terms.path, now)


def weather(in_force: rules.Rules, path: str, now: datetime) -> Verdict:
    """Yesterday's or today's highest temperature. Where the rules name a place, one of them has to be known."""
    place, today = in_force.place(path), timezone.localtime(now).date()
    if place is None:
        return Verdict()
    rows = DayFact.objects.filter(place=place, day__gte=today - timedelta(days=1), day__lte=today)
    newest = dict(rows.order_by("pk").values_list("day", "celsius_tenths"))  # of a day, the last one stays
    known = [tenths for tenths in newest.values() if tenths is not None]
    if not known:
        later = disconnection(today).friendly.next(now + LOOK_AGAIN)
        return Verdict(_("The temperature at %(place)s is unknown; record it first.") % {"place": place}, later)
    limits = in_force.weather
    for tenths in known:
        if not limits.below_celsius_tenths <= tenths <= limits.above_celsius_tenths:
            said = {"celsius": format_scaled(tenths, 1)}
            return Verdict(_("Nobody is cut off at %(celsius)s °C.") % said, _tomorrow(now))
    return Verdict()


def _tomorrow(now: datetime) -> datetime:
    begin = timezone.make_aware(datetime.combine(timezone.localtime(now).date() + timedelta(days=1), time()))
    return disconnection(begin.date()).friendly.next(begin)
