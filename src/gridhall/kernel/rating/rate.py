"""Putting a bill together: energy, its components, capacity or demand, power factor, fixed, minimum."""

import numpy as np

from gridhall.kernel.money import Unit, amount_fen_array, scale_array
from gridhall.kernel.power_factor import adjustments_e8, month_power_factors
from gridhall.kernel.rating.charges import charge_columns, fixed_column, minimum_column
from gridhall.kernel.rating.components import component_columns
from gridhall.kernel.rating.energy import energy_columns
from gridhall.kernel.rating.facts import Determinants, Int16s, Int64s
from gridhall.kernel.rating.lines import LineColumn, LineItem, Lines, priced, remainder, sum_fen
from gridhall.kernel.tariffs.types import TariffVersion


def rate(version: TariffVersion, determinants: Determinants, month: int) -> Lines:
    """Bill lines of n accounts for billing month YYYYMM; ValueError names the row that cannot be rated."""
    facts, calendar_month = determinants, month % 100
    if not 1 <= calendar_month <= 12:
        raise ValueError(f"month {month} is not YYYYMM")
    energy_wh = _energy_wh(version, facts)
    energy = energy_columns(version, facts, calendar_month, energy_wh)
    parts = component_columns(version, facts, energy_wh, sum_fen(energy, facts.n))
    charges = charge_columns(version, facts, energy_wh)
    power_factor, adjustment = _power_factor(version, facts, energy_wh, [*energy, *charges], parts)
    columns = [*energy, *parts, *charges, *adjustment, *fixed_column(version, facts)]
    total = sum_fen([column for column in columns if not column.item.included], facts.n)
    minimum = minimum_column(version, facts, total)
    return Lines((*columns, *minimum), total + sum_fen(minimum, facts.n), energy_wh, power_factor)


def vat_included_fen(version: TariffVersion, lines: Lines) -> Int64s:
    """Tax inside the totals: (total - untaxed components) x vat / (100 + vat), int64[n]."""
    untaxed_codes = {component.code for component in version.components if not component.taxed}
    untaxed = [column for column in lines.columns if column.item.component in untaxed_codes]
    taxed = lines.total_fen - sum_fen(untaxed, lines.total_fen.size)
    return scale_array(taxed, version.vat_percent, 100 + version.vat_percent)


def _energy_wh(version: TariffVersion, facts: Determinants) -> Int64s:
    if version.calendar is None:
        return facts.period_wh[:, 0]
    total = facts.period_wh[:, 0].copy()
    for column in range(1, facts.period_wh.shape[1]):
        total += facts.period_wh[:, column]
    return total


def _power_factor(
    version: TariffVersion,
    facts: Determinants,
    energy_wh: Int64s,
    charged: list[LineColumn],
    parts: list[LineColumn],
) -> tuple[Int16s, list[LineColumn]]:
    """The month's power factor and its adjustment line: base x percent, minus is a reduction."""
    if version.power_factor is None or not facts.power_factor_standard.any():
        return np.zeros(facts.n, np.int16), []
    applies = (facts.power_factor_standard > 0) & (energy_wh > 0)
    hundredths = month_power_factors(np.where(applies, energy_wh, 0), facts.reactive_varh)
    rates = np.where(applies, adjustments_e8(version.power_factor, facts.power_factor_standard, hundredths), 0)
    outside = {component.code for component in version.components if not component.in_power_factor_base}
    exempt = [column for column in parts if column.item.component in outside]
    base = sum_fen(charged, facts.n) - sum_fen(exempt, facts.n)
    item = LineItem(kind="power_factor", unit=Unit.YUAN, clause="水电财字〔1983〕215")
    line = priced(item, np.where(applies, base, 0), rates)
    if version.rounding.power_factor == "lines":
        amounts = [amount_fen_array(column.amount_fen, rates, Unit.YUAN) for column in charged]
        relief = [amount_fen_array(column.amount_fen, rates, Unit.YUAN) for column in exempt]
        line = remainder(item, line.quantity, sum(amounts, np.zeros(facts.n, np.int64)) - sum(relief, np.int64(0)))
    return hundredths, [_present_where(line, applies)]


def _present_where(column: LineColumn, rows: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> LineColumn:
    return LineColumn(column.item, column.quantity, column.price_e8, column.amount_fen, rows)
