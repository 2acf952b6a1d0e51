"""Fields that the office's forms share."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from gridhall.kernel.money import DecimalError, parse_decimal


class DayInput(forms.DateInput):
    """The browser's own date field."""

    input_type = "date"


class DayField(forms.DateField):
    """A day as 2026-11-21, whatever the language."""

    default_error_messages = {"invalid": _("Write a day as 2026-11-21.")}

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", DayInput(format="%Y-%m-%d"))
        super().__init__(input_formats=["%Y-%m-%d"], **kwargs)


class ScaledField(forms.CharField):
    """A decimal number cleaned to an integer of 10^-decimals, never through a float."""

    default_error_messages = {
        "number": _("Write a number with at most %(decimals)s decimals, for example 12.5."),
        "range": _("Write a number between %(least)s and %(most)s."),
    }

    def __init__(self, *, decimals: int, least: int = 0, most: int, **kwargs: Any) -> None:
        self.decimals, self.least, self.most = decimals, least, most
        super().__init__(max_length=24, **kwargs)

    def clean(self, value: Any) -> Any:
        text = str(super().clean(value)).strip()
        if not text:
            return None
        try:
            number = parse_decimal(text, self.decimals, "number")
        except DecimalError as error:
            raise forms.ValidationError(
                self.error_messages["number"], code="number", params={"decimals": self.decimals}
            ) from error
        if not self.least * 10**self.decimals <= number <= self.most * 10**self.decimals:
            limits = {"least": self.least, "most": self.most}
            raise forms.ValidationError(self.error_messages["range"], code="range", params=limits)
        return number
