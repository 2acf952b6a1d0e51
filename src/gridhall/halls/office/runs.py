"""What a bill run shows: its progress, its totals beside last month's, and what a release would do."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q, Sum

from gridhall.cis.billing import queries as billing
from gridhall.cis.billing.models import Bill, BillException, BillRun
from gridhall.halls.formats import kwh, percent, yuan
from gridhall.platform.errors import NotInScope
from gridhall.platform.models import Job
from gridhall.platform.scope import Scope

WORKING = (BillRun.State.CREATED, BillRun.State.CALCULATING)
UNDECIDED = (BillException.Outcome.OPEN, BillException.Outcome.FIELD_CHECK)


def find(scope: Scope, public_id: object) -> BillRun:
    """One run. Raises NotInScope for every other id."""
    run = billing.run(scope, str(public_id))
    if run is None:
        raise NotInScope()
    return run


def at_work(run: BillRun) -> bool:
    """Whether the page should ask again: the job may still move the run on."""
    ended = (Job.State.FAILED, Job.State.CANCELLED)
    return run.state in WORKING and not (run.job and run.job.state in ended)


@dataclass(frozen=True)
class Totals:
    """Bills, energy and money of a run."""

    bills: int
    energy_wh: int
    total_fen: int


@dataclass(frozen=True)
class Compared:
    """One figure of this run beside last month's, as text."""

    what: str
    now: str
    before: str
    share: str


def totals(run: BillRun) -> Totals:
    """As the run's steps and decisions keep them: asked every second, so nothing is counted here."""
    return Totals(run.bills, run.energy_wh, run.total_fen)


def month_before(scope: Scope, run: BillRun) -> BillRun | None:
    """The live run of the same cycle one month earlier."""
    year, month = divmod(run.month, 100)
    wanted = run.month - 1 if month > 1 else (year - 1) * 100 + 12
    return billing.runs(scope).filter(cycle=run.cycle_id, month=wanted).exclude(state=BillRun.State.CANCELLED).first()


def compared(names: tuple[str, str, str], now: Totals, before: Totals | None) -> list[Compared]:
    """Three rows: bills, kWh and money, each with its share of last month's."""
    rows = []
    for name, show, value, last in (
        (names[0], str, now.bills, before and before.bills),
        (names[1], kwh, now.energy_wh, before and before.energy_wh),
        (names[2], yuan, now.total_fen, before and before.total_fen),
    ):
        rows.append(Compared(name, show(value), "–" if last is None else show(last), percent(value, last or 0)))
    return rows


@dataclass(frozen=True)
class Effect:
    """What releasing a run would post now, and what would stay behind."""

    bills: int
    total_fen: int
    energy_wh: int
    held: int
    undecided: int


def effect(scope: Scope, run: BillRun) -> Effect:
    """Drafts go, held bills stay."""
    draft, held = Q(state=Bill.State.DRAFT), Q(state=Bill.State.HELD)
    found = (
        Bill.objects.within(scope)
        .filter(run=run)
        .aggregate(
            bills=Count("pk", filter=draft),
            total=Sum("total_fen", filter=draft),
            energy=Sum("energy_wh", filter=draft),
            held=Count("pk", filter=held),
        )
    )
    undecided = BillException.objects.within(scope).filter(run=run, outcome__in=UNDECIDED).count()
    return Effect(found["bills"], found["total"] or 0, found["energy"] or 0, found["held"], undecided)
