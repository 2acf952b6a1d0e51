"""The job motor: keys, leases, delays, cancelling, coming back."""

from datetime import timedelta

import pytest
from django.utils import timezone

from gridhall.platform import jobs
from gridhall.platform.actor import system
from gridhall.platform.errors import Refused
from gridhall.platform.job_actions import restart_job
from gridhall.platform.models import Job

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_handlers")]


def make_due(job: Job) -> None:
    Job.objects.filter(pk=job.pk).update(due_at=timezone.now())


def test_the_same_key_is_the_same_job() -> None:
    first = jobs.submit("count", {"n": 1}, key="once")
    assert jobs.submit("count", {"n": 1}, key="once") == first
    assert Job.objects.count() == 1


def test_a_job_waits_until_it_is_due_and_the_oldest_goes_first() -> None:
    seen = []
    jobs.handler("note")(lambda running: seen.append(running.arguments["n"]))
    now = timezone.now()
    for n, minutes in ((1, -1), (2, -2), (3, 60)):
        jobs.submit("note", {"n": n}, due_at=now + timedelta(minutes=minutes))
    assert jobs.run_until_idle() == 2
    assert seen == [2, 1]


def test_a_job_of_a_kind_nobody_knows_is_left_alone() -> None:
    job = jobs.submit("of another version", {})
    assert jobs.run_one() is None
    job.refresh_from_db()
    assert job.state == Job.State.QUEUED


def test_a_failed_job_waits_longer_each_time_and_then_for_a_person() -> None:
    @jobs.handler("broken")
    def broken(_running: jobs.Running) -> None:
        raise ValueError("no such meter")

    job, delays = jobs.submit("broken", {}), []
    for _ in range(jobs.MAX_FAILURES):
        make_due(job)
        before = timezone.now()
        jobs.run_one()
        job.refresh_from_db()
        delays.append(round((job.due_at - before).total_seconds()))
    assert delays[:-1] == [4, 8, 16, 32]
    assert job.state == Job.State.FAILED
    assert "no such meter" in job.error
    make_due(job)
    assert jobs.run_one() is None


def test_a_refused_job_fails_at_once_and_says_why() -> None:
    @jobs.handler("refused")
    def refused(_running: jobs.Running) -> None:
        raise Refused("The run is released already.")

    job = jobs.submit("refused", {})
    jobs.run_one()
    job.refresh_from_db()
    assert (job.state, job.error) == (Job.State.FAILED, "The run is released already.")


def test_progress_forgives_earlier_failures() -> None:
    @jobs.handler("halting")
    def halting(running: jobs.Running) -> None:
        step = running.checkpoint.get("done", 0) + 1
        running.report(step, 10, {"done": step})
        if step < 10:
            raise ValueError("once a step")

    job = jobs.submit("halting", {})
    for _ in range(10):
        make_due(job)
        jobs.run_one()
    job.refresh_from_db()
    assert job.state == Job.State.DONE


def test_a_worker_that_lost_its_lease_changes_nothing() -> None:
    jobs.handler("slow")(lambda running: None)
    job = jobs.submit("slow", {})
    first = jobs.claim()
    Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
    second = jobs.claim()
    assert first is not None
    assert second is not None
    with pytest.raises(jobs.LeaseLost):
        first.report(7, 10, {"done": 7})
    second.report(1, 10, {"done": 1})
    job.refresh_from_db()
    assert (job.done, job.checkpoint, job.attempt) == (1, {"done": 1}, 2)


def test_a_job_that_kills_its_worker_every_time_is_failed_for_good() -> None:
    jobs.handler("deadly")(lambda running: pytest.fail("it would kill once more"))
    job = jobs.submit("deadly", {})
    for _ in range(jobs.MAX_FAILURES):
        assert jobs.claim() is not None
        Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
    jobs.run_one()
    job.refresh_from_db()
    assert job.state == Job.State.FAILED
    assert "died 5 times" in job.error


def test_a_job_that_failed_for_good_is_run_again_by_a_person_and_no_other_is() -> None:
    works: list[bool] = []

    @jobs.handler("mended")
    def mended(_running: jobs.Running) -> None:
        if not works:
            raise Refused("the till is closed")

    job = jobs.submit("mended", {})
    with pytest.raises(Refused):
        restart_job(system(), job)
    jobs.run_one()
    works.append(True)
    again = restart_job(system(), job)
    assert (again.state, again.failures, again.error, again.finished_at) == (Job.State.QUEUED, 0, "", None)
    jobs.run_one()
    job.refresh_from_db()
    assert (job.state, job.attempt) == (Job.State.DONE, 2)


def test_a_job_in_work_is_not_claimed_again() -> None:
    jobs.handler("slow")(lambda running: None)
    jobs.submit("slow", {})
    assert jobs.claim() is not None
    assert jobs.claim() is None


def test_a_waiting_job_is_cancelled_at_once() -> None:
    jobs.handler("count")(lambda running: None)
    job = jobs.submit("count", {})
    jobs.cancel(job)
    assert jobs.run_one() is None
    job.refresh_from_db()
    assert job.state == Job.State.CANCELLED


def test_a_running_job_is_cancelled_at_its_next_report() -> None:
    steps = []

    @jobs.handler("long")
    def long(running: jobs.Running) -> None:
        for step in range(10):
            steps.append(step)
            if step == 2:
                jobs.cancel(running.job)
            running.report(step + 1, 10)

    job = jobs.submit("long", {})
    jobs.run_one()
    job.refresh_from_db()
    assert job.state == Job.State.CANCELLED
    assert steps == [0, 1, 2]


def test_recurring_work_is_one_row_that_comes_back() -> None:
    runs = []
    jobs.handler("figures", every=timedelta(minutes=5))(lambda running: runs.append(1))
    jobs.submit_recurring()
    jobs.submit_recurring()
    assert jobs.run_until_idle() == 1
    job = Job.objects.get()
    assert job.state == Job.State.QUEUED
    assert timedelta(minutes=4) < job.due_at - timezone.now() <= timedelta(minutes=5)
    make_due(job)
    jobs.run_until_idle()
    assert len(runs) == 2


def test_recurring_work_is_never_given_up() -> None:
    @jobs.handler("figures", every=timedelta(minutes=5))
    def figures(_running: jobs.Running) -> None:
        raise ValueError("the disk is full")

    jobs.submit_recurring()
    job = Job.objects.get()
    for _ in range(20):
        make_due(job)
        jobs.run_one()
    job.refresh_from_db()
    assert job.state == Job.State.QUEUED
    assert job.due_at - timezone.now() <= jobs.LONGEST_DELAY
