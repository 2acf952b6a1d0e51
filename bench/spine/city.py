"""A synthetic city for measurements: mixed tariffs, 96-point curves, loaded by raw inserts and not by actions."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

import numpy as np
from django.conf import settings
from django.db import transaction

from gridhall.cis.billing.models import Bill
from gridhall.cis.customers.models import Account, Agreement, BillingCycle, Customer
from gridhall.cis.metering.models import Installation, Meter
from gridhall.cis.network.models import Premise, ServicePoint, ServicePointTerms
from gridhall.cis.tariffs.actions import publish_shipped
from gridhall.platform.actor import system
from gridhall.platform.bulk import insert
from gridhall.platform.ids import uuid7
from gridhall.readings import catalog
from gridhall.readings.models import MeteringPoint
from gridhall.readings.store import Quantity, day_number, write_segments

CITY = "32/04/"
STATION = "32/04/11/02/"
OPENED = "2020-01-01"
# tariff, use class, charging, contract kW, kVA, power-factor standard, share in per cent
MIX = [
    ("zhejiang-residential", "residential", 0, 0, 8, 0, 40),
    ("zhejiang-residential-tou", "residential", 0, 0, 8, 0, 20),
    ("guangzhou-residential", "residential", 0, 0, 8, 0, 15),
    ("demo-business-single-part-lt1kv", "commercial", 0, 0, 60, 0, 18),
    ("demo-business-two-part-1-10kv", "industrial", 3, 0, 630, 90, 4),
    ("demo-business-two-part-35kv", "large_industry", 1, 0, 5000, 90, 3),
]


FEED_IN = "demo-export"
MODES = {"import": "", "export": "surplus"}


def build(
    accounts: int, month: int = 202606, seed: int = 7, with_curves: int | None = None, feed_in_every: int = 0
) -> BillingCycle:
    """``accounts`` accounts on one cycle, the first ``with_curves`` of them (all) with a month of curves.

    Every ``feed_in_every``-th also feeds in, on an agreement of its own.
    """
    publish_shipped(system("bench"))
    cycle = BillingCycle.objects.create(code="bench", name_zh="测算", name_en="Bench", path=STATION)
    kinds = _kinds(accounts)
    with transaction.atomic():
        _rows(cycle, kinds.tolist())
        feeding = range(feed_in_every, accounts + 1, feed_in_every) if feed_in_every else ()
        _agreements((accounts + k, i, "export", FEED_IN, 0, 0, 0) for k, i in enumerate(feeding, 1))
    _curves(kinds[:with_curves], month, seed)
    if feeding:
        _feed_in(np.array(feeding), month, seed)
    return cycle


def _kinds(accounts: int) -> np.ndarray:
    return np.repeat(np.arange(len(MIX)), [m[6] for m in MIX])[np.arange(accounts) * 37 % 100]


def another_month(accounts: int, month: int, seed: int) -> None:
    """Curves of one more month for a city that stands."""
    _curves(_kinds(accounts), month, seed)


def _rows(cycle: BillingCycle, kinds: list[int]) -> None:
    n = range(1, len(kinds) + 1)

    def fresh() -> str:
        return uuid7().hex

    insert(
        MeteringPoint,
        ("id", "public_id", "code", "path", "slots", "utc_offset_minutes"),
        ((i, fresh(), f"P{i:09d}", STATION, 96, 480) for i in n),
    )
    insert(Premise, ("id", "public_id", "address", "path"), ((i, fresh(), f"No. {i}", STATION) for i in n))
    insert(
        ServicePoint, ("id", "public_id", "premise_id", "point_id", "path"), ((i, fresh(), i, i, STATION) for i in n)
    )
    insert(
        ServicePointTerms,
        (
            "id",
            "service_point_id",
            "valid_from",
            "supply_voltage_v",
            "use_class",
            "metering_mode",
            "contract_capacity_kva_e6",
            "operating_capacity_kva_e6",
        ),
        (
            (i, i, OPENED, 220, MIX[k][1], "lv_lv", MIX[k][4] * 10**6, MIX[k][4] * 10**6)
            for i, k in zip(n, kinds, strict=True)
        ),
    )
    insert(
        Meter,
        ("id", "public_id", "asset_number", "maker", "digits", "decimals", "path"),
        ((i, fresh(), f"M{i:010d}", "", 6, 2, STATION) for i in n),
    )
    insert(
        Installation,
        ("id", "meter_id", "service_point_id", "valid_from", "multiplier", "billing_source"),
        ((i, i, i, OPENED, 1, "interval") for i in n),
    )
    insert(
        Customer,
        ("id", "public_id", "kind", "name", "phone", "email", "language", "needs", "path"),
        ((i, fresh(), "person", f"Customer {i}", "", "", "zh-hans", "", STATION) for i in n),
    )
    insert(
        Account,
        ("id", "public_id", "number", "customer_id", "premise_id", "cycle_id", "path", "status", "opened_on"),
        ((i, fresh(), f"{i:010d}", i, i, cycle.pk, STATION, "active", OPENED) for i in n),
    )
    _agreements((i, i, "import", MIX[k][0], MIX[k][2], MIX[k][3], MIX[k][5]) for i, k in zip(n, kinds, strict=True))


def _agreements(rows: Iterable[tuple[int, int, str, str, int, int, int]]) -> None:
    """(id, account, direction, tariff, charging, contract kW, power-factor standard)."""
    columns = (
        "id", "public_id", "account_id", "service_point_id", "path", "direction", "tariff_code", "charging",
        "contract_demand_kw_e6", "power_factor_standard", "persons", "low_income", "feed_in_mode",
        "valid_from",
    )  # fmt: skip
    insert(
        Agreement,
        columns,
        (
            (i, uuid7().hex, account, account, STATION, way, *terms, 3, False, MODES[way], OPENED)
            for i, account, way, *terms in rows
        ),
    )


def _curves(kinds: np.ndarray, month: int, seed: int) -> None:
    """Random daily shapes, scaled to the class; published as whole months in one snapshot."""
    rng = np.random.default_rng(seed)
    first = date(month // 100, month % 100, 1)
    days = (first.replace(day=28) + timedelta(days=4)).replace(day=1) - first
    level = np.array([60, 70, 65, 900, 12_000, 30_000])[kinds]
    records = []
    for start in range(0, len(kinds), 10_000):
        part = level[start : start + 10_000]
        for quantity, share in ((Quantity.ACTIVE_IMPORT, 1.0), (Quantity.REACTIVE_IMPORT, 0.3)):
            rows = np.arange(len(part)) if share == 1.0 else np.flatnonzero(part > 1000)
            points = np.repeat(rows + start + 1, days.days).astype(np.int64)
            numbers = np.tile(np.arange(days.days, dtype=np.int32) + day_number(first), len(rows))
            values = rng.random((len(points), 96), np.float32) * (2 * share * np.repeat(part[rows], days.days))[:, None]
            records += write_segments(
                settings.INTERVAL_STORE, CITY, points, numbers, values.astype(np.uint32), None, quantity, ""
            )
    with transaction.atomic():
        catalog.publish(records, reason="bench")


def _feed_in(points: np.ndarray, month: int, seed: int) -> None:
    """What panels send back around noon, on every day of the month."""
    rng = np.random.default_rng(seed)
    first = date(month // 100, month % 100, 1)
    days = ((first.replace(day=28) + timedelta(days=4)).replace(day=1) - first).days
    noon = np.clip(np.sin((np.arange(96) - 24) / 48 * np.pi), 0, None).astype(np.float32)
    rows, numbers = np.repeat(points, days), np.tile(np.arange(days, dtype=np.int32) + day_number(first), len(points))
    values = (rng.random((len(rows), 1), np.float32) * noon * 400).astype(np.uint32)
    records = write_segments(
        settings.INTERVAL_STORE, CITY, rows.astype(np.int64), numbers, values, None, Quantity.ACTIVE_EXPORT, ""
    )
    with transaction.atomic():
        catalog.publish(list(records), reason="bench")


def bills(month: int) -> int:
    """How many bills of a month there are."""
    return Bill.objects.filter(month=month).count()
