"""The table of late penalties, row by row, by the kernel and by counting days one at a time."""

import re
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

import pytest

from gridhall.kernel import shipped
from gridhall.kernel.money import format_scaled, format_yuan, parse_decimal
from gridhall.kernel.penalties import penalty_bands, penalty_fen
from tests.bills.text import HERE

ROWS = [
    re.split(r"\s{2,}", line)
    for line in (HERE / "late-penalties.table").read_text().splitlines()
    if line and not line.startswith("#")
]


@pytest.mark.parametrize(("payer", "debt", "due", "paid", "bands", "penalty"), ROWS)
def test_a_late_payment_costs_what_the_table_says(payer, debt, due, paid, bands, penalty) -> None:
    facts = (parse_decimal(debt, 2, "debt"), date.fromisoformat(due), date.fromisoformat(paid), payer)
    found = penalty_bands(*facts, shipped.penalty_rules())
    shown = [f"{band.days} x {format_scaled(band.rate_e8, 8, decimals=3)}" for band in found]
    assert " + ".join(shown or ["none"]) == bands
    assert format_yuan(penalty_fen(*facts, shipped.penalty_rules())) == penalty


@pytest.mark.parametrize(("payer", "debt", "due", "paid", "bands", "penalty"), ROWS)
def test_counting_day_by_day_gives_the_same_penalty(payer, debt, due, paid, bands, penalty) -> None:
    due_on, day, shares = date.fromisoformat(due), date.fromisoformat(due), {}
    while day < date.fromisoformat(paid):
        day += timedelta(days=1)
        daily = Decimal("0.001") if payer == "residential" else Decimal("0.002" if day.year == due_on.year else "0.003")
        shares[day.year] = shares.get(day.year, Decimal(0)) + Decimal(debt) * daily
    rounded = [share.quantize(Decimal("0.01"), ROUND_HALF_UP) for share in shares.values()]
    assert sum(rounded, Decimal("0.00")) == Decimal(penalty)
