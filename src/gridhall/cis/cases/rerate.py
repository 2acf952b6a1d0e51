"""Bills rated once more with some of their stored inputs changed: more energy, or another tariff."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

import numpy as np
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from gridhall.cis.billing.explain import stored_mask
from gridhall.cis.billing.inputs import determinants_stored, stored
from gridhall.cis.billing.measure import masks
from gridhall.cis.billing.models import Bill
from gridhall.cis.cases.terms import Line
from gridhall.cis.tariffs.day_facts import Seen
from gridhall.cis.tariffs.queries import in_force, parsed
from gridhall.kernel.calendars import PERIODS
from gridhall.kernel.rating import Determinants, rate, vat_included_fen
from gridhall.kernel.splits import apportion
from gridhall.kernel.tariffs import TariffVersion
from gridhall.platform.errors import Refused
from gridhall.platform.scope import EVERYTHING
from gridhall.readings import queries as readings
from gridhall.readings.store import Quantity

FLAT = PERIODS.index("flat")
ONE_DAY = date.resolution


@dataclass(frozen=True)
class Base:
    """A released bill and the days of ``[first, end)`` that it has of a period; ``rows`` are its stored segments."""

    bill: Bill
    rows: list[dict[str, Any]]
    first: date
    end: date


class Rated(NamedTuple):
    """What a bill comes to; ``lines`` without of-which parts."""

    lines: list[Line]
    total_fen: int
    vat_fen: int
    funds_fen: int


def bases(account_id: int, first: date, end: date) -> list[Base]:
    """The released bills of an account that cover days of ``[first, end)``, in order."""
    rows = Bill.objects.within(EVERYTHING).filter(
        account_id=account_id, kind__in=Bill.RATED, state=Bill.State.RELEASED, period_from__lt=end, period_to__gt=first
    )
    return [
        Base(bill, stored(bill.inputs), max(first, bill.period_from), min(end, bill.period_to))
        for bill in rows.order_by("period_from", "pk")
    ]


def rated(month: int, rows: Sequence[dict[str, Any]]) -> Rated:
    """Segments as a bill stores them, rated. Refused where a tariff cannot price them."""
    lines, total, vat, funds = [], 0, 0, 0
    for row in rows:
        version = parsed(row["version"])
        one = _rated(version, determinants_stored([row]), month)
        lines += one.lines
        total, vat, funds = total + one.total_fen, vat + one.vat_fen, funds + one.funds_fen
    return Rated(lines, total, vat, funds)


def rated_alone(version: TariffVersion, month: int, period_wh: Sequence[int]) -> Rated:
    """Energy of a month by itself, from the first tier on, without capacity or demand."""
    determinants = Determinants.empty(1)
    determinants.period_wh[0] = period_wh
    return _rated(version, determinants, month)


def _rated(version: TariffVersion, determinants: Determinants, month: int) -> Rated:
    try:
        found = rate(version, determinants, month)
    except ValueError as error:
        said = {"tariff": version.code, "month": month, "what": str(error)[:200]}
        raise Refused(_("The tariff %(tariff)s cannot price %(month)s: %(what)s") % said) from error
    untaxed = {component.code for component in version.components if not component.taxed}
    funds = sum(int(column.amount_fen[0]) for column in found.columns if column.item.component in untaxed)
    lines = [
        Line(
            kind=column.item.kind, unit=column.item.unit.value, quantity=int(column.quantity[0]),
            price_e8=int(column.price_e8[0]), amount_fen=int(column.amount_fen[0]),
            period=column.item.period or "", tier=column.item.tier or 0,
        )
        for column in found.columns
        if column.present[0] and not column.item.included
    ]  # fmt: skip
    return Rated(lines, int(found.total_fen[0]), int(vat_included_fen(version, found)[0]), funds)


def spread(wh: int, like: Sequence[int], version: TariffVersion) -> list[int]:
    """Energy over the periods as a month's billed energy lies; with nothing to go by, all flat, or all of the day."""
    if sum(like) > 0:
        return apportion(wh, like)
    parts = [0] * len(PERIODS)
    parts[FLAT if version.calendar else 0] = wh
    return parts


def on_tariff(base: Base, code: str) -> list[dict[str, Any]]:
    """The segments of a bill on another tariff: the same energy, cut by the other tariff's periods."""
    rows = []
    for row in base.rows:
        if row["export"]:
            rows.append(row)
            continue
        first, end = date.fromisoformat(row["from"]), date.fromisoformat(row["to"])
        pieces = in_force(code, first, end)
        if len(pieces) != 1 or (pieces[0].first, pieces[0].end) != (first, end):
            said = {"tariff": code, "first": date_format(first), "end": date_format(end)}
            raise Refused(_("One version of %(tariff)s has to hold from %(first)s to %(end)s.") % said)
        rows.append({**row, "version": pieces[0].id, "period_wh": _refolded(base.bill, row, pieces[0].version)})
    return rows


def _refolded(bill: Bill, row: dict[str, Any], version: TariffVersion) -> list[int]:
    total = sum(row["period_wh"])
    if version.calendar is None:
        return [total] + [0] * (len(PERIODS) - 1)
    if version.calendar == parsed(row["version"]).calendar:
        return list(row["period_wh"])
    if "reads" not in row and (folded := _from_curve(bill, row, version)) is not None:
        return apportion(total, folded)  # what was billed may hold losses that no curve shows
    if row["period_wh"][0] == total:
        return spread(total, (), version)  # a meter without periods: all flat
    return list(row["period_wh"])


def _from_curve(bill: Bill, row: dict[str, Any], version: TariffVersion) -> list[int] | None:
    """Energy by period of the other calendar from the curve the bill saw; None where a day is not there."""
    first, end = date.fromisoformat(row["from"]), date.fromisoformat(row["to"])
    curves = readings.curves([row["point"]], Quantity.ACTIVE_IMPORT, first, end, bill.snapshot)
    if len(curves.days) != (end - first).days or not curves.present.all():
        return None
    _calendar, _class, large, industrial, _capacity = stored_mask(bill, row)
    mask = (version.calendar or "", version.tariff_class, large, industrial, row["capacity_kva_e6"] // 1_000_000)
    types, index = masks(mask, first, end, curves.values.shape[2], Seen.of(row))
    sums = np.zeros(len(PERIODS), np.int64)
    for d in range(len(curves.days)):
        np.add.at(sums, types[index[d]], curves.values[0, d].astype(np.int64))
    return [int(wh) for wh in sums] if sums.any() else None


def months_between(first: date, end: date) -> list[tuple[date, date]]:
    """``[first, end)`` cut at the firsts of months."""
    pieces = []
    while first < end:
        following = (first.replace(day=1) + 32 * ONE_DAY).replace(day=1)
        pieces.append((first, min(end, following)))
        first = following
    return pieces


def uncovered(found: Sequence[Base], first: date, end: date) -> list[tuple[date, date]]:
    """The days of ``[first, end)`` that no bill covers, by calendar month."""
    gaps, at = [], first
    for base in found:
        if base.first > at:
            gaps += months_between(at, base.first)
        at = max(at, base.end)
    return gaps + months_between(at, end)
