"""Why a supply must not be cut now: the do-not-disconnect list, low income in winter, days off and unfriendly hours."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from gridhall.cis.collections.models import Protection
from gridhall.cis.collections.rules import DisconnectionRules, disconnection
from gridhall.cis.customers.models import Agreement
from gridhall.platform.scope import EVERYTHING

FORBIDS, IN_WINTER, COPY = "forbids", "forbids_in_winter", "copy_to_authority"


@dataclass(frozen=True, slots=True)
class Against:
    """One reason against. ``code`` is a reason of the list, ``winter`` or ``hours``; ``words`` is one sentence in the
    reader's language, ``evidence`` what it rests on."""

    code: str
    words: str
    evidence: str = ""


def reasons_against(account_ids: Collection[int], at: datetime) -> dict[int, list[Against]]:
    """Reasons by account at a moment; an account that may be cut off is absent."""
    on = timezone.localtime(at).date()
    rules = disconnection(on)
    found: dict[int, list[Against]] = {}
    for row in standing(account_ids, on):
        effect = rules.protections.get(row.reason, FORBIDS)
        if effect == FORBIDS or (effect == IN_WINTER and rules.winter.holds(on)):
            found.setdefault(row.account_id, []).append(_listed(row))
    if rules.winter.holds(on):
        for account_id in _low_income(account_ids, on):
            against = Against("winter", _("The household has a low income, and it is winter."))
            found.setdefault(account_id, []).append(against)
    untimely = _untimely(rules, at)
    if untimely is not None:
        for account_id in account_ids:
            found.setdefault(account_id, []).append(untimely)
    return found


def standing(account_ids: Collection[int], on: date) -> list[Protection]:
    """Rows of the list that count on a day, those that wait for the second person among them."""
    rows = Protection.objects.within(EVERYTHING).filter(account_id__in=account_ids)
    return [
        row
        for row in rows.exclude(state=Protection.State.REFUSED).order_by("account_id", "pk")
        if row.valid_from <= on and (row.valid_to is None or on < row.valid_to)
    ]


def needs_a_copy(account_id: int, on: date) -> bool:
    """Whether the authority gets a copy of the notice before this account is cut off."""
    rules = disconnection(on)
    return any(rules.protections.get(row.reason) == COPY for row in standing([account_id], on))


def _listed(row: Protection) -> Against:
    said = {"reason": row.get_reason_display(), "by": row.proposed_by}
    if row.state == Protection.State.PROPOSED:
        return Against(row.reason, _("%(reason)s, waits for a second person.") % said, row.evidence)
    return Against(row.reason, _("On the do-not-disconnect list: %(reason)s.") % said, row.evidence)


def _low_income(account_ids: Collection[int], on: date) -> list[int]:
    rows = Agreement.objects.on(on).filter(account_id__in=account_ids, low_income=True)
    return sorted(set(rows.values_list("account_id", flat=True)))


def _untimely(rules: DisconnectionRules, at: datetime) -> Against | None:
    if rules.friendly.holds(at):
        return None
    hours = {"first": rules.friendly.from_hour, "last": rules.friendly.to_hour}
    return Against("hours", _("Supplies are cut on working days from %(first)s to %(last)s o'clock only.") % hours)
