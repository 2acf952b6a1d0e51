"""Late-payment penalties: rate by payer class, age of the debt and date."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

import msgspec
from msgspec import Struct

from gridhall.kernel.money import Unit, amount_fen
from gridhall.kernel.tariffs.text import read_structured
from gridhall.kernel.tariffs.types import Evidence, PriceE8

Payer = Literal["residential", "other"]


class DailyRates(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Share of the debt per day: in the year it fell due, and after that year's end."""

    same_year_e8: PriceE8 = msgspec.field(name="same_year")
    later_years_e8: PriceE8 = msgspec.field(name="later_years")


class RatesByPayer(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Daily rates of residents and of all others."""

    residential: DailyRates
    other: DailyRates


class PenaltyRules(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Rules for days of delay from `valid_from` on, until the next rules begin."""

    code: str
    notice: str
    evidence: Evidence
    valid_from: date
    notes: tuple[str, ...] = ()
    rates: RatesByPayer
    minimum_fen: int = 0


@dataclass(frozen=True)
class PenaltyBand:
    """Days of delay under one rate."""

    first_day: date
    days: int
    rate_e8: int
    amount_fen: int
    clause: str


def load_rules(document: bytes | str) -> PenaltyRules:
    """Rules from YAML text."""
    return read_structured(document, PenaltyRules)


def penalty_bands(
    debt_fen: int, due_on: date, paid_on: date, payer: Payer, rules: Sequence[PenaltyRules]
) -> list[PenaltyBand]:
    """Bands from the day after `due_on` to `paid_on` inclusive; empty when paid in time.

    Each band is debt x rate x days, rounded half-up to the fen. `rules` are in date order.
    """
    bands: list[PenaltyBand] = []
    start = due_on + timedelta(days=1)
    while start <= paid_on:
        rule = _rules_on(start, rules)
        nexts = [later.valid_from for later in rules if later.valid_from > start]
        end = min([paid_on + timedelta(days=1), date(start.year + 1, 1, 1), *nexts])
        rates = getattr(rule.rates, payer)
        rate = int(rates.same_year_e8 if start.year == due_on.year else rates.later_years_e8)
        days = (end - start).days
        bands.append(PenaltyBand(start, days, rate, amount_fen(debt_fen * days, rate, Unit.YUAN), rule.notice))
        start = end
    return bands


def penalty_fen(debt_fen: int, due_on: date, paid_on: date, payer: Payer, rules: Sequence[PenaltyRules]) -> int:
    """Sum of the bands, lifted to the minimum in force on the day of payment; 0 when paid in time."""
    bands = penalty_bands(debt_fen, due_on, paid_on, payer, rules)
    if not bands:
        return 0
    return max(sum(band.amount_fen for band in bands), _rules_on(paid_on, rules).minimum_fen)


def _rules_on(day: date, rules: Sequence[PenaltyRules]) -> PenaltyRules:
    in_force = [rule for rule in rules if rule.valid_from <= day]
    if not in_force:
        raise ValueError(f"no penalty rules in force on {day}")
    return in_force[-1]
