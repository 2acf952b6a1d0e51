"""Why a bill was held or not made, as a sentence with its figures and the remedy."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from gridhall.cis.billing.models import BillException
from gridhall.halls import formats
from gridhall.halls.customer.meters import register_name

Facts = dict[str, Any]


def sentence(found: BillException) -> str:
    """What was found, in the reader's language; facts of a kind that is new here are listed as they are."""
    facts = found.evidence
    try:
        return _SENTENCES[found.kind](facts)
    except (KeyError, ValueError, TypeError):
        return ", ".join(f"{name} {value}" for name, value in facts.items())


def _day(text: str) -> str:
    return formats.day(date.fromisoformat(text))


def _period(facts: Facts) -> dict[str, str]:
    return {"period": formats.period(date.fromisoformat(facts["from"]), date.fromisoformat(facts["to"]))}


def _high_use(facts: Facts) -> str:
    return _("%(now)s kWh this month; the three months before had %(usual)s kWh on average, %(share)s %% of it.") % {
        "now": formats.kwh(facts["energy_wh"]), "usual": formats.kwh(facts["usual_wh"]),
        "share": formats.percent(facts["energy_wh"], facts["usual_wh"]),
    }  # fmt: skip


def _zero_use(facts: Facts) -> str:
    usual = formats.kwh(facts["usual_wh"])
    return _("Nothing was used this month; the three months before had %(usual)s kWh on average.") % {"usual": usual}


def _estimated(facts: Facts) -> str:
    return _("%(part)s of %(whole)s intervals are estimated: %(share)s %%.") % {
        "part": facts["estimated"], "whole": facts["intervals"],
        "share": formats.percent(facts["estimated"], facts["intervals"]),
    }  # fmt: skip


def _open_issues(facts: Facts) -> str:
    return _("Validation found %(count)s things in these days that nobody has decided on.") % {"count": facts["issues"]}


def _no_agreement(facts: Facts) -> str:
    return _("No agreement holds in %(period)s; move the customer in, or suppress the month.") % _period(facts)


def _no_tariff(facts: Facts) -> str:
    known = {"code": facts["tariff"], **_period(facts)}
    return _("Tariff %(code)s has no version for every day of %(period)s; publish one and calculate again.") % known


def _calendar_ended(facts: Facts) -> str:
    known = {"code": facts["calendar"], "until": _day(facts["until"]), **_period(facts)}
    return (
        _(
            "The hours of %(code)s are published to %(until)s only and say nothing of all of %(period)s; "
            "publish those that follow and calculate again."
        )
        % known
    )


def _no_reading(facts: Facts) -> str:
    return _("Meter %(meter)s has no reading of %(register)s on %(day)s; import it or send somebody to read it.") % {
        "meter": facts["meter"], "register": register_name(facts["register"]), "day": _day(facts["on"]),
    }  # fmt: skip


def _implausible(facts: Facts) -> str:
    return _("The readings of meter %(meter)s do not fit together: %(what)s") % facts


def _missing_intervals(facts: Facts) -> str:
    known = {"count": f"{facts['missing']:,}", **_period(facts)}
    return _("%(count)s intervals are missing in %(period)s; estimate them or wait for the readings.") % known


def _cannot_rate(facts: Facts) -> str:
    return _("Tariff %(tariff)s cannot price these readings: %(what)s") % facts


def _missing_prices(facts: Facts) -> str:
    known = {"series": facts["series"], "days": facts["days"], "first": _day(facts["from"])}
    return (
        _("Series %(series)s has no prices for %(days)s days from %(first)s; publish them and calculate again.") % known
    )


_SENTENCES: dict[str, Callable[[Facts], str]] = {
    "high_use": _high_use,
    "zero_use": _zero_use,
    "estimated": _estimated,
    "open_issues": _open_issues,
    "no_agreement": _no_agreement,
    "no_tariff": _no_tariff,
    "calendar_ended": _calendar_ended,
    "no_meter": lambda facts: _("No meter is installed at the supply point; install one, then calculate again."),
    "no_terms": lambda facts: _("Voltage, class and capacity of the supply point are not recorded."),
    "no_reading": _no_reading,
    "implausible_reading": _implausible,
    "missing_intervals": _missing_intervals,
    "cannot_rate": _cannot_rate,
    "missing_prices": _missing_prices,
    "prices_too_fine": lambda facts: _("Series %(series)s has finer prices than the meter has intervals.") % facts,
    "real_time_needs_curve": lambda facts: _("The tariff charges interval prices; the meter needs a load curve."),
    "real_time_of_family": lambda facts: _("Interval prices cannot be split between a main meter and sub-meters."),
}
