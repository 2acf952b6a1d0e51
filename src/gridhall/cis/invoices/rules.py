"""What a digital invoice calls its fields and how its numbers look, as dated data."""

from __future__ import annotations

from datetime import date

from msgspec import Struct

from gridhall.kernel import dated
from gridhall.kernel.tariffs.types import Evidence


class Field(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A field of the document and its name on a digital invoice."""

    path: str
    zh: str
    en: str


class Form(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One version of the form."""

    code: str
    notice: str
    evidence: Evidence
    valid_from: date
    number_pattern: str
    tax_id_pattern: str
    fields: tuple[Field, ...]
    line_fields: tuple[Field, ...]
    notes: tuple[str, ...] = ()


def form(on: date) -> Form:
    """The form that counts on a day."""
    return dated.in_force(dated.versions("invoice", Form), on)
