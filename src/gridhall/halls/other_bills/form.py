"""A bill of another issuer as a person types it, or sends it as a file."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gridhall.cis.advice.shadow.other import ISSUER_CHARACTERS_MAX, OtherBill
from gridhall.cis.advice.shadow.reading import BYTES_MAX, read_bill
from gridhall.cis.billing.actions.runs import period_of
from gridhall.cis.billing.history import months_back
from gridhall.cis.customers.models import Account
from gridhall.cis.parallel.causes.case import Line
from gridhall.codecs.legacy_bills import PERIODS
from gridhall.codecs.legacy_bills.values import ValueFault, rate_e8, scaled
from gridhall.halls import formats
from gridhall.halls.dates import month_of
from gridhall.halls.forms import KeyedForm
from gridhall.halls.office.parallel.targets import line_name

MONTHS_OFFERED = 24
KWH, PRICE, YUAN, KW, PERCENT = 3, 8, 2, 6, 6
# kind, period, tier: the lines that a printed bill may have, in its order.
LINES = (
    ("energy", "", 0), ("energy", "sharp", 0), ("energy", "peak", 0), ("energy", "flat", 0), ("energy", "valley", 0),
    ("energy", "deep", 0), ("tier", "", 2), ("tier", "", 3), ("free_quota", "", 0), ("capacity", "", 0),
    ("demand", "", 0), ("power_factor", "", 0), ("fixed", "", 0), ("other", "", 0),
)  # fmt: skip
UNITS = {"capacity": "kVA", "demand": "kW", "power_factor": "%", "fixed": "", "other": ""}
QUANTITY_DECIMALS = {"capacity": KW, "demand": KW}
COLUMNS = ("quantity", "price", "amount")


class NumberField(forms.CharField):
    """A number as people write it, with thousands separators or ¥; cleans to an integer of so many decimals."""

    def __init__(self, decimals: int, *, required: bool = False, percent: bool = False, **kwargs: Any) -> None:
        self.decimals, self.percent = decimals, percent
        super().__init__(required=required, max_length=24, **kwargs)
        self.widget.attrs |= {"inputmode": "decimal", "autocomplete": "off"}

    def clean(self, value: Any) -> Any:
        text = str(super().clean(value)).strip()
        if not text:
            return None
        try:
            return rate_e8(text) if self.percent else scaled(text, self.decimals)
        except ValueFault as fault:
            told = _("Write a number with at most %(decimals)s decimals.") % {"decimals": self.decimals}
            raise forms.ValidationError(told) from fault


class OtherBillForm(KeyedForm):
    """The head of the bill, and three optional figures for each line it may have."""

    first = forms.DateField(label=gettext_lazy("First day"), widget=forms.DateInput(attrs={"type": "date"}))
    last = forms.DateField(label=gettext_lazy("Last day"), widget=forms.DateInput(attrs={"type": "date"}))
    issuer = forms.CharField(label=gettext_lazy("Issued by"), required=False, max_length=ISSUER_CHARACTERS_MAX)
    total = NumberField(YUAN, label=gettext_lazy("Amount of the bill, ¥"), required=True)
    energy = NumberField(
        KWH, label=gettext_lazy("Energy, kWh"), help_text=gettext_lazy("Leave it empty where the bill does not say.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for line in LINES:
            for column, field in _line_fields(line).items():
                self.fields[field_name(line, column)] = field

    def table(self) -> Iterator[tuple[str, str, list[tuple[str, Any]]]]:
        """Name, unit, and (heading, bound field) of every line."""
        heads = {"quantity": _("Quantity"), "price": _("Price"), "amount": _("Amount")}
        for line in LINES:
            cells = [
                (heads[column], self[field_name(line, column)] if field_name(line, column) in self.fields else None)
                for column in COLUMNS
            ]
            yield line_name(*line), UNITS.get(line[0], "kWh"), cells

    def head(self) -> list[Any]:
        """The fields above the table."""
        return [self[name] for name in ("first", "last", "issuer", "total", "energy")]

    def other(self) -> OtherBill:
        """What was typed, once the form is valid."""
        data = self.cleaned_data
        lines, by_period = [], dict.fromkeys(PERIODS, 0)
        for kind, period, tier in LINES:
            quantity, price, amount = (data.get(field_name((kind, period, tier), column)) for column in COLUMNS)
            if kind == "energy" and period and quantity is not None:
                by_period[period] = quantity
            if amount is not None:
                lines.append(Line(kind, period, tier, "", False, quantity, price, amount))
        split = tuple(by_period.values()) if any(by_period.values()) else None
        return OtherBill(
            data["first"], data["last"] + timedelta(days=1), data["total"], data["energy"], split, tuple(lines),
            data["issuer"],
        )  # fmt: skip


def field_name(line: tuple[str, str, int], column: str) -> str:
    """The name of a figure in the form."""
    return "-".join(map(str, (column, *line)))


def _line_fields(line: tuple[str, str, int]) -> dict[str, NumberField]:
    kind = line[0]
    label = line_name(*line)
    found = {"amount": NumberField(YUAN, label=f"{label}, ¥")}
    if kind == "power_factor":
        found["price"] = NumberField(PERCENT, percent=True, label=f"{label}, %")
    elif kind != "other":
        unit = UNITS.get(kind, "kWh")
        found["price"] = NumberField(PRICE, label=f"{label}, " + _("Price"))
        if kind != "fixed":
            found["quantity"] = NumberField(QUANTITY_DECIMALS.get(kind, KWH), label=f"{label}, {unit}")
    for field in found.values():
        field.widget.attrs |= {"aria-label": field.label, "class": "form-control"}
    return found


class FileForm(KeyedForm):
    """A file with the bill in it, and the month that it is of."""

    month = forms.TypedChoiceField(label=gettext_lazy("Month"), coerce=int)
    file = forms.FileField(
        label=gettext_lazy("File"), max_length=200,
        help_text=gettext_lazy("CSV or XLSX with a row of headings; one row a bill or one row a line."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        months = [months_back(month_of(timezone.localdate()), n) for n in range(MONTHS_OFFERED)]
        self.fields["month"].choices = [(one, formats.month(one)) for one in months]
        self.fields["month"].initial = months[1]

    def other(self, account: Account) -> OtherBill:
        """The bill of the account in the file. Raises Refused."""
        file, month = self.cleaned_data["file"], self.cleaned_data["month"]
        name = file.name.replace("\\", "/").rsplit("/", 1)[-1][-150:]
        return read_bill(file.read(BYTES_MAX + 1), name, account.number, month, period_of(account.cycle, month))
