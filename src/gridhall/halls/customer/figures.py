"""The charts of the customer hall, each with its finding in a sentence."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _

from gridhall.halls import charts, formats
from gridhall.halls.customer.usage import DayUse
from gridhall.kernel.money import round_half_up

FEN_PER_MWH_E8 = 1000  # 1e-8 yuan a kWh in a fen a MWh


def daily_bars(days: Sequence[DayUse]) -> charts.Chart:
    """Energy of every day; estimated days striped."""
    read = [day for day in days if day.read]
    total = sum(day.energy_wh for day in read)
    average = (2 * total + len(read)) // (2 * len(read)) if read else 0
    finding = _("%(kwh)s kWh on %(days)s days, %(average)s kWh a day.") % {
        "kwh": formats.kwh(total),
        "days": len(read),
        "average": formats.scaled(round_to(average, 10), 3, least=0),
    }
    if any(day.estimated for day in days):
        finding += " " + _("Striped days are partly estimated.")
    marked = [i for i, day in enumerate(days) if day.estimated]
    values = [day.energy_wh if day.read else None for day in days]
    return charts.bars(finding, [formats.short_day(day.day) for day in days], values, name="days", marked=marked)


def day_curve(day: DayUse) -> charts.Chart:
    """The intervals of one day with its time-of-use bands."""
    finding = _("%(day)s: %(kwh)s kWh.") % {"day": formats.day(day.day), "kwh": formats.kwh(day.energy_wh)}
    parts = [period for period in ("sharp", "peak", "flat", "valley", "deep") if period in day.periods]
    if parts:
        shares = [f"{charts.period_name(period)} {formats.kwh(day.period_wh(period))} kWh" for period in parts]
        finding += " " + _("Of this: %(parts)s.") % {"parts": _(", ").join(shares)}
    return charts.curve(finding, day.values_wh, day.periods, name="day")


def day_prices(day: date, prices_e8: Sequence[int]) -> charts.Chart:
    """What every interval of a day cost, in yuan per MWh."""
    fen = [round_half_up(price, FEN_PER_MWH_E8) for price in prices_e8]
    ends = [charts.clock((i + 1) * 1440 // len(fen)) for i in range(len(fen))]
    finding = _("Prices of %(day)s in yuan/MWh: between %(low)s and %(high)s.") % {
        "day": formats.day(day), "low": formats.yuan(min(fen)), "high": formats.yuan(max(fen)),
    }  # fmt: skip
    return charts.line(finding, ends, [(_("Price"), fen)], "¥", name="prices", head=_("Interval ending"))


def week_heat(days: Sequence[DayUse]) -> charts.Chart:
    """Hour by day; names the hour in which most was used over all days."""
    rows = [day.hours_wh() for day in days]
    sums = [sum(row[hour] or 0 for row in rows) for hour in range(24)]
    finding = _("No readings in this week.")
    if any(sums):
        hour = sums.index(max(sums))
        finding = _("Most is used between %(first)s and %(end)s.") % {
            "first": charts.clock(hour * 60),
            "end": charts.clock(hour * 60 + 60),
        }
    return charts.heat(finding, [formats.short_day(day.day) for day in days], rows, name="week")


def round_to(value: int, step: int) -> int:
    """To the nearest multiple, half up."""
    return (value + step // 2) // step * step


def day_label(day: date) -> str:
    """A day under a bar."""
    return formats.short_day(day)


def sum_of_days(energy_wh: int, days: int) -> str:
    """What the days of a line add up to."""
    return _("%(days)s days add up to %(kwh)s kWh.") % {"days": days, "kwh": formats.kwh(energy_wh)}
