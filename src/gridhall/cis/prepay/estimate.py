"""What the energy that no bill holds yet costs: the determinants of the open periods, priced as a bill prices them.

Fixed parts of a price (capacity, contract demand, free energy) grow by the days that have begun, so that the last day
of a period with all its readings costs exactly what the bill will say.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
from django.utils import timezone

from gridhall.cis.billing.calculate import Billed, Calculation, facts_for, priced
from gridhall.cis.billing.inputs import determinants_of
from gridhall.cis.billing.supply import Chunk, Segment, Supplied, supplied
from gridhall.cis.customers.models import BillingCycle
from gridhall.cis.prepay.month_to_date import Kept, ToDate, to_date
from gridhall.cis.prepay.periods import Period, billed, periods
from gridhall.cis.tariffs import day_facts
from gridhall.kernel.rating import rate, totals_fen
from gridhall.platform.bulk import CLOSE, CLOSE_MIN
from gridhall.readings.catalog import city_of

MINUTES = 1440


@dataclass
class Part:
    """The accounts of one open period that begin on the same day, with everything rating was told of them."""

    period: Period
    first: date
    accounts: list[Supplied]
    segments: list[Segment]
    owner: np.ndarray
    to_date: ToDate
    facts: dict[str, np.ndarray]

    def priced(self) -> Calculation:
        """Their lines, as a bill of these days would have them."""
        billed = [Billed(a.account_id, a.path, self.first, self.period.end, "") for a in self.accounts]
        return priced(self.segments, self.owner, self.facts, self.period.month, billed)


@dataclass
class Estimate:
    """One row per account of ``ids``. ``seen_minutes`` is up to when everything is read, see `moment`."""

    ids: list[int]
    snapshot: int
    unbilled_fen: np.ndarray
    energy_wh: np.ndarray
    seen_minutes: np.ndarray
    complete: np.ndarray  # bool[n]: real readings without a gap, and a price for all of them
    use_class: list[str]
    problems: dict[int, tuple[str, dict[str, Any]]] = field(default_factory=dict)
    parts: list[Part] = field(default_factory=list)


def moment(minutes: int) -> datetime:
    """The time that ``seen_minutes`` names."""
    day, minute = divmod(int(minutes), MINUTES)
    return timezone.make_aware(datetime.combine(date.fromordinal(day), datetime.min.time())) + timedelta(minutes=minute)


def estimate(
    ids: Sequence[int], cycle: BillingCycle, today: date, snapshot: int, kept: Kept | None = None
) -> tuple[Estimate, Kept]:
    """Price the unbilled energy of accounts of one cycle, ids ascending; what is worth keeping comes back, too."""
    n, position = len(ids), {account_id: k for k, account_id in enumerate(ids)}
    seen = np.full(n, np.iinfo(np.int64).max, np.int64)
    zeros = [np.zeros(n, np.int64) for _ in range(2)]
    result = Estimate(list(ids), snapshot, *zeros, seen, np.ones(n, np.bool_), [""] * n)
    kept, rows = kept or Kept.nothing(), []
    unbilled: dict[int, dict[int, int]] = {}
    open_periods = periods(cycle, today)
    bills = billed(ids, open_periods[0])
    for period in open_periods:
        counted = bills.counted.get(period.month, ())
        of_month: dict[int, int] = {}
        for first, mine in bills.unbilled_from(ids, period).items():
            part, left = _part(_chunk(mine, cycle), mine, period, first, (today, snapshot), kept, unbilled)
            rows.append(left.rows)
            result.parts.append(part)
            at = np.array([position[account.account_id] for account in part.accounts], np.int64)
            _price(result, part, at)
            _look(result, part, at)
            wh = _import_wh(part)
            of_month |= {a: int(wh[k]) for k, a in _numbered(part) if a not in counted}
        unbilled[period.month] = of_month
    result.seen_minutes[seen == np.iinfo(np.int64).max] = (today.toordinal() + 1) * MINUTES
    hours = day_facts.newest().calendars
    return result, Kept(snapshot, today, np.concatenate(rows) if rows else kept.rows[:0], hours)


def _chunk(ids: list[int], cycle: BillingCycle) -> Chunk:
    """As a range where the ids lie close together; what lies between them is left out afterwards."""
    close = len(ids) > CLOSE_MIN and ids[-1] - ids[0] < CLOSE * len(ids)
    return Chunk(cycle.pk, ids[0], ids[-1]) if close else Chunk(ids=tuple(ids))


def _part(
    chunk: Chunk, ids: list[int], period: Period, first: date, now: tuple[date, int], kept: Kept,
    unbilled: dict[int, dict[int, int]],
) -> tuple[Part, Kept]:  # fmt: skip
    (today, snapshot), wanted = now, set(ids)
    accounts = [account for account in supplied(chunk, first, period.end) if account.account_id in wanted]
    segments = [segment for account in accounts for segment in account.segments]
    owner = np.repeat(np.arange(len(accounts)), [len(account.segments) for account in accounts])
    measured, left = to_date(segments, kept, snapshot, today, sorted({city_of(a.path) for a in accounts}))
    facts = facts_for(chunk, accounts, measured.measured, period.month, unbilled)
    return Part(period, first, accounts, segments, owner, measured, facts), left


def _numbered(part: Part) -> Iterator[tuple[int, int]]:
    return ((k, account.account_id) for k, account in enumerate(part.accounts))


def _import_wh(part: Part) -> np.ndarray:
    """Energy drawn by each account of the part."""
    wh = part.to_date.measured.period_wh.sum(axis=1) * [not segment.export for segment in part.segments]
    found = np.zeros(len(part.accounts), np.int64)
    np.add.at(found, part.owner, wh.astype(np.int64))
    return found


def _price(result: Estimate, part: Part, at: np.ndarray) -> None:
    """Add what each account owes for the part; one that cannot be priced is named and not complete. ``at`` is where
    the accounts of the part stand in the estimate."""
    if not part.accounts:
        return
    for members in by_version(part.segments):
        version = part.segments[members[0]].published.version
        try:
            totals = totals_fen(version, determinants_of(part.facts, members), part.period.month)
        except ValueError:
            totals = _one_by_one(result, part, members, at)
        np.add.at(result.unbilled_fen, at[part.owner[members]], totals)
    np.add.at(result.energy_wh, at, _import_wh(part))


def by_version(segments: Sequence[Segment]) -> Iterator[np.ndarray]:
    """Positions of the segments that are rated in one go."""
    versions = np.array([segment.published.id for segment in segments], np.int64)
    for version in np.unique(versions):
        yield np.flatnonzero(versions == version)


def _one_by_one(result: Estimate, part: Part, members: np.ndarray, at: np.ndarray) -> np.ndarray:
    totals = np.zeros(len(members), np.int64)
    for k, member in enumerate(members):
        version = part.segments[member].published.version
        try:
            totals[k] = rate(version, determinants_of(part.facts, members[k : k + 1]), part.period.month).total_fen[0]
        except ValueError as error:
            account = int(at[part.owner[member]])
            result.problems[account] = ("cannot_rate", {"tariff": version.code, "what": str(error)[:200]})
            result.complete[account] = False
    return totals


def _look(result: Estimate, part: Part, at: np.ndarray) -> None:
    """Up to when each account is read, and whether that is all real."""
    for k, account in zip(at.tolist(), part.accounts, strict=True):
        if account.problem and account.problem[0] != "no_agreement":
            result.problems[k], result.complete[k] = account.problem, False
    of_segment = at[part.owner]
    for k, segment in zip(of_segment.tolist(), part.segments, strict=True):
        result.use_class[k] = segment.use_class
    broken = part.to_date.gaps | (part.to_date.measured.estimated > 0)
    np.logical_and.at(result.complete, of_segment, ~broken)
    ends = np.array([segment.end.toordinal() for segment in part.segments], np.int64) * MINUTES
    behind = part.to_date.seen_minutes < ends
    np.minimum.at(result.seen_minutes, of_segment[behind], part.to_date.seen_minutes[behind])
