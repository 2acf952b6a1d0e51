"""A second, deliberately naive rating of one account in Decimal: the witness against `rating`.

It shares the tariff's types with `rating` and nothing else: no rounding, no tier, no power-factor code.
"""

from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from typing import Final

from gridhall.kernel.power_factor import table
from gridhall.kernel.tariffs.types import Component, Demand, TariffVersion

_PRECISION: Final = 120  # sums and products of kWh, prices and ratios stay exact


@dataclass(frozen=True, kw_only=True)
class Account:
    """One account's facts, in the units people use."""

    month: int  # 1-12
    period_kwh: dict[str, Decimal] = field(default_factory=dict)
    tier_before_kwh: Decimal = Decimal(0)
    tier_months: int = 12
    persons: int = 0
    free_quota: bool = False
    charging: str = "none"  # none, capacity, contract, demand
    demand_kw: Decimal = Decimal(0)
    contract_kw: Decimal = Decimal(0)
    capacity_kva: Decimal = Decimal(0)
    reactive_kvarh: Decimal = Decimal(0)
    intervals: tuple[tuple[Decimal, Decimal], ...] = ()  # (kWh, yuan per kWh) of a real-time price
    power_factor_standard: int = 0
    month_thirtieths: int = 30

    @property
    def kwh(self) -> Decimal:
        """All energy of the segment."""
        return sum(self.period_kwh.values(), Decimal(0))


@dataclass(frozen=True, kw_only=True)
class Line:
    """One bill line; quantity in kWh, kW, kVA, yuan or months, amount in yuan with two decimals."""

    kind: str
    quantity: Decimal
    price: Decimal
    amount: Decimal
    period: str | None = None
    tier: int | None = None
    component: str | None = None
    included: bool = False


def rate_one(version: TariffVersion, account: Account) -> list[Line]:
    """Every line of one bill, in the order of `rating.rate`."""
    with localcontext(Context(prec=_PRECISION)):
        energy = _energy(version, account)
        parts = _components(version, account, _total(energy))
        charges = _capacity(version, account) + _demand(version, account)
        adjustment = _power_factor(version, account, energy + charges, parts)
        lines = energy + parts + charges + adjustment + _fixed(version, account)
        return lines + _minimum(version, account, total(lines))


def total(lines: list[Line]) -> Decimal:
    """What the bill asks for: every line that is not an of-which part."""
    return _total([line for line in lines if not line.included])


def _rounded(value: Decimal, places: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def _yuan(price_e8: int | None) -> Decimal:
    return Decimal(price_e8 or 0).scaleb(-8)


def _total(lines: list[Line]) -> Decimal:
    return sum((line.amount for line in lines), Decimal("0.00"))


def _line(kind: str, quantity: Decimal, price: Decimal, **names: str | int | None) -> list[Line]:
    if quantity == 0:
        return []
    blank = Line(kind=kind, quantity=quantity, price=price, amount=_rounded(quantity * price, 2))
    return [replace(blank, **names)]  # type: ignore[arg-type]


def _energy(version: TariffVersion, account: Account) -> list[Line]:
    season = next(season for season in version.energy if account.month in season.months)
    steps = _steps(version, account)
    lines: list[Line] = []
    if version.calendar is not None:
        for period, price in season.prices.items():
            lines += _line("energy", account.period_kwh.get(period, Decimal(0)), _yuan(price), period=period)
        lines += _uplift_lines(version, account, steps)
    elif version.tiers is None:
        lines += _line("energy", account.kwh, _yuan(season.prices.total), period="total")
    else:
        for tier, kwh in steps.items():
            uplift = _yuan(version.tiers.uplifts[tier - 2].total) if tier > 1 else Decimal(0)
            lines += _line("energy", kwh, _yuan(season.prices.total) + uplift, period="total", tier=tier)
    quota = version.free_quota
    if quota is not None and account.free_quota:
        free = _rounded(Decimal(quota.kwh_per_month * account.month_thirtieths) / 30, 3)
        valued_at = season.prices.total if quota.price_e8 is None else quota.price_e8
        lines += _line("free_quota", -max(min(free, account.kwh), Decimal(0)), _yuan(valued_at))
    return lines + _real_time(version, account)


def _real_time(version: TariffVersion, account: Account) -> list[Line]:
    """Every interval at its price, times the factor, rounded to the price step; the sum rounds once."""
    if version.real_time is None or account.kwh == 0:
        return []
    step = _yuan(version.rounding.price_step_e8 or 1)
    given = version.real_time.factor_e6
    factor = Decimal(1) if given is None else Decimal(given).scaleb(-6)
    prices = [_rounded(price * factor / step, 0) * step for _kwh, price in account.intervals]
    amount = sum((kwh * price for (kwh, _price), price in zip(account.intervals, prices, strict=True)), Decimal(0))
    return [Line(kind="real_time", quantity=account.kwh, price=Decimal(0), amount=_rounded(amount, 2))]


def _steps(version: TariffVersion, account: Account) -> dict[int, Decimal]:
    """kWh per tier, walking from the energy already used to the energy used after this bill."""
    tiers = version.tiers
    if tiers is None or account.month not in tiers.months:
        return {1: account.kwh}
    ends: list[Decimal] = []
    for kwh in next(step for step in tiers.thresholds if account.month in step.months).kwh:
        end = Decimal(kwh)
        household = tiers.large_household
        if household is not None and account.persons >= household.persons_min:
            end += household.extra_kwh_per_month * (12 if tiers.basis == "year" else 1)
        if tiers.basis == "year":
            end = _rounded(end * account.tier_months / 12, 3)
        ends.append(end)
    steps: dict[int, Decimal] = {}
    position, left = account.tier_before_kwh, account.kwh
    for tier, end in enumerate(ends, start=1):
        room = max(end - position, Decimal(0))
        steps[tier] = min(room, left)
        position += steps[tier]
        left -= steps[tier]
    return {**steps, len(ends) + 1: left}


def _uplift_lines(version: TariffVersion, account: Account, steps: dict[int, Decimal]) -> list[Line]:
    lines: list[Line] = []
    for tier in range(2, len(steps) + 1):
        uplift = version.tiers.uplifts[tier - 2] if version.tiers else None
        if uplift is None:
            continue
        if uplift.total is not None:
            lines += _line("tier", steps[tier], _yuan(uplift.total), tier=tier)
            continue
        used = given = Decimal(0)
        for period in version.season(account.month).prices.periods():
            used += account.period_kwh.get(period, Decimal(0))
            upto = _rounded(steps[tier] * used / account.kwh, 3) if account.kwh else Decimal(0)
            lines += _line("tier", upto - given, _yuan(uplift.at(period)), tier=tier, period=period)
            given = upto
    return lines


def _components(version: TariffVersion, account: Account, charge: Decimal) -> list[Line]:
    fixed = {component.code: _fixed_part(account, component) for component in version.components}
    floating = [component for component in version.components if component.floats]
    rest = charge - sum((fixed[c.code][1] for c in version.components if not c.floats), Decimal(0))
    weights = [Decimal(component.prices.total or 1) for component in floating]
    lines: list[Line] = []
    given = Decimal(0)
    for component in version.components:
        price, amount = fixed[component.code]
        if component.floats:
            index = floating.index(component) + 1
            upto = _rounded(rest * sum(weights[:index]) / sum(weights), 2)
            price, amount, given = Decimal(0), upto - given, upto
        if account.kwh != 0:
            part = Line(kind="component", quantity=account.kwh, price=price, amount=amount, included=True)
            lines.append(replace(part, component=component.code))
    return lines


def _fixed_part(account: Account, component: Component) -> tuple[Decimal, Decimal]:
    if component.prices.total is not None:
        return _yuan(component.prices.total), _rounded(account.kwh * _yuan(component.prices.total), 2)
    per_period = [account.period_kwh.get(p, Decimal(0)) * _yuan(price) for p, price in component.prices.items()]
    return Decimal(0), sum((_rounded(amount, 2) for amount in per_period), Decimal(0))


def _capacity(version: TariffVersion, account: Account) -> list[Line]:
    if version.capacity is None or account.charging != "capacity":
        return []
    kva = _rounded(account.capacity_kva * account.month_thirtieths / 30, 6)
    return _line("capacity", kva, _yuan(version.capacity.price_e8))


def _demand(version: TariffVersion, account: Account) -> list[Line]:
    demand = version.demand
    if demand is None or account.charging not in ("contract", "demand"):
        return []
    kw = _contract_kw(demand, account) if account.charging == "contract" else account.demand_kw
    if demand.floor_percent_of_capacity is not None:
        kw = max(kw, _rounded(account.capacity_kva * demand.floor_percent_of_capacity / 100, 6))
    price = _yuan(demand.price_e8)
    rule = demand.utilisation_discount
    needed = rule.kwh_per_kva * account.capacity_kva * account.month_thirtieths if rule else Decimal(0)
    if rule is not None and account.capacity_kva > 0 and account.kwh * 30 >= needed:
        step = _yuan(version.rounding.price_step_e8 or 1)
        price = _rounded(price * rule.percent / 100 / step, 0) * step
    return _line("demand", _rounded(kw * account.month_thirtieths / 30, 6), price)


def _contract_kw(demand: Demand, account: Account) -> Decimal:
    rule = demand.over_contract
    if rule is None:
        return account.contract_kw
    limit = _rounded(account.contract_kw * rule.limit_percent / 100, 6)
    if account.demand_kw <= limit:
        return account.contract_kw
    start = limit if rule.reading == "A" else account.contract_kw
    return start + rule.factor * (account.demand_kw - limit)


def _power_factor(version: TariffVersion, account: Account, charged: list[Line], parts: list[Line]) -> list[Line]:
    standard = account.power_factor_standard
    if version.power_factor is None or standard == 0 or account.kwh <= 0:
        return []
    rules = table(version.power_factor)
    active, reactive = account.kwh, account.reactive_kvarh
    # The square root of a rational is never exactly on a rounding edge unless it is rational itself,
    # and 120 digits tell the two apart for any energy in Wh.
    hundredths = int(_rounded(100 * active / (active * active + reactive * reactive).sqrt(), 0))
    row = rules.standards[standard]
    if hundredths >= 40:
        percent = Decimal(row[100 - hundredths]).scaleb(-2)
    else:
        percent = Decimal(row[-1] + (40 - hundredths) * rules.below_table_step).scaleb(-2)
    exempt = {component.code for component in version.components if not component.in_power_factor_base}
    signed = [line.amount for line in charged] + [-line.amount for line in parts if line.component in exempt]
    base, rate = sum(signed, Decimal(0)), percent / 100
    if version.rounding.power_factor == "lines":
        by_line = sum((_rounded(amount * rate, 2) for amount in signed), Decimal(0))
        return [Line(kind="power_factor", quantity=base, price=Decimal(0), amount=by_line)]
    return [Line(kind="power_factor", quantity=base, price=rate, amount=_rounded(base * rate, 2))]


def _months(account: Account) -> Decimal:
    return _rounded(Decimal(account.month_thirtieths) / 30, 6)


def _fixed(version: TariffVersion, account: Account) -> list[Line]:
    return _line("fixed", _months(account), _yuan(version.fixed.price_e8)) if version.fixed else []


def _minimum(version: TariffVersion, account: Account, so_far: Decimal) -> list[Line]:
    if version.minimum is None:
        return []
    least = _rounded(_months(account) * _yuan(version.minimum.price_e8), 2)
    return _line("minimum", max(least - so_far, Decimal(0)), Decimal(1))
