"""Bills of a chunk of accounts, as columns: supply, measure, rate, check. Writes nothing."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from gridhall.cis.billing import checks, real_time
from gridhall.cis.billing.history import months_served, used_before, window_start
from gridhall.cis.billing.inputs import FIELDS, REAL_TIME, determinants_of, facts_of
from gridhall.cis.billing.measure import Measured, measure
from gridhall.cis.billing.supply import Chunk, Segment, Supplied, supplied
from gridhall.cis.tariffs.day_facts import STORED
from gridhall.cis.tariffs.queries import item_id
from gridhall.kernel.rating import Lines, rate, vat_included_fen
from gridhall.readings.catalog import city_of

Measuring = Callable[[Sequence[Segment], int, Sequence[str]], Measured]

# Columns of the lines array.
BILL, SEGMENT, ORDER, ITEM, QUANTITY, PRICE_E8, AMOUNT_FEN = range(7)


class Billed(NamedTuple):
    """What a bill row says of its account."""

    account_id: int
    path: str
    first: date
    end: date
    use_class: str


@dataclass
class Calculation:
    """One bill per account, as columns; ``lines`` int64[m, 7] sorted by bill (index into ``accounts``); or a problem.

    Light enough to be sent between processes.
    """

    accounts: list[Billed]
    inputs: list[str]
    energy_wh: np.ndarray
    total_fen: np.ndarray
    funds_fen: np.ndarray
    vat_fen: np.ndarray
    lines: np.ndarray
    content_sha256: list[str] = field(default_factory=list)
    seen: list[tuple[int | None, ...]] = field(default_factory=list)  # the newest facts of each, as STORED
    problems: dict[int, tuple[str, dict[str, Any]]] = field(default_factory=dict)
    doubts: dict[int, list[tuple[str, dict[str, Any]]]] = field(default_factory=dict)


def hashed(lines: np.ndarray) -> np.ndarray:
    """The columns of ``lines`` that a bill's content hash is taken over: not its index, not the kernel's order."""
    return np.ascontiguousarray(lines[:, [SEGMENT, ITEM, QUANTITY, PRICE_E8, AMOUNT_FEN]])


def content_sha256(inputs: str, hashed_lines: np.ndarray) -> str:
    """Hash over what a bill was computed from and what came out."""
    return hashlib.sha256(inputs.encode() + hashed_lines.tobytes()).hexdigest()


def calculate(
    chunk: Chunk, month: int, first: date, end: date, snapshot: int, measured_by: Measuring | None = None
) -> Calculation:
    """Rate every account of the chunk that was supplied in ``[first, end)`` on the readings of ``snapshot``.

    ``measured_by`` says what each segment used, where it is not the readings: only for bills that never count.
    """
    accounts = supplied(chunk, first, end)
    segments = [segment for account in accounts for segment in account.segments]
    measured = (measured_by or measure)(segments, snapshot, sorted({city_of(account.path) for account in accounts}))
    owner = np.repeat(np.arange(len(accounts)), [len(account.segments) for account in accounts])
    facts = facts_for(chunk, accounts, measured, month)
    result = priced(segments, owner, facts, month, [_billed(account, first, end) for account in accounts])
    result.inputs = _inputs(accounts, measured, facts)
    result.seen = [_seen_by(account, measured) for account in accounts]
    result.content_sha256 = _content_hashes(result)
    _collect_problems(result, accounts, segments, owner, measured)
    checks.doubt(result, chunk, segments, owner, measured, month, first, end, snapshot)
    return result


def facts_for(
    chunk: Chunk,
    accounts: list[Supplied],
    measured: Measured,
    month: int,
    unbilled: Mapping[int, Mapping[int, int]] = {},
) -> dict[str, np.ndarray]:
    """What rating is told of every segment of the accounts, in their order.

    ``unbilled``: energy in Wh of earlier months that no bill holds yet, month → account → Wh; it counts in the tiers.
    """
    segments = [segment for account in accounts for segment in account.segments]
    before = _tier_before(chunk, segments, measured, month, unbilled)
    return facts_of(segments, measured, before, _served(accounts, segments, month))


def _billed(account: Supplied, first: date, end: date) -> Billed:
    if not account.segments:
        return Billed(account.account_id, account.path, first, end, "")
    begin, last = account.segments[0], account.segments[-1]
    return Billed(account.account_id, account.path, max(begin.first, first), min(last.end, end), begin.use_class)


def _content_hashes(result: Calculation) -> list[str]:
    edges = np.searchsorted(result.lines[:, BILL], np.arange(len(result.accounts) + 1)).tolist()
    content = hashed(result.lines)
    return [content_sha256(text, content[a:b]) for text, (a, b) in zip(result.inputs, pairwise(edges), strict=True)]


def _tier_before(
    chunk: Chunk, segments: list[Segment], measured: Measured, month: int, unbilled: Mapping[int, Mapping[int, int]]
) -> np.ndarray:
    """Energy already in the tier window before each segment: earlier bills, then earlier segments of this one."""
    earlier = used_before(chunk, segments, month)
    before = np.zeros(len(segments), np.int64)
    running: dict[int, int] = defaultdict(int)
    energy = measured.period_wh.sum(axis=1)
    for i, segment in enumerate(segments):
        if segment.export:
            continue
        base = 0
        if segment.published.version.tiers is not None:
            start = window_start(segment.published.version, month)
            base = earlier.get(start, {}).get(segment.account_id, 0)
            base += sum(wh.get(segment.account_id, 0) for since, wh in unbilled.items() if start <= since < month)
        before[i] = base + running[segment.account_id]
        running[segment.account_id] += int(energy[i])
    return before


def _served(accounts: list[Supplied], segments: list[Segment], month: int) -> np.ndarray:
    by_id = {account.account_id: account for account in accounts}
    served = np.full(len(segments), 12, np.int16)
    for i, segment in enumerate(segments):
        tiers = segment.published.version.tiers
        if tiers is not None and tiers.basis == "year":
            served[i] = months_served(
                by_id[segment.account_id].opened_on, window_start(segment.published.version, month)
            )
    return served


def priced(
    segments: list[Segment], owner: np.ndarray, facts: dict[str, np.ndarray], month: int, accounts: list[Billed]
) -> Calculation:
    """Bills without their inputs; ``owner`` says to which account each segment belongs, ``facts`` are `facts_for`."""
    n = len(accounts)
    energy, total, funds, vat = (np.zeros(n, np.int64) for _ in range(4))
    number = np.arange(len(segments)) - np.searchsorted(owner, owner) if len(segments) else np.zeros(0, np.int64)
    groups: dict[tuple[int, bool], list[int]] = defaultdict(list)
    for i, segment in enumerate(segments):
        groups[segment.published.id, segment.export].append(i)
    parts, problems = [], {}
    for version_id, export, members, lines in _rated(segments, owner, groups, facts, month, problems):
        version = segments[members[0]].published.version
        bills = owner[members]
        np.add.at(total, bills, lines.total_fen)
        np.add.at(vat, bills, vat_included_fen(version, lines))
        if not export:
            np.add.at(energy, bills, lines.energy_wh)
        untaxed = {component.code for component in version.components if not component.taxed}
        for order, column in enumerate(lines.columns):
            if column.item.component in untaxed:
                np.add.at(funds, bills, column.amount_fen)
            rows = np.flatnonzero(column.present)
            if not len(rows):
                continue
            block = np.empty((len(rows), 7), np.int64)
            block[:, BILL], block[:, SEGMENT], block[:, ORDER] = bills[rows], number[members[rows]], order
            block[:, ITEM] = item_id(version_id, column.item)
            block[:, QUANTITY], block[:, PRICE_E8] = column.quantity[rows], column.price_e8[rows]
            block[:, AMOUNT_FEN] = column.amount_fen[rows]
            parts.append(block)
    lines_array = np.concatenate(parts) if parts else np.zeros((0, 7), np.int64)
    lines_array = lines_array[np.lexsort((lines_array[:, ORDER], lines_array[:, SEGMENT], lines_array[:, BILL]))]
    return Calculation(accounts, [], energy, total, funds, vat, lines_array, problems=problems)


def _rated(
    segments: list[Segment],
    owner: np.ndarray,
    groups: dict[tuple[int, bool], list[int]],
    facts: dict[str, np.ndarray],
    month: int,
    problems: dict[int, tuple[str, dict[str, Any]]],
) -> Iterator[tuple[int, bool, np.ndarray, Lines]]:
    """Each group rated at once; a group with an account that cannot be rated is rated by halves to find it."""
    waiting = [(key, np.array(members)) for key, members in groups.items()]
    while waiting:
        (version_id, export), members = waiting.pop()
        version = segments[members[0]].published.version
        try:
            yield version_id, export, members, rate(version, determinants_of(facts, members), month)
        except ValueError as error:
            if len(members) == 1:
                evidence = {"tariff": version.code, "what": str(error)[:200]}
                problems[int(owner[members[0]])] = ("cannot_rate", evidence)
            else:
                half = len(members) // 2
                waiting += [((version_id, export), members[:half]), ((version_id, export), members[half:])]


_SEGMENT = (
    '{"agreement":%d,"version":%d,"point":%d,"export":%s,"from":"%s","to":"%s",'
    + ",".join(f'"{name}":%s' for name in FIELDS)
    + "%s}"
)


def _inputs(accounts: Sequence[Supplied], measured: Measured, facts: dict[str, np.ndarray]) -> list[str]:
    """One JSON text per account: everything rating was told, segment by segment."""
    columns = [facts[name].tolist() for name in FIELDS]
    quota = list(FIELDS).index("free_quota")
    columns[quota] = ["true" if free else "false" for free in columns[quota]]
    texts, values = [], zip(*columns, strict=True)
    i = 0
    for account in accounts:
        rows = []
        for segment in account.segments:
            reads = f',"reads":{json.dumps(measured.reads[i])}' if i in measured.reads else ""
            if i in measured.adjust:
                reads += f',"adjust":{json.dumps(measured.adjust[i], ensure_ascii=False)}'
            if real_time.charges(segment):
                reads += f',"{REAL_TIME}":{measured.real_time_fen[i]}'
            reads += "".join(f',"{name}":{key}' for name, key in _seen(segment, measured).items())
            export = "true" if segment.export else "false"
            own = (segment.agreement_id, segment.published.id, segment.point_id, export, segment.first, segment.end)
            rows.append(_SEGMENT % (*own, *next(values), reads))
            i += 1
        texts.append(f"[{','.join(rows)}]")
    return texts


def _seen(segment: Segment, measured: Measured) -> dict[str, int]:
    """What a segment was cut and priced with, as it is stored, so that its bill can be opened as it was made."""
    calendar, seen, found = segment.published.version.calendar, measured.facts_seen, {}
    if real_time.charges(segment):
        found["prices"] = seen.prices
    if calendar in measured.asking:
        found |= {"facts": seen.weather, "announced": seen.announced}
    return found | {"calendars": seen.calendars} if calendar and seen.calendars else found


def _seen_by(account: Supplied, measured: Measured) -> tuple[int | None, ...]:
    """The same of a whole bill, in the order of STORED; None where no segment of it depends on such facts."""
    found = {name: key for segment in account.segments for name, key in _seen(segment, measured).items()}
    return tuple(found.get(name) for name in STORED)


def _collect_problems(
    result: Calculation, accounts: list[Supplied], segments: list[Segment], owner: np.ndarray, measured: Measured
) -> None:
    """Accounts that cannot be billed, with the reason that comes first."""
    for i, account in enumerate(accounts):
        if account.problem:
            result.problems[i] = account.problem
    for index, problem in measured.problems.items():
        result.problems.setdefault(int(owner[index]), problem)
    for index in np.flatnonzero(measured.missing):
        segment = segments[index]
        evidence = {"from": str(segment.first), "to": str(segment.end), "missing": int(measured.missing[index])}
        result.problems.setdefault(int(owner[index]), ("missing_intervals", evidence))
