"""Loads and structures for comparisons: made here, the same in every run."""

import numpy as np

from gridhall.kernel.structures.types import (
    OPEN,
    Demand,
    DemandTier,
    Energy,
    EnergyTier,
    FlatDemand,
    Ratchet,
    Structure,
)

HOURS = np.arange(8760)
ROUND_THE_CLOCK = tuple((0,) * 24 for _ in range(12))
WORKING = tuple((0,) * 7 + (1,) * 10 + (2,) * 4 + (0,) * 3 for _ in range(12))
SUMMER = tuple((1,) * 24 if 5 <= month < 9 else (0,) * 24 for month in range(12))
CENT = 10**6  # a cent in 1e-8


def bell(rise: int, hours: int) -> np.ndarray:
    return np.clip(np.sin((HOURS % 24 - rise) / hours * np.pi), 0, None)


def noise(most: int) -> np.ndarray:
    return np.random.default_rng(most).integers(0, most, 8760)


# Wh an hour
SHOP = (40_000 + 60_000 * bell(6, 12) * (1 + 0.3 * np.sin(HOURS / 8760 * 6.28)) + noise(9000)).astype(np.int64)
HOME = (500 + 1500 * bell(15, 9) + noise(900)).astype(np.int64)
PANELS = (bell(6, 12) * 6000 * (1 + 0.6 * np.sin((HOURS / 8760 - 0.25) * 6.28))).astype(np.int64)


def year(values: np.ndarray) -> np.ndarray:
    """One meter, 365 days."""
    return values.reshape(1, 365, -1).astype(np.uint32)


def tier(price: int, to: int = OPEN, sell: int = 0, unit: str = "kWh") -> EnergyTier:
    """Price and sell price in cents, end in 1e-3 units."""
    return EnergyTier(to_e3=to, unit=unit, price_e8=price * CENT, sell_e8=sell * CENT)  # type: ignore[arg-type]


def by_time(**more) -> Structure:
    periods = ((tier(10, sell=3),), (tier(20, sell=4),), (tier(30, sell=9),))
    energy = Energy(periods=periods, weekday=WORKING, weekend=ROUND_THE_CLOCK)
    return Structure(name="by time", energy=energy, fixed_month_e8=10 * 100 * CENT, **more)


def plain(*tiers: EnergyTier, **more) -> Structure:
    return Structure(
        name="plain", energy=Energy(periods=(tiers,), weekday=ROUND_THE_CLOCK, weekend=ROUND_THE_CLOCK), **more
    )


KW_TIERS = (DemandTier(to_w=50_000, price_e8=500 * CENT), DemandTier(price_e8=900 * CENT))
NO_TIERS = tuple(DemandTier(to_w=one.to_w, price_e8=0) for one in KW_TIERS)
HIGH_TIERS = tuple(DemandTier(to_w=one.to_w, price_e8=1200 * CENT) for one in KW_TIERS)
DEMAND = Demand(
    periods=(NO_TIERS, KW_TIERS, HIGH_TIERS),
    weekday=WORKING, weekend=ROUND_THE_CLOCK,
)  # fmt: skip
FLAT = FlatDemand(tiers=((DemandTier(price_e8=400 * CENT),), KW_TIERS), of_month=(0,) * 5 + (1,) * 4 + (0,) * 3)
WINTER_AND_SUMMER = (60,) * 5 + (95,) * 4 + (60,) * 3
OWN = (False,) * 5 + (True,) * 4 + (False,) * 3

STRUCTURES: dict[str, Structure] = {
    "steps of kWh": plain(tier(8, 300_000), tier(12, 900_000), tier(20)),
    "steps of kWh a day": plain(tier(8, 10_000, unit="kWh daily"), tier(20, unit="kWh daily")),
    "steps of kWh a kW": plain(tier(12, 100_000, unit="kWh/kW"), tier(7, unit="kWh/kW"), flat_demand=FLAT),
    "steps shared by periods": Structure(
        name="x",
        energy=Energy(
            periods=((tier(10, 300_000), tier(20)), (tier(30, 300_000), tier(50)), (tier(7, 300_000), tier(9))),
            weekday=WORKING, weekend=ROUND_THE_CLOCK,
        ),
    ),
    "steps in the order of time": Structure(
        name="x",
        energy=Energy(
            periods=((tier(10, 300_000), tier(20)), (tier(30, 300_000), tier(50)), (tier(7, 300_000), tier(9))),
            weekday=WORKING, weekend=ROUND_THE_CLOCK,
        ),
        metering="net_billing",
    ),
    "seasons": Structure(
        name="x", energy=Energy(periods=((tier(10),), (tier(15),)), weekday=SUMMER, weekend=SUMMER),
        minimum_month_e8=9000 * CENT,
    ),
    "a minimum for the year": by_time(minimum_year_e8=900_000 * CENT),
    "demand by time": by_time(demand=DEMAND),
    "demand by month": by_time(flat_demand=FLAT),
    "a ratchet": by_time(
        flat_demand=FLAT, ratchet=Ratchet(months_back=11, percent=WINTER_AND_SUMMER, own_peak=OWN, minimum_w=55_000)
    ),
    "a ratchet on one period": by_time(
        demand=DEMAND, flat_demand=FLAT,
        ratchet=Ratchet(months_back=3, percent=(80,) * 12, own_peak=(True,) * 12, periods=(1,)),
    ),
}  # fmt: skip
