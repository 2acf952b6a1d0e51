"""Which published price is theirs: every version's prices by what they are for, looked up from a figure."""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from gridhall.cis.parallel.causes.case import Key
from gridhall.cis.tariffs.models import TariffVersion as Stored
from gridhall.cis.tariffs.queries import parsed
from gridhall.kernel.tariffs import TariffVersion

NAMED_MAX = 4  # versions that a sentence names


def prices(version: TariffVersion, month: int) -> Iterator[tuple[Key, str, int]]:
    """(kind, period, tier), component code and price in 1e-8 of everything a version prices in a calendar month."""
    season = version.season(month)
    uplifts = version.tiers.uplifts if version.tiers and month in version.tiers.months else ()
    for period, price in season.prices.items():
        plain = "" if period == "total" else period
        yield ("energy", plain, 0), "", int(price)
        if version.calendar is None and version.tiers:
            for tier, uplift in enumerate([0, *(int(one.total or 0) for one in uplifts)], 1):
                yield ("energy", "", tier), "", int(price) + uplift
    for tier, one in enumerate(uplifts, 2):
        for period, price in one.items():
            yield ("tier", "" if period == "total" else period, tier), "", int(price)
    for component in version.components:
        for period, price in component.prices.items():
            yield ("component", "" if period == "total" else period, 0), component.code, int(price)
    for kind in ("capacity", "demand", "fixed", "minimum"):
        charge = getattr(version, kind)
        if charge is not None:
            yield (kind, "", 0), "", int(charge.price_e8)


@functools.lru_cache(maxsize=8)
def _index(month: int, newest: int) -> dict[tuple[Key, int], list[int]]:
    found: dict[tuple[Key, int], list[int]] = defaultdict(list)
    for pk in Stored.objects.filter(pk__lte=newest).order_by("pk").values_list("pk", flat=True):
        for key, _, price in prices(parsed(pk), month):
            if not found[key, price] or found[key, price][-1] != pk:
                found[key, price].append(pk)
    return found


def that_price(wanted: dict[Key, int], month: int, own: TariffVersion) -> list[dict[str, Any]]:
    """Versions with all these prices, those of the account's own tariff first, each with its code and first day."""
    newest = Stored.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    index = _index(month % 100, newest)
    fitting: set[int] | None = None
    for key, price in wanted.items():
        has = set(index.get((key, price), ()))
        fitting = has if fitting is None else fitting & has
    versions = [parsed(pk) for pk in fitting or ()]
    versions.sort(key=lambda one: (one.code != own.code, one.area != own.area, one.code, one.valid_from))
    return [named(one) for one in versions if one != own][:NAMED_MAX]


def named(version: TariffVersion) -> dict[str, Any]:
    """A version in a stored detail."""
    return {"code": version.code, "zh": version.name.zh, "en": version.name.en, "from": str(version.valid_from)}


def others(own: TariffVersion, month: int, most: int = 40) -> list[int]:
    """Published versions to try for a bill that shows only its total: the same tariff, then the same class and area."""
    first = month // 100 * 10000 + month % 100 * 100 + 1
    rows = Stored.objects.select_related("tariff").order_by("pk")
    near = [row for row in rows if row.tariff.tariff_class == own.tariff_class or row.tariff.code == own.code]
    near.sort(key=lambda row: (row.tariff.code != own.code, row.tariff.area != own.area, _distance(row, first), row.pk))
    return [row.pk for row in near if parsed(row.pk) != own][:most]


def _distance(row: Stored, first: int) -> int:
    on = row.valid_from.year * 10000 + row.valid_from.month * 100 + row.valid_from.day
    return abs(first - on)
