"""The ways of feeding in: surplus and full feed are paid, self-use only is metered, unpaid, and asked about."""

import pytest

from gridhall.cis.billing.inputs import stored
from gridhall.cis.billing.models import Bill, BillException
from gridhall.cis.customers.models import Agreement
from gridhall.cis.ledger.queries import owed_fen, prepaid_fen
from gridhall.platform.scope import EVERYTHING
from tests.cast import Cast
from tests.cis.facts import bill_of, calculated, put_month, released


def with_mode(cast: Cast, mode: str) -> None:
    Agreement.objects.filter(pk=cast.agreement("Sunny Roof", "export").pk).update(feed_in_mode=mode)


def test_the_mode_is_surplus_unless_said_otherwise_and_none_for_supply(cast: Cast) -> None:
    assert cast.agreement("Sunny Roof", "export").feed_in_mode == "surplus"
    assert cast.agreement("Sunny Roof").feed_in_mode == ""


@pytest.mark.parametrize("mode", ["surplus", "full"])
def test_what_is_fed_in_is_paid_and_nets_in_the_ledger(cast: Cast, mode: str) -> None:
    with_mode(cast, mode)
    put_month(cast, 202601)
    released(cast, 202601)
    bill, account = bill_of(cast, "Sunny Roof", 202601), cast.accounts["Sunny Roof"].pk
    assert -10_292 in list(bill.lines.values_list("amount_fen", flat=True))  # 248 kWh at 0.4150
    assert owed_fen(account) - prepaid_fen(account) == bill.total_fen


def test_self_use_only_is_paid_nothing_and_held_for_a_person(cast: Cast) -> None:
    with_mode(cast, "self_use")
    put_month(cast, 202601)
    calculated(cast, 202601)
    bill: Bill = bill_of(cast, "Sunny Roof", 202601)
    export = next(row for row in stored(bill.inputs) if row["export"])
    assert (sum(export["adjust"][0]["wh"]), sum(export["period_wh"])) == (248_000, 0)
    assert all(amount >= 0 for amount in bill.lines.values_list("amount_fen", flat=True))
    found = BillException.objects.within(EVERYTHING).get(account=cast.accounts["Sunny Roof"])
    assert (found.kind, found.evidence["energy_wh"], bill.state) == ("unpaid_export", 248_000, "held")
