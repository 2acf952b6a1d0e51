"""Everybody's best plan by one job: kept once, written over by the next run, stopped and resumed."""

from datetime import UTC, datetime
from unittest.mock import patch

import pytest

from gridhall.cis.advice import everybody, queries
from gridhall.cis.advice.actions import cancel_run, finish_run, keep_step, start_run
from gridhall.cis.advice.models import AdviceRun, BestPlan
from gridhall.cis.billing.models import Bill
from gridhall.platform import clock, jobs
from gridhall.platform.actor import system
from gridhall.platform.errors import NotAllowed, NotInScope, Refused
from gridhall.platform.models import AuditEvent, Job
from gridhall.platform.scope import EVERYTHING
from tests.cast import Cast
from tests.cis.facts import bill_of

pytestmark = pytest.mark.usefixtures("english")
MARCH = datetime(2026, 3, 5, 4, tzinfo=UTC)


def begun(cast: Cast) -> AdviceRun:
    with clock.set_to(MARCH):
        return start_run(cast.actor("Analyst Fang"), "32/04/")


def done(cast: Cast) -> AdviceRun:
    run = begun(cast)
    jobs.run_until_idle()
    run.refresh_from_db()
    assert run.ended, run.job.error
    return run


def test_analyst_fang_lists_everybody_by_saving(billed: Cast) -> None:
    run = done(billed)
    rows = list(queries.savings(billed.actor("Analyst Fang").scope, run=run))
    assert [row.saving_fen for row in rows] == sorted((row.saving_fen for row in rows), reverse=True)
    assert (run.accounts, run.with_saving) == (len(billed.accounts), len(rows))
    assert run.saving_fen == sum(row.saving_fen for row in rows)
    for row in rows:
        assert row.billed_fen == sum(row.account.bills.values_list("total_fen", flat=True))
        assert row.billed_fen - row.best_fen == row.saving_fen > 0


def test_who_cannot_be_compared_is_kept_as_such_and_without_a_saving(billed: Cast) -> None:
    run = done(billed)
    zhou = BestPlan.objects.within(EVERYTHING).get(account=billed.accounts["Lao Zhou"])
    assert (zhou.complete, zhou.months_compared, zhou.saving_fen, zhou.best_code) == (False, 0, 0, zhou.plan_code)
    assert zhou not in queries.savings(EVERYTHING, run=run, least_fen=0)
    assert zhou in queries.savings(EVERYTHING, run=run, least_fen=0, complete=False)
    school = BestPlan.objects.within(EVERYTHING).filter(account=billed.accounts["No. 1 High School"])
    assert not school.exists()  # nothing to choose


def test_the_next_run_writes_over_the_last_one(billed: Cast) -> None:
    first, second = done(billed), done(billed)
    rows = BestPlan.objects.within(EVERYTHING)
    assert rows.count() == len({row.account_id for row in rows}) > 3
    assert {row.run_id for row in rows} == {second.pk}
    assert not queries.savings(EVERYTHING, run=first, least_fen=0, complete=False).exists()


def test_a_run_that_is_stopped_keeps_what_it_found_and_goes_on_behind_it(billed: Cast) -> None:
    run = begun(billed)
    with patch.object(everybody, "ACCOUNTS_PER_STEP", 2):
        first, *rest = everybody.steps(run)
        keep_step(system("advice"), run.pk, first, everybody.found_of(first, run.until, queries.catalogue(run.on)))
        run.refresh_from_db()
        assert everybody.steps(run) == rest
        keep_step(system("advice"), run.pk, first, [])  # twice is once
        run.refresh_from_db()
        assert run.accounts == 2
        jobs.run_until_idle()
    run.refresh_from_db()
    assert (run.ended, run.accounts, run.job.done) == (True, len(billed.accounts), len(billed.accounts))


def test_a_cancelled_run_does_no_more(billed: Cast) -> None:
    run = begun(billed)
    cancel_run(billed.actor("Analyst Fang"), run.pk)
    jobs.run_until_idle()
    run.refresh_from_db()
    assert (run.job.state, run.accounts) == (Job.State.CANCELLED, 0)
    assert not BestPlan.objects.within(EVERYTHING).exists()
    finish_run(system("advice"), run.pk)
    with pytest.raises(Refused, match="ended already"):
        cancel_run(billed.actor("Analyst Fang"), run.pk)


def test_the_list_is_exported_without_names(billed: Cast) -> None:
    run = done(billed)
    lines = "".join(queries.csv_rows(queries.savings(EVERYTHING, run=run))).splitlines()
    assert lines[0].startswith("\ufeffaccount,unit,months")
    assert len(lines) == 1 + run.with_saving
    assert not any(customer.name in line for customer in billed.customers.values() for line in lines)
    best = queries.savings(EVERYTHING, run=run)[0]
    assert lines[1].startswith(f"{best.account.number},{best.path},{best.months},")


def test_the_largest_savings_are_read_off_an_index(billed: Cast) -> None:
    run = done(billed)
    plan = queries.savings(EVERYTHING, run=run).explain()
    assert "INDEX" in plan.upper()
    assert "TEMP B-TREE" not in plan.upper().replace("LAST TERM OF ORDER BY", "")


def test_a_unit_without_bills_says_so(cast: Cast) -> None:
    with pytest.raises(Refused, match="No bill was released"):
        begun(cast)


def test_a_bill_that_is_reversed_does_not_count(billed: Cast) -> None:
    Bill.objects.filter(pk=bill_of(billed, "Ms Li", 202601).pk).update(state=Bill.State.REVERSED)
    done(billed)
    assert BestPlan.objects.within(EVERYTHING).get(account=billed.accounts["Ms Li"]).months == 1


def test_the_stranger_sees_no_run_and_no_saving_and_starts_none(billed: Cast) -> None:
    run, stranger = done(billed), billed.actor("Stranger")
    assert queries.run(stranger.scope, run.public_id) is None
    assert not queries.savings(stranger.scope, least_fen=0, complete=False).exists()
    with pytest.raises(NotInScope):
        start_run(stranger, "32/04/")
    with pytest.raises(NotInScope):
        cancel_run(stranger, run.pk)
    with pytest.raises(NotInScope):
        queries.advice(stranger.scope, billed.accounts["Ms Li"].pk, queries.catalogue(run.on))
    with pytest.raises(NotInScope):
        queries.choices(stranger.scope, billed.accounts["Ms Li"].pk, queries.catalogue(run.on))


def test_a_clerk_starts_no_run_and_a_customer_sees_his_own_saving_only(billed: Cast) -> None:
    with pytest.raises(NotAllowed):
        start_run(billed.actor("Clerk Wu"), billed.station.path)
    done(billed)
    own = queries.savings(billed.actor("Sunny Roof").scope, least_fen=0, complete=False)
    assert [row.account for row in own] == [billed.accounts["Sunny Roof"]]
    assert AuditEvent.objects.filter(tag="advice-run:start").count() == 1
