"""What an inclusive energy charge is made of; the parts always add up to the charge."""

import numpy as np

from gridhall.kernel.money import Unit, amount_fen_array, share_array
from gridhall.kernel.rating.facts import Determinants, Int64s
from gridhall.kernel.rating.lines import LineColumn, LineItem, priced, remainder, sum_fen
from gridhall.kernel.tariffs.types import PERIODS, Component, TariffVersion


def component_columns(
    version: TariffVersion, facts: Determinants, energy_wh: Int64s, energy_fen: Int64s
) -> list[LineColumn]:
    """Of-which lines in the order of the table: fixed parts at their price, floating ones share the rest."""
    fixed = {c.code: _fixed(version, c, facts, energy_wh) for c in version.components if not c.floats}
    rest_fen = energy_fen - sum_fen(list(fixed.values()), facts.n)
    floating = _floating(version, energy_wh, rest_fen)
    return [fixed.get(c.code) or floating[c.code] for c in version.components]


def _fixed(version: TariffVersion, component: Component, facts: Determinants, energy_wh: Int64s) -> LineColumn:
    if component.prices.total is not None:
        return priced(_item(version, component), energy_wh, int(component.prices.total))
    amount = np.zeros(facts.n, np.int64)
    for period, price in component.prices.items():
        amount += amount_fen_array(facts.period_wh[:, PERIODS.index(period)], int(price), Unit.KWH)
    return remainder(_item(version, component), energy_wh, amount)


def _floating(version: TariffVersion, energy_wh: Int64s, rest_fen: Int64s) -> dict[str, LineColumn]:
    """The rest spread by flat price, cumulative so that nothing is lost between roundings."""
    floating = [component for component in version.components if component.floats]
    weights = [int(component.prices.total or 1) for component in floating]
    whole = np.full(rest_fen.shape, sum(weights), np.int64)
    columns: dict[str, LineColumn] = {}
    given = np.zeros_like(rest_fen)
    for index, component in enumerate(floating, start=1):
        upto = share_array(rest_fen, np.full_like(whole, sum(weights[:index])), whole)
        columns[component.code] = remainder(_item(version, component), energy_wh, upto - given)
        given = upto
    return columns


def _item(version: TariffVersion, component: Component) -> LineItem:
    return LineItem(kind="component", unit=Unit.KWH, component=component.code, included=True, clause=version.source)
