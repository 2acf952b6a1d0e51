"""Reading parallel runs back, always in scope."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Count, Q, Sum

from gridhall.cis.billing.actions.runs import period_of
from gridhall.cis.customers.models import Account
from gridhall.cis.parallel import comparing
from gridhall.cis.parallel.causes.pairing import Pair, alone, pairs
from gridhall.cis.parallel.models import Cause, Comparison, ComparisonRound, LegacyBill, LegacyMapping, ParallelRun
from gridhall.codecs.legacy_bills import ColumnMap
from gridhall.platform.scope import Scope, ScopedQuerySet

OPEN, ACCEPTED = Comparison.State.OPEN, Comparison.State.ACCEPTED


def runs(scope: Scope) -> ScopedQuerySet[ParallelRun]:
    """Newest first."""
    return ParallelRun.objects.within(scope).select_related("job").order_by("-pk")


def run(scope: Scope, public_id: UUID | str) -> ParallelRun | None:
    """One run."""
    return runs(scope).filter(public_id=public_id).first()


def mappings(scope: Scope) -> dict[str, ColumnMap]:
    """Saved mappings by name, newest first."""
    rows = LegacyMapping.objects.within(scope).order_by("-saved_at")[:100]
    return {row.name: ColumnMap.from_json(row.mapping) for row in rows}


def rounds(found: ParallelRun) -> list[ComparisonRound]:
    """Every comparison of a run, newest first."""
    return list(found.comparison_rounds.order_by("-number")[:100])


def latest(found: ParallelRun) -> ComparisonRound | None:
    """The comparison that counts."""
    return found.comparison_rounds.order_by("-number").first()


def differences(
    scope: Scope, found: ComparisonRound, *, cause: str = "", band: int | None = None, state: str = ""
) -> ScopedQuerySet[Comparison]:
    """Differences of a round, the largest first."""
    rows = Comparison.objects.within(scope).filter(round=found)
    if cause:
        rows = rows.filter(cause=cause)
    if band is not None:
        rows = rows.filter(band=band)
    if state:
        rows = rows.filter(state=state)
    return rows.order_by("-size_fen", "pk")


def difference(scope: Scope, public_id: UUID | str) -> Comparison | None:
    """One difference with its round and run."""
    rows = Comparison.objects.within(scope).select_related("round__run")
    return rows.filter(public_id=public_id).first()


def following(scope: Scope, one: Comparison) -> Comparison | None:
    """The next smaller open difference of the same cause."""
    rows = differences(scope, one.round, cause=one.cause, state=OPEN)
    after = Q(size_fen__lt=one.size_fen) | Q(size_fen=one.size_fen, pk__gt=one.pk)
    return rows.filter(after).first()


@dataclass
class OfCause:
    """What differs for one cause: counts and sums, and the counts by size band."""

    cause: Cause
    count: int = 0
    fen: int = 0
    size_fen: int = 0
    open: int = 0
    accepted: int = 0
    bands: dict[int, int] = field(default_factory=dict)


def by_cause(scope: Scope, found: ComparisonRound) -> list[OfCause]:
    """Causes by the money they move, largest first."""
    grouped: dict[str, OfCause] = {}
    rows = Comparison.objects.within(scope).filter(round=found).values_list("cause", "band", "state")
    for cause, band, state, count, fen, size in rows.annotate(
        count=Count("pk"), fen=Sum("difference_fen"), size=Sum("size_fen")
    ).order_by():
        one = grouped.setdefault(cause, OfCause(Cause(cause)))
        one.count, one.fen, one.size_fen = one.count + count, one.fen + fen, one.size_fen + size
        one.open += count if state == OPEN else 0
        one.accepted += count if state == ACCEPTED else 0
        one.bands[band] = one.bands.get(band, 0) + count
    return sorted(grouped.values(), key=lambda one: (-one.size_fen, one.cause))


@dataclass(frozen=True)
class Acceptance:
    """What was accepted with one reason by one person."""

    cause: Cause
    reason: str
    accepted_by: str
    count: int
    fen: int


def acceptances(scope: Scope, found: ComparisonRound, most: int = 200) -> list[Acceptance]:
    """Accepted differences by cause and reason, largest first."""
    rows = (
        Comparison.objects.within(scope)
        .filter(round=found, state=ACCEPTED)
        .values_list("cause", "reason", "accepted_by")
    )
    sums = rows.annotate(count=Count("pk"), fen=Sum("difference_fen"), size=Sum("size_fen")).order_by("-size")[:most]
    return [Acceptance(Cause(cause), reason, by, count, fen) for cause, reason, by, count, fen, _ in sums]


def open_count(scope: Scope, found: ComparisonRound) -> int:
    """Differences that nobody has accepted yet."""
    return Comparison.objects.within(scope).filter(round=found, state=OPEN).count()


@dataclass(frozen=True)
class Beside:
    """Both bills of an account: paired lines, and the rows of the file."""

    pairs: list[Pair]
    rows: list[int]
    has_lines: bool


def beside(one: Comparison) -> Beside:
    """Both bills of a difference line by line; ours is calculated again at the snapshot of the round."""
    found = one.round
    bills = LegacyBill.objects.filter(run=found.run, account_number=one.account_number).order_by("pk")
    theirs = [line for bill in bills for line in comparing.lines_of(bill, added(found.run))]
    ours = _ours(one, found) if one.account_id and one.ours_fen is not None else []
    if not bills:
        return Beside([alone(line) for line in ours if not line.included], [], False)
    total = sum(bill.amount_fen for bill in bills)
    return Beside(pairs(ours, theirs, total, added(found.run)), [bill.row for bill in bills], bool(theirs))


def added(found: ParallelRun) -> bool:
    """Whether the file's components are charges of their own."""
    return bool(found.mapping.get("components_added"))


def _ours(one: Comparison, found: ComparisonRound) -> list[comparing.Line]:
    account = Account.objects.select_related("cycle").get(pk=one.account_id)
    return comparing.our_lines(account.pk, found.run.month, period_of(account.cycle, found.run.month), found.snapshot)


def refused_rows(found: ParallelRun) -> Iterator[tuple[int, list[str], dict[str, object]]]:
    """Row number, texts and problem of every refused row, streamed."""
    rows = found.refused_rows.order_by("pk").values_list("row", "texts", "problem")
    yield from rows.iterator(chunk_size=2000)


def counts(scope: Scope, found: list[ParallelRun]) -> dict[int, tuple[int, int]]:
    """Open differences and their sum of the newest round of each run of a list."""
    newest = {one.pk: one.rounds for one in found}
    rows = Comparison.objects.within(scope).filter(round__run__in=newest, state=OPEN)
    sums: dict[int, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for run_id, number, count, size in rows.values_list("round__run", "round__number").annotate(
        count=Count("pk"), size=Sum("size_fen")
    ):
        if newest[run_id] == number:
            sums[run_id] = (count, size)
    return dict(sums)
