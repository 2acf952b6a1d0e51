"""The pages of a parallel run: from a file of any form to a signed certificate, in both languages."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from gridhall.cis.billing.models import Bill
from gridhall.cis.customers.models import Agreement
from gridhall.cis.parallel.models import Cause, Comparison, ComparisonRound, ParallelRun
from gridhall.halls.office.parallel.sentences import advice, sentence
from gridhall.kernel.money import format_scaled, format_yuan
from gridhall.platform import jobs
from gridhall.platform.scope import EVERYTHING
from tests.cast import Cast
from tests.halls.office.conftest import At, key_of, text_of

MONTH = 202610
pytestmark = pytest.mark.usefixtures("town", "db")


def old_file(wrong: str = "", **changes: str) -> bytes:
    """October as it was billed here, one row a bill; account numbers with other amounts, one row that is no bill."""
    bills = Bill.objects.within(EVERYTHING).filter(month=MONTH, kind="normal").select_related("account")
    rows = []
    for bill in bills.order_by("account__number"):
        yuan = changes.get(bill.account.number, format_yuan(bill.total_fen))
        rows.append(f"{bill.account.number},{MONTH},{format_scaled(bill.energy_wh, 3)},{yuan}")
    return "\n".join(["konto,monat,kwh,summe", *rows, wrong, ""]).encode()


def sent(client: Client, raw: bytes, unit: str = "32/04/") -> Any:
    """The preview of an upload."""
    file = SimpleUploadedFile("altes-system.csv", raw)
    return client.post("/office/parallel/new/", {"file": file, "unit": unit, "month": MONTH})


def started(client: Client, raw: bytes) -> ParallelRun:
    """A run through both forms, with the columns chosen by hand, compared once."""
    shown = sent(client, raw)
    kept = re.search(r'name="kept" value="([^"]+)"', shown.content.decode())
    assert kept
    chosen = {"target-0": "account", "target-1": "month", "target-2": "energy", "target-3": "amount"}
    answer = client.post("/office/parallel/start/", {"kept": kept[1], "then": "start", "layout": "bills", **chosen})
    assert answer.status_code == 302, text_of(answer)
    jobs.run_until_idle()
    return ParallelRun.objects.within(EVERYTHING).latest("pk")


def test_columns_with_unknown_names_are_asked_for_and_kept_by_name(gao: Client) -> None:
    shown = sent(gao, old_file())
    assert "No column was recognised as: Account number" in text_of(shown)
    said = re.search(r'name="kept" value="([^"]+)"', shown.content.decode())
    assert said
    chosen = {"kept": said[1], "layout": "bills", "target-0": "account", "target-2": "energy", "target-3": "amount"}
    again = gao.post("/office/parallel/start/", {**chosen, "then": "look"})
    assert "The first bills as they were read" in text_of(again)
    twice = gao.post("/office/parallel/start/", {**chosen, "target-1": "amount", "then": "look"})
    assert twice.status_code == 422
    assert "Two columns become the same" in text_of(twice)
    gao.post("/office/parallel/start/", {**chosen, "then": "start", "mapping_name": "altes System"})
    assert "The saved mapping “altes System” fits this file." in text_of(sent(gao, old_file() + b"\n"))


def test_an_upload_belongs_to_who_brought_it(gao: Client, checker: Client) -> None:
    said = re.search(r'name="kept" value="([^"]+)"', sent(gao, old_file()).content.decode())
    assert said
    assert checker.post("/office/parallel/start/", {"kept": said[1], "then": "start"}).status_code == 422
    assert gao.post("/office/parallel/start/", {"kept": said[1] + "x", "then": "start"}).status_code == 422


def test_a_unit_of_others_cannot_be_chosen(gao: Client) -> None:
    assert sent(gao, old_file(), unit="41/").status_code == 422


def test_an_empty_file_is_answered_with_its_reason(gao: Client) -> None:
    assert "The file is empty" in text_of(sent(gao, b" \n"))


def test_from_differences_to_a_signed_certificate(town: Cast, gao: Client, checker: Client) -> None:
    li, zhou = town.accounts["Ms Li"].number, town.accounts["Lao Zhou"].number
    run = started(gao, old_file("nobody,202610,x,y", **{li: "1.00", zhou: "2.00"}))
    page = text_of(gao.get(reverse("office-parallel", args=[run.public_id])))
    assert "Not explained" in page
    group = reverse("office-parallel-group", args=[run.public_id])
    assert li in text_of(gao.get(group, {"cause": "unknown"}))
    one = Comparison.objects.within(EVERYTHING).get(account_number=li, round__run=run)
    where = reverse("office-difference", args=[one.public_id])
    shown = gao.get(where)
    assert "Both bills line by line" in text_of(shown)
    assert gao.post(where, {"reason": "", **key_of(shown)}).status_code == 200
    one.refresh_from_db()
    assert one.state == "open"
    gao.post(where, {"reason": "their error, confirmed", **key_of(shown)})
    one.refresh_from_db()
    assert (one.state, one.reason) == ("accepted", "their error, confirmed")
    certificate = reverse("office-parallel-certificate", args=[run.public_id])
    assert "Sign off" not in text_of(checker.get(certificate))
    refused = checker.post(certificate, key_of_any(checker))
    assert refused.status_code == 422
    gao.post(group, {"reason": "all theirs", **key_of(gao.get(group))})
    assert "Every difference is gone or accepted" in text_of(gao.get(reverse("office-parallel", args=[run.public_id])))
    shown = checker.get(certificate)
    assert checker.post(certificate, key_of(shown)).status_code == 302
    signed = text_of(checker.get(certificate))
    assert "Signed off by" in signed
    assert "their error, confirmed" in signed
    assert run.sha256 in signed


def key_of_any(client: Client) -> dict[str, str]:
    """A fresh key, as a form that was shown earlier holds one."""
    return key_of(client.get("/office/runs/new/"))


def test_everything_and_the_refused_rows_come_as_csv(town: Cast, gao: Client) -> None:
    li = town.accounts["Ms Li"].number
    run = started(gao, old_file("=1+1,202610,5,y", **{li: "1.00"}))
    every = b"".join(gao.get(reverse("office-parallel-csv", args=[run.public_id])).streaming_content).decode()
    assert li in every
    assert "Not explained" in every
    refused = b"".join(gao.get(reverse("office-parallel-refused", args=[run.public_id])).streaming_content).decode()
    assert "'=1+1" in refused  # no cell runs as a formula
    assert "y in summe is not an amount" in refused


def test_after_a_repair_the_next_comparison_shows_progress(town: Cast, gao: Client) -> None:
    chen = town.accounts["Grandma Chen"]
    raw = old_file()
    Agreement.objects.filter(account=chen).update(low_income=False)
    run = started(gao, raw)
    first = text_of(gao.get(reverse("office-parallel", args=[run.public_id])))
    assert "Free quota" in first
    Agreement.objects.filter(account=chen).update(low_income=True)
    gao.post(reverse("office-parallel-again", args=[run.public_id]), key_of_any(gao))
    jobs.run_until_idle()
    second = gao.get(reverse("office-parallel", args=[run.public_id]))
    assert [one.open_at_end for one in second.context["rounds"]] == [0, 1]
    old = Comparison.objects.within(EVERYTHING).get(account_number=chen.number, round__number=1, round__run=run)
    assert "There is a newer comparison" in text_of(gao.get(reverse("office-difference", args=[old.public_id])))


def test_a_run_that_nobody_wants_is_cancelled_with_a_reason(gao: Client) -> None:
    run = started(gao, old_file())
    where = reverse("office-parallel-cancel", args=[run.public_id])
    gao.post(where, {"reason": "wrong month", **key_of(gao.get(where))})
    run.refresh_from_db()
    assert run.state == "cancelled"


PARTS = [
    {"cause": "missing_here", "why": "no_account", "row": 7}, {"cause": "missing_here", "why": "no_reading"},
    {"cause": "missing_here", "why": "not_supplied"}, {"cause": "missing_there"}, {"cause": "unreadable", "row": 3},
    {"cause": "repeated", "row": 9, "first_row": 2}, {"cause": "sign", "theirs_fen": -5, "ours_fen": 5},
    {"cause": "repeated", "kind": "energy", "period": "peak", "tier": 0},
    {"cause": "period", "our_from": "2026-10-01", "our_to": "2026-11-01", "their_from": "2026-10-01",
     "their_to": "2026-10-31", "proven": False},
    {"cause": "multiplier", "theirs": 40, "ours": 80, "theirs_wh": 40_000, "ours_wh": 80_000},
    {"cause": "loss", "loss_wh": 500, "ours_wh": 1000}, {"cause": "sub_meter", "deducted_wh": 500, "ours_wh": 1000},
    {"cause": "reading", "theirs_wh": 5, "ours_wh": 6, "last_read": "1", "this_read": "2", "our_last": 100,
     "our_this": 200, "decimals": 2},
    {"cause": "tier_counter", "theirs_wh": 0, "ours_wh": 5000},
    {"cause": "unit_price", "kind": "energy", "period": "", "tier": 2, "theirs_e8": 1, "ours_e8": 2,
     "worked_out": True, "matches": [{"code": "a", "zh": "甲", "en": "A", "from": "2026-01-01"}]},
    {"cause": "demand", "way_number": 1, "our_way_number": 3},
    {"cause": "demand", "way": "capacity", "our_way": "demand"},
    {"cause": "power_factor", "their_standard": 85, "standard": 90},
    {"cause": "power_factor", "theirs_e8": -1_000_000, "ours_e8": -1_100_000, "standard": 85},
    {"cause": "free_quota", "ours": True}, {"cause": "free_quota", "kind": "free_quota", "period": "", "tier": 0,
     "theirs_fen": -807},
    {"cause": "proration", "our_thirtieths": 30, "their_thirtieths": 29}, {"cause": "rounding"},
    {"cause": "rounding", "of": "energy", "theirs_wh": 1000, "ours_wh": 1300}, {"cause": "unknown"},
    {"cause": "demand", "follows": True}, {"cause": "loss", "loss_wh": 5, "ours_wh": 9, "ours_only": True},
    {"cause": "sub_meter", "deducted_wh": 5, "ours_wh": 9, "ours_only": True},
]  # fmt: skip


@pytest.mark.parametrize("part", PARTS, ids=lambda part: str(part["cause"]))
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_cause_is_a_sentence_with_its_figures(part: dict[str, Any], language: str) -> None:
    with override(language):
        said = sentence(part)
    assert said.endswith((".", "。"))
    assert ("%(" not in said) and (any("一" <= c <= "鿿" for c in said) == (language == "zh-hans"))


@pytest.mark.parametrize("cause", Cause.values)
def test_every_cause_has_a_remedy(town: Cast, cause: str, at: At) -> None:
    run = ParallelRun(path="32/04/", public_id="00000000-0000-7000-8000-000000000000")
    one = Comparison(round=ComparisonRound(run=run), account_id=town.accounts["Ms Li"].pk, cause=cause, detail={})
    told = advice(town.actor("Biller Gao").scope, one)
    assert told.text
    assert told.address.startswith("/office/")
