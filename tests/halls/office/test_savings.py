"""Who would pay less on another plan, through the pages of the office."""

from __future__ import annotations

import pytest

from gridhall.cis.advice.models import AdviceRun
from gridhall.platform import jobs
from gridhall.platform.models import Job
from tests.cast import Cast
from tests.halls.office.conftest import At, key_of, text_of

pytestmark = pytest.mark.usefixtures("town", "db")


@pytest.fixture
def run(at: At) -> AdviceRun:
    """Begun by Analyst Fang with the form."""
    fang = at("Analyst Fang")
    answer = fang.post("/office/savings/", {"path": "32/04/", **key_of(fang.get("/office/savings/"))})
    found = AdviceRun.objects.get()
    assert answer.headers["Location"] == f"/office/savings/{found.public_id}/"
    return found


def test_analyst_fang_watches_the_run_and_lists_the_savings(at: At, run: AdviceRun) -> None:
    fang, address = at("Analyst Fang"), f"/office/savings/{run.public_id}/"
    assert "hx-trigger" in fang.get(address).content.decode()
    jobs.run_until_idle()
    run.refresh_from_db()
    page = fang.get(address)
    assert "hx-trigger" not in page.content.decode()
    shown = text_of(page)
    assert "Everybody is compared" in shown
    assert len(page.context["rows"]) == run.with_saving > 0
    dearest = fang.get(address, {"least": "1000"})
    assert all(one.saving_fen >= 1000_00 for one, _now, _best in dearest.context["rows"])
    everybody = fang.get(address, {"every": "1"})
    assert "not comparable" in text_of(everybody)
    assert len(everybody.context["rows"]) > run.with_saving


def test_the_list_comes_as_csv(at: At, run: AdviceRun, town: Cast) -> None:
    jobs.run_until_idle()
    answer = at("Analyst Fang").get(f"/office/savings/{run.public_id}/csv/?every=1")
    text = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
    assert town.accounts["Lao Zhou"].number in text
    assert town.customers["Lao Zhou"].name not in text


def test_a_run_is_stopped_by_a_press(at: At, run: AdviceRun) -> None:
    fang, address = at("Analyst Fang"), f"/office/savings/{run.public_id}/"
    fang.post(f"{address}cancel/", key_of(fang.get(address)))
    run.job.refresh_from_db()
    assert run.job.state == Job.State.CANCELLED
    assert "Stopped before its end" in text_of(fang.get(address))


def test_the_stranger_and_the_clerk_do_not_get_there(at: At, run: AdviceRun) -> None:
    address = f"/office/savings/{run.public_id}/"
    for page in ("", "csv/"):
        assert at("Stranger").get(address + page).status_code == 404
        assert at("Clerk Wu").get(address + page).status_code == 403
    assert at("Stranger").post(f"{address}cancel/", {"key": str(run.public_id)}).status_code == 404
