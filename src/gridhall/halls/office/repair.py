"""What repairing a day needs: its curve beside like days, and typed values as intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from django.utils.translation import gettext as _

from gridhall.halls import charts, formats
from gridhall.kernel.money import DecimalError, parse_decimal
from gridhall.platform.errors import Refused
from gridhall.readings import like_days, queries
from gridhall.readings.models import Issue

ONE_DAY = timedelta(days=1)
LIKE_DAYS = 5


@dataclass(frozen=True)
class Day:
    """Values of the day (None: missing) and, where there are like days, their mean in Wh."""

    values_wh: list[int | None]
    like_wh: list[int] | None
    like_count: int


def day_of(issue: Issue) -> Day:
    """The day of an issue and the nearest like days before and after it that somebody read whole."""
    reach = like_days.REACH
    curves = queries.curves(
        [issue.point_id], issue.quantity, issue.day - reach, issue.day + reach + ONE_DAY, slots=issue.point.slots
    )
    here = reach.days
    gone = like_days.missing(curves)[0]
    values = [None if gone[here, i] else int(curves.values[0, here, i]) for i in range(issue.point.slots)]
    kinds = like_days.kinds(curves.days)
    whole = like_days.measured(curves)[0].all(axis=1) & (kinds == kinds[here])
    whole[here] = False
    near = sorted(np.flatnonzero(whole).tolist(), key=lambda day: (abs(day - here), day))[:LIKE_DAYS]
    if not near:
        return Day(values, None, 0)
    mean = curves.values[0, near].astype(np.int64).sum(axis=0) // len(near)
    return Day(values, mean.tolist(), len(near))


def chart_of(issue: Issue, day: Day) -> charts.Chart:
    """The day and the mean of its like days over the same hours."""
    slots = len(day.values_wh)
    total = sum(value or 0 for value in day.values_wh)
    facts = {"day": formats.day(issue.day), "kwh": formats.kwh(total)}
    finding = _("%(day)s: %(kwh)s kWh.") % facts
    series: list[tuple[str, Sequence[int | None]]] = [(formats.short_day(issue.day), day.values_wh)]
    if day.like_wh is not None:
        finding += " " + _("%(count)s like days nearby had %(kwh)s kWh on average.") % {
            "count": day.like_count, "kwh": formats.kwh(sum(day.like_wh)),
        }  # fmt: skip
        series.append((_("Like days"), day.like_wh))
    labels = [charts.clock((i + 1) * 1440 // slots) for i in range(slots)]
    return charts.line(finding, labels, series, name="day", head=_("Interval ending"))


def intervals(text: str, first: int, last: int, slots: int) -> dict[int, int]:
    """Typed kWh as slot → Wh: one value for all of intervals ``first`` to ``last`` (from 1), or one for each.

    Raises Refused with the place and the remedy.
    """
    if not 1 <= first <= last <= slots:
        raise Refused(
            _("The day has intervals 1 to %(count)s; the first must not come after the last.") % {"count": slots}
        )
    words = text.replace(",", " ").replace(";", " ").split()
    count = last - first + 1
    if len(words) not in (1, count):
        raise Refused(
            _("Give one value for all %(count)s intervals, or %(count)s values; there are %(given)s.")
            % {"count": count, "given": len(words)}
        )
    found = {}
    for i in range(count):
        word = words[i if len(words) > 1 else 0]
        try:
            found[first - 1 + i] = parse_decimal(word, 3, "kWh")
        except DecimalError as error:
            raise Refused(
                _("Value %(number)s, “%(word)s”, is not kWh with at most three decimals.")
                % {"number": i + 1, "word": word[:20]}
            ) from error
    return found


def later(day: date) -> date:
    """The end, exclusive, of a period whose last day is ``day``."""
    return day + ONE_DAY
