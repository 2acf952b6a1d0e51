"""Energy lines: prices by period, steps by month or year, the free quota."""

from itertools import pairwise

import numpy as np

from gridhall.kernel.money import Unit, scale_array, share_array
from gridhall.kernel.rating.facts import REAL_TIME_UNKNOWN, WHOLE_MONTH, Determinants, Int64s
from gridhall.kernel.rating.lines import Kind, LineColumn, LineItem, priced, remainder
from gridhall.kernel.tariffs.types import PERIODS, PeriodPrices, Season, TariffVersion, Thresholds, Tiers


def energy_columns(version: TariffVersion, facts: Determinants, month: int, energy_wh: Int64s) -> list[LineColumn]:
    """Energy, tier and free-quota lines of calendar month 1-12 for n accounts."""
    season = version.season(month)
    _check_priced(version, season, facts)
    steps = _tier_wh(version.tiers, facts, month, energy_wh) if version.tiers else []
    if version.calendar is None:
        columns = _plain(version, season, energy_wh, steps)
    else:
        columns = [
            priced(_item(version, period=period), facts.period_wh[:, PERIODS.index(period)], int(price))
            for period, price in season.prices.items()
        ] + _uplifts(version, season, facts, energy_wh, steps)
    return columns + _free_quota(version, season, facts, energy_wh) + _real_time(version, facts, energy_wh)


def _plain(version: TariffVersion, season: Season, energy_wh: Int64s, steps: list[Int64s]) -> list[LineColumn]:
    base = int(season.prices.total or 0)
    if version.tiers is None:
        return [priced(_item(version, period="total"), energy_wh, base)]
    uplifts = [0, *(int(uplift.total or 0) for uplift in version.tiers.uplifts)]
    return [
        priced(_item(version, period="total", tier=tier), quantity, base + uplift)
        for tier, (quantity, uplift) in enumerate(zip(steps, uplifts, strict=False), start=1)
    ]


def _uplifts(
    version: TariffVersion, season: Season, facts: Determinants, energy_wh: Int64s, steps: list[Int64s]
) -> list[LineColumn]:
    """Uplift lines above the period prices; an uplift that differs by period splits its step in proportion."""
    columns = []
    uplifts = version.tiers.uplifts if version.tiers else ()
    for tier, (quantity, uplift) in enumerate(zip(steps[1:], uplifts, strict=False), start=2):
        if uplift.total is not None:
            item = _item(version, kind="tier", tier=tier)
            columns.append(priced(item, quantity, int(uplift.total)))
            continue
        shares = _share_by_period(season.prices, facts.period_wh, energy_wh, quantity)
        for period, share in shares.items():
            item = _item(version, kind="tier", tier=tier, period=period)
            columns.append(priced(item, share, int(uplift.at(period) or 0)))
    return columns


def _share_by_period(prices: PeriodPrices, period_wh: Int64s, energy_wh: Int64s, quantity: Int64s) -> dict[str, Int64s]:
    """A step's Wh spread over the periods in proportion to their use; cumulative, so the parts add up exactly."""
    shares: dict[str, Int64s] = {}
    used = np.zeros_like(quantity)
    given = np.zeros_like(quantity)
    for period in prices.periods():
        used = used + period_wh[:, PERIODS.index(period)]
        upto = share_array(quantity, used, energy_wh)
        shares[period] = upto - given
        given = upto
    return shares


def _tier_wh(tiers: Tiers, facts: Determinants, month: int, energy_wh: Int64s) -> list[Int64s]:
    """Wh in each tier, a list of int64[n]; they add up to energy_wh. A threshold belongs to the tier below it."""
    if month not in tiers.months:
        return [energy_wh]
    step = next(step for step in tiers.thresholds if month in step.months)
    before, after = facts.tier_before_wh, facts.tier_before_wh + energy_wh
    ends = _threshold_wh(tiers, step, facts)
    steps = [np.minimum(after, ends[0]) - np.minimum(before, ends[0])]
    for low, high in pairwise(ends):
        steps.append(np.clip(after, low, high) - np.clip(before, low, high))
    return [*steps, np.maximum(after, ends[-1]) - np.maximum(before, ends[-1])]


def _threshold_wh(tiers: Tiers, step: Thresholds, facts: Determinants) -> list[Int64s | int]:
    """Tier ends in Wh: more for a large household, by twelfths in a tier year not served in full ([M])."""
    ends: list[Int64s | int] = [kwh * 1000 for kwh in step.kwh]
    months_in_basis = 12 if tiers.basis == "year" else 1
    if tiers.large_household is not None:
        large = facts.persons >= tiers.large_household.persons_min
        extra_wh = large * np.int64(tiers.large_household.extra_kwh_per_month * months_in_basis * 1000)
        ends = [end + extra_wh for end in ends]
    if tiers.basis == "year" and bool((facts.tier_months != 12).any()):
        months = facts.tier_months.astype(np.int64)
        ends = [scale_array(np.broadcast_to(np.asarray(end, np.int64), months.shape), months, 12) for end in ends]
    return ends


def _free_quota(version: TariffVersion, season: Season, facts: Determinants, energy_wh: Int64s) -> list[LineColumn]:
    quota = version.free_quota
    if quota is None or not facts.free_quota.any():
        return []
    price = quota.price_e8 if quota.price_e8 is not None else season.prices.total
    free_wh = scale_array(facts.month_thirtieths.astype(np.int64), quota.kwh_per_month * 1000, WHOLE_MONTH)
    used = np.maximum(np.minimum(free_wh, energy_wh), 0) * facts.free_quota
    item = LineItem(kind="free_quota", unit=Unit.KWH, clause=version.source)
    return [priced(item, -used, int(price or 0))]


def _real_time(version: TariffVersion, facts: Determinants, energy_wh: Int64s) -> list[LineColumn]:
    """All energy at the prices of its intervals: a sum of many products, so the line has no price of its own."""
    if version.real_time is None:
        return []
    unknown = (facts.real_time_fen == REAL_TIME_UNKNOWN) & (energy_wh != 0)
    if unknown.any():
        raise ValueError(
            f"row {int(np.argmax(unknown))}: {version.code} charges the prices of {version.real_time.series}, "
            "which have not been laid on this curve"
        )
    amount = np.where(energy_wh != 0, facts.real_time_fen, 0)  # a line that is absent has no amount
    return [remainder(_item(version, kind="real_time"), energy_wh, amount)]


def _item(
    version: TariffVersion, *, kind: Kind = "energy", period: str | None = None, tier: int | None = None
) -> LineItem:
    return LineItem(kind=kind, unit=Unit.KWH, period=period, tier=tier, clause=version.source)


def _check_priced(version: TariffVersion, season: Season, facts: Determinants) -> None:
    if facts.n and int(facts.period_wh.min()) < 0:
        row = int(np.argmin(facts.period_wh.min(axis=1)))
        raise ValueError(f"row {row}: negative energy; energy fed back is a quantity of its own, never a sign")
    for column, period in enumerate(PERIODS):
        if season.prices.at(period) is None and facts.period_wh[:, column].any():
            row = int(np.flatnonzero(facts.period_wh[:, column])[0])
            raise ValueError(
                f"row {row}: energy in period {period}, but {version.code} ({version.valid_from}) prices "
                f"{', '.join(season.prices.periods())}; fold the readings with its calendar"
            )
