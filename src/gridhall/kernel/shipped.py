"""The dated data that comes with the product: tariffs, calendars, transformers … Read once, then kept."""

from functools import cache
from importlib.resources import files

from gridhall.kernel import calendar_versions
from gridhall.kernel.calendars import Calendar, load_calendar
from gridhall.kernel.holidays import Holidays, load_holidays
from gridhall.kernel.penalties import PenaltyRules, load_rules
from gridhall.kernel.tariffs import TariffVersion, load
from gridhall.kernel.tariffs.text import read_structured
from gridhall.kernel.transformers import LossRules, LossTable, Series


@cache
def tariffs() -> dict[str, list[TariffVersion]]:
    """Versions by tariff code, oldest first."""
    versions: dict[str, list[TariffVersion]] = {}
    for text in _texts("tariffs"):
        version = load(text)
        versions.setdefault(version.code, []).append(version)
    return {code: sorted(versions[code], key=lambda version: version.valid_from) for code in sorted(versions)}


@cache
def calendars() -> dict[str, calendar_versions.Versions]:
    """Versions of calendars by code, oldest first."""
    versions: dict[str, list[Calendar]] = {}
    for text in _texts("calendars"):
        calendar = load_calendar(text)
        versions.setdefault(calendar.code, []).append(calendar)
    return {code: calendar_versions.in_order(versions[code]) for code in sorted(versions)}


@cache
def holidays() -> Holidays:
    """Announced days off in mainland China."""
    return load_holidays(_texts("holidays")[0])


@cache
def penalty_rules() -> tuple[PenaltyRules, ...]:
    """Late-payment rules, oldest first."""
    return tuple(sorted(map(load_rules, _texts("penalties")), key=lambda rules: rules.valid_from))


@cache
def transformers() -> dict[str, Series]:
    """Series of transformers by code."""
    return {series.code: series for series in (read_structured(text, Series) for text in _texts("transformers"))}


@cache
def loss_tables() -> dict[str, LossTable]:
    """Tables of transformer losses by code."""
    return {table.code: table for table in (read_structured(text, LossTable) for text in _texts("loss_tables"))}


@cache
def loss_rules() -> tuple[LossRules, ...]:
    """Rules of losses and sub-meters, oldest first."""
    rules = (read_structured(text, LossRules) for text in _texts("submeters"))
    return tuple(sorted(rules, key=lambda rule: rule.valid_from))


def _texts(folder: str) -> list[bytes]:
    return [
        path.read_bytes() for path in (files("gridhall") / "data" / folder).iterdir() if path.name.endswith(".yaml")
    ]
