"""Tags and filters of the halls: ``{% load hall %}``."""

from __future__ import annotations

from typing import Any

from django import template
from django.forms import BaseForm, BoundField

from gridhall.cis.customers import masking
from gridhall.halls import formats
from gridhall.halls.charts import Chart

register = template.Library()

for function in (
    formats.yuan,
    formats.kwh,
    formats.price,
    formats.demand,
    formats.percent,
    formats.day,
    formats.short_day,
    formats.month,
    formats.moment,
    formats.period,
    formats.words,
):
    register.filter(function.__name__, function)
for function in (masking.mask_name, masking.mask_phone, masking.mask_id, masking.mask_bank_account):
    register.filter(function.__name__, function)


@register.inclusion_tag("halls/_chart.html", takes_context=True)
def chart(context: template.Context, chart: Chart) -> dict[str, Any]:
    """``{% chart curve %}``: the figure with its finding, its data and its table."""
    number = context.render_context.setdefault("charts", 0) + 1
    context.render_context["charts"] = number
    return {"chart": chart, "id": f"chart-{chart.kind}-{chart.name or number}"}


@register.inclusion_tag("halls/_fields.html")
def fields(form: BaseForm) -> dict[str, Any]:
    """``{% fields form %}``: all fields with labels, hints and errors."""
    return {"form": form}


@register.inclusion_tag("halls/_field.html")
def field(field: BoundField) -> dict[str, Any]:
    """``{% field form.amount %}``."""
    return {"field": field}


@register.inclusion_tag("halls/_pagination.html", takes_context=True)
def pagination(context: template.Context, listing: Any) -> dict[str, Any]:
    """``{% pagination listing %}``: the count and the way to other pages, keeping the filter in the URL."""
    return {"listing": listing, "request": context["request"]}


@register.inclusion_tag("halls/_empty.html")
def empty(title: str, remedy: str = "") -> dict[str, Any]:
    """``{% empty title remedy %}``: what an empty list says and what to do."""
    return {"title": title, "remedy": remedy}


@register.inclusion_tag("halls/_crumbs.html")
def crumbs(here: str, *pairs: str) -> dict[str, Any]:
    """``{% crumbs here label1 address1 label2 address2 %}``: where this page lies."""
    return {"here": here, "crumbs": list(zip(pairs[::2], pairs[1::2], strict=True))}


@register.filter
def of_language(row: Any, field: str = "name") -> str:
    """``{{ cycle|of_language:"name" }}``: the field in the reader's language, name_zh or name_en."""
    return getattr(row, f"{field}_{'zh' if formats.chinese() else 'en'}")
