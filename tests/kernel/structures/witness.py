"""A second, naive pricing of one meter's year in fractions, interval by interval: it shares only the types."""

from datetime import date, timedelta
from fractions import Fraction

from gridhall.kernel.structures.types import OPEN, Structure


def months(structure: Structure, year: int, drawn_wh: list[list[int]]) -> list[Fraction]:
    """Twelve bills in the currency unit of a meter that gives nothing back; `drawn_wh[day][slot]`."""
    slots = len(drawn_wh[0])
    energy: dict[tuple[int, int], int] = {}
    order: dict[int, list[tuple[int, int]]] = {}
    peaks: dict[tuple[int, int], int] = {}
    flat = [0] * 12
    for number, values in enumerate(drawn_wh):
        day = date(year, 1, 1) + timedelta(days=number)
        month, weekend = day.month - 1, day.weekday() >= 5
        for slot, wh in enumerate(values):
            hour = slot * 24 // slots
            period = (structure.energy.weekend if weekend else structure.energy.weekday)[month][hour]
            energy[month, period] = energy.get((month, period), 0) + wh
            order.setdefault(month, []).append((period, wh))
            watts = wh * slots // 24
            flat[month] = max(flat[month], watts)
            if structure.demand:
                named = (structure.demand.weekend if weekend else structure.demand.weekday)[month][hour]
                peaks[month, named] = max(peaks.get((month, named), 0), watts)
    return [_month(structure, year, month, energy, order[month], peaks, flat) for month in range(12)]


def _month(structure, year, month, energy, order, peaks, flat) -> Fraction:
    days = (date(year + (month == 11), (month + 1) % 12 + 1, 1) - date(year, month + 1, 1)).days
    total = Fraction(structure.fixed_month_e8 + structure.fixed_day_e8 * days, 10**8)
    total += (
        _in_order(structure, order) if structure.fills_in_time_order else _shared(structure, month, energy, days, flat)
    )
    for (named, period), watts in peaks.items():
        if named == month:
            total += _graduated(structure.demand.periods[period], watts)
    if structure.flat_demand:
        total += _graduated(structure.flat_demand.tiers[structure.flat_demand.of_month[month]], flat[month])
    return max(total, Fraction(structure.minimum_month_e8, 10**8))


def _shared(structure, month, energy, days, flat) -> Fraction:
    mine = {period: wh for (named, period), wh in energy.items() if named == month}
    whole, total = sum(mine.values()), Fraction(0)
    for period, wh in mine.items():
        low = Fraction(0)
        for tier in structure.energy.periods[period]:
            end = Fraction(tier.to_e3)
            if tier.to_e3 == OPEN:
                end = Fraction(whole)
            else:
                end *= Fraction(flat[month], 1000) if "kW" in tier.unit.split("/")[-1] and "/" in tier.unit else 1
                end *= days if tier.unit.endswith("daily") else 1
            high = max(min(end, Fraction(whole)), low)
            total += Fraction(wh, whole or 1) * (high - low) * Fraction(tier.price_e8, 10**11)
            low = high
    return total


def _in_order(structure, order) -> Fraction:
    used, total = 0, Fraction(0)
    for period, wh in order:
        for tier in structure.energy.periods[period]:
            part = min(wh, max(tier.to_e3 - used, 0))
            total += part * Fraction(tier.price_e8, 10**11)
            used, wh = used + part, wh - part
    return total


def _graduated(tiers, watts: int) -> Fraction:
    total, low = Fraction(0), 0
    for tier in tiers:
        high = max(min(watts, tier.to_w), low)
        total += Fraction((high - low) * tier.price_e8, 10**11)
        low = high
    return total
