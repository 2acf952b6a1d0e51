"""Bills that pay interval prices which were corrected after they were made."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
from django.db.models import Max, Min

from gridhall.cis.billing.inputs import stored
from gridhall.cis.billing.models import Bill
from gridhall.cis.tariffs import series
from gridhall.cis.tariffs.models import PriceDay, TariffVersion
from gridhall.cis.tariffs.queries import parsed
from gridhall.platform.scope import Scope

LIVE = (Bill.State.DRAFT, Bill.State.HELD, Bill.State.RELEASED)


def touched(scope: Scope, most: int) -> list[Bill]:
    """At most ``most`` live bills over days whose prices were published again since."""
    found = []
    for code, first, last in _corrected():
        rows = Bill.objects.within(scope).filter(
            account__agreements__tariff_code__in=_tariffs(code), period_from__lte=last, period_to__gt=first,
            state__in=LIVE,
        )  # fmt: skip
        rows = rows.exclude(kind=Bill.Kind.REVERSAL).select_related("account", "run").distinct().order_by("pk")
        found += [bill for bill in rows[: most - len(found)] if moved(bill)]
    return found


def moved(bill: Bill) -> set[date]:
    """The days of a bill on which an interval now has another price than the bill saw."""
    days: set[date] = set()
    newest = series.newest()
    for row in stored(bill.inputs):
        if row.get("prices", newest) < newest:
            rule = parsed(row["version"]).real_time
            assert rule is not None
            first, end = date.fromisoformat(row["from"]), date.fromisoformat(row["to"])
            then, now = (series.prices(rule.series, first, end, seen).prices_e8 for seen in (row["prices"], newest))
            days |= {first + timedelta(days=int(n)) for n in np.flatnonzero((then != now).any(axis=1))}
    return days


def _corrected() -> list[tuple[str, date, date]]:
    """(series, first, last day) of the days that were published more than once."""
    rows = PriceDay.objects.values("series__code", "day").annotate(first=Min("pk"), last=Max("pk"))
    spans: dict[str, list[date]] = {}
    for row in rows.order_by():
        if row["first"] != row["last"]:
            spans.setdefault(row["series__code"], []).append(row["day"])
    return [(code, min(days), max(days)) for code, days in spans.items()]


def _tariffs(code: str) -> list[str]:
    """Codes of the tariffs with a version that charges a series."""
    rows = TariffVersion.objects.filter(document__contains='"real_time"').values_list("pk", "tariff__code")
    return sorted({tariff for pk, tariff in rows if (rule := parsed(pk).real_time) and rule.series == code})
