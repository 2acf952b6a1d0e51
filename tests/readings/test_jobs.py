"""Imports as jobs: kept under a random name, previewed, cancelled, resumed."""

import os
import time
from datetime import timedelta

import pytest
from django.utils import timezone

from gridhall.platform import jobs as motor
from gridhall.platform.errors import NotAllowed, NotInScope, Refused
from gridhall.platform.models import AuditEvent, Job
from gridhall.readings import jobs, queries
from gridhall.readings.catalog import current_snapshot
from gridhall.readings.importing import files
from gridhall.readings.importing.options import ImportOptions
from gridhall.readings.models import ReadingsImport, Snapshot
from tests.readings.conftest import CITY, GAO, MONDAY, STRANGER, readings

OPTIONS = ImportOptions(unit_path=CITY)
State = ReadingsImport.State


@pytest.fixture
def file(points, wide):
    return wide([p.code for p in points], readings(4, 2))


def upload(file, **kwargs):
    return jobs.upload(GAO, "../../etc/readings.csv", [file.read_bytes()], OPTIONS, **kwargs)


def test_an_uploaded_file_is_imported_by_the_worker_and_then_removed(file, points) -> None:
    row = upload(file)
    (kept,) = files.folder().iterdir()
    assert row.file_name == "readings.csv" and "readings" not in kept.name
    motor.run_until_idle()
    row.refresh_from_db()
    assert (row.state, row.rows_new) == (State.DONE, 8) and not list(files.folder().iterdir())
    assert queries.curves([points[0].pk], 1, MONDAY, MONDAY + timedelta(days=2)).present.all()
    assert jobs.job_of(row).checkpoint["summary"]["points"] == 4


def test_the_audit_names_the_person_who_uploaded_not_the_worker(file) -> None:
    upload(file)
    motor.run_until_idle()
    event = AuditEvent.objects.get(tag="readings:import")
    assert (event.actor, event.actor_user) == (GAO.name, GAO.user_id)


def test_a_preview_waits_for_a_decision_and_the_same_upload_is_then_applied(file) -> None:
    row = upload(file, preview_first=True)
    motor.run_until_idle()
    row.refresh_from_db()
    assert (row.state, row.rows_new, current_snapshot()) == (State.PREVIEWED, 8, 0)
    jobs.apply_preview(GAO, row, OPTIONS)
    motor.run_until_idle()
    row.refresh_from_db()
    assert (row.state, row.rows_new) == (State.DONE, 8) and Snapshot.objects.count() == 1


def test_a_stranger_can_neither_upload_here_nor_apply_a_preview(file) -> None:
    row = upload(file, preview_first=True)
    motor.run_until_idle()
    with pytest.raises(NotInScope):
        jobs.upload(STRANGER, "x.csv", [b"x"], OPTIONS)
    with pytest.raises(NotInScope):
        jobs.apply_preview(STRANGER, row, OPTIONS)


def test_somebody_without_the_permission_cannot_upload(file) -> None:
    clerk = type(GAO)("Clerk Wu", "staff", frozenset({"clerk"}), GAO.scope)
    with pytest.raises(NotAllowed):
        jobs.upload(clerk, "x.csv", [b"x"], OPTIONS)
    assert not list(files.folder().iterdir())


def test_a_cancelled_import_changes_nothing(file, store, monkeypatch) -> None:
    row = upload(file)
    monkeypatch.setattr(jobs, "bring_in", cancelling(jobs.bring_in, row))
    motor.run_until_idle()
    row.refresh_from_db()
    assert Job.objects.get().state == Job.State.CANCELLED
    assert (row.state, row.problems[0]["code"], current_snapshot()) == (State.REFUSED, "cancelled", 0)
    assert not list(store.rglob("*.parquet"))


def cancelling(bring_in, row):
    def cancel_then_import(*args, **kwargs):
        motor.cancel(jobs.job_of(row))
        return bring_in(*args, **kwargs)

    return cancel_then_import


def test_a_second_worker_finishes_what_a_dead_one_began(file, points) -> None:
    row = upload(file)
    assert motor.claim() is not None  # the first worker dies right after it has claimed the job
    assert motor.run_one() is None
    Job.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    motor.run_until_idle()
    row.refresh_from_db()
    assert row.state == State.DONE and Job.objects.get().attempt == 2


def test_a_worker_that_lost_its_lease_publishes_nothing(file, monkeypatch) -> None:
    row = upload(file)
    real = jobs.bring_in

    def slow(*args, **kwargs):
        Job.objects.update(attempt=9)  # another worker has taken the job over
        return real(*args, **kwargs)

    monkeypatch.setattr(jobs, "bring_in", slow)
    motor.run_one()
    row.refresh_from_db()
    assert row.state == State.RUNNING and current_snapshot() == 0


def test_the_same_content_uploaded_again_is_done_without_a_change(file) -> None:
    upload(file)
    motor.run_until_idle()
    again = upload(file)
    motor.run_until_idle()
    again.refresh_from_db()
    assert (again.state, again.rows_new, again.rows_same) == (State.DONE, 0, 8) and Snapshot.objects.count() == 1


@pytest.mark.parametrize("name", ["../secret-key", "a" * 31, "A" * 32, ""])
def test_a_job_cannot_name_any_other_file(store, name) -> None:
    with pytest.raises(ValueError, match="not the name of an upload"):
        files.kept(name)


def test_an_upload_beyond_the_limit_or_broken_off_leaves_no_file(store, monkeypatch) -> None:
    monkeypatch.setattr(files.limits, "MAX_BYTES", 10)
    with pytest.raises(Refused):
        jobs.upload(GAO, "big.csv", [b"123456", b"789012"], OPTIONS)

    def broken_off():
        yield b"123"
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        jobs.upload(GAO, "half.csv", broken_off(), OPTIONS)
    assert not list(files.folder().iterdir()) and not ReadingsImport.objects.exists()


def test_forgotten_uploads_are_swept_after_a_week(store) -> None:
    old, new = files.keep([b"old"]), files.keep([b"new"])
    os.utime(old, times=(time.time() - 8 * 86400,) * 2)
    assert files.sweep() == 1
    assert list(files.folder().iterdir()) == [new]
