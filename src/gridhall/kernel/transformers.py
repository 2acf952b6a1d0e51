"""Name plates, loss tables and the rules of losses and sub-meters, as dated data."""

from collections.abc import Sequence
from datetime import date
from typing import Literal

from msgspec import Struct

from gridhall.kernel.losses import WHOLE_E6, Plate, Shape
from gridhall.kernel.money import round_half_up
from gridhall.kernel.tariffs.types import Evidence, FactorE6, Name

Shift = Literal["single", "double", "triple"]
SubKind = Literal["metered", "fixed", "ratio"]


class PlateRow(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Losses in W; current and impedance in percent."""

    no_load_w: int
    load_w: int
    no_load_current: FactorE6
    impedance: FactorE6


class Series(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The name plates of one series of transformers, by kVA."""

    code: str
    name: Name
    source: str
    evidence: Evidence
    valid_from: date
    notes: tuple[str, ...] = ()
    plates: dict[int, PlateRow]

    def plate(self, rated_kva: int) -> Plate:
        """The plate of one size; KeyError names the sizes there are."""
        if rated_kva not in self.plates:
            raise KeyError(f"{self.code} has no {rated_kva} kVA; there are {', '.join(map(str, sorted(self.plates)))}")
        row = self.plates[rated_kva]
        return Plate(rated_kva * 1000, row.no_load_w, row.load_w, int(row.no_load_current), int(row.impedance))


class Band(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Loss in a month whose energy is at most `upto_kwh`; the last band is open."""

    loss_kwh: int
    upto_kwh: int | None = None
    loss_kvarh: int = 0


class TableRow(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The bands of one type and size."""

    series: str
    rated_kva: int
    bands: tuple[Band, ...]


class LossTable(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Losses by type, size and energy of the month, as many bureaus print them."""

    code: str
    name: Name
    source: str
    evidence: Evidence
    valid_from: date
    notes: tuple[str, ...] = ()
    rows: tuple[TableRow, ...]

    def loss(self, series: str, rated_kva: int, energy_wh: int, days: int, month_days: int) -> tuple[int, int]:
        """Wh and varh of `days` out of `month_days`: the band of a whole month like this, by days.

        KeyError where the table has no such transformer.
        """
        row = next((row for row in self.rows if (row.series, row.rated_kva) == (series, rated_kva)), None)
        if row is None:
            raise KeyError(f"table {self.code} has no {series} of {rated_kva} kVA")
        band = next(
            band for band in row.bands
            if band.upto_kwh is None or energy_wh * month_days <= band.upto_kwh * 1000 * max(days, 1)
        )  # fmt: skip
        active, reactive = (
            round_half_up(amount * 1000 * days, month_days) for amount in (band.loss_kwh, band.loss_kvarh)
        )
        return active, reactive


class LossRules(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How losses and sub-meters stand to each other from `valid_from` on."""

    code: str
    source: str
    evidence: Evidence
    valid_from: date
    notes: tuple[str, ...] = ()
    order: tuple[SubKind, ...]
    line_loss_on_transformer_loss: bool
    shape_constant: FactorE6
    month_hours: int
    shift_hours: dict[Shift, int]

    def shape(self, shift: str, constant_e6: int = 0) -> Shape:
        """K of a shift, or the constant of the point, or the constant of the rules."""
        if shift:
            return Shape(self.month_hours, self.shift_hours[shift])  # type: ignore[index]
        return Shape(constant_e6 or int(self.shape_constant), WHOLE_E6)


def rules_on(rules: Sequence[LossRules], day: date) -> LossRules:
    """The rules that count on a day, of rules in date order."""
    return [rule for rule in rules if rule.valid_from <= day][-1]
