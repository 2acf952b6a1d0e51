"""The kinds of customers, how common each is, and what a customer of the kind is like."""

from __future__ import annotations

from dataclasses import dataclass

from gridhall.cis.network.models import ServicePointTerms

UseClass = ServicePointTerms.UseClass


@dataclass(frozen=True, kw_only=True)
class Kind:
    """``daily_kwh`` is the median of the kind; businesses use ``load_hours`` a day at their capacity instead.

    ``weather`` scales the fitted response to warm and cold days. ``curves_always``: a terminal read the load curve long
    before the roll-out of smart meters. ``step_volts``: the primary of current transformers, so the meter shows less.
    """

    name: str
    per_mille: int
    use_class: str
    tariff: str
    shape: str
    kva: tuple[int, ...]
    daily_kwh: float = 0.0
    load_hours: tuple[float, float] = (0.0, 0.0)
    voltage_v: int = 380
    weather: float = 1.0
    charging: tuple[str, ...] = ("none",)
    power_factor_standard: str = ""
    metering_mode: str = "lv_lv"
    multiplier: int = 1
    feed_in: str = ""
    curves_always: bool = False

    @property
    def home(self) -> bool:
        """Lived in by people, so named after a person."""
        return self.use_class == UseClass.RESIDENTIAL


KINDS = {
    kind.name: kind
    for kind in (
        Kind(
            name="household", per_mille=620, use_class=UseClass.RESIDENTIAL, tariff="zhejiang-residential",
            shape="home", kva=(6, 8, 8, 10), daily_kwh=6.2, voltage_v=220, weather=2.2,
        ),
        Kind(
            name="household by peak and valley", per_mille=200, use_class=UseClass.RESIDENTIAL,
            tariff="zhejiang-residential-tou", shape="home", kva=(8, 10, 12), daily_kwh=8.0, voltage_v=220, weather=2.2,
        ),
        Kind(
            name="household with a roof of panels", per_mille=30, use_class=UseClass.RESIDENTIAL,
            tariff="zhejiang-residential-tou", shape="home", kva=(12,), daily_kwh=9.0, voltage_v=220, weather=2.2,
            feed_in="demo-export",
        ),
        Kind(
            name="shared meter", per_mille=20, use_class=UseClass.SHARED_METER, tariff="zhejiang-shared-meter",
            shape="home", kva=(30, 50), daily_kwh=55.0, weather=1.5,
        ),
        Kind(
            name="shop", per_mille=62, use_class=UseClass.COMMERCIAL, tariff="demo-business-single-part-lt1kv",
            shape="shop", kva=(15, 20, 30, 60), load_hours=(1.5, 3.5), weather=1.3,
        ),
        Kind(
            name="workshop", per_mille=20, use_class=UseClass.INDUSTRIAL, tariff="demo-business-single-part-1-10kv",
            shape="workshop", kva=(160, 200, 250), load_hours=(2.5, 5.0), voltage_v=10_000, weather=0.4,
            power_factor_standard="0.90", metering_mode="hv_lv", multiplier=80,
        ),
        Kind(
            name="works", per_mille=12, use_class=UseClass.LARGE_INDUSTRY, tariff="demo-business-two-part-1-10kv",
            shape="industry", kva=(630, 800, 1000, 1600), load_hours=(7.0, 14.0), voltage_v=10_000, weather=0.3,
            charging=("capacity", "contract", "actual"), power_factor_standard="0.90", metering_mode="hv_hv",
            multiplier=2000, curves_always=True,
        ),
        Kind(
            name="large works", per_mille=2, use_class=UseClass.LARGE_INDUSTRY, tariff="demo-business-two-part-35kv",
            shape="industry", kva=(8000, 12500), load_hours=(9.0, 15.0), voltage_v=35_000, weather=0.2,
            charging=("contract", "actual"), power_factor_standard="0.90", metering_mode="hv_hv",
            multiplier=35_000, curves_always=True,
        ),
        Kind(
            name="farm", per_mille=14, use_class=UseClass.AGRICULTURE, tariff="demo-agriculture", shape="farm",
            kva=(50, 100, 125), load_hours=(0.8, 2.5), weather=1.0, multiplier=20,
        ),
        Kind(
            name="charging station", per_mille=8, use_class=UseClass.CHARGING, tariff="demo-ev", shape="charging",
            kva=(160, 315, 400), load_hours=(2.0, 5.0), weather=0.3, multiplier=120, curves_always=True,
        ),
        Kind(
            name="school", per_mille=8, use_class=UseClass.PUBLIC, tariff="zhejiang-shared-meter", shape="school",
            kva=(160, 250, 315), load_hours=(1.5, 3.0), weather=1.0, multiplier=80,
        ),
        Kind(
            name="hospital", per_mille=4, use_class=UseClass.PUBLIC, tariff="demo-business-single-part-1-10kv",
            shape="hospital", kva=(630, 1250), load_hours=(5.0, 8.0), voltage_v=10_000, weather=0.8,
            power_factor_standard="0.90", metering_mode="hv_hv", multiplier=2000, curves_always=True,
        ),
    )
}  # fmt: skip

TARIFFS = {kind.tariff for kind in KINDS.values()} | {kind.feed_in for kind in KINDS.values() if kind.feed_in}


def counts(customers: int) -> dict[str, int]:
    """How many of each kind, at least one, by largest remainder."""
    exact = {kind.name: kind.per_mille * customers / 1000 for kind in KINDS.values()}
    whole = {name: max(1, int(share)) for name, share in exact.items()}
    for name in sorted(exact, key=lambda name: whole[name] - exact[name]):
        if sum(whole.values()) >= customers:
            break
        whole[name] += 1
    whole["household"] += customers - sum(whole.values())
    return whole
