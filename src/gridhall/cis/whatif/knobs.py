"""The numbers of a tariff that can be turned, and a tariff with some of them turned."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from gridhall.kernel.money import DecimalError, format_scaled, parse_decimal, round_half_up
from gridhall.kernel.tariffs import TariffError, TariffVersion, from_document, to_json

PERCENT_E2_MAX = 20_000


@dataclass(frozen=True)
class Knob:
    """One number: its path in the document, what it is (`kind`, `period`, `tier`), and its text."""

    path: str
    kind: str
    value: str
    period: str = ""
    tier: int = 0

    @property
    def name(self) -> str:
        """As a form field."""
        return "k." + self.path

    @property
    def scale(self) -> int:
        return 0 if self.kind == "threshold" else 4 if self.kind in ("energy", "uplift") else 2

    @property
    def step(self) -> str:
        return "1" if self.scale == 0 else format_scaled(1, self.scale)

    @property
    def most(self) -> str:
        """A slider goes to twice the value, or to one where it is nothing."""
        number = int(self.value.replace(".", "").replace("-", "") or 0)
        places = len(self.value.split(".")[1]) if "." in self.value else 0
        return format_scaled(2 * number, places) if number else "1"


def knobs(version: TariffVersion, month: int) -> list[Knob]:
    """What can be turned for calendar month 1-12."""
    return list(_knobs(msgspec.json.decode(to_json(version)), version, month))


def _knobs(document: dict[str, Any], version: TariffVersion, month: int) -> Iterator[Knob]:
    season = version.energy.index(version.season(month))
    for period, text in document["energy"][season]["prices"].items():
        yield Knob(f"energy.{season}.prices.{period}", "energy", text, period)
    tiers = document.get("tiers")
    if version.tiers is not None and tiers and month in version.tiers.months:
        step = next(i for i, one in enumerate(version.tiers.thresholds) if month in one.months)
        for tier, kwh in enumerate(tiers["thresholds"][step]["kwh"], 1):
            yield Knob(f"tiers.thresholds.{step}.kwh.{tier - 1}", "threshold", str(kwh), tier=tier)
        for tier, uplift in enumerate(tiers["uplifts"], 2):
            for period, text in uplift.items():
                yield Knob(f"tiers.uplifts.{tier - 2}.{period}", "uplift", text, period, tier)
    for name in ("capacity", "demand", "fixed", "minimum"):
        if name in document:
            yield Knob(f"{name}.price", name, document[name]["price"])


def turned(
    version: TariffVersion, month: int, values: Mapping[str, str], percent_e2: int = 0, calendar: str = ""
) -> TariffVersion:
    """The version with ``values`` (path → text), its prices of the month moved by a percentage (1e-2), other hours.

    TariffError where a value does not fit, in the words of the tariff form. Paths that are no knobs are left alone.
    """
    if not -10_000 < percent_e2 <= PERCENT_E2_MAX:
        raise TariffError(f"percent: {format_scaled(percent_e2, 2)} is not between -100 and 200")
    document = msgspec.json.decode(to_json(version))
    for knob in knobs(version, month):
        text = values.get(knob.path, knob.value).strip()
        if percent_e2 and knob.kind != "threshold":
            text = _moved(text, percent_e2, knob.path)
        _put(document, knob.path.split("."), text)
    if calendar and version.calendar is not None:
        document["calendar"] = calendar
    document.pop("checks", None)  # factors of the notice, which this is not
    return from_document(document)


def _moved(text: str, percent_e2: int, path: str) -> str:
    try:
        value = parse_decimal(text, 8, path)
    except DecimalError as error:
        raise TariffError(str(error)) from error
    return format_scaled(round_half_up(value * (10_000 + percent_e2), 10_000), 8, decimals=4)


def _put(document: Any, path: list[str], text: str) -> None:
    for part in path[:-1]:
        document = document[int(part) if isinstance(document, list) else part]
    last = path[-1]
    if isinstance(document, list):
        document[int(last)] = text
    else:
        document[last] = text
