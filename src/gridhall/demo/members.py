"""Everybody who is supplied: the cast first, then as many invented customers as were asked for."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from gridhall.demo import names
from gridhall.demo.cast import CAST, Part
from gridhall.demo.kinds import KINDS, Kind, counts
from gridhall.demo.organisation import STATIONS, UNITS, area_code

# How people pay, and how common it is among homes, in per mille. ``transfer`` is for firms.
HABITS = {"bank": 610, "online": 210, "counter": 60, "prepaid": 40, "late": 50, "arrears": 30}
BY_HAND = 0.03  # of the homes keep a meter that somebody reads by eye
MUCH_MORE = 9.0  # times the usual, in a mild month after a summer
DECIMALS = 2


@dataclass(kw_only=True)
class Member:
    """One customer before there is one. ``daily_kwh`` is a usual day, ``habit`` how they pay.

    ``surprise``: how much more than usual they use in the last closed month, for somebody to look at;
    ``fills_tier_kwh``: the tier they fill in the middle of it.
    """

    number: int
    kind: Kind
    zh: str
    en: str = ""
    phone: str
    address: str
    station: str
    area: str
    position: tuple[float, float]
    kva: int
    daily_kwh: float
    habit: str
    charging: str = "none"
    contract_demand_kw: int = 0
    by_curve: bool
    persons: int = 1
    low_income: bool = False
    first_reading: str = "0.00"
    needs: str = ""
    language: str = "zh-hans"
    panels_kw: float = 0.0
    surprise: float = 1.0
    fills_tier_kwh: float = 0.0
    ids: dict[str, Any] = field(default_factory=dict)

    @property
    def point(self) -> str:
        """Code of the metering point."""
        return f"LHMP{self.number:06d}"

    @property
    def meter(self) -> str:
        """Asset number of the meter."""
        return f"LH{self.number:07d}"

    @property
    def name(self) -> str:
        """What is on the bill; the cast by both names, so that either finds them."""
        return f"{self.zh} {self.en}".strip()

    @property
    def registers(self) -> bool:
        """Billed by register readings, until the roll-out or for good."""
        return not (self.kind.curves_always or (self.en and self.by_curve))


def draw(customers: int, seed: int) -> list[Member]:
    """The members of a city, the same for the same seed."""
    rng = np.random.default_rng([seed, 1])
    wanted = counts(customers)
    kinds = [KINDS[part.kind] for part in CAST.values()]
    for kind in kinds:
        wanted[kind.name] -= 1
    others = [KINDS[name] for name, count in wanted.items() for _ in range(max(0, count))]
    kinds += [others[at] for at in rng.permutation(len(others))]
    stations = _stations(len(kinds), rng)
    filled: dict[str, int] = {}
    members = []
    parts = [*CAST.items()]
    for at, kind in enumerate(kinds):
        station = stations[at]
        area = area_code(station, filled.get(station, 0) // 60)
        filled[station] = filled.get(station, 0) + 1
        if at < len(parts):
            members.append(_of_cast(at + 1, *parts[at], kind, station, area, rng))
        else:
            members.append(_invented(at + 1, kind, station, area, rng))
    _surprise(members, rng)
    return members


def per_station(members: list[Member]) -> dict[str, int]:
    """How many customers each station has."""
    return {station: sum(member.station == station for member in members) for station in STATIONS}


def _surprise(members: list[Member], rng: np.random.Generator) -> None:
    """Some homes stood empty in the last closed month, and some used a multiple."""
    homes = [one for one in members if one.kind.name == "household" and not one.en]
    few = max(1, len(members) // 500)
    # A curve five times as high would be doubted as spikes first; a reading taken by eye comes through to the bill.
    read_by_eye, read_by_curve = ([one for one in homes if one.by_curve is by_curve] for by_curve in (False, True))
    for pool, times in ((read_by_eye, MUCH_MORE), (read_by_curve, 0.0)):
        for at in rng.choice(len(pool), size=min(few, len(pool)), replace=False) if pool else ():
            pool[at].surprise = times


def _stations(count: int, rng: np.random.Generator) -> list[str]:
    weights = np.array([share for share, _lon, _lat in STATIONS.values()], float)
    drawn = rng.choice(len(weights), size=count, p=weights / weights.sum())
    drawn[: len(CAST)] = 0
    return [list(STATIONS)[at] for at in drawn]


def _of_cast(number: int, en: str, part: Part, kind: Kind, station: str, area: str, rng: np.random.Generator) -> Member:
    return Member(
        number=number, kind=kind, zh=part.zh, en=en, phone=part.phone, address=part.address, station=station, area=area,
        position=_position(station, rng), kva=part.kva, daily_kwh=part.daily_kwh, habit=part.habit,
        charging=part.charging, contract_demand_kw=part.contract_demand_kw, by_curve=part.by_curve,
        low_income=part.low_income, first_reading=part.first_reading or "0.00", needs=part.needs,
        language=part.language, fills_tier_kwh=part.fills_tier_kwh, panels_kw=3.0 if kind.feed_in else 0.0,
    )  # fmt: skip


def _invented(number: int, kind: Kind, station: str, area: str, rng: np.random.Generator) -> Member:
    places = {path: zh for path, _level, zh, _en in UNITS}
    county, city = places[station[:9]], places[station[:6]]
    kva = kind.kva[int(rng.integers(len(kind.kva)))]
    if kind.load_hours[1]:
        daily = kva * float(rng.uniform(*kind.load_hours))
    else:
        daily = kind.daily_kwh * float(np.exp(np.clip(rng.normal(0, 0.45), -1.2, 1.2)))
    charging = kind.charging[int(rng.integers(len(kind.charging)))]
    return Member(
        number=number, kind=kind,
        zh=names.person(rng) if kind.home else names.organisation(rng, kind.name, city.removesuffix("市")),
        phone=names.phone(kind.home, number), address=names.address(rng, f"{city}{county}", kind.name),
        station=station, area=area, position=_position(station, rng), kva=kva, daily_kwh=daily,
        habit=_habit(kind, rng), charging=charging,
        contract_demand_kw=int(kva * 0.7) if charging == "contract" else 0,
        by_curve=not (kind.home and rng.random() < BY_HAND),
        persons=int(rng.integers(1, 6)) if kind.home else 1,
        low_income=bool(kind.home and rng.random() < 0.015),
        first_reading=f"{rng.integers(0, 40_000)}.{rng.integers(0, 100):02d}" if kind.home else "0.00",
        panels_kw=float(rng.choice([2.0, 3.0, 5.0])) if kind.feed_in else 0.0,
    )  # fmt: skip


def _position(station: str, rng: np.random.Generator) -> tuple[float, float]:
    _share, longitude, latitude = STATIONS[station]
    return longitude + float(rng.normal(0, 0.008)), latitude + float(rng.normal(0, 0.006))


def _habit(kind: Kind, rng: np.random.Generator) -> str:
    if not kind.home and kind.kva[0] >= 100:
        return "transfer" if rng.random() < 0.97 else "late"
    weights = np.array(list(HABITS.values()), float)
    return list(HABITS)[int(rng.choice(len(weights), p=weights / weights.sum()))]
