"""Rates as the world writes them: any number of periods, tiers in each, demand by period or month, ratchets, sales.

The vocabulary is that of the Utility Rate Database (OpenEI, version 8) and of the System Advisor Model. Prices are
1e-8 of the currency unit, limits of tiers in 1e-3 of their unit (so that kWh become Wh), the last tier is open.
"""

from typing import Final, Literal

from msgspec import Struct

MONTHS: Final = 12
HOURS: Final = 24
OPEN: Final = 2**62  # the upper end of a tier that has none

EnergyUnit = Literal["kWh", "kWh/kW", "kWh daily", "kWh/kW daily"]
Metering = Literal["net_metering", "net_metering_money", "net_billing", "net_billing_carry_over", "buy_all_sell_all"]
Schedule = tuple[tuple[int, ...], ...]  # period of [month, hour]


class EnergyTier(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Energy up to `to_e3` units of a month costs `price_e8` a kWh; energy sold in it earns `sell_e8`."""

    to_e3: int = OPEN
    unit: EnergyUnit = "kWh"
    price_e8: int
    sell_e8: int = 0


class DemandTier(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Demand up to `to_w` costs `price_e8` a kW and month."""

    to_w: int = OPEN
    price_e8: int


class Energy(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Tiers of each period and when the periods are."""

    periods: tuple[tuple[EnergyTier, ...], ...]
    weekday: Schedule
    weekend: Schedule


class Demand(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The highest demand of each period in a month."""

    periods: tuple[tuple[DemandTier, ...], ...]
    weekday: Schedule
    weekend: Schedule


class FlatDemand(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The highest demand of the month; `of_month[m]` names the tiers."""

    tiers: tuple[tuple[DemandTier, ...], ...]
    of_month: tuple[int, ...]


class Ratchet(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """The demand that is billed: at least a minimum and a share of the peaks of earlier months.

    `percent[m]` is the share at which the peak of month m counts in later months; `own_peak[m]` says whether month m
    itself counts in full. `periods` are the demand periods whose peaks count (none: all of the month).
    """

    months_back: int
    percent: tuple[int, ...]
    own_peak: tuple[bool, ...]
    minimum_w: int = 0
    periods: tuple[int, ...] = ()


class Structure(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """One rate."""

    name: str
    utility: str = ""
    source: str = ""
    currency: str = "USD"
    energy: Energy
    demand: Demand | None = None
    flat_demand: FlatDemand | None = None
    ratchet: Ratchet | None = None
    fixed_month_e8: int = 0
    fixed_day_e8: int = 0
    minimum_month_e8: int = 0
    minimum_year_e8: int = 0
    metering: Metering = "net_metering"
    credit_month: int = 12  # unused kWh or money are settled in it
    year_end_sell_e8: int = 0

    @property
    def fills_in_time_order(self) -> bool:
        """Net billing prices every interval as it comes; else a month's tiers are shared by its periods."""
        tiered = any(len(tiers) > 1 for tiers in self.energy.periods)
        return tiered and self.metering in ("net_billing", "net_billing_carry_over")
