"""What a tariff version is: one frozen record per code and validity, every number dated data.

The published price table is the authority; ratios (`checks`) only raise warnings. Prices hold everything the
notice prints (tax and funds included); `components` say what an inclusive price is made of.
"""

from datetime import date
from typing import Final, Literal

from msgspec import Struct, field

PERIODS: Final = ("total", "sharp", "peak", "flat", "valley", "deep")
YEAR: Final = tuple(range(1, 13))

Period = Literal["total", "sharp", "peak", "flat", "valley", "deep"]
Evidence = Literal["V", "S", "M", "C"]  # read in the primary text, one secondary source, general knowledge, computed
TariffClass = Literal["residential", "shared_meter", "single_part", "two_part", "agriculture"]
ComponentKind = Literal["purchase", "loss", "td", "system_operation", "fund", "other"]


class PriceE8(int):
    """A price in 1e-8 of the currency unit; written as a decimal text such as 0.58886875."""

    scale = 8
    remedy = "write yuan per kWh such as 0.5380"


class FactorE6(int):
    """A ratio in 1e-6; written as a decimal text such as 1.490."""

    scale = 6
    remedy = "write a ratio such as 1.490"


class Name(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A name in the two languages of the product."""

    en: str
    zh: str


class PeriodPrices(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """One price per period; `total` stands alone for energy that is not split by time."""

    total: PriceE8 | None = None
    sharp: PriceE8 | None = None
    peak: PriceE8 | None = None
    flat: PriceE8 | None = None
    valley: PriceE8 | None = None
    deep: PriceE8 | None = None

    def at(self, period: str) -> PriceE8 | None:
        """The price of one of `PERIODS`, or None where the table has none."""
        price: PriceE8 | None = getattr(self, period)
        return price

    def periods(self) -> list[str]:
        """The priced periods in the order of `PERIODS`."""
        return [period for period in PERIODS if self.at(period) is not None]

    def items(self) -> list[tuple[str, PriceE8]]:
        """(period, price) in the order of `PERIODS`, only those that are priced."""
        return [(period, price) for period in PERIODS if (price := self.at(period)) is not None]


class Season(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Energy prices of some months of the year (per kWh, tier 1 where there are tiers)."""

    months: tuple[int, ...] = YEAR
    prices: PeriodPrices


class Thresholds(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Upper ends of tiers 1, 2, ... in kWh, inclusive; the last tier is open."""

    months: tuple[int, ...] = YEAR
    kwh: tuple[int, ...]


class LargeHousehold(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Every threshold grows by `extra_kwh_per_month` from `persons_min` persons on."""

    persons_min: int
    extra_kwh_per_month: int


class Tiers(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Steps over the month's or the tier year's kWh; `uplifts[i]` is what tier i + 2 costs above tier 1.

    An uplift with only `total` holds for every period. Outside `months` every kWh is tier 1.
    """

    basis: Literal["month", "year"]
    year_start_month: int = 1
    months: tuple[int, ...] = YEAR
    thresholds: tuple[Thresholds, ...]
    uplifts: tuple[PeriodPrices, ...]
    large_household: LargeHousehold | None = None

    def counter_start(self, month: int) -> int:
        """YYYYMM in which the counter that holds billing month YYYYMM began at zero."""
        if self.basis == "month":
            return month
        year = month // 100 - (month % 100 < self.year_start_month)
        return year * 100 + self.year_start_month


class FreeQuota(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """kWh a month given free to low-income households, valued at `price_e8` or the plain tier-1 price."""

    kwh_per_month: int
    price_e8: PriceE8 | None = field(name="price", default=None)


class Part(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A printed sub-item of a component, kept for checking its sum."""

    name: Name
    price_e8: PriceE8 = field(name="price")


class Component(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Of-which part of the inclusive energy price. A floating one takes what the fixed ones leave."""

    code: str
    name: Name
    kind: ComponentKind
    prices: PeriodPrices = PeriodPrices()
    floats: bool = False
    taxed: bool = True
    in_power_factor_base: bool = True
    parts: tuple[Part, ...] = ()


class RealTime(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Energy at the price of its own interval, from a dated series; it comes on top of the prices in `energy`.

    `factor` multiplies every price of the series (losses up to the point, say); the product rounds to the price step.
    """

    series: str
    factor_e6: FactorE6 | None = field(name="factor", default=None)


class Capacity(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Price per kVA of transformer capacity and month."""

    price_e8: PriceE8 = field(name="price")


class OverContract(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Demand above limit_percent of the contract counts `factor` times.

    Reading A: 1.05 C + 2 (D - 1.05 C); reading B: C + 2 (D - 1.05 C).
    """

    limit_percent: int = 105
    factor: int = 2
    reading: Literal["A", "B"] = "A"


class UtilisationDiscount(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """The demand price falls to `percent` where a month's kWh per kVA reaches `kwh_per_kva`."""

    kwh_per_kva: int = 260
    percent: int = 90


class Demand(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Price per kW of contract or measured demand and month."""

    price_e8: PriceE8 = field(name="price")
    over_contract: OverContract | None = None
    utilisation_discount: UtilisationDiscount | None = None
    floor_percent_of_capacity: int | None = None


class Monthly(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An amount per month."""

    price_e8: PriceE8 = field(name="price")


class Rounding(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Every line rounds half-up to the fen; prices the kernel computes round to `price_step_e8`."""

    line: Literal["half_up_fen"] = "half_up_fen"
    price_step_e8: PriceE8 | None = field(name="price_step", default=None)  # None: to 1e-8
    power_factor: Literal["sum", "lines"] = "sum"


class Checks(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Float factors of the notice; they raise warnings and never change a price."""

    sharp: FactorE6 | None = None
    peak: FactorE6 | None = None
    valley: FactorE6 | None = None
    deep: FactorE6 | None = None


class TariffVersion(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """One tariff code in force over [valid_from, valid_to)."""

    code: str
    name: Name
    area: str
    tariff_class: TariffClass
    currency: str = "CNY"
    valid_from: date
    valid_to: date | None = None
    source: str
    evidence: Evidence
    notes: tuple[str, ...] = ()
    calendar: str | None = None
    energy: tuple[Season, ...]
    tiers: Tiers | None = None
    free_quota: FreeQuota | None = None
    components: tuple[Component, ...] = ()
    real_time: RealTime | None = None
    capacity: Capacity | None = None
    demand: Demand | None = None
    power_factor: str | None = None
    fixed: Monthly | None = None
    minimum: Monthly | None = None
    vat_percent: int = 13
    rounding: Rounding = Rounding()
    checks: Checks | None = None

    def season(self, month: int) -> Season:
        """The energy prices of calendar month 1-12."""
        return next(season for season in self.energy if month in season.months)
