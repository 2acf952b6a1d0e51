"""The rule behind a bill line, in a sentence with its own figures."""

from __future__ import annotations

from django.utils.translation import gettext as _

from gridhall.cis.billing.explain import Explanation
from gridhall.halls import charts, formats


def reason(found: Explanation) -> str:
    """What the quantity or the amount follows from."""
    line, facts = found.line, found.facts
    if line.kind in ("energy", "tier") and line.tier:
        return _(
            "Tier %(tier)s is charged on the part of the energy that falls into it. Before this bill %(before)s kWh "
            "were already counted in the tier window."
        ) % {"tier": line.tier, "before": formats.kwh(facts["tier_before_wh"])}
    if line.kind == "energy" and line.period and line.period != "total":
        return _("All intervals that the calendar of the tariff places in the period %(period)s.") % {
            "period": charts.period_name(line.period)
        }
    if line.kind == "energy":
        return _("All energy of the days billed.")
    if line.kind == "demand":
        return _(
            "Highest demand of the month %(measured)s kW, contract %(contract)s kW, %(parts)s thirtieths of the month."
        ) % {
            "measured": formats.demand(facts["demand_kw_e6"]),
            "contract": formats.demand(facts["contract_kw_e6"]),
            "parts": facts["month_thirtieths"],
        }
    if line.kind == "capacity":
        return _("Operating capacity %(capacity)s kVA, %(parts)s thirtieths of the month.") % {
            "capacity": formats.demand(facts["capacity_kva_e6"]),
            "parts": facts["month_thirtieths"],
        }
    if line.kind == "power_factor":
        return _("Active energy %(active)s kWh, reactive energy %(reactive)s kvarh, standard 0.%(standard)s.") % {
            "active": formats.kwh(sum(facts["period_wh"])),
            "reactive": formats.kwh(facts["reactive_varh"]),
            "standard": facts["power_factor_standard"],
        }
    return {
        "real_time": _("The energy of every interval times the price of that interval; open a day to see both."),
        "free_quota": _("Energy given free every month to low-income households; it reduces the bill."),
        "fixed": _("A fixed amount per month, by thirtieths for a part of a month."),
        "minimum": _("What the other lines lack to the monthly minimum."),
        "component": _("A part of the energy charge; it is inside the lines above."),
    }.get(line.kind, "")
