"""Random tariffs and accounts, of every shape a tariff may have."""

from datetime import date
from decimal import Decimal

from hypothesis import strategies as st

from gridhall.kernel.oracle import Account
from gridhall.kernel.tariffs import PERIODS, PeriodPrices, PriceE8, TariffVersion
from gridhall.kernel.tariffs.types import (
    Capacity,
    Component,
    Demand,
    FactorE6,
    FreeQuota,
    LargeHousehold,
    Monthly,
    Name,
    OverContract,
    RealTime,
    Rounding,
    Season,
    Thresholds,
    Tiers,
    UtilisationDiscount,
)
from gridhall.kernel.tariffs.validity import validate

NAME = Name(en="Random", zh="随机")
HALVES = ((1, 2, 3, 4, 5, 6), (7, 8, 9, 10, 11, 12))
PRICE = st.integers(0, 3 * 10**8).map(PriceE8)
SIGNED_PRICE = st.integers(-(10**8), 3 * 10**8).map(PriceE8)
ENDS = st.integers(1, 6000)
FACTOR = st.integers(1, 2 * 10**6).map(FactorE6)
KWH = st.one_of(
    st.decimals(0, 5000, places=3),
    st.integers(0, 5000).map(Decimal),
    st.decimals(0, 10**10, places=3),  # past 2^63 in Wh x 1e-8 yuan
)


@st.composite
def tariffs(draw: st.DrawFn) -> TariffVersion:
    periods = draw(st.sets(st.sampled_from(PERIODS[1:]), max_size=5)) or {"total"}
    months = draw(st.sampled_from([((*HALVES[0], *HALVES[1]),), HALVES]))
    version = TariffVersion(
        code="random",
        name=NAME,
        area="test",
        tariff_class="two_part",
        valid_from=date(2026, 1, 1),
        source="random",
        evidence="C",
        calendar=None if periods == {"total"} else "random",
        energy=tuple(Season(months=part, prices=_prices(draw, periods, SIGNED_PRICE)) for part in months),
        tiers=draw(st.none() | _tiers(periods)),
        free_quota=draw(st.none() | st.builds(FreeQuota, kwh_per_month=st.integers(1, 100), price_e8=PRICE)),
        components=draw(_components(periods)),
        real_time=draw(st.none() | st.builds(RealTime, series=st.just("random"), factor_e6=st.none() | FACTOR)),
        capacity=Capacity(price_e8=draw(st.integers(0, 10**10).map(PriceE8))),
        demand=draw(_demand()),
        power_factor=draw(st.sampled_from([None, "1983"])),
        fixed=draw(st.none() | st.builds(Monthly, price_e8=PRICE)),
        minimum=draw(st.none() | st.builds(Monthly, price_e8=st.integers(0, 10**11).map(PriceE8))),
        rounding=Rounding(
            price_step_e8=draw(st.sampled_from([None, PriceE8(10_000)])),
            power_factor=draw(st.sampled_from(["sum", "lines"])),
        ),
    )
    assert validate(version) == []
    return version


@st.composite
def accounts(draw: st.DrawFn, version: TariffVersion, month: int) -> Account:
    kw = st.one_of(st.integers(0, 2000).map(Decimal), st.decimals(0, 10**6, places=6))
    contract = draw(kw)
    return Account(
        month=month,
        period_kwh={period: draw(KWH) for period in version.season(month).prices.periods()},
        tier_before_kwh=draw(st.decimals(0, 8000, places=3)),
        tier_months=draw(st.integers(1, 12)),
        persons=draw(st.integers(0, 8)),
        free_quota=draw(st.booleans()),
        charging=draw(st.sampled_from(["none", "capacity", "contract", "demand"])),
        contract_kw=contract,
        demand_kw=draw(st.one_of(kw, st.just(contract), st.just((contract * 105 / 100).quantize(Decimal("0.000001"))))),
        capacity_kva=draw(kw),
        reactive_kvarh=draw(KWH),
        intervals=tuple(draw(st.lists(st.tuples(KWH, st.decimals(-2, 20, places=8)), max_size=6))),
        power_factor_standard=draw(st.sampled_from([0, 80, 85, 90])),
        month_thirtieths=draw(st.sampled_from([30, 30, 1, 7, 29])),
    )


def _prices(draw: st.DrawFn, periods: set[str], price: st.SearchStrategy[PriceE8]) -> PeriodPrices:
    return PeriodPrices(**{period: draw(price) for period in sorted(periods)})


@st.composite
def _tiers(draw: st.DrawFn, periods: set[str]) -> Tiers:
    basis = draw(st.sampled_from(["month", "year"]))
    count = draw(st.integers(1, 4))
    whole = basis == "year" or draw(st.booleans())
    return Tiers(
        basis=basis,
        months=draw(st.sampled_from([HALVES[0], (*HALVES[0], *HALVES[1])])),
        thresholds=tuple(
            Thresholds(
                months=months, kwh=tuple(sorted(draw(st.sets(st.integers(1, 6000), min_size=count, max_size=count))))
            )
            for months in ([(*HALVES[0], *HALVES[1])] if whole else HALVES)
        ),
        uplifts=tuple(_prices(draw, periods if draw(st.booleans()) else {"total"}, PRICE) for _ in range(count)),
        large_household=draw(
            st.none()
            | st.builds(LargeHousehold, persons_min=st.integers(2, 7), extra_kwh_per_month=st.integers(0, 200))
        ),
    )


@st.composite
def _components(draw: st.DrawFn, periods: set[str]) -> tuple[Component, ...]:
    if draw(st.booleans()):
        return ()
    positive = st.integers(1, 10**8).map(PriceE8)
    floating = [
        Component(
            code=f"floating{i}", name=NAME, kind="purchase", floats=True, prices=_prices(draw, {"total"}, positive)
        )
        for i in range(draw(st.integers(1, 3)))
    ]
    fixed = [
        Component(
            code=f"fixed{i}",
            name=NAME,
            kind="fund",
            prices=_prices(draw, draw(st.sampled_from([{"total"}, periods])), PRICE),
            in_power_factor_base=draw(st.booleans()),
        )
        for i in range(draw(st.integers(0, 3)))
    ]
    return tuple(draw(st.permutations(floating + fixed)))


def _demand() -> st.SearchStrategy[Demand]:
    return st.builds(
        Demand,
        price_e8=st.integers(0, 10**10).map(PriceE8),
        over_contract=st.none() | st.builds(OverContract, reading=st.sampled_from(["A", "B"])),
        utilisation_discount=st.none() | st.builds(UtilisationDiscount),
        floor_percent_of_capacity=st.sampled_from([None, 40]),
    )
