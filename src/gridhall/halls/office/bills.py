"""A bill for the people who made it: what went in, and a corrected bill beside the one it corrects."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from gridhall.cis.billing import queries as billing
from gridhall.cis.billing.explain import LineView
from gridhall.cis.billing.inputs import stored
from gridhall.cis.billing.models import Bill
from gridhall.cis.customers.models import Agreement
from gridhall.cis.tariffs.queries import parsed
from gridhall.halls import charts, formats
from gridhall.halls.lines import LineRow, line_row
from gridhall.kernel.calendars import PERIODS
from gridhall.platform.scope import Scope


@dataclass(frozen=True)
class Inputs:
    """One segment of a bill's period as the kernel was told: labels and values to read."""

    first: date
    end: date
    tariff: str
    facts: list[tuple[str, str]]


def inputs(bill: Bill) -> list[Inputs]:
    """Every segment with what its amounts follow from; facts that play no part are left out."""
    return [_inputs(segment) for segment in stored(bill.inputs)]


def _inputs(segment: dict[str, Any]) -> Inputs:
    version = parsed(segment["version"])
    name = version.name.zh if formats.chinese() else version.name.en
    facts: list[tuple[str, str]] = []
    for period, energy in zip(PERIODS, segment["period_wh"], strict=True):
        if energy:
            facts.append((f"{_('Energy')}, {charts.period_name(period)}", f"{formats.kwh(energy)} kWh"))
    if version.tiers:
        facts.append((_("Used before in the tier window"), f"{formats.kwh(segment['tier_before_wh'])} kWh"))
        facts.append((_("Persons"), str(segment["persons"])))
    if segment["charging"]:
        facts.append((_("Demand charge"), str(Agreement.Charging(segment["charging"]).label)))
        facts.append((_("Highest demand"), f"{formats.demand(segment['demand_kw_e6'])} kW"))
        facts.append((_("Contract demand"), f"{formats.demand(segment['contract_kw_e6'])} kW"))
    if segment["power_factor_standard"]:
        facts.append((_("Reactive energy"), f"{formats.kwh(segment['reactive_varh'])} kvarh"))
        facts.append((_("Power-factor standard"), f"0.{segment['power_factor_standard']}"))
    facts.append((_("Capacity"), f"{formats.demand(segment['capacity_kva_e6'])} kVA"))
    return Inputs(date.fromisoformat(segment["from"]), date.fromisoformat(segment["to"]), name, facts)


def corrected(scope: Scope, bill: Bill) -> Bill | None:
    """The reversed bill that a corrected bill stands for."""
    if bill.kind != Bill.Kind.REBILL:
        return None
    rows = Bill.objects.within(scope).filter(
        account_id=bill.account_id, month=bill.month, state=Bill.State.REVERSED, pk__lt=bill.pk
    )
    return rows.filter(kind__in=Bill.RATED).order_by("-pk").first()


@dataclass(frozen=True)
class Change:
    """One item of the old and the new bill; a missing side is None."""

    name: str
    old: LineRow | None
    new: LineRow | None

    @property
    def difference_fen(self) -> int:
        return (self.new.amount_fen if self.new else 0) - (self.old.amount_fen if self.old else 0)


def changes(old: Bill, new: Bill) -> list[Change]:
    """Old against new, line by line, in the order of the new bill; what it no longer has comes last."""
    before, after = _by_item(old), _by_item(new)
    keys = [*after, *(key for key in before if key not in after)]
    return [Change((after.get(key) or before[key]).name, before.get(key), after.get(key)) for key in keys]


def _by_item(bill: Bill) -> dict[tuple[Any, ...], LineRow]:
    found: dict[tuple[Any, ...], LineRow] = {}
    for view in billing.lines_of(bill):
        if not view.included:
            found[_key(view)] = line_row(view)
    return found


def _key(view: LineView) -> tuple[Any, ...]:
    return view.segment, view.kind, view.words.en, view.period, view.tier, view.export, view.unit
