"""Typed, dated tariffs: load from YAML, store as JSON, check against ratios."""

from gridhall.kernel.tariffs.checks import warnings
from gridhall.kernel.tariffs.text import TariffError, from_document, from_json, json_schema, load, to_json
from gridhall.kernel.tariffs.types import PERIODS, FactorE6, PeriodPrices, PriceE8, TariffVersion

__all__ = [
    "PERIODS",
    "FactorE6",
    "PeriodPrices",
    "PriceE8",
    "TariffError",
    "TariffVersion",
    "from_document",
    "from_json",
    "json_schema",
    "load",
    "to_json",
    "warnings",
]
