"""What becomes of energy that a meter gives to the grid, by the way it is metered.

| way | surplus of a month |
|---|---|
| net metering | kWh that go into the next month, period by period; what is left in the credit month is sold |
| net metering in money | its value goes into the next month; what is left in the credit month is paid out or lost |
| net billing | sold at once, every interval at its sell price |
| net billing with carry-over | as before, but a month cannot go below zero: the rest goes into the next |
| buy all, sell all | two meters: all generation is sold, all use is bought |
"""

from collections.abc import Callable

import numpy as np

from gridhall.kernel.money import Int64s
from gridhall.kernel.structures.energy import sold_e11, tier_quantities
from gridhall.kernel.structures.types import MONTHS, Structure

Settled = Callable[[Int64s, Int64s, Int64s], Int64s]


def settle(structure: Structure, drawn: Int64s, given: Int64s, ends: Int64s) -> tuple[Int64s, Int64s, Settled]:
    """(energy that is bought [p, 12, period], credits of each month in 1e-11, how credits meet the charges)."""
    nothing = np.zeros(drawn.shape[:2], np.int64)
    if not given.any():
        return drawn, nothing, _at_once
    if structure.metering == "net_metering":
        bought, left = _carried_kwh(structure, drawn, given)
        return bought, -left * np.int64(structure.year_end_sell_e8), _at_once
    if structure.metering == "net_metering_money":
        net = drawn - given
        credit = -sold_e11(structure, tier_quantities(np.maximum(-net, 0), ends))
        return np.maximum(net, 0), credit, _carried(structure, own_month=True)
    credit = -sold_e11(structure, tier_quantities(given, ends))
    carry = _carried(structure, own_month=False) if structure.metering == "net_billing_carry_over" else _at_once
    return drawn, credit, carry


def _carried_kwh(structure: Structure, drawn: Int64s, given: Int64s) -> tuple[Int64s, Int64s]:
    """Energy bought by period after credits of earlier months, and what the credit month leaves, in Wh."""
    net = drawn - given
    bought, left = np.zeros_like(net), np.zeros(net.shape[:2], np.int64)
    credit = np.zeros_like(net[:, 0])
    for month in range(MONTHS):
        balance = net[:, month] - credit
        bought[:, month] = np.maximum(balance, 0)
        credit = np.maximum(-balance, 0)
        if month + 1 == structure.credit_month:
            left[:, month] = credit.sum(axis=1)
            credit = np.zeros_like(credit)
    return bought, left


def _at_once(_charged: Int64s, _energy: Int64s, credit: Int64s) -> Int64s:
    return credit


def _carried(structure: Structure, *, own_month: bool) -> Settled:
    """Credits pay energy charges, the rest goes into the next month; the credit month pays out what is left.

    `own_month`: a credit may pay in the month that earned it.
    """

    def meet(_charged: Int64s, energy: Int64s, credit: Int64s) -> Int64s:
        used = np.zeros_like(credit)
        waiting = np.zeros(len(credit), np.int64)
        for month in range(MONTHS):
            earned = -credit[:, month]
            available = waiting + earned if own_month else waiting
            spent = np.minimum(available, energy[:, month])
            waiting = waiting + earned - spent
            if month + 1 == structure.credit_month:
                spent, waiting = spent + waiting, np.zeros_like(waiting)
            used[:, month] = -spent
        return used

    return meet
