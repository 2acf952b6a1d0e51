"""A tariff version as tables: prices by period and tier, parts, charges, and where each comes from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gridhall.cis.tariffs.models import TariffVersion as Row
from gridhall.halls import charts, formats
from gridhall.kernel.tariffs import PeriodPrices, TariffVersion

EVIDENCE = {
    "V": gettext_lazy("read in the published text"),
    "S": gettext_lazy("from one secondary source"),
    "M": gettext_lazy("general knowledge, not yet confirmed"),
    "C": gettext_lazy("computed"),
}
CLASSES = {
    "residential": gettext_lazy("Residential"),
    "shared_meter": gettext_lazy("Shared meter"),
    "single_part": gettext_lazy("Business, single part"),
    "two_part": gettext_lazy("Business, two part"),
    "agriculture": gettext_lazy("Agriculture"),
}
COMPONENTS = {
    "purchase": gettext_lazy("Purchase of energy"),
    "loss": gettext_lazy("Line losses"),
    "td": gettext_lazy("Transmission and distribution"),
    "system_operation": gettext_lazy("System operation"),
    "fund": gettext_lazy("Funds and surcharges"),
    "other": gettext_lazy("Other"),
}


@dataclass(frozen=True)
class PriceRow:
    """One period of one season; ``prices`` has one text per tier."""

    months: str
    period: str
    letter: str
    name: str
    prices: list[str]


def chosen(rows: list[Row], asked: str, today: date) -> Row | None:
    """The version asked for by its id, else the one in force, else the newest."""
    named = next((row for row in rows if str(row.pk) == asked), None)
    held = [row for row in rows if row.valid_from <= today and (row.valid_to is None or row.valid_to > today)]
    return named or (held or rows or [None])[-1]


def price_rows(version: TariffVersion) -> list[PriceRow]:
    """Every season and period; an uplift without a price of its own for the period is that of all periods."""
    uplifts = version.tiers.uplifts if version.tiers else ()
    rows = []
    for season in version.energy:
        for period, price in season.prices.items():
            texts = [formats.price(price), *(formats.price(price + _uplift(one, period)) for one in uplifts)]
            rows.append(
                PriceRow(_months(season.months), period, charts.letter(period), charts.period_name(period), texts)
            )
    return rows


def _uplift(prices: PeriodPrices, period: str) -> int:
    own = prices.at(period)
    return int(own if own is not None else prices.total or 0)


def _months(months: tuple[int, ...]) -> str:
    return _("all months") if len(months) == 12 else ", ".join(map(str, months))


def tier_names(version: TariffVersion) -> list[str]:
    """One heading per tier, with its upper end where it is the same all year."""
    if version.tiers is None:
        return [_("Price, yuan/kWh")]
    ends = version.tiers.thresholds[0].kwh
    unit = _("kWh a year") if version.tiers.basis == "year" else _("kWh a month")
    names = [
        _("Tier %(n)s, to %(kwh)s %(unit)s") % {"n": i + 1, "kwh": end, "unit": unit} for i, end in enumerate(ends)
    ]
    return [*names, _("Tier %(n)s, above") % {"n": len(ends) + 1}]


def component_rows(version: TariffVersion) -> list[tuple[str, str, str]]:
    """Name, kind and price of each part of the energy price; a floating part takes what the others leave."""
    found = []
    for part in version.components:
        prices = [f"{charts.letter(period)} {formats.price(price)}".strip() for period, price in part.prices.items()]
        name = part.name.zh if formats.chinese() else part.name.en
        found.append((name, str(COMPONENTS[part.kind]), ", ".join(prices) or _("what the others leave")))
    return found


def charges(version: TariffVersion) -> Iterator[tuple[str, str]]:
    """Everything besides energy, as label and text."""
    if version.real_time:
        yield _("Price of every interval"), _("series %(code)s") % {"code": version.real_time.series}
    if version.capacity:
        yield (
            _("Capacity charge"),
            _("%(price)s yuan/kVA a month") % {"price": formats.price(version.capacity.price_e8)},
        )
    if version.demand:
        yield _("Demand price"), _("%(price)s yuan/kW a month") % {"price": formats.price(version.demand.price_e8)}
        over = version.demand.over_contract
        if over:
            facts = {"percent": over.limit_percent, "factor": over.factor, "reading": over.reading}
            yield (
                _("Over the contract"),
                _("above %(percent)s %% of it times %(factor)s (reading %(reading)s)") % facts,
            )
    if version.power_factor:
        yield _("Power-factor adjustment"), _("by the table of %(code)s") % {"code": version.power_factor}
    for name, monthly in ((_("Fixed charge"), version.fixed), (_("Minimum charge"), version.minimum)):
        if monthly:
            yield name, _("%(price)s yuan a month") % {"price": formats.price(monthly.price_e8)}
    if version.free_quota:
        yield _("Free for low-income households"), _("%(kwh)s kWh a month") % {"kwh": version.free_quota.kwh_per_month}
    yield _("VAT inside the prices"), f"{version.vat_percent} %"
