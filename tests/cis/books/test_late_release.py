"""A bill that was held when its month was closed is released all the same, on the first open day."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from gridhall.cis.billing.actions import release_run
from gridhall.cis.billing.models import Bill, BillRun
from gridhall.cis.books import days
from gridhall.cis.books.actions import confirm_close, propose_close
from gridhall.cis.ledger.models import Entry
from gridhall.platform.scope import EVERYTHING
from tests.cast import Cast
from tests.halls.conftest import town as town


@pytest.mark.usefixtures("db", "english")
def test_a_held_bill_of_october_counts_in_december_once_november_is_closed(
    town: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = BillRun.objects.within(EVERYTHING).get(month=202610)
    bill = Bill.objects.within(EVERYTHING).filter(run=run, account=town.accounts["Green Wheels"])
    assert Entry.objects.within(EVERYTHING).get(ref=f"bill:{bill.get().number}").effective_on == date(2026, 11, 1)
    now = datetime(2026, 12, 5, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)
    bill.update(state=Bill.State.DRAFT, number="2026109999999999")  # as if somebody had only now decided on it
    days.catch_up()
    november = propose_close(town.actor("Accountant Song"), town.units["32/04/"].pk, 202611)
    confirm_close(town.actor("Accountant Yu"), november.pk)
    release_run(town.actor("Checker He"), run.pk)
    assert Entry.objects.within(EVERYTHING).get(ref="bill:2026109999999999").effective_on == date(2026, 12, 1)
