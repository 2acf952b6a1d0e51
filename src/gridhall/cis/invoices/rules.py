"""What a digital invoice calls its fields and how its numbers look, as dated data."""

from __future__ import annotations

import functools
from datetime import date
from importlib import resources

from msgspec import Struct

from gridhall.kernel.tariffs.text import read_structured
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


@functools.cache
def _all() -> tuple[Form, ...]:
    folder = resources.files("gridhall.data") / "invoice"
    rows = [read_structured(path.read_bytes(), Form) for path in folder.iterdir() if path.name.endswith(".yaml")]
    return tuple(sorted(rows, key=lambda row: row.valid_from))


def form(on: date) -> Form:
    """The form that counts on a day."""
    return ([row for row in _all() if row.valid_from <= on] or [_all()[0]])[-1]
