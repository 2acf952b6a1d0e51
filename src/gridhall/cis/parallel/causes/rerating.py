"""Many bills rated again with some of their inputs changed, in one pass per tariff version."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from gridhall.cis.billing.inputs import determinants_stored
from gridhall.cis.parallel.causes.case import Line, Ours
from gridhall.cis.tariffs.queries import parsed
from gridhall.kernel.rating import Lines, rate


class Wanted(NamedTuple):
    """A bill to rate: the inputs of its segments, and the tariff version of each."""

    ours: Ours
    rows: list[dict[str, Any]]
    versions: list[int]


def wanted(ours: Ours, changes: dict[int, dict[str, Any]] | None = None, version: int | None = None) -> Wanted:
    """``ours`` with fields of some segments changed, or with every supply segment on another version."""
    changes = changes or {}
    rows = [{**row, **changes.get(n, {})} for n, row in enumerate(ours.rows)]
    own = [version if version and not segment.export else segment.published.id for segment in ours.segments]
    return Wanted(ours, rows, own)


def rerate(bills: Sequence[Wanted], month: int) -> list[Ours | None]:
    """Each bill anew; None where its tariff cannot price these inputs."""
    groups: dict[tuple[int, bool], list[tuple[int, int]]] = defaultdict(list)
    for b, bill in enumerate(bills):
        for n, (version, segment) in enumerate(zip(bill.versions, bill.ours.segments, strict=True)):
            groups[version, segment.export].append((b, n))
    totals: list[int | None] = [0] * len(bills)
    lines: list[list[tuple[int, list[Line]]]] = [[] for _ in bills]
    for (version_id, export), members in groups.items():
        for some, rated in _rated(version_id, [(b, n, bills[b].rows[n]) for b, n in members], month):
            _share_out(some, rated, export, totals, lines)
    result: list[Ours | None] = []
    for bill, total, found in zip(bills, totals, lines, strict=True):
        in_order = [line for _, part in sorted(found, key=lambda one: one[0]) for line in part]
        result.append(None if total is None else Ours(total, in_order, bill.rows, bill.ours.segments))
    return result


Member = tuple[int, int, dict[str, Any]]  # bill, segment, inputs


def _rated(version_id: int, members: list[Member], month: int) -> Iterator[tuple[list[Member], Lines | None]]:
    """A group at once; where one member cannot be rated, by halves until it stands alone."""
    version, waiting = parsed(version_id), [members]
    while waiting:
        some = waiting.pop()
        try:
            yield some, rate(version, determinants_stored([row for _, _, row in some]), month)
        except ValueError:
            if len(some) == 1:
                yield some, None
            else:
                waiting += [some[: len(some) // 2], some[len(some) // 2 :]]


def _share_out(
    members: list[Member], rated: Lines | None, export: bool, totals: list[int | None],
    lines: list[list[tuple[int, list[Line]]]],
) -> None:  # fmt: skip
    if rated is None:
        totals[members[0][0]] = None
        return
    made: list[list[Line]] = [[] for _ in members]
    for column in rated.columns:
        item = column.item
        kind = "feed_in" if export and item.kind == "energy" else item.kind
        period = "" if item.period in (None, "total") else str(item.period)
        name = (kind, period, item.tier or 0, item.component or "", item.included)
        for at in np.flatnonzero(column.present).tolist():
            figures = int(column.quantity[at]), int(column.price_e8[at]), int(column.amount_fen[at])
            made[at].append(Line(*name, *figures))
    for (bill, segment, _), total, own in zip(members, rated.total_fen.tolist(), made, strict=True):
        so_far = totals[bill]
        totals[bill] = None if so_far is None else so_far + total
        lines[bill].append((segment, own))
