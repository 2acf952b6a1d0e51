"""Words of the tariff studio: ``{% load studio %}``."""

from __future__ import annotations

from django import template

from gridhall.halls import charts, formats
from gridhall.kernel.tariffs import TariffVersion

register = template.Library()


@register.filter
def period_word(period: str) -> str:
    """A period in the reader's language."""
    return charts.period_name(period)


@register.filter
def of_name(version: TariffVersion) -> str:
    """The name of a version that is not stored yet."""
    return version.name.zh if formats.chinese() else version.name.en


@register.filter
def hundredths(value: int | None) -> str:
    """Hundredths of a percent with their sign; a dash where there is nothing to compare with."""
    return "–" if value is None else f"{'+' if value > 0 else ''}{formats.scaled(value, 2, least=2)}"
