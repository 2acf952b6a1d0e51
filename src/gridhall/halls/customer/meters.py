"""What a bill was measured by: register reads, or the load curve and its sums."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from gridhall.cis.billing.inputs import stored
from gridhall.cis.billing.models import Bill
from gridhall.halls import charts, formats
from gridhall.kernel.calendars import PERIODS


@dataclass(frozen=True)
class MeterRow:
    """One register between two reads, or one period of a load curve; empty texts do not apply."""

    meter: str
    what: str
    first: date
    end: date
    last: str
    this: str
    multiplier: str
    energy_wh: int
    unit: str = "kWh"


def meter_rows(bill: Bill) -> list[MeterRow]:
    """In the order of the bill's segments."""
    rows: list[MeterRow] = []
    for segment in stored(bill.inputs):
        rows += [read_row(read) for read in segment["reads"]] if segment.get("reads") else _curve(segment)
    return rows


def read_row(read: dict[str, Any]) -> MeterRow:
    """One register between two reads, as a bill stored it."""
    first, end = date.fromisoformat(read["from"]), date.fromisoformat(read["to"])
    return MeterRow(
        read["meter"], register_name(read["register"]), first, end,
        formats.scaled(read["last"], read["decimals"]), formats.scaled(read["this"], read["decimals"]),
        f"{read['multiplier']:,}", read["energy_wh"], "kWh" if read["column"] is not None else "kvarh",
    )  # fmt: skip


def _curve(segment: dict[str, Any]) -> list[MeterRow]:
    first, end = date.fromisoformat(segment["from"]), date.fromisoformat(segment["to"])
    curve = _("load curve, fed in") if segment["export"] else _("load curve")
    rows = [
        MeterRow("", f"{curve}, {charts.period_name(period)}", first, end, "", "", "", wh)
        for period, wh in zip(PERIODS, segment["period_wh"], strict=True)
        if wh
    ]
    if segment["reactive_varh"]:
        rows.append(MeterRow("", _("reactive energy"), first, end, "", "", "", segment["reactive_varh"], "kvarh"))
    return rows or [MeterRow("", curve, first, end, "", "", "", 0)]


def register_name(register: str) -> str:
    """A register kind in words: active_peak → active energy, peak."""
    if register.startswith("reactive"):
        return _("reactive energy, given back") if register.endswith("export") else _("reactive energy")
    period = register.rpartition("_")[2]
    name = _("energy fed in") if register.startswith("reverse") else _("active energy")
    return f"{name}, {charts.period_name(period)}" if period in PERIODS else name
