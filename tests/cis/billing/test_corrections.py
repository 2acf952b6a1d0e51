"""Reversal and rebill: everything stays, and the sum is right."""

import pytest

from gridhall.cis.billing import queries
from gridhall.cis.billing.actions import rebill, reverse
from gridhall.cis.billing.models import Bill
from gridhall.cis.ledger.models import Line
from gridhall.cis.ledger.queries import owed_fen, prepaid_fen
from gridhall.cis.payments.actions import receive
from gridhall.platform.errors import NotAllowed, NotInScope, Refused
from gridhall.platform.scope import EVERYTHING
from tests.cast import Cast
from tests.cis.facts import bill_of, first_of, following, put_curve, put_month, released


def test_a_bill_and_its_reversal_net_to_zero_line_by_line(cast: Cast) -> None:
    put_month(cast, 202601)
    released(cast, 202601)
    original = bill_of(cast, "Haisheng Foods", 202601)
    reversal = reverse(cast.actor("Biller Gao"), original.pk, "wrong multiplier")
    before = list(original.lines.order_by("seq").values_list("item_id", "quantity", "amount_fen"))
    after = list(reversal.lines.order_by("seq").values_list("item_id", "quantity", "amount_fen"))
    assert after == [(item, -quantity, -amount) for item, quantity, amount in before]
    assert owed_fen(original.account_id) == 0
    assert queries.recompute(reversal).identical


def test_billing_again_on_the_same_readings_gives_the_same_amount_and_nets_to_zero(cast: Cast) -> None:
    put_month(cast, 202601)
    released(cast, 202601)
    original = bill_of(cast, "Sunny Roof", 202601)
    fresh = rebill(cast.actor("Biller Gao"), original.pk, "customer asked")
    reversal = original.reversed_by.get()
    assert original.total_fen + reversal.total_fen + fresh.total_fen == original.total_fen == fresh.total_fen
    assert fresh.kind == Bill.Kind.REBILL
    assert queries.recompute(fresh).identical


def test_a_late_correction_of_readings_changes_the_rebill_but_not_the_first_bill(cast: Cast) -> None:
    put_month(cast, 202601)
    released(cast, 202601)
    original = bill_of(cast, "Ms Li", 202601)
    put_curve(cast, "Ms Li", first_of(202601), following(202601), 10_000)
    fresh = rebill(cast.actor("Biller Gao"), original.pk, "meter data corrected")
    assert (original.energy_wh, fresh.energy_wh) == (620_000, 310_000)
    assert fresh.total_fen == 16_678
    then = queries.explain_line(original, 1)
    now = queries.explain_line(fresh, 1)
    assert then is not None and now is not None
    assert (then.energy_wh, now.energy_wh) == (620_000, 310_000)
    original.refresh_from_db()
    assert queries.recompute(original).identical


def test_what_was_paid_on_a_reversed_bill_pays_the_next(cast: Cast) -> None:
    put_month(cast, 202601)
    released(cast, 202601)
    account = cast.accounts["Ms Li"]
    original = bill_of(cast, "Ms Li", 202601)
    receive(cast.actor("Ms Li"), account.pk, 33_356 + _penalty(account.pk), "online", "demo", key="all")
    put_curve(cast, "Ms Li", first_of(202601), following(202601), 10_000)
    rebill(cast.actor("Biller Gao"), original.pk, "meter data corrected")
    assert owed_fen(account.pk) == 0
    assert prepaid_fen(account.pk) > 33_356 - 16_678  # the penalty on the wrong bill came back too


def _penalty(account_id: int) -> int:
    from django.utils import timezone

    from gridhall.cis.payments.queries import standing

    return standing(account_id, timezone.localdate()).due_fen - owed_fen(account_id)


def test_the_tier_year_forgets_what_was_reversed(cast: Cast) -> None:
    others = tuple(name for name in cast.accounts if name != "Ms Li")
    put_month(cast, 202601, leave_out=others)
    released(cast, 202601)
    reverse(cast.actor("Biller Gao"), bill_of(cast, "Ms Li", 202601).pk, "test")
    put_month(cast, 202602, leave_out=others)
    released(cast, 202602)
    from gridhall.cis.billing.inputs import stored

    assert stored(bill_of(cast, "Ms Li", 202602).inputs)[0]["tier_before_wh"] == 0


def test_a_reversal_needs_a_reason_a_released_bill_the_right_role_and_scope(cast: Cast) -> None:
    put_month(cast, 202601)
    released(cast, 202601)
    bill = bill_of(cast, "Ms Li", 202601)
    with pytest.raises(Refused):
        reverse(cast.actor("Biller Gao"), bill.pk, " ")
    with pytest.raises(NotAllowed):
        reverse(cast.actor("Clerk Wu"), bill.pk, "no")
    with pytest.raises(NotInScope):
        reverse(cast.actor("Stranger"), bill.pk, "no")
    reverse(cast.actor("Biller Gao"), bill.pk, "once")
    with pytest.raises(Refused):
        reverse(cast.actor("Biller Gao"), bill.pk, "twice")


def test_ledger_lines_cannot_be_changed_even_by_sql(cast: Cast) -> None:
    from django.db import DatabaseError, connection, transaction

    put_month(cast, 202601)
    released(cast, 202601)
    assert Line.objects.exists()
    for statement in ("UPDATE ledger_line SET amount_fen = 1", "DELETE FROM ledger_line", "DELETE FROM ledger_entry"):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert Bill.objects.within(EVERYTHING).exists()
