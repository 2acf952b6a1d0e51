"""Issues of validation in words."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gridhall.halls import charts, formats
from gridhall.readings.models import Issue
from gridhall.readings.store import Quantity
from gridhall.readings.validation import RULES as WORDS

RULES: Mapping[str, str | Promise] = WORDS
QUANTITIES = {
    Quantity.ACTIVE_IMPORT: gettext_lazy("Energy taken"),
    Quantity.ACTIVE_EXPORT: gettext_lazy("Energy fed in"),
    Quantity.REACTIVE_IMPORT: gettext_lazy("Reactive energy"),
    Quantity.REACTIVE_EXPORT: gettext_lazy("Reactive energy, given back"),
}


def hours(issue: Issue) -> str:
    """The intervals of an issue as clock times; what reaches past the day is said by its length."""
    per_day = issue.point.slots
    minutes = 1440 // per_day
    end = issue.first_slot + issue.slots
    if end > per_day:
        return _("%(count)s intervals from %(clock)s") % {
            "count": issue.slots, "clock": charts.clock(issue.first_slot * minutes),
        }  # fmt: skip
    return f"{charts.clock(issue.first_slot * minutes)} – {charts.clock(end * minutes)}"


def found(issue: Issue) -> str:
    """What was measured against which limit, in words."""
    if issue.rule == "missing":
        return _("%(count)s intervals have no value.") % {"count": issue.slots}
    if issue.rule == "stuck":
        return _("The same value, %(kwh)s kWh, in %(count)s intervals.") % {
            "kwh": formats.kwh(issue.measured), "count": issue.slots,
        }  # fmt: skip
    if issue.rule == "register":
        return _("The curve sums to %(kwh)s kWh, the register counted %(limit)s kWh.") % {
            "kwh": formats.kwh(issue.measured), "limit": formats.kwh(issue.limit),
        }  # fmt: skip
    return _("%(kwh)s kWh, where %(limit)s kWh would be the limit.") % {
        "kwh": formats.kwh(issue.measured), "limit": formats.kwh(issue.limit),
    }  # fmt: skip
