"""Late penalties: assessed up to a day, bill by bill, by the dated rules; never twice for the same day."""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import Max

from gridhall.cis.billing.models import Bill
from gridhall.cis.customers.models import Account
from gridhall.cis.ledger import chart
from gridhall.cis.ledger.models import Entry
from gridhall.cis.ledger.posting import Side, post
from gridhall.cis.ledger.queries import open_items
from gridhall.kernel import shipped
from gridhall.kernel.penalties import penalty_fen
from gridhall.platform.actions import Act, action
from gridhall.platform.errors import NotInScope
from gridhall.platform.locks import lock
from gridhall.platform.scope import EVERYTHING
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


def penalties_due(account_id: int, on: date) -> dict[int, int]:
    """Fen of penalty by bill that would be posted if the account were brought up to a day."""
    items = {item.bill_id: item.principal_fen for item in open_items(account_id) if item.principal_fen > 0}
    due: dict[int, int] = {}
    overdue = Bill.objects.within(EVERYTHING).filter(pk__in=list(items), due_on__lt=on, late_penalty=True)
    for bill in overdue.order_by("pk"):
        since = max(bill.due_on, assessed_until(bill.pk) or bill.due_on)
        payer = "residential" if bill.use_class in RESIDENTIAL else "other"
        before = _total(items[bill.pk], bill.due_on, since, payer)
        fen = _total(items[bill.pk], bill.due_on, on, payer) - before
        if fen > 0:
            due[bill.pk] = fen
    return due


def _total(debt_fen: int, due_on: date, until: date, payer: str) -> int:
    return penalty_fen(debt_fen, due_on, until, payer, shipped.penalty_rules())  # type: ignore[arg-type]


def assessed_until(bill_id: int) -> date | None:
    """The last day for which a penalty on the bill was posted."""
    refs = Entry.objects.within(EVERYTHING).filter(ref__gte=f"penalty:{bill_id}:", ref__lt=f"penalty:{bill_id};")
    return refs.aggregate(last=Max("effective_on"))["last"]


def bring_up_to_date(account: Account, on: date, at: datetime) -> int:
    """Post what ``penalties_due`` says; the reference holds the bill and the day, so a day is never charged twice."""
    posted = 0
    for bill_id, fen in penalties_due(account.pk, on).items():
        sides = [Side(chart.PENALTY_RECEIVABLE, fen, account.pk, bill_id), Side(chart.PENALTY_INCOME, -fen)]
        post(
            f"penalty:{bill_id}:{on}",
            "penalty",
            sides,
            path=account.path,
            effective_on=on,
            recorded_at=at,
            account_id=account.pk,
        )
        posted += fen
    return posted
