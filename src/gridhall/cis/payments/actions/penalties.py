"""Late penalties: assessed up to a day, bill by bill, by the dated rules; never twice for the same day."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from gridhall.cis.customers.models import Account
from gridhall.cis.ledger import chart
from gridhall.cis.ledger.posting import Posting, Side, post_many
from gridhall.kernel import shipped
from gridhall.kernel.penalties import penalty_fen
from gridhall.platform import statements
from gridhall.platform.actions import Act, action
from gridhall.platform.errors import NotInScope
from gridhall.platform.locks import lock
from gridhall.platform.tags import Tag

RESIDENTIAL = ("residential", "shared_meter")


@action(Tag.PENALTY_ASSESS)
def assess_penalties(act: Act, account_id: int, on: date) -> int:
    """Post the penalties of an account up to and including a day; returns the fen posted."""
    rows = lock(Account.objects.within(act.actor.scope).filter(pk=account_id))
    if not rows:
        raise NotInScope()
    act.on(rows[0], rows[0].path, account_id)
    posted = bring_up_to_date(rows[0], on, act.at)
    act.note(up_to=str(on), posted_fen=posted)
    return posted


_OVERDUE = """
SELECT o.account_id, o.bill_id, o.fen, b.due_on, b.use_class,
  (SELECT MAX(e.effective_on) FROM ledger_line l JOIN ledger_entry e ON e.id = l.entry_id
   WHERE l.account_id = o.account_id AND l.ledger_account_id = %s AND l.bill_id = o.bill_id AND e.kind = 'penalty')
FROM (
  SELECT account_id, bill_id, CAST(SUM(amount_fen) AS bigint) AS fen FROM ledger_line
  WHERE {accounts} AND ledger_account_id = %s AND bill_id IS NOT NULL
  GROUP BY account_id, bill_id HAVING SUM(amount_fen) > 0
) o JOIN billing_bill b ON b.id = o.bill_id
WHERE b.due_on < %s AND b.late_penalty
ORDER BY o.account_id, o.bill_id
"""


@dataclass(frozen=True, slots=True)
class Due:
    """A late penalty that is not in the books yet."""

    account_id: int
    bill_id: int
    fen: int


def penalties_due(account_id: int, on: date) -> dict[int, int]:
    """Fen of penalty by bill that would be posted if the account were brought up to a day."""
    return {due.bill_id: due.fen for due in _due([account_id], on)}


def _due(account_ids: Collection[int], on: date) -> Iterator[Due]:
    """From the last day for which a penalty on the bill was posted, else from the day on which it was to be paid."""
    rows = statements.fetch(
        _OVERDUE.format(accounts=statements.among("account_id")),
        [chart.PENALTY_RECEIVABLE, statements.listed(account_ids), chart.RECEIVABLE, statements.day(on)],
    )
    for account_id, bill_id, debt_fen, due_on, use_class, assessed_until in rows:
        since = max(due_on, statements.as_day(assessed_until or due_on))
        payer = "residential" if use_class in RESIDENTIAL else "other"
        fen = _total(debt_fen, due_on, on, payer) - _total(debt_fen, due_on, since, payer)
        if fen > 0:
            yield Due(account_id, bill_id, fen)


def _total(debt_fen: int, due_on: date, until: date, payer: str) -> int:
    return penalty_fen(debt_fen, due_on, until, payer, shipped.penalty_rules())  # type: ignore[arg-type]


def postings_due(paths: Mapping[int, str], on: date) -> list[Posting]:
    """The entries that bring accounts, given with their paths, up to a day; their references hold the bill and the day,
    so a day is never charged twice."""
    return [
        Posting(
            f"penalty:{due.bill_id}:{on}", "penalty", paths[due.account_id],
            [
                Side(chart.PENALTY_RECEIVABLE, due.fen, due.account_id, due.bill_id),
                Side(chart.PENALTY_INCOME, -due.fen),
            ],
            due.account_id,
        )
        for due in _due(paths, on)
    ]  # fmt: skip


def bring_up_to_date(account: Account, on: date, at: datetime) -> int:
    """Post what is due on an account; returns the fen."""
    postings = postings_due({account.pk: account.path}, on)
    post_many(postings, on, at)
    return sum(posting.sides[0].amount_fen for posting in postings)
