"""What if part of the use lay at other hours: a small form, and every plan on the use that it assumes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gridhall.cis.advice.comparing import Compared, Option
from gridhall.cis.advice.plans import Catalogue
from gridhall.cis.advice.queries import Movable
from gridhall.cis.advice.shifting import Shift
from gridhall.halls import charts, formats
from gridhall.halls.forms import HallForm
from gridhall.halls.plans import plan_name


class ShiftForm(HallForm):
    """How much of the use of one period is assumed in another one. It changes nothing, so it is sent by GET."""

    percent = forms.IntegerField(label=gettext_lazy("Per cent of the use"), min_value=1, max_value=100, initial=20)
    source = forms.ChoiceField(label=gettext_lazy("From the period"))
    target = forms.ChoiceField(label=gettext_lazy("To the period"))

    def __init__(self, periods: list[str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, first in (("source", periods[0]), ("target", periods[-1])):
            self.fields[name].choices = [(period, charts.period_name(period)) for period in periods]
            self.fields[name].initial = "peak" if name == "source" and "peak" in periods else first

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("source") and data.get("source") == data.get("target"):
            self.add_error("target", _("Choose two different periods."))
        return data


@dataclass(frozen=True)
class ShiftRow:
    """A plan on the use as it was and as assumed, over the months that both can be told for."""

    name: str
    current: bool
    compared: int
    before_fen: int
    after_fen: int

    @property
    def change_fen(self) -> int:
        return self.after_fen - self.before_fen


@dataclass(frozen=True)
class Shown:
    """The form, whose hours it means, and the answer where one was asked for."""

    form: ShiftForm
    hours: str
    months: int
    rows: list[ShiftRow]
    finding: str
    by_curve: bool


def shown(
    found: Compared, movable: Movable, catalogue: Catalogue, asked: Mapping[str, Any],
    compared: Callable[[Shift], Compared | None],
) -> Shown:  # fmt: skip
    """``compared`` is asked only when the form is filled in and right."""
    form = ShiftForm(movable.periods, asked if "percent" in asked else None)
    hours = movable.hours.name.zh if formats.chinese() else movable.hours.name.en
    months, rows, finding = len(found.account.billed_fen), [], ""
    if form.is_bound and form.is_valid():
        data = form.cleaned_data
        moved = compared(Shift(data["percent"], data["source"], data["target"], movable.hours))
        assert moved is not None
        rows = [_row(one, then, found, catalogue) for one, then in zip(found.options, moved.options, strict=True)]
        finding = _finding(rows, months, data)
    return Shown(form, hours, months, rows, finding, found.account.by_curve)


def _row(before: Option, after: Option, found: Compared, catalogue: Catalogue) -> ShiftRow:
    both = set(before.known) & set(after.known)
    sums = (sum(option.months[month].fen or 0 for month in both) for option in (before, after))
    return ShiftRow(plan_name(before.plan, catalogue), before is found.current, len(both), *sums)


def _finding(rows: list[ShiftRow], months: int, data: dict[str, Any]) -> str:
    whole = [row for row in rows if row.compared == months]
    if not whole:
        return _("Not every month can be told with the use moved.")
    lowest = min(whole, key=lambda row: row.after_fen)
    return _("With %(percent)s %% of %(source)s use moved to %(target)s the lowest plan is %(plan)s: %(yuan)s.") % {
        "percent": data["percent"], "source": charts.period_name(data["source"]),
        "target": charts.period_name(data["target"]), "plan": lowest.name, "yuan": formats.yuan(lowest.after_fen),
    }  # fmt: skip
