"""Settling: credits become prepayment, prepayment pays what is open, oldest bill first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.dispatch import Signal

from gridhall.cis.ledger import chart
from gridhall.cis.ledger.models import Entry
from gridhall.cis.ledger.posting import Posting, Side, post_many
from gridhall.cis.ledger.queries import CURRENT, OWED, Stands, latest_entries, standing_of
from gridhall.platform.ids import next_ids

settled = Signal()
"""Sent with ``account_ids``, ``on`` and ``at`` inside the transaction, after accounts were looked at for what is open:
domains above the books end here what a debt had begun."""


def settle(account_id: int, path: str, on: date, at: datetime) -> None:
    """Turn credits on bills into prepayment, then use the prepayment for what is open, oldest first."""
    settle_many({account_id: path}, on, at)


def settle_many(paths: Mapping[int, str], on: date, at: datetime, postings: Sequence[Posting] = ()) -> None:
    """Settle many accounts, given with their paths; those where nothing is to be settled are passed over.

    ``postings`` are entries of these accounts that are still to be posted: they go in first, with the same statements.
    """
    stands = standing_of(paths)
    for posting in postings:
        _take(stands, posting)
    moved = {pk: sides for pk in paths if pk in stands and (sides := _sides(pk, stands[pk]))}
    ids = next_ids(Entry, len(postings) + len(moved)) if postings or moved else ()
    latest = {posting.account_id: pk for posting, pk in zip(postings, ids, strict=False)}
    earlier = [pk for pk in moved if pk not in latest]
    known = latest_entries(earlier) if earlier else {}
    settlements = [
        Posting(f"settle:{pk}:{latest.get(pk) or known[pk]}", "settlement", paths[pk], sides, pk)
        for pk, sides in moved.items()
    ]
    post_many([*postings, *settlements], on, at, ids)
    settled.send(sender=Posting, account_ids=list(paths), on=on, at=at)


def _take(stands: dict[int, Stands], posting: Posting) -> None:
    """Count an entry that is not posted yet."""
    for side in posting.sides:
        if side.account_id is None or side.ledger_account not in CURRENT:
            continue
        own = stands.setdefault(side.account_id, Stands())
        if side.ledger_account == chart.PREPAYMENT:
            own.prepaid_fen -= side.amount_fen
        elif side.bill_id is not None:
            part = (side.bill_id, side.ledger_account)
            own.owed[part] = own.owed.get(part, 0) + side.amount_fen


def _sides(account_id: int, stands: Stands) -> list[Side]:
    """The lines of one settlement, balanced by the prepayment; none where nothing moves."""
    parts = sorted(stands.owed.items(), key=lambda part: (part[0][0], OWED.index(part[0][1])))
    credits = [Side(code, -fen, account_id, bill) for (bill, code), fen in parts if fen < 0]
    available = stands.prepaid_fen + sum(side.amount_fen for side in credits)
    used, debts = 0, []
    for (bill, code), fen in parts:  # the oldest bill first, principal before penalty
        part = min(fen, available - used)
        if fen > 0 and part > 0:
            debts.append(Side(code, -part, account_id, bill))
            used += part
    sides = credits + debts
    return [*sides, Side(chart.PREPAYMENT, -sum(side.amount_fen for side in sides), account_id)] if sides else []
