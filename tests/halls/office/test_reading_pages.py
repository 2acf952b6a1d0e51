"""Tariffs, jobs and the audit log as their readers see them."""

from __future__ import annotations

import pytest
from django.db import connection

from gridhall.cis.tariffs.models import Tariff
from gridhall.platform import jobs
from gridhall.platform.models import AuditEvent, Job
from tests.cast import Cast
from tests.halls.office.conftest import At, key_of, text_of

pytestmark = pytest.mark.usefixtures("town", "db")


def test_a_tariff_shows_its_tiers_prices_and_source(at: At) -> None:
    tariff = Tariff.objects.get(code="zhejiang-residential-tou")
    page = at("Biller Gao").get(f"/office/tariffs/{tariff.public_id}/")
    prices = {row.period: row.prices for row in page.context["prices"]}
    assert prices == {"peak": ["0.5680", "0.6180", "0.8680"], "valley": ["0.2880", "0.3380", "0.5880"]}
    assert "Tier 1, to 2760 kWh a year" in text_of(page)
    assert "read in the published text" in text_of(page)


def test_the_bands_of_every_month_cover_the_whole_day(at: At) -> None:
    tariff = Tariff.objects.get(code="demo-business-two-part-1-10kv")
    months = at("Biller Gao").get(f"/office/tariffs/{tariff.public_id}/").context["months"]
    assert len(months) == 12
    for month in months:
        assert sum(band["width"] for band in month.bands) == 24 * 36
        assert all(one["x"] + one["width"] == two["x"] for one, two in zip(month.bands, month.bands[1:], strict=False))


def test_another_version_is_one_press_away(at: At) -> None:
    tariff = Tariff.objects.get(code="demo-business-two-part-1-10kv")
    first = tariff.versions.earliest("valid_from")
    page = at("Auditor Qin").get(f"/office/tariffs/{tariff.public_id}/?version={first.pk}")
    assert page.context["row"] == first


def test_publishing_what_is_shipped_twice_adds_nothing(at: At) -> None:
    client = at("Checker He")
    client.post("/office/tariffs/shipped/")
    count = Tariff.objects.count()
    assert "0 versions were new" in text_of(client.post("/office/tariffs/shipped/", follow=True))
    assert Tariff.objects.count() == count > 10


def test_a_waiting_job_is_stopped_at_once(at: At, town: Cast) -> None:
    job = jobs.submit("readings-import", {}, path=town.station.path, by="Biller Gao")
    client = at("Biller Gao")
    page = client.get(f"/office/jobs/{job.public_id}/")
    assert "Waiting" in text_of(page)
    client.post(f"/office/jobs/{job.public_id}/cancel/", key_of(page))
    job.refresh_from_db()
    assert job.state == Job.State.CANCELLED
    assert "Stop this job" not in text_of(client.get(f"/office/jobs/{job.public_id}/"))


def test_a_failed_job_is_run_again_from_its_page(at: At, town: Cast) -> None:
    job = jobs.submit("readings-import", {}, path=town.station.path)
    client, address = at("Biller Gao"), f"/office/jobs/{job.public_id}/"
    assert "Run it again" not in text_of(client.get(address))
    early = client.post(f"{address}restart/", key_of(client.get(address)), follow=True)
    assert "Only a job that failed can be run again." in text_of(early)
    Job.objects.filter(pk=job.pk).update(state="failed", failures=5, error="ValueError: the disk was full")
    page = client.get(address)
    assert "Run it again" in text_of(page)
    assert "The job waits for a worker." in text_of(client.post(f"{address}restart/", key_of(page), follow=True))
    job.refresh_from_db()
    assert (job.state, job.failures, job.error) == (Job.State.QUEUED, 0, "")


def test_only_the_administrator_sees_where_in_the_program_a_job_failed(at: At, town: Cast) -> None:
    job = jobs.submit("readings-import", {}, path=town.station.path)
    Job.objects.filter(pk=job.pk).update(state="failed", error='File "/srv/x.py", line 3\nValueError: no such unit')
    biller, administrator = (
        text_of(at(name).get(f"/office/jobs/{job.public_id}/")) for name in ("Biller Gao", "Administrator Lin")
    )
    assert "ValueError: no such unit" in biller and "x.py" not in biller
    assert "x.py" in administrator


def test_the_auditor_finds_what_a_person_did_to_a_subject(at: At) -> None:
    event = AuditEvent.objects.filter(tag="bill-run:release").latest("pk")
    page = at("Auditor Qin").get("/office/audit/", {"subject": event.subject, "tag": event.tag, "actor": event.actor})
    assert [row for row, _words in page.context["rows"]] == [event]
    assert "released a bill run" in text_of(page)
    empty = at("Auditor Qin").get("/office/audit/", {"last": "2020-01-01"})
    assert empty.context["rows"] == []


def test_the_check_of_the_log_names_what_was_altered(at: At) -> None:
    client = at("Auditor Qin")
    assert "the chains hold" in text_of(client.post("/office/audit/verify/", follow=True))
    event = AuditEvent.objects.latest("pk")
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(
                "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [event._meta.db_table]
            )
            for (name,) in cursor.fetchall():
                cursor.execute(f"DROP TRIGGER {name}")
        else:
            cursor.execute(f"ALTER TABLE {event._meta.db_table} DISABLE TRIGGER USER")
        cursor.execute(f"UPDATE {event._meta.db_table} SET actor = 'nobody' WHERE id = %s", [event.pk])
    assert f"event {event.number} ({event.tag}) was altered" in text_of(
        client.post("/office/audit/verify/", follow=True)
    )
