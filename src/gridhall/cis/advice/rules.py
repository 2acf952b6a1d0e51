"""Between which plans a customer may choose, as dated data."""

from __future__ import annotations

import functools
from datetime import date
from importlib import resources

import msgspec
import yaml

from gridhall.kernel.tariffs.types import Evidence


class Band(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Tariffs whose code ends so are for supplies of ``[from_v, below_v)`` volts."""

    ends: str
    from_v: int
    below_v: int


class ChoiceRules(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A row of data/plan_choice.yaml."""

    valid_from: date
    code: str
    source: str
    evidence: Evidence
    stay_months: int
    two_part_above_kva: int
    single_part_below_kva: int
    bands: tuple[Band, ...]
    only: dict[str, tuple[str, ...]]

    def voltage_fits(self, code: str, voltage_v: int) -> bool:
        """A tariff that names no voltage is for every one."""
        band = next((one for one in self.bands if code.endswith(one.ends)), None)
        return band is None or band.from_v <= voltage_v < band.below_v


@functools.cache
def _all() -> tuple[ChoiceRules, ...]:
    text = (resources.files("gridhall.data") / "plan_choice.yaml").read_text(encoding="utf-8")
    rows = msgspec.convert(yaml.safe_load(text), tuple[ChoiceRules, ...])
    return tuple(sorted(rows, key=lambda row: row.valid_from))


def in_force(on: date) -> ChoiceRules:
    """The rules that count on a day."""
    return [row for row in _all() if row.valid_from <= on][-1]
