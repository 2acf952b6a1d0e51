"""Rules a tariff version must keep beyond its shape, and the warnings it may carry."""

from collections.abc import Iterable

from gridhall.kernel.tariffs.types import YEAR, PeriodPrices, TariffVersion, Tiers


def validate(version: TariffVersion) -> list[str]:
    """Problems that make a version unusable, each with its path and remedy; empty when it may be used."""
    return [
        *_validity(version),
        *_energy(version),
        *(_tiers(version.tiers, version) if version.tiers else []),
        *_components(version),
        *_charges(version),
    ]


def _validity(version: TariffVersion) -> Iterable[str]:
    if not version.code or set(version.code) - set("abcdefghijklmnopqrstuvwxyz0123456789-"):
        yield f'code: "{version.code}" needs lower-case letters, digits and hyphens, such as zhejiang-residential'
    if version.valid_to is not None and version.valid_to <= version.valid_from:
        yield f"valid_to: {version.valid_to} is not after valid_from {version.valid_from}; the end is exclusive"
    if not 0 <= version.vat_percent < 100:
        yield f"vat_percent: {version.vat_percent} is not between 0 and 99"
    step = version.rounding.price_step_e8
    if step is not None and step < 1:
        yield "rounding.price_step: must be positive, such as 0.0001"


def _energy(version: TariffVersion) -> Iterable[str]:
    yield from _months_once("energy", [season.months for season in version.energy], YEAR)
    for index, season in enumerate(version.energy):
        periods = season.prices.periods()
        path = f"energy[{index}].prices"
        if version.calendar is None and periods != ["total"]:
            yield f"{path}: without a calendar all energy is in `total`; name a calendar or write one price `total`"
        if version.calendar is not None and (not periods or "total" in periods):
            yield f"{path}: with calendar {version.calendar} write a price per period, not `total`"


def _tiers(tiers: Tiers, version: TariffVersion) -> Iterable[str]:
    if not 1 <= tiers.year_start_month <= 12:
        yield f"tiers.year_start_month: {tiers.year_start_month} is not a month"
    if tiers.basis == "year" and len(tiers.thresholds) != 1:
        yield "tiers.thresholds: a yearly basis has one list for the whole year"
    yield from _months_once("tiers.thresholds", [step.months for step in tiers.thresholds], tiers.months)
    for index, step in enumerate(tiers.thresholds):
        path = f"tiers.thresholds[{index}].kwh"
        if len(step.kwh) != len(tiers.uplifts):
            yield f"{path}: {len(step.kwh)} thresholds need {len(step.kwh)} uplifts, found {len(tiers.uplifts)}"
        if any(low >= high for low, high in zip((0, *step.kwh), step.kwh, strict=False)):
            yield f"{path}: {list(step.kwh)} must rise and be positive"
    for index, uplift in enumerate(tiers.uplifts):
        yield from _uplift(f"tiers.uplifts[{index}]", uplift, version)


def _uplift(path: str, uplift: PeriodPrices, version: TariffVersion) -> Iterable[str]:
    uplifted = set(uplift.periods())
    if not uplifted:
        yield f"{path}: write `total`, or one uplift for each priced period"
    if uplifted == {"total"}:
        return
    for season in version.energy:
        missing = set(season.prices.periods()) - uplifted
        if missing:
            yield f"{path}: no uplift for {', '.join(sorted(missing))}; write `total` for one value in all periods"


def _components(version: TariffVersion) -> Iterable[str]:
    codes = [component.code for component in version.components]
    if len(set(codes)) != len(codes):
        yield "components: two have the same code"
    floating = [component for component in version.components if component.floats]
    if version.components and not floating:
        yield "components: one must float (floats: true) and take what the others leave of the energy charge"
    for index, component in enumerate(version.components):
        periods = set(component.prices.periods())
        path = f"components[{index}].prices"
        if component.floats and periods - {"total"}:
            yield f"{path}: a floating component has at most one price, `total`, its share of the flat price"
        if not component.floats and not periods:
            yield f"{path}: a component that does not float needs a price; write `total`"
        if len(floating) > 1 and component.floats and not component.prices.total:
            yield f"{path}: two components float; give each its flat price as `total`"


def _charges(version: TariffVersion) -> Iterable[str]:
    if version.real_time and version.real_time.factor_e6 is not None and version.real_time.factor_e6 <= 0:
        yield "real_time.factor: must be positive, such as 1.035"
    if version.real_time and not version.real_time.series.strip():
        yield "real_time.series: name the price series whose intervals are charged"
    quota = version.free_quota
    if quota and quota.price_e8 is None and version.calendar is not None:
        yield "free_quota.price: prices differ by period here; write the price at which the free kWh are valued"
    if quota and quota.kwh_per_month <= 0:
        yield "free_quota.kwh_per_month: must be positive"
    if version.demand and version.demand.over_contract and version.demand.over_contract.limit_percent < 100:
        yield "demand.over_contract.limit_percent: must be 100 or more"


def _months_once(path: str, groups: list[tuple[int, ...]], wanted: tuple[int, ...]) -> Iterable[str]:
    named = [month for months in groups for month in months]
    if set(named) - set(YEAR):
        yield f"{path}: months are 1 to 12, found {sorted(set(named) - set(YEAR))}"
    twice = sorted({month for month in named if named.count(month) > 1})
    if twice:
        yield f"{path}: months {twice} are written twice; every month belongs to one entry"
    missing = sorted(set(wanted) - set(named))
    if missing:
        yield f"{path}: months {missing} have no entry; add them"
