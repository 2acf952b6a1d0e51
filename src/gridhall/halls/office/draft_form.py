"""A tariff document as fields and back. Every field is named by its path, so that form and text are one document.

What the form has no field for stays as it is in the text.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from gridhall.cis.studio import documents
from gridhall.cis.tariffs.calendars import known as known_calendars
from gridhall.halls import charts
from gridhall.halls.office.tariffs import CLASSES, COMPONENTS, EVIDENCE
from gridhall.kernel.tariffs import PERIODS, TariffError

PERIOD_PATHS = [f"prices.{period}" for period in PERIODS]
LISTS = {
    "energy": ["months", *PERIOD_PATHS],
    "tiers.thresholds": ["months", "kwh"],
    "tiers.uplifts": list(PERIODS),
    "components": ["code", "name.en", "name.zh", "kind", "prices.total", "floats", "taxed", "in_power_factor_base"],
}
SCALARS = [
    "code", "name.en", "name.zh", "area", "tariff_class", "valid_from", "valid_to", "source", "evidence", "calendar",
    "power_factor", "vat_percent", "tiers.basis", "tiers.year_start_month", "tiers.months",
    "tiers.large_household.persons_min", "tiers.large_household.extra_kwh_per_month", "free_quota.kwh_per_month",
    "free_quota.price", "capacity.price", "demand.price", "demand.over_contract.limit_percent",
    "demand.over_contract.factor", "demand.over_contract.reading", "demand.utilisation_discount.kwh_per_kva",
    "demand.utilisation_discount.percent", "demand.floor_percent_of_capacity", "fixed.price", "minimum.price",
    "real_time.series", "real_time.factor", "rounding.price_step", "rounding.power_factor", "checks.sharp",
    "checks.peak", "checks.valley", "checks.deep",
]  # fmt: skip
NUMBER_LISTS = ("months", "kwh", "tiers.months")
FLAGS = {"floats": False, "taxed": True, "in_power_factor_base": True}
ROWS_MAX = 40


@dataclass(frozen=True)
class Field:
    """One input; ``choices`` makes it a select, a ``flag`` a tick box."""

    path: str
    label: str
    value: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    flag: bool = False
    kind: str = "text"

    @property
    def id(self) -> str:
        return "f-" + self.path.replace(".", "-")


@dataclass(frozen=True)
class Part:
    """A card of the form: single fields, or rows of them under ``list_name``."""

    id: str
    title: str
    fields: tuple[Field, ...] = ()
    rows: tuple[tuple[Field, ...], ...] = ()
    list_name: str = ""


def parts(text: str) -> list[Part]:
    """The cards of the form for a text; TariffError where the text is no YAML."""
    document = documents.document_of(text)
    single = {path: _field(document, path) for path in SCALARS}

    def some(*paths: str) -> tuple[Field, ...]:
        return tuple(single[path] for path in paths)

    return [
        Part("names", _("Name and dates"), some(*SCALARS[:12])),
        Part("energy", _("Energy prices, yuan/kWh"), rows=_rows(document, "energy"), list_name="energy"),
        Part("tiers", _("Tiers"), some(*SCALARS[12:17])),
        Part("thresholds", _("Upper ends of the tiers, kWh"), rows=_rows(document, "tiers.thresholds"),
             list_name="tiers.thresholds"),
        Part("uplifts", _("Uplifts of tiers 2, 3 …"), rows=_rows(document, "tiers.uplifts"), list_name="tiers.uplifts"),
        Part("components", _("What the energy price contains"), rows=_rows(document, "components"),
             list_name="components"),
        Part("charges", _("Capacity, demand, fixed and minimum charges"), some(*SCALARS[17:31])),
        Part("rules", _("Rounding and ratio checks"), some(*SCALARS[31:])),
    ]  # fmt: skip


def applied(text: str, sent: Mapping[str, str]) -> str:
    """The text with the sent fields in it; a field left empty goes."""
    try:
        document = documents.document_of(text)
    except TariffError:
        document = {}
    for path in SCALARS:
        if path in sent:
            _put(document, path, _parsed(path, sent[path]))
    for name, columns in LISTS.items():
        if f"rows.{name}" in sent:
            _put_rows(document, name, columns, sent)
    return documents.dump(_pruned(document))


def _put_rows(document: dict[str, Any], name: str, columns: list[str], sent: Mapping[str, str]) -> None:
    old, rows = _at(document, name), []
    count = min(int(sent[f"rows.{name}"]), ROWS_MAX) if sent[f"rows.{name}"].isdigit() else 0
    for n in range(count):
        known = isinstance(old, list) and n < len(old) and isinstance(old[n], dict)
        row: dict[str, Any] = copy.deepcopy(old[n]) if known else {}
        for column in columns:
            path = f"{name}.{n}.{column}"
            if column in FLAGS:
                said = path in sent
                _put(row, column, None if said == FLAGS[column] else str(said).lower())
            elif path in sent:
                _put(row, column, _parsed(column, sent[path]))
        if any(sent.get(f"{name}.{n}.{column}", "").strip() for column in columns if column not in (*FLAGS, "kind")):
            rows.append(_pruned(row))
    _put(document, name, rows or None)


def _rows(document: dict[str, Any], name: str) -> tuple[tuple[Field, ...], ...]:
    """The rows that are there and an empty one to fill."""
    found = _at(document, name)
    count = len(found) if isinstance(found, list) else 0
    return tuple(
        tuple(_field(document, f"{name}.{n}.{column}", column) for column in LISTS[name])
        for n in range(min(count + 1, ROWS_MAX))
    )


def _field(document: dict[str, Any], path: str, column: str = "") -> Field:
    value, name = _at(document, path), column or path
    label = str(_labels().get(name, name))
    if name in FLAGS:
        ticked = FLAGS[name] if value is None else str(value).lower() == "true"
        return Field(path, label, "true" if ticked else "", flag=True)
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value) if _plain(value) else ""
    choices = _choices().get(name, ())
    if choices and text and text not in dict(choices):
        choices = (*choices, (text, text))
    return Field(path, label, text, choices, kind="date" if name in ("valid_from", "valid_to") else "text")


def _plain(value: Any) -> bool:
    return value is not None and not isinstance(value, dict | list)


def _at(document: Any, path: str) -> Any:
    for step in path.split("."):
        if isinstance(document, list) and step.isdigit() and int(step) < len(document):
            document = document[int(step)]
        elif isinstance(document, dict):
            document = document.get(step)
        else:
            return None
    return document


def _put(document: dict[str, Any], path: str, value: Any) -> None:
    *above, last = path.split(".")
    for step in above:
        if not isinstance(document.get(step), dict):
            if value is None:
                return
            document[step] = {}
        document = document[step]
    if value is None:
        document.pop(last, None)
    else:
        document[last] = value


def _parsed(name: str, text: str) -> Any:
    text = text.strip()
    if not text:
        return None
    if name in NUMBER_LISTS:
        return [part.strip() for part in text.replace("，", ",").split(",") if part.strip()]
    return text


def _pruned(value: Any) -> Any:
    """Without the empty blocks that emptied fields leave behind."""
    if isinstance(value, dict):
        kept = {name: _pruned(one) for name, one in value.items()}
        return {name: one for name, one in kept.items() if one not in ({}, [])}
    return [_pruned(one) for one in value] if isinstance(value, list) else value


def _choices() -> dict[str, tuple[tuple[str, str], ...]]:
    none = (("", "–"),)
    return {
        "tariff_class": tuple((name, str(word)) for name, word in CLASSES.items()),
        "evidence": tuple((letter, f"{letter} {word}") for letter, word in EVIDENCE.items()),
        "calendar": none + tuple((code, code) for code in known_calendars()),
        "kind": tuple((name, str(word)) for name, word in COMPONENTS.items()),
        "tiers.basis": (*none, ("month", _("by month")), ("year", _("by year"))),
        "demand.over_contract.reading": (*none, ("A", "A"), ("B", "B")),
        "rounding.power_factor": (*none, ("sum", _("of the sum")), ("lines", _("line by line"))),
        "power_factor": (*none, ("1983", "1983")),
    }


def _labels() -> dict[str, str]:
    periods = {period: charts.period_name(period) for period in PERIODS}
    return {
        "code": _("Code"), "name.en": _("English name"), "name.zh": _("Chinese name"), "area": _("Area"),
        "tariff_class": _("Class"), "valid_from": _("In force from"), "valid_to": _("Until, not including"),
        "source": _("Source"), "evidence": _("Evidence"), "calendar": _("Calendar"),
        "power_factor": _("Power-factor table"), "vat_percent": _("VAT inside, percent"), "months": _("Months"),
        "kwh": _("Upper ends"), "kind": _("Kind of part"), "floats": _("floats"), "taxed": _("taxed"),
        "in_power_factor_base": _("in the power-factor base"), "tiers.basis": _("Counted"),
        "tiers.year_start_month": _("First month of the tier year"), "tiers.months": _("Months with tiers"),
        "tiers.large_household.persons_min": _("Large household from persons"),
        "tiers.large_household.extra_kwh_per_month": _("Its extra kWh a month"),
        "free_quota.kwh_per_month": _("Free kWh a month for low-income households"),
        "free_quota.price": _("Price of the free kWh"), "capacity.price": _("Capacity, yuan/kVA a month"),
        "demand.price": _("Demand, yuan/kW a month"),
        "demand.over_contract.limit_percent": _("Over the contract above, percent"),
        "demand.over_contract.factor": _("Counts times"), "demand.over_contract.reading": _("Reading of the rule"),
        "demand.utilisation_discount.kwh_per_kva": _("Discount from kWh per kVA"),
        "demand.utilisation_discount.percent": _("Demand price then, percent"),
        "demand.floor_percent_of_capacity": _("Least demand, percent of capacity"),
        "fixed.price": _("Fixed, yuan a month"), "minimum.price": _("Minimum, yuan a month"),
        "real_time.series": _("Interval prices: code of the series"),
        "real_time.factor": _("Interval prices times"),
        "rounding.price_step": _("Computed prices rounded to"),
        "rounding.power_factor": _("Power-factor adjustment rounded"),
        **{f"checks.{name}": _("Ratio check, %(period)s") % {"period": word} for name, word in periods.items()},
        **periods, **{f"prices.{name}": word for name, word in periods.items()},
    }  # fmt: skip
