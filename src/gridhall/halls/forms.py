"""Forms in the look of the halls, and the hidden key that makes pressing twice safe."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from gridhall.platform.ids import uuid7

CLASSES: dict[type[forms.Widget], str] = {
    forms.Select: "form-select",
    forms.CheckboxInput: "form-check-input",
    forms.RadioSelect: "form-check-input",
    forms.HiddenInput: "",
}


class HallForm(forms.Form):
    """A form whose widgets carry the classes of the style sheet. Show it with ``{% fields form %}``."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            style = CLASSES.get(type(field.widget), "form-control")
            if style:
                field.widget.attrs.setdefault("class", style)


class KeyedForm(HallForm):
    """A form with a key made when it is shown: the action that gets it runs once however often it is sent."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=lambda: str(uuid7()))


class YuanField(forms.CharField):
    """Money as people write it: 1315.60, 1,315.6 or ¥1315. Cleans to integer fen, never through a float."""

    default_error_messages = {
        "shape": _("Write an amount in yuan with at most two decimals, for example 120.50."),
        "least": _("The smallest amount is ¥%(yuan)s."),
        "most": _("The largest amount is ¥%(yuan)s."),
    }

    def __init__(self, *, least_fen: int = 1, most_fen: int = 1_000_000_000, **kwargs: Any) -> None:
        self.least_fen, self.most_fen = least_fen, most_fen
        super().__init__(max_length=20, **kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {**super().widget_attrs(widget), "inputmode": "decimal", "autocomplete": "off"}

    def clean(self, value: Any) -> Any:
        text = str(super().clean(value))
        if not text:
            return None
        found = re.fullmatch(r"[¥￥]?\s*(\d{1,3}(?:,\d{3})+|\d{1,12})(?:\.(\d{1,2}))?", text.strip(), re.ASCII)
        if not found:
            raise forms.ValidationError(self.error_messages["shape"], code="shape")
        fen = int(found[1].replace(",", "")) * 100 + int((found[2] or "0").ljust(2, "0"))
        for code, bound, wrong in (
            ("least", self.least_fen, fen < self.least_fen),
            ("most", self.most_fen, fen > self.most_fen),
        ):
            if wrong:
                yuan = f"{bound // 100:,}.{bound % 100:02d}"
                raise forms.ValidationError(self.error_messages[code], code=code, params={"yuan": yuan})
        return fen
