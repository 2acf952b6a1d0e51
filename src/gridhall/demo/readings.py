"""From curves to what a utility receives: monthly register readings and days of 96 points, as files."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from gridhall.cis.metering.rollout import bill_by_curve
from gridhall.cis.network.models import ServicePointTerms
from gridhall.codecs.intervals import IntervalOptions
from gridhall.demo.loads import Curves, Weather, curves
from gridhall.demo.members import DECIMALS, Member
from gridhall.demo.organisation import Utility
from gridhall.demo.shapes import SLOTS
from gridhall.demo.span import Span, first_of
from gridhall.kernel import shipped
from gridhall.kernel.calendar_versions import day_types
from gridhall.kernel.calendars import PERIODS, DayFacts
from gridhall.platform.actor import Actor
from gridhall.readings.importing.options import ImportOptions
from gridhall.readings.importing.run import bring_in
from gridhall.readings.models import ReadingsImport

REGISTER_MODULUS = 10 ** (6 + DECIMALS)
UseClass = ServicePointTerms.UseClass


@dataclass
class Files:
    """Text of the two files, row by row."""

    intervals: list[str] = field(default_factory=list)
    registers: list[str] = field(default_factory=list)


def read_meters(members: list[Member], utility: Utility, span: Span, seed: int, folder: Path) -> Iterator[int]:
    """Write both files and import them, then move smart meters to billing by curve; yields members done."""
    weather, files, days = Weather.over(span, seed), Files(), span.days
    start = (span.curves_from - span.first).days
    faults = Faults.among(members, span, seed)
    for done, member in enumerate(members, 1):
        load = curves(member, weather, seed)
        since = start if member.registers else 0
        texts = faults.apply(member, load.active[since:], days[since:])
        if member.by_curve:
            _curve_rows(files, member, load, texts, days[since:], since)
        if member.registers:
            _register_rows(files, member, load, span, days)
        yield done
    gao = utility.actor("Biller Gao")
    header = ",".join(("point", "date", "quantity", *(f"v{n}" for n in range(1, SLOTS + 1))))
    _bring_in(gao, folder / "registers.csv", "meter,kind,read_at,value", files.registers, ImportOptions())
    options = ImportOptions(unit_path="32/", intervals=IntervalOptions(unit="Wh"))
    _bring_in(gao, folder / "curves.csv", header, files.intervals, options)


def roll_out(members: list[Member], utility: Utility, span: Span) -> None:
    """From the last closed month on, smart meters are billed by curve."""
    points = [member.ids["service_point"] for member in members if member.registers and member.by_curve]
    bill_by_curve(utility.actor("Fitter Sun"), utility.units["32/"], points, span.rollout)


def _bring_in(actor: Actor, path: Path, header: str, rows: list[str], options: ImportOptions) -> None:
    path.write_text("\n".join([header, *rows, ""]), encoding="ascii")
    outcome = bring_in(actor, path, path.name, options)
    if outcome.row.state != ReadingsImport.State.DONE:
        raise RuntimeError(f"{path.name}: {outcome.row.problems[:3]}")


# --- curves -----------------------------------------------------------------------------------------------------------


def _curve_rows(files: Files, member: Member, load: Curves, active: list[str], days: list[date], since: int) -> None:
    files.intervals += [
        f"{member.point},{day},active_import,{text}" for day, text in zip(days, active, strict=True) if text
    ]
    for name, more in (("reactive_import", load.reactive), ("active_export", load.fed_in)):
        if more is not None:
            texts = _texts(more[since:])
            files.intervals += [f"{member.point},{day},{name},{text}" for day, text in zip(days, texts, strict=True)]


def _texts(values: np.ndarray) -> list[str]:
    return [",".join(map(str, row)) for row in values.tolist()]


@dataclass(frozen=True)
class Faults:
    """What goes wrong with communication and meters: member number → kind of fault and the first day of it."""

    planned: dict[int, tuple[str, date]]

    @classmethod
    def among(cls, members: list[Member], span: Span, seed: int) -> Faults:
        """A handful of faults in the last closed month and in the last days; never with the cast."""
        rng = np.random.default_rng([seed, 4])
        fit = [m.number for m in members if m.by_curve and not m.en and m.kind.home and not m.panels_kw]
        wanted = max(4, len(members) // 125)
        chosen = rng.choice(fit, size=min(wanted, len(fit)), replace=False)
        days = [day for day in span.days if day >= span.curves_from]
        closed = [day for day in days if span.rollout <= day < span.running]
        planned = {}
        for at, number in enumerate(chosen.tolist()):
            pool = closed if at % 2 == 0 else days[-6:-1]
            planned[number] = (("gap", "spike", "missing day", "gap")[at // 2 % 4], pool[int(rng.integers(len(pool)))])
        return cls(planned)

    def apply(self, member: Member, values: np.ndarray, days: list[date]) -> list[str]:
        """The days of a member's curve as text, with its fault; an empty text is a day that did not arrive."""
        texts = _texts(values)
        fault, day = self.planned.get(member.number, ("", None))
        if day not in days:
            return texts
        at = days.index(day)
        cells = texts[at].split(",")
        if fault == "gap":
            cells[28:44] = [""] * 16
        elif fault == "spike":
            cells[50] = str(member.kva * 250 * 2)
        texts[at] = "" if fault == "missing day" else ",".join(cells)
        return texts


# --- registers --------------------------------------------------------------------------------------------------------


def _register_rows(files: Files, member: Member, load: Curves, span: Span, days: list[date]) -> None:
    """Readings at the start of every month, until the roll-out for meters that take part in it."""
    last = span.rollout if member.by_curve else span.running
    months = [first_of(month) for month in (*span.months, _month(span.running)) if first_of(month) <= last]
    edges = [(month - span.first).days for month in months]
    shown = round(float(member.first_reading) * 10**DECIMALS)
    for register, per_day in _per_register(member, load, days).items():
        total = np.concatenate([[0], np.cumsum(per_day)])[edges]
        start = shown if register == "active_total" else 0
        units = start + total // (10 ** (3 - DECIMALS) * member.kind.multiplier)
        for month, value in zip(months, (units % REGISTER_MODULUS).tolist(), strict=True):
            files.registers.append(
                f"{member.meter},{register},{month},{value // 10**DECIMALS}.{value % 10**DECIMALS:0{DECIMALS}d}"
            )


def _month(day: date) -> int:
    return day.year * 100 + day.month


def _per_register(member: Member, load: Curves, days: list[date]) -> dict[str, np.ndarray]:
    """Wh (varh) per day of the span on each register of the member's meter."""
    found = {"active_total": load.active.sum(axis=1)}
    version = shipped.tariffs()[member.kind.tariff][-1]
    if version.calendar:
        masks = _masks(version.calendar, version.tariff_class, member.kind.use_class, member.kva, days[0], len(days))
        names = {f"active_{PERIODS[at]}": at for at in np.unique(masks)}
        found |= {name: np.where(masks == at, load.active, 0).sum(axis=1) for name, at in names.items()}
    if load.fed_in is not None:
        found["reverse_active_total"] = load.fed_in.sum(axis=1)
    if load.reactive is not None:
        found["reactive_import"] = load.reactive.sum(axis=1)
        found["reactive_export"] = np.zeros(len(days), np.int64)
    return found


@functools.lru_cache(maxsize=64)
def _masks(calendar: str, tariff_class: str, use_class: str, kva: int, first: date, days: int) -> np.ndarray:
    """Period of every slot, uint8[days, 96]."""
    large = use_class == UseClass.LARGE_INDUSTRY
    facts = DayFacts(
        holidays=shipped.holidays(), large_industry=large,
        industrial=large or use_class == UseClass.INDUSTRIAL, capacity_kva=kva,
    )  # fmt: skip
    span = [first + timedelta(days=n) for n in range(days)]
    types, which = day_types(shipped.calendars()[calendar], span, tariff_class, facts, SLOTS)
    return types[which]
