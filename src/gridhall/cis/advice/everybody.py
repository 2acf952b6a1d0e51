"""Every account of a unit compared: steps of accounts, and what is kept of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gridhall.cis.advice.comparing import Compared, compare
from gridhall.cis.advice.models import AdviceRun, BestPlan
from gridhall.cis.advice.plans import Catalogue
from gridhall.cis.customers.models import Account
from gridhall.platform.clock import now
from gridhall.platform.scope import Scope

ACCOUNTS_PER_STEP = 1_000  # their twelve months are some 20 MB of stored inputs
COLUMNS = (
    "run", "path", "months", "months_compared", "complete", "billed_fen", "plan_code", "plan_charging", "best_code",
    "best_charging", "best_fen", "saving_fen", "computed_at",
)  # fmt: skip


@dataclass(frozen=True)
class Found:
    """What is kept of one account. Light enough to be sent between processes."""

    account_id: int
    path: str
    months: int
    months_compared: int
    complete: bool
    billed_fen: int
    plan: tuple[str, int]
    best: tuple[str, int]
    best_fen: int

    @property
    def saving_fen(self) -> int:
        return self.billed_fen - self.best_fen if self.complete else 0


def steps(run: AdviceRun) -> list[list[int]]:
    """The open accounts of the run's unit that are not done yet, by id."""
    rows = Account.objects.within(Scope(prefixes=(run.path,))).filter(status=Account.Status.ACTIVE, pk__gt=run.done_to)
    ids = list(rows.order_by("pk").values_list("pk", flat=True))
    return [ids[n : n + ACCOUNTS_PER_STEP] for n in range(0, len(ids), ACCOUNTS_PER_STEP)]


def found_of(ids: Sequence[int], until: int, catalogue: Catalogue) -> list[Found]:
    """The best plan of those accounts that have bills and another plan to choose."""
    every = compare(ids, until, catalogue)
    return [_found(one) for one in every if len(one.options) > 1 and one.account.billed_fen]


def _found(one: Compared) -> Found:
    others = one.options[1:]
    best, complete = one.best(), any(option.complete for option in others)
    billed_fen, plan = sum(one.account.billed_fen.values()), one.current.plan
    return Found(
        one.account.account_id, one.account.path, len(one.account.billed_fen),
        max(len(option.known) for option in others), complete, billed_fen, plan, best.plan if best else plan,
        best.fen if best else billed_fen,
    )  # fmt: skip


def write(run: AdviceRun, found: Sequence[Found]) -> None:
    """One row per account, in place of what an earlier run found."""
    at = now()
    rows = [
        BestPlan(
            account_id=one.account_id, run=run, path=one.path, months=one.months, months_compared=one.months_compared,
            complete=one.complete, billed_fen=one.billed_fen, plan_code=one.plan[0], plan_charging=one.plan[1],
            best_code=one.best[0], best_charging=one.best[1], best_fen=one.best_fen, saving_fen=one.saving_fen,
            computed_at=at,
        )
        for one in found
    ]  # fmt: skip
    BestPlan.objects.bulk_create(rows, update_conflicts=True, unique_fields=["account"], update_fields=COLUMNS)
