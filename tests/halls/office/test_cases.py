"""Cases through the pages: preview, saving, two people, the customer's and the counter's view, the notice."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from pypdf import PdfReader

from gridhall.cis.billing.models import Bill
from gridhall.cis.cases.models import Case
from gridhall.platform.scope import EVERYTHING
from tests.cast import Cast
from tests.halls.office.conftest import At, key_of, text_of

pytestmark = pytest.mark.usefixtures("town", "db")
NEW = "/office/cases/new/"
# 2 kVA of lighting for the 31 days of October, 6 hours a day: 372 kWh
THEFT = {
    "found_on": "2026-11-20", "found_by": "Fitter Sun", "evidence": "photographs 1 to 4\nsheet 17",
    "first": "2026-10-01", "last": "2026-10-31", "method": "capacity", "kva": "2", "phases": "1", "load": "lighting",
    "note": "sheet 17",
}  # fmt: skip


def all_cases() -> list[Case]:
    return list(Case.objects.within(EVERYTHING).order_by("pk"))


def sent(client: Client, town: Cast, kind: str, name: str = "Lao Zhou", **answers: str) -> Any:
    """The form of a kind, filled in and sent."""
    address = f"{NEW}?account={town.accounts[name].number}&kind={kind}"
    form = {"account": town.accounts[name].number, "kind": kind, **answers, **key_of(client.get(address))}
    return client.post(NEW, form)


def a_theft(gao: Client, town: Cast) -> Case:
    assert sent(gao, town, "theft", **THEFT).status_code == 302
    return all_cases()[-1]


def decide(client: Client, case: Case, verb: str, **answers: object) -> Any:
    address = f"/office/cases/{case.public_id}/"
    return client.post(f"{address}{verb}/", {**answers, **key_of(client.get(address))})


def test_a_theft_is_previewed_saved_confirmed_and_explained_to_the_customer(
    gao: Client, checker: Client, at: At, town: Cast
) -> None:
    number = town.accounts["Lao Zhou"].number
    shown = text_of(gao.post("/office/cases/preview/", {"account": number, "kind": "theft", **THEFT, **_key()}))
    assert "2 kVA (counted as kW) x 6 hours (lighting) x 31 days = 372 kWh." in shown
    assert "3 times the" in shown and "It owes afterwards" in shown and not all_cases()
    case = a_theft(gao, town)
    assert case.state == Case.State.CALCULATED and case.recovered_fen > 200_00
    own = gao.get(f"/office/cases/{case.public_id}/")
    assert "a second person confirms it" in text_of(own) and "confirm/" not in own.content.decode()
    zhou = Client(headers={"accept-language": "en"})
    zhou.force_login(town.logins["Lao Zhou"])
    assert zhou.get(f"/my/cases/{case.public_id}/").status_code == 404
    assert decide(checker, case, "confirm", seen=case.total_fen).status_code == 302
    page = text_of(zhou.get(f"/my/cases/{case.public_id}/"))
    assert "Theft of electricity" in page and "are still open, due" in page and "to verify" in page
    bill = Bill.objects.within(EVERYTHING).get(kind="breach")
    assert zhou.get(f"/my/bills/{bill.public_id}/")["Location"] == f"/my/cases/{case.public_id}/"
    assert "Charge for a breach" in text_of(zhou.get("/my/pay/"))
    clerk = at("Clerk Wu")
    assert clerk.get(f"/counter/bills/{bill.public_id}/pdf/")["Location"] == f"/counter/cases/{case.public_id}/"
    assert "372 kWh" in text_of(clerk.get(f"/counter/cases/{case.public_id}/"))
    assert checker.get(f"/office/bills/{bill.public_id}/")["Location"] == f"/office/cases/{case.public_id}/"


@pytest.mark.parametrize(("language", "said"), [("en", "3 times the"), ("zh-hans", "的 3 倍")])
def test_the_notice_prints_in_both_languages(
    gao: Client, checker: Client, at: At, town: Cast, language: str, said: str
) -> None:
    case = a_theft(gao, town)
    assert checker.get(f"/office/cases/{case.public_id}/pdf/").status_code == 404  # nothing is posted yet
    decide(checker, case, "confirm", seen=case.total_fen)
    case.refresh_from_db()
    for client, hall in ((at("Checker He", language), "office"), (at("Clerk Wu", language), "counter")):
        answer = client.get(f"/{hall}/cases/{case.public_id}/pdf/")
        text = "".join(page.extract_text() for page in PdfReader(BytesIO(answer.content)).pages)
        assert case.number in text and said in text and "sheet 17" in text


def test_another_figure_than_the_one_shown_is_not_confirmed(gao: Client, checker: Client, town: Cast) -> None:
    case = a_theft(gao, town)
    refused = decide(checker, case, "confirm", seen=1)
    assert refused.status_code == 422 and "figures have changed" in text_of(refused)
    assert decide(checker, case, "withdraw", reason="nothing was found").status_code == 302
    assert "nothing was found" in text_of(checker.get(f"/office/cases/{case.public_id}/"))


def test_what_cannot_be_calculated_is_kept_as_a_draft_and_changed_later(gao: Client, town: Cast) -> None:
    answer = gao.get(sent(gao, town, "theft", **{**THEFT, "kva": ""})["Location"])
    assert "Kept as a draft: Give the capacity" in text_of(answer)
    case = all_cases()[-1]
    edit = f"/office/cases/{case.public_id}/edit/"
    again = gao.get(edit)
    assert 'value="2026-10-31"' in again.content.decode()
    assert gao.post(edit, {**THEFT, **key_of(again)}).status_code == 302
    case.refresh_from_db()
    assert case.state == Case.State.CALCULATED


def test_energy_by_month_names_the_line_that_is_wrong(gao: Client, town: Cast) -> None:
    common = {"found_on": "2026-11-20", "note": "phase lost", "energy": ""}
    for months in ("2026-09", "2026-13 5", "2026-09 peak", "2026-09 noon 5", "2026-09 peak five"):
        wrong = sent(gao, town, "back_bill", months=f"2026-10 12\n{months}", **common)
        assert wrong.status_code == 422 and "Line 2: write a month" in text_of(wrong), months
    assert sent(gao, town, "back_bill", months="2026-09 12\n2026-10 7.5", **common).status_code == 302
    assert all_cases()[-1].energy_wh == 19_500


def test_a_refund_is_posted_paid_out_and_seen_by_the_customer(gao: Client, checker: Client, town: Cast) -> None:
    credit = {
        "reason": "billing-error",
        "direction": "credit",
        "amount": "900.00",
        "found_on": "2026-11-20",
        "note": "x",
    }
    sent(gao, town, "adjustment", **credit)
    adjustment = all_cases()[-1]
    decide(checker, adjustment, "confirm", seen=adjustment.total_fen)
    asked = {"amount": "50.00", "way": "bank", "payment": "", "payee": "Zhou, bank of Linhai, 6222 0001"}
    sent(gao, town, "refund", **asked, found_on="2026-11-20", note="asked at the counter")
    refund = all_cases()[-1]
    decide(checker, refund, "confirm", seen=refund.total_fen)
    own = gao.post(f"/office/cases/{refund.public_id}/pay-out/", {"reference": "T-1", **_key()})
    assert own.status_code == 403
    assert decide(checker, refund, "pay-out", reference="T-1").status_code == 302
    page = text_of(checker.get(f"/office/cases/{refund.public_id}/"))
    assert "T-1" in page and "Settled" in page


def test_a_large_case_goes_to_the_manager(gao: Client, checker: Client, at: At, town: Cast) -> None:
    answers = {**THEFT, "first": "2026-09-01", "kva": "900", "note": "x"}
    sent(gao, town, "over_capacity", "Haisheng Foods", **answers)
    case = all_cases()[-1]
    assert "a supervisor decides" in text_of(checker.get(f"/office/cases/{case.public_id}/"))
    decide(checker, case, "confirm", seen=case.total_fen)
    manager = at("Manager Tang")
    assert case.number in text_of(manager.get("/office/cases/?state=confirmed"))
    assert decide(manager, case, "approve", seen=case.total_fen).status_code == 302
    case.refresh_from_db()
    assert case.state == Case.State.POSTED and case.approved_by == "Manager Tang"


def test_strangers_and_clerks_get_nothing(gao: Client, at: At, town: Cast) -> None:
    case, number = a_theft(gao, town), town.accounts["Lao Zhou"].number
    stranger, clerk = at("Stranger"), at("Clerk Wu")
    assert case.number not in text_of(stranger.get("/office/cases/"))
    for verb in ("", "edit/", "pdf/"):
        assert stranger.get(f"/office/cases/{case.public_id}/{verb}").status_code == 404
        assert clerk.get(f"/office/cases/{case.public_id}/{verb}").status_code == 403
    for verb in ("confirm", "approve", "withdraw", "pay-out"):
        answers = {"seen": case.total_fen, "reason": "curious", "reference": "T", **_key()}
        assert stranger.post(f"/office/cases/{case.public_id}/{verb}/", answers).status_code == 404
    unknown = stranger.get(f"{NEW}?account={number}&kind=theft")
    assert unknown.status_code == 422 and "There is no such account here." in text_of(unknown)
    assert stranger.post("/office/cases/preview/", {"account": number, "kind": "theft", **THEFT}).status_code == 404
    other = sent(gao, town, "transfer", other="9999999999", amount="1", found_on="2026-11-20", note="x")
    assert other.status_code == 422 and "There is no such account here." in text_of(other)


def _key() -> dict[str, str]:
    from gridhall.platform.ids import uuid7

    return {"key": str(uuid7())}
