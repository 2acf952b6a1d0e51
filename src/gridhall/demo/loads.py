"""Who uses how much when: every customer's curve over the whole span, from their own stream of random numbers.

The curve is the truth of the city; register readings are its sums and the imported curves its last days.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from gridhall.demo.members import Member
from gridhall.demo.shapes import SLOTS, fitted, shape
from gridhall.demo.span import Span
from gridhall.kernel import shipped

NOISE_MAX = 3.0  # times the usual value; above, validation would doubt an honest reading
CAPACITY_MAX = 0.9  # of what the connection can carry
REACTIVE_SHARE = (0.28, 0.55)  # of active energy: power factors of 0.96 to 0.88
PANEL_KWH_PER_KW = 4.6  # of a clear day in June


@dataclass(frozen=True)
class Curves:
    """Wh (varh) per quarter of an hour, int64[days, 96]; ``reactive`` and ``fed_in`` where there is such a thing."""

    active: np.ndarray
    reactive: np.ndarray | None
    fed_in: np.ndarray | None


@dataclass(frozen=True)
class Weather:
    """Per day of the span: degrees above and below comfort, season 0 to 2, day off, clearness of the sky 0 to 1."""

    warm: np.ndarray
    cold: np.ndarray
    season: np.ndarray
    rest: np.ndarray
    clear: np.ndarray
    sun: np.ndarray
    last_month: np.ndarray  # bool: days of the last closed month
    tier_months: np.ndarray  # bool: days of that year before it, in which tiers fill up

    @classmethod
    def over(cls, span: Span, seed: int) -> Weather:
        """An invented year by the sea: 6 degrees in January, 29 in July, and spells of some days."""
        rng = np.random.default_rng([seed, 2])
        days = span.days
        of_year = np.array([day.timetuple().tm_yday for day in days])
        spell = np.zeros(len(days))
        for at in range(1, len(days)):
            spell[at] = 0.75 * spell[at - 1] + rng.normal(0, 1.7)
        celsius = 17.5 - 11.5 * np.cos(2 * np.pi * (of_year - 22) / 365.25) + spell
        comfort = fitted()["temperature"]
        month = np.array([day.month for day in days])
        return cls(
            np.maximum(celsius - comfort["cooling_above_c"], 0) * comfort["cooling_per_degree"],
            np.maximum(comfort["heating_below_c"] - celsius, 0) * comfort["heating_per_degree"],
            np.where(np.isin(month, (6, 7, 8, 9)), 2, np.where(np.isin(month, (12, 1, 2)), 0, 1)),
            np.array([_rests(day) for day in days], np.int64),
            rng.beta(2.2, 1.3, len(days)),
            _sun(of_year),
            np.array([span.rollout <= day < span.running for day in days]),
            np.array([day.year == span.rollout.year and day < span.rollout for day in days]),
        )


def _rests(day: date) -> bool:
    try:
        return shipped.holidays().is_rest_day(day)
    except ValueError:  # a year whose holidays are not announced yet
        return day.weekday() >= 5


def _sun(of_year: np.ndarray) -> np.ndarray:
    """Height of the sun over panels at 29 degrees north, float[days, 96], 1 for noon in June."""
    declination = np.radians(23.45) * np.sin(2 * np.pi * (of_year - 81) / 365.25)
    hour = np.radians((np.arange(SLOTS) * 0.25 + 0.125 - 12) * 15)
    north = np.radians(29.0)
    height = np.sin(north) * np.sin(declination)[:, None] + np.cos(north) * np.cos(declination)[:, None] * np.cos(hour)
    return np.maximum(height, 0)


def curves(member: Member, weather: Weather, seed: int) -> Curves:
    """The curves of one member over the whole span."""
    rng = np.random.default_rng([seed, 3, member.number])
    active = _use(member, weather, rng)
    fed_in = reactive = None
    if member.panels_kw:
        made = _panels(member, weather)
        active, fed_in = np.maximum(active - made, 0), np.maximum(made - active, 0)
    if member.kind.power_factor_standard:
        ratio = rng.uniform(*REACTIVE_SHARE) * np.exp(rng.normal(0, 0.06, (len(active), 1)))
        reactive = _whole(active * ratio)
    return Curves(_whole(active), reactive, None if fed_in is None else _whole(fed_in))


def _use(member: Member, weather: Weather, rng: np.random.Generator) -> np.ndarray:
    """Float Wh, [days, 96]."""
    form, days = shape(member.kind.shape), len(weather.season)
    response = np.exp(member.kind.weather * (weather.warm + weather.cold))
    daily = member.daily_kwh * 1000 * response / response.mean()
    daily *= np.where(weather.rest == 1, form.rest_day_factor, 1.0)
    daily *= np.exp(np.clip(rng.normal(0, min(form.day_sigma, 0.25), days), -0.6, 0.6))
    if member.kind.shape == "school":
        daily *= _term(weather)
    own = np.roll(form.share, int(rng.integers(-3, 4)), axis=2) ** rng.uniform(0.9, 1.6)
    own = own / own.sum(axis=2, keepdims=True)
    sigma = np.float32(min(form.slot_sigma, 0.5))
    noise = np.exp(rng.standard_normal((days, SLOTS), np.float32) * sigma - sigma * sigma / 2)
    np.minimum(noise, NOISE_MAX, out=noise)
    use = daily[:, None] * own[weather.season, weather.rest] * noise
    use[weather.last_month] *= member.surprise
    if member.fills_tier_kwh:
        use *= _filling(use, weather, member.fills_tier_kwh * 1000)
    return np.minimum(use, member.kva * 250 * CAPACITY_MAX)


def _filling(use: np.ndarray, weather: Weather, tier_wh: float) -> float:
    """The factor with which the last closed month begins in the first tier and ends in the second."""
    before, month = use[weather.tier_months].sum(), use[weather.last_month].sum()
    return float(tier_wh / (before + month / 2)) if before else 1.0


def _term(weather: Weather) -> np.ndarray:
    """Schools in the warm holidays run on a third."""
    return np.where((weather.season == 2) & (weather.warm > 0.18), 0.35, 1.0)


def _panels(member: Member, weather: Weather) -> np.ndarray:
    noon_wh = member.panels_kw * PANEL_KWH_PER_KW * 1000 / weather.sun.sum(axis=1).max()
    return weather.sun * (0.15 + 0.85 * weather.clear[:, None]) * noon_wh


def _whole(wh: np.ndarray) -> np.ndarray:
    return np.rint(wh).astype(np.int64)
