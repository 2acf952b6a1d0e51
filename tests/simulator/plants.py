"""Damage done behind the back of the code, so that the judge can be seen to notice: money lost, doubled, misplaced.

Each plant damages a copy of a judged world, in the tables with their guards off or in what the outside believes, and
names words that a sentence of the judge must hold.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import connection

from gridhall.cis.payments.models import Payment
from gridhall.platform.ids import uuid7
from gridhall.platform.scope import EVERYTHING
from tests.simulator.outside import Journal
from tests.simulator.partners import Answer
from tests.simulator.plan import NOBODY, Plan, Way

GUARDED = ("ledger_entry", "ledger_line", "platform_auditevent")


@dataclass(frozen=True)
class Plant:
    """``late``: in a world whose statements were matched."""

    damage: Callable[[Plan, Path], None]
    says: str
    late: bool = False


def lift_guards() -> None:
    """Nothing watches the append-only tables any more."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for table in (*GUARDED, "payments_payment", "reconcile_difference", "prepay_token"):
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
            return
        cursor.execute("PRAGMA foreign_keys = OFF")
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        for (name,) in cursor.fetchall():
            with suppress(Exception):
                cursor.execute(f'DROP TRIGGER "{name}"')


def _do(sql: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        assert cursor.rowcount > 0, f"nothing to damage: {sql}"


def _some(**wanted: Any) -> Payment:
    """A payment of a bank in the books, always the same one of a world."""
    rows = Payment.objects.within(EVERYTHING).filter(amount_fen__gt=0, reverses=None, **wanted)
    return rows.exclude(state__in=Payment.UNBOOKED).filter(state=Payment.State.RECEIVED).order_by("pk")[0]


def _entry_of(payment: Payment) -> str:
    return f"payment:{payment.receipt_number}"


def entry_lost(_plan: Plan, _folder: Path) -> None:
    ref = _entry_of(_some(link_code="BAPP"))
    _do("DELETE FROM ledger_line WHERE entry_id = (SELECT id FROM ledger_entry WHERE ref = %s)", ref)
    _do("DELETE FROM ledger_entry WHERE ref = %s", ref)


def entry_doubled(_plan: Plan, _folder: Path) -> None:
    _double(_entry_of(_some(link_code="BAPP")), "payment:twice")


def _double(ref: str, copy: str) -> None:
    columns = "kind, effective_on, recorded_at, path, account_id"
    _do(f"INSERT INTO ledger_entry (ref, {columns}) SELECT %s, {columns} FROM ledger_entry WHERE ref = %s", copy, ref)
    columns = "seq, ledger_account_id, account_id, bill_id, amount_fen"
    _do(
        f"INSERT INTO ledger_line (entry_id, {columns}) SELECT (SELECT id FROM ledger_entry WHERE ref = %s), {columns} "
        "FROM ledger_line WHERE entry_id = (SELECT id FROM ledger_entry WHERE ref = %s)", copy, ref,
    )  # fmt: skip


def payment_lost(_plan: Plan, _folder: Path) -> None:
    payment = _some(link_code="BFIL")
    _do("DELETE FROM payments_payment WHERE id = %s", payment.pk)


def booked_twice(_plan: Plan, _folder: Path) -> None:
    """A second payment with an entry and an event of its own: the books balance, the outside paid once."""
    payment = _some(link_code="BCTR")
    ref = _entry_of(payment)
    payment.pk, payment.key, payment.serial, payment.receipt_number = None, "twice", "", "twice"
    payment.public_id = uuid7()
    payment._state.adding = True
    payment.save(force_insert=True)
    _double(ref, "payment:twice")


def amount_changed(_plan: Plan, _folder: Path) -> None:
    payment = _some(link_code="ALI")
    _do("UPDATE payments_payment SET amount_fen = amount_fen + 1 WHERE id = %s", payment.pk)
    entry = "entry_id = (SELECT id FROM ledger_entry WHERE ref = %s)"
    for sign, code in (("+", payment.money_account), ("-", "prepayment")):
        _do(f"UPDATE ledger_line SET amount_fen = amount_fen {sign} 1 WHERE {entry} AND ledger_account_id = %s",
            _entry_of(payment), code)  # fmt: skip


def wrong_account(_plan: Plan, _folder: Path) -> None:
    payment = _some(link_code="WX")
    other = payment.account_id % 5 + 6
    _do("UPDATE payments_payment SET account_id = %s WHERE id = %s", other, payment.pk)


def believed_ok(plan: Plan, folder: Path) -> None:
    """The bank was told ok for an account that nobody has; we booked nothing."""
    one = next(one for one in plan.operations if one.account == NOBODY)
    Journal(folder / "evening.jsonl").heard(0, one.number, Answer("ok", "R1", one.amount_fen))


def another_receipt(plan: Plan, folder: Path) -> None:
    payment = _some(link_code="BAPP")
    number = next(one.number for one in plan.operations if (one.way, one.serial) == (Way.BANK_APP, payment.serial))
    Journal(folder / "evening.jsonl").heard(0, number, Answer("ok", "R0", payment.amount_fen))


def misled(plan: Plan, folder: Path) -> None:
    one = next(one for one in plan.operations if one.way is Way.BANK_APP)
    Journal(folder / "evening.jsonl").note("twice", one.number, "ok")


def settlement_lost(_plan: Plan, _folder: Path) -> None:
    kind = "SELECT max(id) FROM ledger_entry WHERE kind = 'settlement'"
    with connection.cursor() as cursor:
        cursor.execute(kind)
        (pk,) = cursor.fetchone()
    _do("DELETE FROM ledger_line WHERE entry_id = %s", pk)
    _do("DELETE FROM ledger_entry WHERE id = %s", pk)


def event_lost(_plan: Plan, _folder: Path) -> None:
    _do("DELETE FROM platform_outboxevent WHERE id = (SELECT min(id) FROM platform_outboxevent "
        "WHERE topic = 'payment.received')")  # fmt: skip


def audit_altered(_plan: Plan, _folder: Path) -> None:
    _do("UPDATE platform_auditevent SET detail = '{}' WHERE id = (SELECT max(id) FROM platform_auditevent)")


def token_lost(_plan: Plan, _folder: Path) -> None:
    _do("DELETE FROM prepay_token WHERE id = (SELECT max(id) FROM prepay_token)")


def till_short(_plan: Plan, _folder: Path) -> None:
    _do("UPDATE payments_shift SET counted_fen = counted_fen - 1 WHERE id = (SELECT min(id) FROM payments_shift)")


def difference_lost(_plan: Plan, _folder: Path) -> None:
    _do("DELETE FROM reconcile_difference WHERE id = (SELECT min(id) FROM reconcile_difference WHERE state = 'open')")


def difference_hidden(_plan: Plan, _folder: Path) -> None:
    _do("UPDATE reconcile_difference SET kind = 'ours-only' WHERE id = "
        "(SELECT min(id) FROM reconcile_difference WHERE kind = 'theirs-only')")  # fmt: skip


PLANTS = {
    "an entry is lost": Plant(entry_lost, "has no entry"),
    "an entry is there twice": Plant(entry_doubled, "belongs to no payment"),
    "a payment is lost": Plant(payment_lost, "told ok and are not in the books"),
    "a payment is booked twice": Plant(booked_twice, "is nobody's"),
    "an amount is one fen more": Plant(amount_changed, "is booked as"),
    "money went to another account": Plant(wrong_account, "is booked as"),
    "the bank was told ok for nothing": Plant(believed_ok, "told ok and are not in the books"),
    "a partner holds another receipt": Plant(another_receipt, "was told the receipts"),
    "another amount was told ok": Plant(misled, "with another amount was told ok"),
    "a settlement is lost": Plant(settlement_lost, "of credit beside an open bill"),
    "other systems were not told": Plant(event_lost, "other systems were told 0 times"),
    "the audit was altered": Plant(audit_altered, "was altered"),
    "a token is lost": Plant(token_lost, "its customer holds"),
    "a till is short": Plant(till_short, "the till of cashier"),
    "a difference is lost": Plant(difference_lost, "and no difference says so", late=True),
    "a difference says something else": Plant(difference_hidden, "and it is not", late=True),
}
