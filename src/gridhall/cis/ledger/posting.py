"""Posting: the only way into the books."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection, models

from gridhall.cis.ledger import chart
from gridhall.cis.ledger.models import Entry, Line
from gridhall.cis.ledger.periods import require_open, require_open_for
from gridhall.platform import statements
from gridhall.platform.ids import next_ids


@dataclass(frozen=True)
class Side:
    """One line to post: debit positive, credit negative."""

    ledger_account: str
    amount_fen: int
    account_id: int | None = None
    bill_id: int | None = None


class Unbalanced(ValueError):
    """The lines of an entry do not sum to zero, or not within a sub-ledger: a programming error, never a user's."""


@dataclass(frozen=True)
class Posting:
    """One entry to be: its unique reference, what kind of event it is, whose it is, and its lines."""

    ref: str
    kind: str
    path: str
    sides: list[Side]
    account_id: int | None = None


def post(
    ref: str,
    kind: str,
    sides: list[Side],
    *,
    path: str,
    effective_on: date,
    recorded_at: datetime,
    account_id: int | None = None,
) -> int:
    """Write one entry and return its id; lines of zero are left out. IntegrityError when ``ref`` was posted before.

    Raises PeriodClosed for a day whose month is closed, NotInChart for an account that the chart lacks.
    """
    return post_many([Posting(ref, kind, path, sides, account_id)], effective_on, recorded_at)[0]


def post_many(
    postings: Sequence[Posting], effective_on: date, recorded_at: datetime, ids: Sequence[int] | None = None
) -> Sequence[int]:
    """Write entries of one moment, all or none; the rules of ``post`` hold for each. Returns their ids, which are those
    of ``ids`` where the caller took them from ``next_ids`` before."""
    if not postings:
        return ()
    kept = [[side for side in posting.sides if side.amount_fen] for posting in postings]
    for posting, sides in zip(postings, kept, strict=True):
        if sum(side.amount_fen for side in sides) != 0 or len(sides) < 2:
            raise Unbalanced(f"{posting.ref}: {sides}")
        for side in sides:
            _check_side(posting.ref, side, effective_on)
    require_open({posting.path for posting in postings}, effective_on)
    ids = next_ids(Entry, len(postings)) if ids is None else ids
    on, at = statements.day(effective_on), statements.moment(recorded_at)
    statements.insert(
        Entry,
        ("id", "ref", "kind", "effective_on", "recorded_at", "path", "account_id"),
        [
            (pk, posting.ref, posting.kind, on, at, posting.path, posting.account_id)
            for pk, posting in zip(ids, postings, strict=True)
        ],
    )
    statements.insert(
        Line,
        ("entry_id", "seq", "ledger_account_id", "account_id", "bill_id", "amount_fen"),
        [
            (pk, seq, side.ledger_account, side.account_id, side.bill_id, side.amount_fen)
            for pk, sides in zip(ids, kept, strict=True)
            for seq, side in enumerate(sides, start=1)
        ],
    )
    return ids


def _check_side(ref: str, side: Side, on: date) -> None:
    """A line of a sub-ledger names whose it is: reports by customer and by bill add up to the account."""
    kept_by = chart.account(side.ledger_account, on).sub_ledger
    if (kept_by != "none" and side.account_id is None) or (kept_by == "bill" and side.bill_id is None):
        raise Unbalanced(f"{ref}: a line on {side.ledger_account} names its {kept_by}: {side}")


@dataclass(frozen=True)
class BulkSide:
    """A line of every entry in a bulk posting: ``amount`` is an SQL expression over the source row ``s``."""

    ledger_account: str
    amount: str
    per_customer: bool = False


def post_rows(
    source: models.QuerySet,
    kind: str,
    ref_prefix: str,
    sides: list[BulkSide],
    *,
    effective_on: date,
    recorded_at: datetime,
) -> int:
    """One entry per row of ``source``, made inside the database: INSERT ... SELECT, no row passes through Python.

    ``source`` yields the columns number, path, account_id, bill_id and whatever the expressions of ``sides`` name.
    """
    for side in sides:
        if (chart.account(side.ledger_account, effective_on).sub_ledger != "none") != side.per_customer:
            raise Unbalanced(f"{kind}: {side} does not keep the sub-ledger of its account")
    require_open_for(source, effective_on)
    # Expressions and names are ours; every value is a bound parameter.
    sql, parameters = source.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO ledger_entry (ref, kind, effective_on, recorded_at, path, account_id) "
            f"SELECT %s || s.number, %s, {_typed('%s', 'date')}, {_typed('%s', 'timestamptz')}, s.path, s.account_id "
            f"FROM ({sql}) s ORDER BY s.bill_id",
            [ref_prefix, kind, effective_on, recorded_at, *parameters],
        )
        count = cursor.rowcount
        for seq, side in enumerate(sides, start=1):
            customer = (
                "s.account_id, s.bill_id"
                if side.per_customer
                else f"{_typed('NULL', 'bigint')}, {_typed('NULL', 'bigint')}"
            )
            cursor.execute(
                "INSERT INTO ledger_line (entry_id, seq, ledger_account_id, account_id, bill_id, amount_fen) "
                f"SELECT e.id, {seq}, %s, {customer}, {side.amount} FROM ({sql}) s "
                f"JOIN ledger_entry e ON e.ref = %s || s.number WHERE {side.amount} <> 0",
                [side.ledger_account, *parameters, ref_prefix],
            )
    return count


def _typed(expression: str, kind: str) -> str:
    """PostgreSQL wants to know the type of a bare parameter or NULL in a select list; SQLite does not."""
    return f"CAST({expression} AS {kind})" if connection.vendor == "postgresql" else expression
