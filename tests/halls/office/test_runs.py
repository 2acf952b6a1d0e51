"""A month through the pages: created, calculated, looked at, released by a second person."""

from __future__ import annotations

import pytest
from django.test import Client

from gridhall.cis.billing.models import Bill, BillException, BillRun
from gridhall.cis.ledger import queries as ledger
from gridhall.platform import jobs
from gridhall.platform.models import AuditEvent
from tests.cast import Cast
from tests.halls.office.conftest import key_of, text_of

pytestmark = pytest.mark.usefixtures("town", "db")


def create(client: Client, town: Cast, month: int = 202608) -> BillRun:
    """A run by the form; nothing is calculated yet."""
    assert town.cycle is not None
    form = key_of(client.get("/office/runs/new/"))
    answer = client.post("/office/runs/new/", {"cycle": town.cycle.pk, "month": month, **form})
    run = BillRun.objects.latest("pk")
    assert answer.headers["Location"] == f"/office/runs/{run.public_id}/"
    return run


def test_progress_asks_again_until_the_work_is_done(gao: Client, town: Cast) -> None:
    run = create(gao, town)
    waiting = gao.get(f"/office/runs/{run.public_id}/progress/").content.decode()
    assert 'hx-trigger="every 1s"' in waiting and "<progress" in waiting
    jobs.run_until_idle()
    done = gao.get(f"/office/runs/{run.public_id}/progress/").content.decode()
    assert "hx-trigger" not in done and "Calculated" in done
    last = gao.get(f"/office/runs/{run.public_id}/progress/", headers={"HX-Request": "true"})
    assert last.headers["HX-Refresh"] == "true"  # so that the bills and the buttons come, too


def test_a_second_run_of_the_month_is_refused_beside_the_form(gao: Client, town: Cast) -> None:
    assert town.cycle is not None
    form = key_of(gao.get("/office/runs/new/"))
    answer = gao.post("/office/runs/new/", {"cycle": town.cycle.pk, "month": 202610, **form})
    assert answer.status_code == 422
    assert "already has a run" in text_of(answer)


def test_pressing_twice_creates_one_run(gao: Client, town: Cast) -> None:
    assert town.cycle is not None
    sent = {"cycle": town.cycle.pk, "month": 202607, **key_of(gao.get("/office/runs/new/"))}
    places = {gao.post("/office/runs/new/", sent).headers["Location"] for _press in range(2)}
    assert len(places) == 1


def test_the_totals_stand_beside_those_of_last_month(gao: Client, town: Cast) -> None:
    run = BillRun.objects.get(month=202610)
    shown = gao.get(f"/office/runs/{run.public_id}/")
    before = BillRun.objects.get(month=202609)
    assert shown.context["earlier"] == before
    money = shown.context["figures"][2]
    assert money.now == f"¥{run.total_fen / 100:,.2f}" and money.before == f"¥{before.total_fen / 100:,.2f}"


def test_bills_are_filtered_by_state_and_class(gao: Client, town: Cast) -> None:
    run = BillRun.objects.get(month=202610)
    found = gao.get(f"/office/runs/{run.public_id}/?state=released&use_class=large_industry").context["listing"].rows
    assert [bill.account for bill in found] == [town.accounts["Haisheng Foods"]]
    assert gao.get(f"/office/runs/{run.public_id}/?state=draft").context["listing"].rows == []


def held_run(gao: Client, town: Cast) -> BillRun:
    """August has no readings: every account is an exception."""
    run = create(gao, town)
    jobs.run_until_idle()
    run.refresh_from_db()
    return run


def test_who_created_a_run_may_not_release_it(checker: Client, town: Cast) -> None:
    run = create(checker, town)
    jobs.run_until_idle()
    page = checker.get(f"/office/runs/{run.public_id}/release/")
    answer = checker.post(f"/office/runs/{run.public_id}/release/", key_of(page))
    assert answer.status_code == 422
    assert "ask a second person" in text_of(answer)
    run.refresh_from_db()
    assert run.state == BillRun.State.CALCULATED


def test_a_release_says_first_what_it_will_post_and_then_posts_it(checker: Client, town: Cast) -> None:
    run, account = BillRun.objects.get(month=202610), town.accounts["Ms Li"]
    bill = Bill.objects.get(run=run, account=account)
    fresh = Bill(**{f.attname: getattr(bill, f.attname) for f in Bill._meta.concrete_fields if f.name != "id"})
    fresh.public_id, fresh.number, fresh.state = BillException().public_id, "late-draft", Bill.State.DRAFT
    fresh.save()
    owed = ledger.owed_fen(account.pk)
    page = checker.get(f"/office/runs/{run.public_id}/release/")
    assert (page.context["effect"].bills, page.context["effect"].total_fen) == (1, fresh.total_fen)
    assert checker.post(f"/office/runs/{run.public_id}/release/", key_of(page)).status_code == 302
    fresh.refresh_from_db()
    assert fresh.state == Bill.State.RELEASED
    assert ledger.owed_fen(account.pk) == owed + fresh.total_fen


def test_cancelling_needs_a_reason_and_throws_the_drafts_away(gao: Client, town: Cast) -> None:
    run = held_run(gao, town)
    address = f"/office/runs/{run.public_id}/cancel/"
    form = key_of(gao.get(address))
    assert "hall-error" in gao.post(address, {"reason": "", **form}).content.decode()
    assert gao.post(address, {"reason": "readings came late", **form}).status_code == 302
    run.refresh_from_db()
    assert run.state == BillRun.State.CANCELLED
    assert not BillException.objects.filter(run=run).exists()
    assert "readings came late" in AuditEvent.objects.filter(tag="bill-run:cancel").latest("pk").detail


def test_exceptions_stand_together_by_kind_with_their_evidence_in_words(gao: Client, town: Cast) -> None:
    run = held_run(gao, town)
    page = gao.get(f"/office/exceptions/?run={run.public_id}")
    kinds = {kind: count for kind, _word, count in page.context["kinds"]}
    assert sum(kinds.values()) == BillException.objects.filter(run=run).count() > 2
    assert "2,976 intervals are missing in 1 Aug 2026 – 31 Aug 2026" in text_of(page)


def test_the_ticked_ones_get_one_decision_and_the_others_stay(gao: Client, town: Cast) -> None:
    run = held_run(gao, town)
    cases = list(BillException.objects.filter(run=run, kind="missing_intervals").order_by("pk"))
    address = f"/office/exceptions/?run={run.public_id}&kind=missing_intervals"
    ticked = [str(case.public_id) for case in cases[:2]]
    sent = {"case": ticked, "outcome": "field_check", "reason": "no signal", **key_of(gao.get(address))}
    assert gao.post(address, sent).status_code == 302
    outcomes = list(
        BillException.objects.filter(pk__in=[case.pk for case in cases]).order_by("pk").values_list("outcome")
    )
    assert outcomes == [("field_check",)] * 2 + [("open",)] * (len(cases) - 2)
    assert len(cases) > 2


def test_several_kinds_are_not_decided_alike(gao: Client, town: Cast) -> None:
    run = held_run(gao, town)
    every = [str(pk) for pk in BillException.objects.filter(run=run).values_list("public_id", flat=True)]
    address = f"/office/exceptions/?run={run.public_id}&kind=missing_intervals"
    answer = gao.post(
        address, {"case": every, "outcome": "suppress", "reason": "all of them", **key_of(gao.get(address))}
    )
    assert answer.status_code == 422
    assert "of one kind together" in text_of(answer)
    assert not BillException.objects.filter(run=run).exclude(outcome="open").exists()


def test_a_decision_leads_to_the_next_case_and_stays_with_its_reason(gao: Client, town: Cast) -> None:
    run = held_run(gao, town)
    first, second = BillException.objects.filter(run=run, kind="missing_intervals").order_by("pk")[:2]
    address = f"/office/exceptions/{first.public_id}/"
    sent = {"outcome": "suppress", "reason": "house stands empty", **key_of(gao.get(address))}
    assert gao.post(address, sent).headers["Location"] == f"/office/exceptions/{second.public_id}/"
    assert "house stands empty" in text_of(gao.get(address))


def test_what_was_not_computed_cannot_be_released(gao: Client, town: Cast) -> None:
    run = held_run(gao, town)
    case = BillException.objects.filter(run=run, kind="missing_intervals").earliest("pk")
    address = f"/office/exceptions/{case.public_id}/"
    answer = gao.post(address, {"outcome": "release", "reason": "please", **key_of(gao.get(address))})
    case.refresh_from_db()
    assert (answer.status_code, case.outcome) == (200, "open")
    assert "hall-error" in answer.content.decode()
