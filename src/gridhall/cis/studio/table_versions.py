"""A row of a price table as the next version of its tariff: last month's document with this month's figures."""

from __future__ import annotations

from datetime import date
from typing import Any

from gridhall.cis.studio import documents
from gridhall.codecs.price_table import PERIODS, PriceTable, TableComponent, TableRow
from gridhall.kernel.money import format_scaled
from gridhall.kernel.tariffs import TariffVersion

KINDS = {"purchase": "purchase", "loss": "loss", "system-operation": "system_operation", "fund": "fund"}


class CannotFollow(ValueError):
    """The row cannot become a version of this tariff; the arguments are a code and its detail."""


def first_of(month: int) -> date:
    """The first day of YYYYMM."""
    return date(month // 100, month % 100, 1)


def month_after(month: int) -> date:
    """The first day of the month after YYYYMM."""
    return date(month // 100 + month % 100 // 12, month % 100 % 12 + 1, 1)


def version_text(table: PriceTable, row: TableRow, before: TariffVersion, evidence: str, origin: str) -> str:
    """The YAML of the version that the row makes. It ends with its month where the one before it has an end.

    Hours, ratios, rules of demand and rounding are those of ``before``; every printed figure is the table's.
    """
    document = documents.document_of(documents.to_yaml(before))
    document["valid_from"] = first_of(table.month).isoformat()
    if before.valid_to is not None:
        document["valid_to"] = month_after(table.month).isoformat()
    document["source"] = _source(table, before)
    document["evidence"] = evidence
    document["notes"] = [origin, *(f"Not understood in the file: {text}" for text in table.unknown)]
    document["energy"] = [{"prices": _prices(row, before)}]
    document["components"] = _components(table, row, document.get("components", []))
    for name, price in (("capacity", row.capacity), ("demand", row.demand)):
        if price is not None and name in document:
            document[name]["price"] = _text(price)
    return documents.canonical(documents.dump(document))


def unmatched_text(table: PriceTable, row: TableRow) -> str:
    """A version that only serves to check the row against its parts."""
    document = {
        "code": "unmatched", "name": {"en": row.label, "zh": row.label}, "area": table.area,
        "tariff_class": row.tariff_class, "valid_from": first_of(table.month).isoformat(), "source": "",
        "evidence": "S", "energy": [{"prices": {"total": _text(row.flat)}}],
        "components": _components(table, row, []),
    }  # fmt: skip
    return documents.dump(document)


def _source(table: PriceTable, before: TariffVersion) -> str:
    notices = before.source.partition("; ")[2]
    title = f"{table.issuer or table.area}代理购电工商业用户电价表 {first_of(table.month):%Y-%m}"
    return f"{title}; {notices}" if notices else title


def _prices(row: TableRow, before: TariffVersion) -> dict[str, str]:
    if before.calendar is None:
        return {"total": _text(row.flat)}
    printed = {name: getattr(row, name) for name in ("sharp", "peak", "flat", "valley", "deep")}
    wanted = {period for season in before.energy for period in season.prices.periods()}
    if missing := sorted(wanted - {name for name, price in printed.items() if price is not None}):
        raise CannotFollow("periods", ", ".join(missing))
    return {name: _text(price) for name, price in printed.items() if price is not None and name in PERIODS}


def _components(table: PriceTable, row: TableRow, before: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """In the order of the version before; flags stay, prices and items are this month's."""
    old = {one["code"]: one for one in before}
    made = []
    for code in ("purchase", "loss", "td", "system-operation"):
        printed = table.component(code)
        price = row.td if code == "td" else printed.price_e8 if printed else None
        one = dict(old.get(code) or _fresh(code, printed))
        if price is None and code not in old:
            continue
        if price is not None:
            one["prices"] = {"total": _text(price)}
        one.pop("parts", None)
        if printed and printed.items:
            one["parts"] = [_named(item.name_en, item.name_zh, item.price_e8) for item in printed.items]
        made.append(one)
    kept = [one for one in before if one["code"] not in (*KINDS, "td") and one.get("kind") != "fund"]
    return [*made, *_funds(table, old), *kept]


def _fresh(code: str, printed: TableComponent | None) -> dict[str, Any]:
    names = (printed.name_en, printed.name_zh) if printed else ("Transmission and distribution", "电度输配电价")
    floats = code in ("purchase", "loss")
    one = {"code": code, "name": dict(zip(("en", "zh"), names, strict=True)), "kind": KINDS.get(code, "td")}
    return one | ({"floats": "true"} if floats else {})


def _funds(table: PriceTable, old: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """One component per printed fund; without items, those of the version before as long as their sum is the same."""
    printed = table.component("fund")
    if printed is None:
        return [one for one in old.values() if one.get("kind") == "fund"]
    items = [(one.code, one.name_en, one.name_zh, one.price_e8) for one in printed.items]
    if not items:
        before = [one for one in old.values() if one.get("kind") == "fund"]
        if before and sum(_e8(one["prices"]["total"]) for one in before) == printed.price_e8:
            return before
        items = [("fund", printed.name_en, printed.name_zh, printed.price_e8)]
    flags = {"taxed": "false", "in_power_factor_base": "false"}
    return [
        {"code": code, "name": {"en": en, "zh": zh}, "kind": "fund", **flags, **_kept(old.get(code)),
         "prices": {"total": _text(price)}}
        for code, en, zh, price in items
    ]  # fmt: skip


def _kept(one: dict[str, Any] | None) -> dict[str, Any]:
    return {name: one[name] for name in ("name", "taxed", "in_power_factor_base") if name in one} if one else {}


def _named(en: str, zh: str, price: int) -> dict[str, Any]:
    return {"name": {"en": en, "zh": zh}, "price": _text(price)}


def _text(price_e8: int) -> str:
    return format_scaled(price_e8, 8, decimals=2)


def _e8(text: str) -> int:
    whole, _, fraction = text.partition(".")
    return int(whole + fraction.ljust(8, "0"))
