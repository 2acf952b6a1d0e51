"""Readings that are no curve: register reads, accumulated reads of NEM13, and totals of a day."""

from __future__ import annotations

from collections.abc import Iterator

from gridhall.codecs.intervals import ACTIVE_EXPORT, ACTIVE_IMPORT, DailyTotal, day_of
from gridhall.codecs.nem13 import AccumulatedRead
from gridhall.codecs.registers_csv import RegisterKind
from gridhall.readings.models import RegisterRead
from gridhall.readings.registers import NewRead
from gridhall.readings.store import Flag, Quantity

Source = RegisterRead.Source
_SOURCES = {Flag.ACTUAL: Source.REMOTE, Flag.EDITED: Source.EDITED}
_REGISTERS = {ACTIVE_IMPORT: RegisterKind.ACTIVE_TOTAL, ACTIVE_EXPORT: RegisterKind.REVERSE_ACTIVE_TOTAL}


def of_total(found: DailyTotal, point_id: int) -> NewRead:
    """A day's energy as a register that restarts every day: `day_active_import` in kWh with three decimals."""
    register = f"day_{Quantity(found.quantity).name.lower()}"
    return NewRead(point_id, "", register, day_of(found.day), found.value_wh, 3, source_of(found.flag))


def of_accumulated(found: AccumulatedRead, point_id: int) -> Iterator[NewRead]:
    """Both readings of a NEM13 record, with the decimals of the finer one."""
    register = _REGISTERS.get(found.quantity) or Quantity(found.quantity).name.lower()
    decimals = max(_decimals(found.previous), _decimals(found.current))
    for moment, text in ((found.previous_at, found.previous), (found.current_at, found.current)):
        whole, _, part = text.partition(".")
        digits = int(whole + part.ljust(decimals, "0"))
        yield NewRead(point_id, found.meter, str(register), moment.date(), digits, decimals, source_of(found.flag))


def source_of(flag: int) -> str:
    """How a read was made, from the flag of its file."""
    return _SOURCES.get(Flag(flag), Source.ESTIMATED).value


def _decimals(text: str) -> int:
    return len(text.partition(".")[2])
