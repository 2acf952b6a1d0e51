"""What a what-if looks like: its sliders, and its answer as rows and sentences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gridhall.cis.network.models import ServicePointTerms
from gridhall.cis.tariffs.calendars import known as known_calendars
from gridhall.cis.whatif.knobs import Knob, knobs
from gridhall.cis.whatif.summary import EDGES_E4
from gridhall.halls import charts, formats
from gridhall.kernel.elasticity import ELASTICITY_E6_MAX
from gridhall.kernel.money import DecimalError, format_scaled, parse_decimal
from gridhall.kernel.tariffs import PERIODS, TariffVersion
from gridhall.platform.errors import Refused
from gridhall.platform.models import OrgUnit
from gridhall.platform.scope import Scope

KINDS = {
    "energy": gettext_lazy("Price, yuan/kWh"),
    "threshold": gettext_lazy("Upper end of the tier, kWh"),
    "uplift": gettext_lazy("Uplift of the tier, yuan/kWh"),
    "capacity": gettext_lazy("Capacity charge, yuan/kVA a month"),
    "demand": gettext_lazy("Demand price, yuan/kW a month"),
    "fixed": gettext_lazy("Fixed charge, yuan a month"),
    "minimum": gettext_lazy("Minimum charge, yuan a month"),
}


@dataclass(frozen=True)
class Slider:
    """A knob with its label and where it stands."""

    knob: Knob
    label: str
    value: str


def sliders(version: TariffVersion, month: int, values: Mapping[str, str]) -> list[Slider]:
    """One slider for each number of the tariff in the month."""
    return [Slider(knob, _label(knob), values.get(knob.path, knob.value)) for knob in knobs(version, month)]


def _label(knob: Knob) -> str:
    parts = [charts.period_name(knob.period)] if knob.period and knob.period != "total" else []
    if knob.tier:
        parts.insert(0, _("Tier %(n)s") % {"n": knob.tier})
    return " · ".join([*parts, str(KINDS[knob.kind])])


def asked(data: Mapping[str, str]) -> tuple[dict[str, str], int, int]:
    """(values by path, percent in 1e-2, elasticity in 1e-6) of a request; refused where a number is none."""
    values = {name.removeprefix("k."): data[name] for name in data if name.startswith("k.")}
    try:
        percent = parse_decimal(data.get("percent") or "0", 2, _("All prices"))
        elasticity = parse_decimal(data.get("elasticity") or "0", 6, _("Elasticity"))
    except DecimalError as error:
        raise Refused(str(error)) from error
    if not 0 <= elasticity <= ELASTICITY_E6_MAX:
        raise Refused(_("The elasticity lies between 0 and 2."))
    return values, percent, elasticity


def calendars() -> list[tuple[str, str]]:
    """Code and name of the calendars that may be tried."""
    newest = [versions[-1] for versions in known_calendars().values()]
    return sorted((one.code, one.name.zh if formats.chinese() else one.name.en) for one in newest)


def shown_elasticity(elasticity_e6: int) -> str:
    return format_scaled(elasticity_e6, 6, decimals=2)


@dataclass(frozen=True)
class Answer:
    """A result ready to show."""

    finding: str
    facts: list[tuple[str, str]]
    bands: list[tuple[str, int]]
    most: int
    groups: list[tuple[str, list[tuple[str, ...]]]]
    movers: list[tuple[str, list[tuple[str, str, str, str]]]]
    moved: list[tuple[str, str, str]]


def answer(scope: Scope, result: dict[str, Any], accounts: Mapping[int, Any]) -> Answer:
    """The words and figures of a result; ``accounts`` are those of the movers that the reader may see."""
    change = result["after_fen"] - result["before_fen"]
    facts = [
        (_("Customers on the changed tariffs"), f"{result['accounts']:,} / {result['everybody']:,}"),
        (_("Their bills before"), formats.yuan(result["before_fen"])),
        (_("Their bills after"), formats.yuan(result["after_fen"])),
        (_("Change"), f"{_signed(change)} ({formats.percent(change, result['before_fen'])} %)"),
        (_("Pay less"), f"{result['better']:,}"),
        (_("Pay more"), f"{result['worse']:,}"),
        (_("Pay the same"), f"{result['same']:,}"),
        (_("Median change"), _signed(result["median_fen"])),
    ]
    if result.get("left_out"):
        facts.append((_("Without hours, counted as unchanged"), f"{result['left_out']:,}"))
    groups = [
        (_("By class"), _groups(result["by_class"], dict(ServicePointTerms.UseClass.choices))),
        (_("By area"), _groups(result["by_unit"], _units(scope, result["by_unit"]))),
        (_("By income"), _groups(result["by_income"], {"low_income": _("Low income"), "other": _("Others")})),
    ]
    movers = [
        (_("Largest increases"), _movers(result["up"], accounts)),
        (_("Largest decreases"), _movers(result["down"], accounts)),
    ]
    moved = [
        (charts.letter(period), charts.period_name(period), f"{'+' if wh > 0 else ''}{formats.kwh(wh)}")
        for period, wh in zip(PERIODS, result["moved_wh"], strict=True)
        if wh
    ]
    bands = list(zip(_bands(), result["bands"], strict=True))
    return Answer(_finding(result, change), facts, bands, max(result["bands"], default=1) or 1, groups, movers, moved)


def _finding(result: dict[str, Any], change: int) -> str:
    facts = {
        "customers": f"{result['accounts']:,}", "change": formats.yuan(abs(change)),
        "worse": f"{result['worse']:,}", "better": f"{result['better']:,}",
    }  # fmt: skip
    if change > 0:
        return _("%(customers)s customers pay %(change)s more together; %(worse)s pay more, %(better)s less.") % facts
    if change < 0:
        return _("%(customers)s customers pay %(change)s less together; %(worse)s pay more, %(better)s less.") % facts
    return _("%(customers)s customers together pay what they pay today.") % facts


def _signed(fen: int) -> str:
    return ("+" if fen > 0 else "") + formats.yuan(fen)


def _bands() -> list[str]:
    """Words for the bands between the edges."""
    edges = [f"{edge // 100}" if edge % 100 == 0 else format_scaled(edge, 2) for edge in EDGES_E4]
    inner = [f"{low} … {high} %" for low, high in pairwise(edges)]
    inner[len(inner) // 2] = _("unchanged")
    return [_("below %(edge)s %%") % {"edge": edges[0]}, *inner, _("above %(edge)s %%") % {"edge": edges[-1]}]


def _groups(rows: list[dict[str, Any]], names: Mapping[str, Any]) -> list[tuple[str, ...]]:
    return [
        (
            str(names.get(row["name"], row["name"])), f"{row['accounts']:,}", formats.yuan(row["before_fen"]),
            _signed(row["change_fen"]), formats.percent(row["change_fen"], row["before_fen"]), f"{row['worse']:,}",
            f"{row['better']:,}",
        )
        for row in rows
    ]  # fmt: skip


def _units(scope: Scope, rows: list[dict[str, Any]]) -> dict[str, str]:
    found = OrgUnit.objects.within(scope).filter(path__in=[row["name"] for row in rows])
    return {unit.path: unit.name_zh if formats.chinese() else unit.name_en for unit in found}


def _movers(rows: list[list[int]], accounts: Mapping[int, Any]) -> list[tuple[str, str, str, str]]:
    return [
        (
            accounts[account].number, str(accounts[account].public_id), formats.yuan(before), _signed(change),
        )
        for account, before, change in rows
        if account in accounts
    ]  # fmt: skip
