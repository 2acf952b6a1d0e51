"""From the text of a field to its value, or to a sentence that says what to write instead."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypeVar

from django.utils.translation import gettext as _

from gridhall.cis.customers.importing.columns import WORDS
from gridhall.codecs.dates import parse_date
from gridhall.codecs.errors import shown
from gridhall.codecs.numbers import exact
from gridhall.platform.errors import Refused

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class RowProblem:
    """What is wrong with a row, and the remedy, in the reader's language; ``refuses``: the row cannot come in."""

    row: int | None
    field: str
    message: str
    refuses: bool = True


class Fields:
    """The fields of one row and the problems found in them. A reader answers None after noting a problem."""

    def __init__(self, row: int, texts: dict[str, str]) -> None:
        self.row, self.texts = row, texts
        self.problems: list[RowProblem] = []

    def text(self, field: str) -> str:
        """The text of a field, empty where the file has no such column."""
        return self.texts.get(field, "")

    def note(self, field: str, message: str) -> None:
        """One more thing wrong with this row."""
        self.problems.append(RowProblem(self.row, field, message))

    def accepted(self, field: str, check: Callable[[], T]) -> T | None:
        """The answer of ``check``, or its refusal as a problem of ``field``."""
        try:
            return check()
        except Refused as refusal:
            self.note(field, str(refusal))
            return None

    def needed(self, field: str) -> str | None:
        """The text of a field that may not be empty."""
        if not self.text(field):
            self.note(field, _("%(field)s is empty; fill it in.") % {"field": field})
        return self.text(field) or None

    def word(self, field: str, default: str | int | bool) -> str | int | bool | None:
        """One of the words of ``field``."""
        text = self.text(field).casefold()
        if text and text not in WORDS[field]:
            words = ", ".join(WORDS[field])
            self.note(
                field, _("%(value)s is not known; write one of: %(words)s.") % {"value": shown(text), "words": words}
            )
            return None
        return WORDS[field][text] if text else default

    def number(self, field: str, default: str, power: int = 0, most: int = 10**15) -> int | None:
        """A number of zero or more, times ten to ``power``, as an integer of at most ``most``."""
        text = self.text(field) or default
        value = exact(text)
        scaled = None if value is None else value.scaleb(power)
        if scaled is None or scaled < 0 or scaled > most or scaled != scaled.to_integral_value():
            limits = {"value": shown(text), "places": power, "most": Decimal(most).scaleb(-power)}
            self.note(
                field,
                _("%(value)s does not fit; write a number from 0 to %(most)s with %(places)s decimals at most.")
                % limits,
            )
            return None
        return int(scaled)

    def degrees_e6(self, field: str, most: int) -> int | None:
        """A position in 1e-6 degrees; None where the field is empty."""
        text = self.text(field)
        value = exact(text) if text else None
        if text and (value is None or abs(value) > most):
            self.note(field, _("%(value)s is not a position; write degrees in WGS-84.") % {"value": shown(text)})
            return None
        return None if value is None else int(value.scaleb(6).to_integral_value())

    def day(self, field: str) -> date | None:
        """A date."""
        found = parse_date(self.text(field))
        if found is None:
            self.note(field, _("%(value)s is not a date; write it as 2026-11-21.") % {"value": shown(self.text(field))})
        return found
