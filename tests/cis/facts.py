"""Readings and bill runs for the cast: what tests of billing and money begin with."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

import numpy as np
from django.conf import settings
from django.db import transaction

from gridhall.cis.billing.actions import create_run, release_run
from gridhall.cis.billing.models import Bill, BillRun
from gridhall.cis.metering.models import Installation
from gridhall.platform import jobs
from gridhall.platform.scope import EVERYTHING
from gridhall.readings import catalog
from gridhall.readings.registers import NewRead, record_many
from gridhall.readings.store import Flag, Quantity, day_number, write_segments
from tests.cast import PARTS, Cast

CITY = "32/04/"
DAILY_WH = {
    "Ms Li": 20_000,
    "Sunny Roof": 14_000,
    "Haisheng Foods": 9_000_000,
    "Green Wheels": 400_000,
    "No. 1 High School": 250_000,
}


def first_of(month: int) -> date:
    return date(month // 100, month % 100, 1)


def following(month: int) -> date:
    first = first_of(month)
    return first + timedelta(days=monthrange(first.year, first.month)[1])


def put_curve(
    cast: Cast, name: str, first: date, end: date, daily_wh: int, quantity: Quantity = Quantity.ACTIVE_IMPORT,
    flags: np.ndarray | None = None,
) -> None:  # fmt: skip
    """A flat curve of ``daily_wh`` over the days of ``[first, end)``; what the division leaves is in the last slot."""
    days = np.arange(day_number(first), day_number(end), dtype=np.int32)
    values = np.full((len(days), 96), daily_wh // 96, np.uint32)
    values[:, -1] += daily_wh % 96
    if flags is not None:
        values[flags == Flag.MISSING] = 0
    points = np.full(len(days), cast.service_points[name].point_id, np.int64)
    records = write_segments(settings.INTERVAL_STORE, CITY, points, days, values, flags, quantity, "")
    with transaction.atomic():
        catalog.publish(records, reason="test")


def put_read(cast: Cast, name: str, on: date, value: int, register: str = "active_total") -> None:
    """A register reading in the register's own digits."""
    meter = cast.installations[name].meter
    read = NewRead(
        cast.service_points[name].point_id, meter.asset_number, register, on, value, meter.decimals, "remote"
    )
    with transaction.atomic():
        record_many([read], reason="test")


def put_month(cast: Cast, month: int, leave_out: tuple[str, ...] = ()) -> None:
    """Everybody's readings of a month: curves, and 150 kWh on each register."""
    first, end = first_of(month), following(month)
    for name, part in PARTS.items():
        if name in leave_out:
            continue
        if part.source == Installation.Source.INTERVAL:
            put_curve(cast, name, first, end, DAILY_WH[name])
        else:
            months = (month // 100 - 2026) * 12 + month % 100
            start = part.first_reading + 15_000 * (months - 1)
            put_read(cast, name, first, start % 10**8)
            put_read(cast, name, end, (start + 15_000) % 10**8)
    if "Haisheng Foods" not in leave_out:
        put_curve(cast, "Haisheng Foods", first, end, 3_000_000, Quantity.REACTIVE_IMPORT)
    if "Sunny Roof" not in leave_out:
        put_curve(cast, "Sunny Roof", first, end, 8_000, Quantity.ACTIVE_EXPORT)


def calculated(cast: Cast, month: int) -> BillRun:
    """A run created by Biller Gao and calculated to its end."""
    run = create_run(cast.actor("Biller Gao"), cast.cycle.pk, month)
    jobs.run_until_idle()
    run.refresh_from_db()
    assert run.state == BillRun.State.CALCULATED, run.job.error
    return run


def released(cast: Cast, month: int) -> BillRun:
    """A run released by a second person."""
    return release_run(cast.actor("Checker He"), calculated(cast, month).pk)


def bill_of(cast: Cast, name: str, month: int, **wanted: object) -> Bill:
    """The newest bill of a customer for a month."""
    rows = Bill.objects.within(EVERYTHING).filter(account=cast.accounts[name], month=month, **wanted)
    return rows.order_by("-pk")[0]
