"""Money at the counter: part, exact, over, with change, taken back, counted."""

from __future__ import annotations

import io
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from pypdf import PdfReader

from gridhall.cis.ledger import queries as ledger
from gridhall.cis.payments.models import Payment, Shift
from gridhall.cis.payments.queries import standing
from gridhall.halls.formats import yuan
from tests.cast import Cast
from tests.halls.counter.conftest import At, form_of, text_of
from tests.halls.town import NOW

pytestmark = pytest.mark.usefixtures("town", "db")
TODAY = NOW.date()


@pytest.fixture(autouse=True)
def the_books_balance(db: None) -> Any:
    """Whatever a test did, double entry holds."""
    yield
    assert ledger.problems() == []


def counter_of(town: Cast, name: str) -> str:
    return f"/counter/customers/{town.accounts[name].public_id}/pay/"


def take(client: Client, town: Cast, name: str, amount: str, **more: str) -> Any:
    """Fill in the form that is shown and send it."""
    shown = client.get(counter_of(town, name))
    return client.post(counter_of(town, name), {"amount": amount, "method": "cash", **form_of(shown), **more})


def due(town: Cast, name: str) -> int:
    return standing(town.accounts[name].pk, TODAY).due_fen


def newest() -> Payment:
    return Payment.objects.latest("pk")


def test_what_is_due_stands_in_the_field(wu: Client, town: Cast) -> None:
    fen = due(town, "Lao Zhou")
    assert wu.get(counter_of(town, "Lao Zhou")).context["form"]["amount"].value() == f"{fen // 100}.{fen % 100:02d}"


def test_a_part_payment_settles_the_oldest_bill_first(wu: Client, town: Cast) -> None:
    before = standing(town.accounts["Lao Zhou"].pk, TODAY)
    answer = take(wu, town, "Lao Zhou", "20.00", tendered="50")
    receipt = text_of(wu.get(answer.headers["Location"]))
    after = standing(town.accounts["Lao Zhou"].pk, TODAY)
    assert after.due_fen == before.due_fen - 20_00
    assert after.items[1] == before.items[1]
    assert "¥30.00" in receipt
    assert "Bill of Sep 2026 ¥20.00" in receipt
    assert f"Owed now {yuan(after.due_fen)}" in receipt


def test_an_exact_payment_leaves_nothing(wu: Client, town: Cast) -> None:
    fen = due(town, "Grandma Chen")
    take(wu, town, "Grandma Chen", f"{fen // 100}.{fen % 100:02d}")
    now = standing(town.accounts["Grandma Chen"].pk, TODAY)
    assert (now.items, now.prepaid_fen) == ([], 0)


def test_what_is_over_is_kept_for_the_next_bills(wu: Client, town: Cast) -> None:
    fen = due(town, "Sunny Roof")
    total = fen + 100_00
    answer = take(wu, town, "Sunny Roof", f"{total // 100}.{total % 100:02d}")
    assert "Kept for the next bills ¥100.00" in text_of(wu.get(answer.headers["Location"]))
    assert ledger.prepaid_fen(town.accounts["Sunny Roof"].pk) == 100_00


def test_pressing_twice_gives_the_same_receipt(wu: Client, town: Cast) -> None:
    shown = form_of(wu.get(counter_of(town, "Lao Zhou")))
    sent = {"amount": "10", "method": "cash", "tendered": "10", **shown}
    count = Payment.objects.count()
    first, second = (wu.post(counter_of(town, "Lao Zhou"), sent).headers["Location"] for _ in range(2))
    assert first == second
    assert Payment.objects.count() == count + 1


def test_the_same_form_with_another_amount_is_refused(wu: Client, town: Cast) -> None:
    shown = form_of(wu.get(counter_of(town, "Lao Zhou")))
    wu.post(counter_of(town, "Lao Zhou"), {"amount": "10", "method": "cash", **shown})
    count = Payment.objects.count()
    again = wu.post(counter_of(town, "Lao Zhou"), {"amount": "11", "method": "cash", **shown})
    assert again.status_code == 422
    assert "already used with other content" in text_of(again)
    assert Payment.objects.count() == count


@pytest.mark.parametrize(
    "sent",
    [
        {"amount": "0"}, {"amount": "-5"}, {"amount": "1.234"}, {"amount": "1e3"}, {"amount": "十元"}, {"amount": ""},
        {"amount": "10", "tendered": "9.99"}, {"amount": "10", "method": "demo"}, {"amount": "10", "method": "gold"},
        {"amount": "10", "method": "transfer"}, {"amount": "10", "key": "not a key"}, {"amount": "99999999999"},
    ],
)  # fmt: skip
def test_what_cannot_be_is_said_beside_the_form_and_nothing_is_taken(
    wu: Client, town: Cast, sent: dict[str, str]
) -> None:
    count, fen = Payment.objects.count(), due(town, "Lao Zhou")
    answer = take(wu, town, "Lao Zhou", **sent)
    assert answer.status_code in (200, 422)
    assert 'role="alert"' in answer.content.decode() or answer.context["form"].errors
    assert (Payment.objects.count(), due(town, "Lao Zhou")) == (count, fen)


def test_cash_needs_an_open_till_and_a_transfer_its_number(at: At, town: Cast) -> None:
    clerk = at("Clerk Wu")
    assert "Open your shift" in text_of(take(clerk, town, "Lao Zhou", "10"))
    answer = take(clerk, town, "Lao Zhou", "10", method="transfer", reference="BANK-77", tendered="50")
    assert answer.status_code == 302
    payment = newest()
    assert (payment.method, payment.reference, payment.tendered_fen) == ("transfer", "BANK-77", None)


def test_a_supervisor_takes_back_with_a_reason_and_the_bills_are_open_again(wu: Client, at: At, town: Cast) -> None:
    before = standing(town.accounts["Lao Zhou"].pk, TODAY)
    take(wu, town, "Lao Zhou", "30")
    payment = newest()
    address = f"/counter/payments/{payment.public_id}/reverse/"
    assert wu.post(address, {"reason": "wrong customer"}).status_code == 403
    zheng = at("Supervisor Zheng")
    shown = zheng.get(address)
    assert "The bill of Sep 2026 is open again: ¥30.00." in text_of(shown)
    assert zheng.post(address, {"reason": "", **form_of(shown)}).status_code == 200
    answer = zheng.post(address, {"reason": "wrong customer", **form_of(shown)})
    reversal = text_of(zheng.get(answer.headers["Location"]))
    assert "\N{MINUS SIGN}¥30.00" in reversal
    assert "wrong customer" in reversal
    after = standing(town.accounts["Lao Zhou"].pk, TODAY)
    assert (after.due_fen, after.prepaid_fen) == (before.due_fen, before.prepaid_fen)
    assert "Taken back by" in text_of(zheng.get(f"/counter/payments/{payment.public_id}/"))
    again = zheng.get(address)
    assert zheng.post(address, {"reason": "twice", **form_of(again)}).status_code == 422


def test_the_desk_counts_the_till(wu: Client, town: Cast) -> None:
    take(wu, town, "Lao Zhou", "12.34", tendered="20")
    take(wu, town, "Grandma Chen", "5", method="transfer", reference="B-1")
    shown = text_of(wu.get("/counter/"))
    assert "¥512.34 should lie in the till now" in shown
    assert "Cash (1) ¥12.34" in shown
    assert "Transfer (1) ¥5.00" in shown


def test_a_count_that_differs_needs_a_word_and_is_posted(wu: Client, town: Cast) -> None:
    take(wu, town, "Lao Zhou", "12.34")
    shift = Shift.objects.get(closed_at=None)
    address = f"/counter/shifts/{shift.public_id}/"
    shown = wu.get(address)
    assert "write down why" in text_of(wu.post(address, {"counted": "512.30", **form_of(shown)}))
    shown = wu.get(address)
    assert wu.post(address, {"counted": "512.30", "note": "four fen short", **form_of(shown)}).status_code == 302
    closed = text_of(wu.get(address))
    assert "Difference \N{MINUS SIGN}¥0.04" in closed
    assert "four fen short" in closed
    assert "Close the till" not in closed
    assert "Your till is closed" in text_of(wu.get("/counter/"))
    assert ledger.trial_balance()["cash-difference"] == 4


def test_a_till_is_opened_once(wu: Client) -> None:
    shown = form_of(wu.get("/counter/shifts/open/"))
    assert wu.post("/counter/shifts/open/", {"float_amount": "1", **shown}).status_code == 422
    assert Shift.objects.filter(closed_at=None).count() == 1


def words_of(answer: Any) -> str:
    assert answer.headers["Content-Type"] == "application/pdf"
    reader = PdfReader(io.BytesIO(answer.content))
    return " ".join("".join(page.extract_text() for page in reader.pages).split())


def test_the_receipt_is_printed_with_the_amount_in_capitals(wu: Client, at: At, town: Cast) -> None:
    take(wu, town, "Lao Zhou", "1012.30")
    payment = newest()
    printed = words_of(wu.get(f"/counter/payments/{payment.public_id}/pdf/"))
    assert payment.receipt_number in printed
    assert "1,012.30" in printed
    assert "壹仟零壹拾贰元叁角整" in printed
    assert "Clerk Wu" in printed
    assert "收据" in words_of(at("Clerk Wu", "zh-hans").get(f"/counter/payments/{payment.public_id}/pdf/"))


def test_a_receipt_printed_again_is_the_same_whatever_happened_since(wu: Client, town: Cast) -> None:
    take(wu, town, "Lao Zhou", "20")
    address = f"/counter/payments/{newest().public_id}/pdf/"
    first = wu.get(address).content
    take(wu, town, "Lao Zhou", "30")
    assert wu.get(address).content == first


def test_the_statement_adds_up_on_the_page_and_on_paper(wu: Client, town: Cast) -> None:
    take(wu, town, "Lao Zhou", "20")
    account = town.accounts["Lao Zhou"]
    address = f"/counter/customers/{account.public_id}/statement/"
    books = wu.get(address).context["books"]
    assert books.closing_fen == due(town, "Lao Zhou")
    assert sum(movement.amount_fen for movement in books.movements) == books.closing_fen - books.opening_fen
    printed = words_of(wu.get(f"{address}pdf/?first=2026-01-01&last=2026-11-21"))
    assert account.number in printed
    assert yuan(books.closing_fen).removeprefix("¥") in printed


def test_a_statement_of_impossible_days_is_the_usual_one(wu: Client, town: Cast) -> None:
    address = f"/counter/customers/{town.accounts['Lao Zhou'].public_id}/statement/"
    for query in ("first=2026-11-21&last=2026-01-01", "first=x&last=y", "first=&last="):
        assert len(wu.get(f"{address}?{query}").context["books"].movements) >= 2


def test_a_released_bill_is_printed_again(wu: Client, town: Cast) -> None:
    bill = standing(town.accounts["Lao Zhou"].pk, TODAY).items[0].bill
    assert bill.number in words_of(wu.get(f"/counter/bills/{bill.public_id}/pdf/"))


def test_a_card_needs_its_slip_and_does_not_lie_in_the_till(wu: Client, town: Cast) -> None:
    assert take(wu, town, "Lao Zhou", "10", method="card").status_code in (200, 422)
    take(wu, town, "Lao Zhou", "10", method="card", reference="POS 0077", tendered="50")
    payment = newest()
    assert (payment.method, payment.money_account, payment.settled_on) == ("card", "clearing-card", None)
    assert "¥500.00 should lie in the till now" in text_of(wu.get("/counter/"))


def test_a_payment_of_a_counted_till_is_paid_back_in_parts_from_an_open_one(wu: Client, at: At, town: Cast) -> None:
    before = standing(town.accounts["Lao Zhou"].pk, TODAY)
    take(wu, town, "Lao Zhou", "30")
    payment, zheng = newest(), at("Supervisor Zheng")
    receipt = f"/counter/payments/{payment.public_id}/"
    assert "refund/" not in zheng.get(receipt).content.decode(), "today it is taken back as a whole"
    counted(wu, "530")
    assert "refund/" not in wu.get(receipt).content.decode(), "a clerk calls the supervisor"
    shown = zheng.get(f"{receipt}refund/")
    assert "No till is open" in text_of(shown)
    wu.post("/counter/shifts/open/", {"float_amount": "100", **form_of(wu.get("/counter/shifts/open/"))})
    till = Shift.objects.get(closed_at=None)
    for amount in ("12", "18"):
        shown = zheng.get(f"{receipt}refund/")
        asked = {"amount": amount, "till": till.pk, "reason": "paid twice", **form_of(shown)}
        assert zheng.post(f"{receipt}refund/", asked).status_code == 302
        assert zheng.post(f"{receipt}refund/", asked).status_code == 302, "pressing twice is once"
    payment.refresh_from_db()
    assert payment.state == "refunded"
    assert "¥70.00 should lie in the till now" in text_of(wu.get("/counter/"))
    after = standing(town.accounts["Lao Zhou"].pk, TODAY)
    assert (after.due_fen, after.prepaid_fen) == (before.due_fen, before.prepaid_fen)
    asked = {"amount": "0.01", "till": till.pk, "reason": "a third time", **form_of(shown)}
    assert zheng.post(f"{receipt}refund/", {**asked, "key": str(uuid4())}).status_code == 422


def counted(client: Client, amount: str) -> None:
    """Count the open till."""
    address = f"/counter/shifts/{Shift.objects.get(closed_at=None).public_id}/"
    assert client.post(address, {"counted": amount, **form_of(client.get(address))}).status_code == 302


def test_more_than_is_left_is_not_paid_back_and_a_card_needs_no_till(wu: Client, at: At, town: Cast) -> None:
    take(wu, town, "Grandma Chen", "20", method="card", reference="POS 1")
    payment, zheng = newest(), at("Supervisor Zheng")
    counted(wu, "500")
    address = f"/counter/payments/{payment.public_id}/refund/"
    shown = zheng.get(address)
    refused = zheng.post(address, {"amount": "20.01", "reason": "too much", **form_of(shown)})
    assert refused.status_code == 422 and "at most what is left" in text_of(refused)
    assert zheng.post(address, {"amount": "5", "reason": "too much", **form_of(refused)}).status_code == 302
    back = newest()
    assert (back.amount_fen, back.shift, back.money_account) == (-5_00, None, "clearing-card")
