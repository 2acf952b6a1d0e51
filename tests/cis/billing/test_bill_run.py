"""From readings to released, posted bills."""

import numpy as np
import pytest

from gridhall.cis.billing import queries
from gridhall.cis.billing.actions import cancel_run, create_run, release_run
from gridhall.cis.billing.models import Bill, BillException, MonthFigure
from gridhall.cis.ledger.queries import owed_fen, prepaid_fen
from gridhall.platform import jobs
from gridhall.platform.errors import NotAllowed, NotInScope, Refused
from gridhall.platform.scope import EVERYTHING
from gridhall.readings.store import Flag
from tests.cast import Cast
from tests.cis.facts import bill_of, calculated, first_of, following, put_curve, put_month, put_read, released


def test_a_month_becomes_bills_of_every_kind_and_the_ledger_holds_them(cast: Cast) -> None:
    put_month(cast, 202601)
    run = released(cast, 202601)
    assert (run.bills, run.exceptions) == (7, 0)
    li = bill_of(cast, "Ms Li", 202601)
    assert (li.energy_wh, li.total_fen) == (620_000, 33_356)  # 620 kWh at 0.5380, tier 1
    assert owed_fen(cast.accounts["Ms Li"].pk) == 33_356
    zhou = bill_of(cast, "Lao Zhou", 202601)
    assert (zhou.energy_wh, zhou.total_fen) == (150_000, 8_070)


def test_a_register_that_rolls_over_is_billed_forward(cast: Cast) -> None:
    put_month(cast, 202601)
    released(cast, 202601)
    chen = bill_of(cast, "Grandma Chen", 202601)
    assert chen.energy_wh == 150_000
    assert chen.total_fen == (150 - 15) * 53.8  # 15 kWh are free for a low-income household


def test_surplus_fed_in_is_credited_on_the_same_bill(cast: Cast) -> None:
    put_month(cast, 202601)
    released(cast, 202601)
    bill = bill_of(cast, "Sunny Roof", 202601)
    lines = queries.lines_of(bill)
    fed_in = [line for line in lines if line.export]
    assert [line.quantity for line in fed_in if not line.included] == [248_000]
    assert all(line.amount_fen < 0 for line in fed_in if not line.included)
    assert bill.energy_wh == 31 * 14_000


def test_the_two_part_bill_has_demand_and_power_factor_lines(cast: Cast) -> None:
    put_month(cast, 202601)
    released(cast, 202601)
    kinds = {line.kind for line in queries.lines_of(bill_of(cast, "Haisheng Foods", 202601))}
    assert {"energy", "demand", "power_factor", "component"} <= kinds


def test_every_bill_recomputes_to_the_same_lines_and_hash(cast: Cast) -> None:
    put_month(cast, 202601)
    released(cast, 202601)
    for bill in Bill.objects.within(EVERYTHING):
        assert queries.recompute(bill).identical, bill.number


def test_tiers_remember_what_earlier_months_used(cast: Cast) -> None:
    for month in (202601, 202602, 202603, 202604, 202605):
        put_month(cast, month, leave_out=tuple(name for name in cast.accounts if name != "Ms Li"))
        released(cast, month)
    bill = bill_of(cast, "Ms Li", 202605)  # 2,400 kWh before, 620 now, the first tier ends at 2,760
    tiers = {line.tier: line.quantity for line in queries.lines_of(bill)}
    assert tiers == {1: 360_000, 2: 260_000}
    assert bill.total_fen == 19_368 + 15_288


def test_who_created_a_run_may_not_release_it(cast: Cast) -> None:
    put_month(cast, 202601)
    run = create_run(cast.actor("Checker He"), cast.cycle.pk, 202601)
    jobs.run_until_idle()
    with pytest.raises(Refused, match=r"may not release|不能发行|复核"):
        release_run(cast.actor("Checker He"), run.pk)
    with pytest.raises(NotAllowed):
        release_run(cast.actor("Biller Gao"), run.pk)


def test_the_stranger_finds_no_run(cast: Cast) -> None:
    put_month(cast, 202601)
    run = calculated(cast, 202601)
    with pytest.raises(NotInScope):
        release_run(cast.actor("Stranger"), run.pk)
    assert queries.run(cast.actor("Stranger").scope, run.public_id) is None


def test_a_month_cannot_have_two_live_runs(cast: Cast) -> None:
    put_month(cast, 202601)
    calculated(cast, 202601)
    with pytest.raises(Refused):
        create_run(cast.actor("Biller Gao"), cast.cycle.pk, 202601)


def test_cancelling_takes_the_drafts_away_and_makes_room_for_another_run(cast: Cast) -> None:
    put_month(cast, 202601)
    run = calculated(cast, 202601)
    cancel_run(cast.actor("Biller Gao"), run.pk, "wrong readings")
    assert not Bill.objects.within(EVERYTHING).exists()
    assert released(cast, 202601).bills == 7


def test_a_released_run_cannot_be_cancelled(cast: Cast) -> None:
    put_month(cast, 202601)
    run = released(cast, 202601)
    with pytest.raises(Refused):
        cancel_run(cast.actor("Biller Gao"), run.pk, "changed my mind")


def test_an_account_without_readings_becomes_an_exception_and_the_others_are_billed(cast: Cast) -> None:
    put_month(cast, 202601, leave_out=("Ms Li", "Lao Zhou"))
    run = released(cast, 202601)
    found = {(e.account_id, e.kind) for e in BillException.objects.within(EVERYTHING)}
    assert found == {
        (cast.accounts["Ms Li"].pk, "missing_intervals"),
        (cast.accounts["Lao Zhou"].pk, "no_reading"),
    }
    assert run.bills == 5


def test_a_prepayment_is_used_by_the_next_bill(cast: Cast) -> None:
    from gridhall.cis.payments.actions import receive

    receive(cast.actor("Ms Li"), cast.accounts["Ms Li"].pk, 40_000, "online", "demo", key="before-the-bill")
    put_month(cast, 202601)
    released(cast, 202601)
    assert owed_fen(cast.accounts["Ms Li"].pk) == 0
    assert prepaid_fen(cast.accounts["Ms Li"].pk) == 40_000 - 33_356


def test_the_months_figures_equal_bills_and_books(cast: Cast) -> None:
    put_month(cast, 202601)
    run = released(cast, 202601)
    rows = MonthFigure.objects.within(EVERYTHING).filter(month=202601)
    assert sum(row.bills for row in rows) == 7
    assert sum(row.billed_fen for row in rows) == run.total_fen
    assert sum(row.billed_fen - row.collected_fen for row in rows) == sum(
        owed_fen(account.pk) for account in cast.accounts.values()
    )


def test_a_job_that_died_between_steps_goes_on_without_billing_anybody_twice(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    from gridhall.cis.billing import jobs as billing_jobs

    monkeypatch.setattr(billing_jobs, "ACCOUNTS_PER_STEP", 2)
    put_month(cast, 202601)
    run = create_run(cast.actor("Biller Gao"), cast.cycle.pk, 202601)
    real, calls = billing_jobs.calculate_step, []

    def dies_after_two(*args: object) -> None:
        calls.append(args)
        if len(calls) == 3:
            raise MemoryError
        real(*args)

    monkeypatch.setattr(billing_jobs, "calculate_step", dies_after_two)
    jobs.run_one()
    monkeypatch.setattr(billing_jobs, "calculate_step", real)
    run.job.refresh_from_db()
    assert run.job.state == "queued"
    type(run.job).objects.within(EVERYTHING).filter(pk=run.job.pk).update(due_at=run.created_at)
    jobs.run_until_idle()
    run.refresh_from_db()
    assert (run.state, run.bills) == ("calculated", 7)
    assert Bill.objects.within(EVERYTHING).filter(run=run).count() == 7


def test_estimated_intervals_are_billed_but_hold_the_bill_when_they_are_many(cast: Cast) -> None:
    flags = np.zeros((31, 96), np.uint8)
    flags[:10] = Flag.ESTIMATED
    put_month(cast, 202601, leave_out=("Ms Li",))
    put_curve(cast, "Ms Li", first_of(202601), following(202601), 20_000, flags=flags)
    calculated(cast, 202601)
    bill = bill_of(cast, "Ms Li", 202601)
    assert (bill.state, bill.energy_wh) == ("held", 620_000)
    assert bill.exceptions.get().evidence == {"estimated": 960, "intervals": 2976}


def test_a_single_missing_interval_keeps_the_account_from_being_billed(cast: Cast) -> None:
    flags = np.zeros((31, 96), np.uint8)
    flags[30, 95] = Flag.MISSING
    put_month(cast, 202601, leave_out=("Ms Li",))
    put_curve(cast, "Ms Li", first_of(202601), following(202601), 20_000, flags=flags)
    calculated(cast, 202601)
    found = BillException.objects.within(EVERYTHING).get()
    assert (found.kind, found.evidence["missing"], found.bill) == ("missing_intervals", 1, None)


def test_an_estimate_fills_the_gap_and_the_account_is_billed(cast: Cast) -> None:
    from gridhall.cis.billing.actions import resolve_exception

    flags = np.zeros((31, 96), np.uint8)
    flags[30, 40:44] = Flag.MISSING
    put_month(cast, 202601, leave_out=("Ms Li",))
    put_curve(cast, "Ms Li", first_of(202601), following(202601), 19_200, flags=flags)
    run = calculated(cast, 202601)
    found = BillException.objects.within(EVERYTHING).get()
    with pytest.raises(Refused):
        resolve_exception(cast.actor("Biller Gao"), found.pk, "release", "no bill yet")
    resolve_exception(cast.actor("Biller Gao"), found.pk, "estimate", "terminal was off")
    bill = bill_of(cast, "Ms Li", 202601)
    assert (bill.state, bill.energy_wh) == ("draft", 31 * 19_200)
    assert release_run(cast.actor("Checker He"), run.pk).state == "released"
    assert queries.recompute(bill).identical


def test_a_curve_that_its_register_contradicts_holds_the_bill(cast: Cast) -> None:
    put_month(cast, 202601)
    put_read(cast, "Ms Li", first_of(202601), 100_00)
    put_read(cast, "Ms Li", following(202601), 700_00)  # 600 kWh; the curve says 620
    calculated(cast, 202601)
    bill = bill_of(cast, "Ms Li", 202601)
    found = bill.exceptions.get()
    assert (bill.state, found.kind) == ("held", "register_differs")
    assert found.evidence == {"curve_wh": 620_000, "register_wh": 600_000}


def test_a_register_within_the_tolerance_holds_nothing(cast: Cast) -> None:
    put_month(cast, 202601)
    put_read(cast, "Ms Li", first_of(202601), 100_00)
    put_read(cast, "Ms Li", following(202601), 719_00)
    calculated(cast, 202601)
    assert bill_of(cast, "Ms Li", 202601).state == "draft"
