"""Charts as data: each has a finding in words, the numbers the browser draws, and the same numbers as a table.

The browser part is ``static/halls/charts.js``. Money travels in fen, energy in Wh; the browser divides
for its axes only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from gridhall.halls import formats


@dataclass(frozen=True)
class Table:
    """The data behind a chart, as text."""

    head: tuple[str, ...]
    rows: list[tuple[str, ...]] = field(default_factory=list)


@dataclass(frozen=True)
class Chart:
    """``kind`` names a drawing function of charts.js; ``name`` must differ between two charts of one kind on a page."""

    kind: str
    finding: str
    data: dict[str, Any]
    table: Table
    name: str = ""


def letter(period: str) -> str:
    """The letter of a time-of-use period, shown wherever its colour is."""
    return {
        "sharp": pgettext("letter of a period", "S"),
        "peak": pgettext("letter of a period", "P"),
        "flat": pgettext("letter of a period", "F"),
        "valley": pgettext("letter of a period", "V"),
        "deep": pgettext("letter of a period", "D"),
    }.get(period, "")


def period_name(period: str) -> str:
    """A time-of-use period in words."""
    return {
        "sharp": _("sharp"),
        "peak": _("peak"),
        "flat": _("flat"),
        "valley": _("valley"),
        "deep": _("deep valley"),
        "total": _("total"),
    }.get(period, period)


def bars(
    finding: str,
    labels: Sequence[str],
    values: Sequence[int | None],
    unit: str = "kWh",
    *,
    name: str = "",
    head: str = "",
    marked: Sequence[int] = (),
) -> Chart:
    """Bars of energy (Wh, shown in kWh) or money (fen, shown in ¥); ``marked`` positions are striped: estimated."""
    show = _show(unit)
    rows = [(label, "–" if value is None else show(value)) for label, value in zip(labels, values, strict=True)]
    data = {
        "labels": list(labels),
        "values": list(values),
        "divisor": _divisor(unit),
        "unit": unit,
        "marked": list(marked),
    }
    return Chart("bars", finding, data, Table((head or _("Day"), unit), rows), name)


def line(
    finding: str,
    labels: Sequence[str],
    series: Sequence[tuple[str, Sequence[int | None]]],
    unit: str = "kWh",
    *,
    name: str = "",
    head: str = "",
) -> Chart:
    """Lines over the same labels; every line is named at its end and has a stroke of its own."""
    show = _show(unit)
    rows = [
        (label, *("–" if values[i] is None else show(values[i]) for _name, values in series))
        for i, label in enumerate(labels)
    ]
    data = {
        "labels": list(labels),
        "divisor": _divisor(unit),
        "unit": unit,
        "series": [{"name": title, "values": list(values)} for title, values in series],
    }
    return Chart(
        "line", finding, data, Table((head or _("Month"), *(f"{title}, {unit}" for title, _v in series)), rows), name
    )


def curve(finding: str, values_wh: Sequence[int | None], periods: Sequence[str], *, name: str = "") -> Chart:
    """One day: energy per interval and the time-of-use period of each. Intervals are named by their end."""
    slots = len(values_wh)
    ends = [clock((i + 1) * 1440 // slots) for i in range(slots)]
    rows = [
        (end, "–" if value is None else formats.kwh(value), f"{letter(period)} {period_name(period)}" if period else "")
        for end, value, period in zip(ends, values_wh, periods, strict=True)
    ]
    data = {"labels": ends, "values": list(values_wh), "bands": bands(periods), "unit": "kWh", "divisor": 1000}
    return Chart("curve", finding, data, Table((_("Interval ending"), "kWh", _("Period")), rows), name)


def bands(periods: Sequence[str]) -> list[dict[str, Any]]:
    """Runs of equal periods: ``first`` and ``end`` slot, the period, its letter and its name."""
    found: list[dict[str, Any]] = []
    for i, period in enumerate(periods):
        if not period or period == "total":
            continue
        if found and found[-1]["period"] == period and found[-1]["end"] == i:
            found[-1]["end"] = i + 1
        else:
            found.append(
                {"first": i, "end": i + 1, "period": period, "letter": letter(period), "name": period_name(period)}
            )
    return found


def heat(finding: str, days: Sequence[str], hours_wh: Sequence[Sequence[int | None]], *, name: str = "") -> Chart:
    """Energy per hour (24 columns) and day (one row each), darker for more."""
    rows = [
        (day, *("–" if value is None else formats.kwh(value) for value in hours))
        for day, hours in zip(days, hours_wh, strict=True)
    ]
    head = (_("Day"), *(f"{hour:02d}" for hour in range(24)))
    data = {"days": list(days), "hours": [list(hours) for hours in hours_wh], "divisor": 1000, "unit": "kWh"}
    return Chart("heat", finding, data, Table(head, rows), name)


def waterfall(finding: str, steps: Sequence[tuple[str, int]], total: str, *, name: str = "") -> Chart:
    """Amounts in fen that add up to a total, each bar starting where the last one ended."""
    everything = sum(amount for _label, amount in steps)
    rows = [(label, formats.yuan(amount)) for label, amount in steps] + [(total, formats.yuan(everything))]
    data = {
        "labels": [label for label, _a in steps] + [total],
        "steps": [amount for _l, amount in steps],
        "total": everything,
    }
    return Chart("waterfall", finding, data, Table((_("Item"), _("Amount")), rows), name)


def tiers(
    finding: str, used_wh: int, bounds_wh: Sequence[int | None], labels: Sequence[str], *, name: str = ""
) -> Chart:
    """How far a year's energy has come through its tiers; the last bound is None: it has no upper end."""
    rows = []
    lower = 0
    for label, upper in zip(labels, bounds_wh, strict=True):
        inside = max(0, (used_wh if upper is None else min(used_wh, upper)) - lower)
        rows.append((label, formats.kwh(lower), "–" if upper is None else formats.kwh(upper), formats.kwh(inside)))
        lower = upper if upper is not None else lower
    data = {
        "used": used_wh,
        "bounds": list(bounds_wh),
        "labels": list(labels),
        "divisor": 1000,
        "unit": "kWh",
        "here": _("so far %(kwh)s kWh") % {"kwh": formats.kwh(used_wh)},
    }
    return Chart("tiers", finding, data, Table((_("Tier"), _("from, kWh"), _("to, kWh"), _("used, kWh")), rows), name)


def clock(minutes: int) -> str:
    """Minutes after midnight as 00:15 … 24:00."""
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _divisor(unit: str) -> int:
    return 100 if unit == "¥" else 1000


def _show(unit: str) -> Any:
    return formats.yuan if unit == "¥" else formats.kwh
