"""The customer hall with real readings, real bills and real payments."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone

from gridhall.cis.advice.actions import add_shadow_bill
from gridhall.cis.advice.shadow.other import OtherBill
from gridhall.cis.billing.models import Bill
from gridhall.cis.customers.models import AccountLogin
from gridhall.cis.invoices.actions import request_invoice, take_answer
from gridhall.cis.invoices.issuer import Answer
from gridhall.cis.ledger import queries as ledger
from gridhall.cis.payments.models import Payment
from gridhall.cis.payments.queries import standing
from gridhall.platform.actor import system
from tests.cast import Cast
from tests.halls.cases import posted_case
from tests.halls.town import NOW

pytestmark = pytest.mark.usefixtures("town", "db")


def text_of(response) -> str:
    """What a reader sees: no tags, no scripts, single blanks."""
    body = re.sub(r"<(script|style)\b.*?</\1>", " ", response.content.decode(), flags=re.DOTALL)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", body)))


def browse(town: Cast, name: str, language: str = "en") -> Client:
    client = Client(headers={"accept-language": language})
    client.force_login(town.logins[name])
    return client


def last_bill(town: Cast, name: str) -> Bill:
    return Bill.objects.filter(account=town.accounts[name], state=Bill.State.RELEASED, kind__in=Bill.RATED).latest(
        "month"
    )


def ids_of(town: Cast, name: str) -> dict[str, object]:
    """An argument for every kind of id in the hall's addresses, all of them of one customer."""
    bill = last_bill(town, name)
    receipt = Payment.objects.get(account=town.accounts[name]).public_id
    shadow = add_shadow_bill(
        town.actor(name),
        town.accounts[name],
        OtherBill(bill.period_from, bill.period_to, bill.total_fen),
        key=f"s-{name}",
    )
    case = posted_case(town, name).public_id
    asked = request_invoice(town.actor(name), bill.pk, name)
    number = f"26332000{asked.pk:012d}"
    take_answer(system(), Answer(str(asked.public_id), number, str(timezone.localdate()), "", 1))
    return {
        "customer-invoice-pdf": asked.public_id, "customer-case": case, "customer-case-pdf": case,
        "customer-receipt": receipt, "customer-receipt-pdf": receipt, "customer-other": shadow.public_id,
        "": bill.public_id,
    }  # fmt: skip


def hall_addresses(town: Cast, name: str) -> dict[str, str]:
    """Every address of the hall, filled in with ids of a customer."""
    ids = ids_of(town, name)
    found = {}
    for page, patterns in get_resolver().reverse_dict.lists():
        if not isinstance(page, str) or not page.startswith("customer-"):
            continue
        given: dict[str, object] = {}
        for wanted in patterns[0][0][0][1]:
            given[wanted] = {"seq": 1, "on": last_bill(town, name).period_from}.get(wanted, ids.get(page, ids[""]))
        found[page] = reverse(page, kwargs=given)
    return found


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_opens_for_its_own_customer(town: Cast, language: str) -> None:
    client = browse(town, "Ms Li", language)
    answers = {page: client.get(url).status_code for page, url in hall_addresses(town, "Ms Li").items()}
    assert answers.pop("customer-account") == 405  # it only takes a choice
    assert len(answers) >= 10
    assert set(answers.values()) == {200}, answers


def test_opening_pages_writes_nothing(town: Cast) -> None:
    client = browse(town, "Ms Li")
    client.get("/my/")  # the session notes its beginning once
    written = []

    def watch(execute, sql, params, many, context):
        if not re.match(r"\s*SELECT|SAVEPOINT|RELEASE|PRAGMA", sql):
            written.append(sql)
        return execute(sql, params, many, context)

    addresses = hall_addresses(town, "Ms Li").values()
    with connection.execute_wrapper(watch):
        for url in addresses:
            client.get(url)
    assert not written


def test_a_stranger_gets_404_for_every_id_of_another_customer(town: Cast) -> None:
    client = browse(town, "Lao Zhou")
    with_ids = {page: url for page, url in hall_addresses(town, "Ms Li").items() if re.search(r"[0-9a-f]{8}-", url)}
    assert len(with_ids) >= 5
    assert {page: client.get(url).status_code for page, url in with_ids.items()} == dict.fromkeys(with_ids, 404)


def test_staff_do_not_enter_the_customer_hall(town: Cast) -> None:
    client = Client()
    client.force_login(town.staff["Stranger"].user)
    for url in hall_addresses(town, "Ms Li").values():
        assert client.get(url).status_code in (403, 405)


def test_nobody_enters_without_signing_in(town: Cast) -> None:
    for page, url in hall_addresses(town, "Ms Li").items():
        response = Client().get(url)
        assert (
            response.status_code == 405
            if page == "customer-account"
            else response.headers["Location"].startswith("/sign-in/?next=")
        )


def test_home_shows_what_is_owed_the_running_month_and_the_tiers(town: Cast) -> None:
    shown = text_of(browse(town, "Ms Li").get("/my/"))
    stands = standing(town.accounts["Ms Li"].pk, NOW.date())
    assert f"¥{stands.due_fen / 100:,.2f}" in shown
    assert "was due on 21 Oct 2026" in shown
    assert "1 Nov 2026 – 20 Nov 2026" in shown
    assert "kWh are left before the next tier" in shown


def test_the_running_month_costs_what_the_bill_of_those_days_would(town: Cast) -> None:
    """20 days at the plain tier-1 price: the figure on the page is that product."""
    client = browse(town, "Ms Li")
    so_far = client.get("/my/").context["so_far"]
    assert so_far.total_fen == (so_far.energy_wh * 53_800_000 + 500_000_000) // 1_000_000_000
    assert sum(day.energy_wh for day in so_far.days) == so_far.energy_wh


def test_a_roof_of_panels_sees_what_it_fed_in_and_that_it_lowers_the_bill(town: Cast) -> None:
    client = browse(town, "Sunny Roof")
    home = client.get("/my/")
    assert home.context["fed_in"] > 0
    assert "their credit is already taken off" in text_of(home)
    rows = client.get(f"/my/bills/{last_bill(town, 'Sunny Roof').public_id}/").context["charged"]
    assert [row.amount_fen < 0 for row in rows] == [row.name == "Feed-in" for row in rows]


def test_a_customer_read_by_register_learns_why_there_are_no_daily_figures(town: Cast) -> None:
    assert "read once a month" in text_of(browse(town, "Lao Zhou").get("/my/"))


def test_each_line_of_a_bill_is_quantity_times_price(town: Cast) -> None:
    bill = last_bill(town, "Haisheng Foods")
    rows = browse(town, "Haisheng Foods").get(f"/my/bills/{bill.public_id}/").context["charged"]
    assert sum(row.amount_fen for row in rows) == bill.total_fen
    energy = [row for row in rows if row.unit == "kWh"]
    assert {row.letter for row in energy} == {"S", "P", "F", "V"}
    for row in rows:
        quantity, price = (
            round(float(text.rstrip(" %").replace(",", "").replace("−", "-")), 8) for text in (row.quantity, row.price)
        )
        share = 0.01 if row.price.endswith("%") else 1
        assert abs(quantity * price * share * 100 - row.amount_fen) <= 0.51, row


def test_a_bill_says_what_changed_since_the_month_before(town: Cast) -> None:
    bill = last_bill(town, "Ms Li")
    assert re.search(
        r"Compared with Sep 2026: [\d.]+ kWh more, ¥[\d.]+ more\.",
        text_of(browse(town, "Ms Li").get(f"/my/bills/{bill.public_id}/")),
    )


def test_why_leads_from_a_line_to_its_days_and_intervals(town: Cast) -> None:
    client, bill = browse(town, "Sunny Roof"), last_bill(town, "Sunny Roof")
    line = next(row for row in client.get(f"/my/bills/{bill.public_id}/").context["charged"] if row.letter == "P")
    page = client.get(f"/my/bills/{bill.public_id}/lines/{line.seq}/")
    days = page.context["days"]
    assert [day["day"] for day in days] == [bill.period_from + timedelta(days=n) for n in range(31)]
    assert f"{sum(day['energy_wh'] for day in days) / 1000:,.3f}".rstrip("0") == line.quantity
    day = client.get(f"/my/bills/{bill.public_id}/lines/{line.seq}/2026-10-10/")
    rows = day.context["curve"].table.rows
    assert len(rows) == 96
    peak = sum(float(kwh) for _end, kwh, period in rows if period.startswith("P "))
    assert round(peak * 1000) == next(one["energy_wh"] for one in days if str(one["day"]) == "2026-10-10")


def test_why_leads_from_a_line_to_the_register_reads(town: Cast) -> None:
    bill = last_bill(town, "Lao Zhou")
    shown = text_of(browse(town, "Lao Zhou").get(f"/my/bills/{bill.public_id}/lines/1/"))
    assert "(7,438.40 − 7,206.90) × 1" in shown
    assert "231.5 kWh × 0.5380 = ¥124.55" in shown


def test_a_line_or_day_that_the_bill_does_not_have_is_not_found(town: Cast) -> None:
    client, bill = browse(town, "Ms Li"), last_bill(town, "Ms Li")
    for rest in ("lines/99/", "lines/1/2026-01-01/", "lines/1/2026-99-99/"):
        assert client.get(f"/my/bills/{bill.public_id}/{rest}").status_code == 404


def test_a_draft_is_not_shown(town: Cast) -> None:
    bill = last_bill(town, "Ms Li")
    Bill.objects.filter(pk=bill.pk).update(state=Bill.State.DRAFT)
    client = browse(town, "Ms Li")
    assert client.get(f"/my/bills/{bill.public_id}/").status_code == 404
    assert bill.number not in client.get("/my/bills/").content.decode()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_bill_comes_as_pdf(town: Cast, language: str) -> None:
    response = browse(town, "Haisheng Foods", language).get(
        f"/my/bills/{last_bill(town, 'Haisheng Foods').public_id}/pdf/"
    )
    assert response.headers["Content-Type"] == "application/pdf"
    assert response.content.startswith(b"%PDF-")


def test_usage_shows_the_chosen_day_with_its_periods(town: Cast) -> None:
    page = browse(town, "Sunny Roof").get("/my/usage/?day=2026-10-05")
    curve = page.context["curve"]
    assert "5 Oct 2026" in curve.finding
    assert {band["letter"] for band in curve.data["bands"]} == {"P", "V"}
    assert len(page.context["bars"].data["values"]) == 31
    assert len(page.context["heat"].data["days"]) == 7


def test_the_intervals_of_a_month_come_as_csv(town: Cast) -> None:
    client = browse(town, "Sunny Roof")
    lines = client.get("/my/usage/csv/?month=202610").content.decode("utf-8-sig").splitlines()
    rows = [line.split(",") for line in lines[1:]]
    assert len(rows) == 31 * 96
    assert rows[0][:2] == ["2026-10-01", "00:15"] and rows[-1][:2] == ["2026-10-31", "24:00"]
    bill = last_bill(town, "Sunny Roof")
    assert sum(int(row[2].replace(".", "")) for row in rows) == bill.energy_wh
    assert {row[3] for row in rows} == {"peak", "valley"}


@pytest.mark.parametrize("day", ["2026-13-40", "yesterday", "1999-01-01", "2999-01-01", ""])
def test_a_day_that_makes_no_sense_is_brought_into_range(town: Cast, day: str) -> None:
    page = browse(town, "Ms Li").get("/my/usage/", {"day": day})
    assert page.status_code == 200
    assert town.accounts["Ms Li"].opened_on <= page.context["on"] <= NOW.date()


# --- paying ------------------------------------------------------------------------------------------------------


def pay_form(client: Client) -> dict[str, str]:
    form = client.get("/my/pay/").context["form"]
    return {name: str(form[name].value()) for name in ("amount", "account", "key")}


def test_the_form_proposes_what_settles_the_account(town: Cast) -> None:
    client, account = browse(town, "Lao Zhou"), town.accounts["Lao Zhou"]
    response = client.post("/my/pay/", pay_form(client), follow=True)
    assert "Payment received" in text_of(response)
    assert ledger.owed_fen(account.pk) == 0
    assert ledger.prepaid_fen(account.pk) == 0


def test_pressing_twice_pays_once(town: Cast) -> None:
    client = browse(town, "Lao Zhou")
    form = pay_form(client) | {"amount": "20"}
    first, second = client.post("/my/pay/", form), client.post("/my/pay/", form)
    assert first.headers["Location"] == second.headers["Location"]
    assert Payment.objects.filter(account=town.accounts["Lao Zhou"]).count() == 1


def test_a_used_form_with_another_amount_is_refused_and_nothing_is_paid(town: Cast) -> None:
    client = browse(town, "Lao Zhou")
    form = pay_form(client) | {"amount": "20"}
    client.post("/my/pay/", form)
    response = client.post("/my/pay/", form | {"amount": "30"})
    assert response.status_code == 422
    assert "start again with a new form" in text_of(response)
    assert Payment.objects.filter(account=town.accounts["Lao Zhou"]).count() == 1


def test_a_part_payment_settles_the_oldest_bill_first(town: Cast) -> None:
    client, account = browse(town, "Lao Zhou"), town.accounts["Lao Zhou"]
    before = [item.total_fen for item in standing(account.pk, NOW.date()).items]
    client.post("/my/pay/", pay_form(client) | {"amount": "100.00"})
    after = [item.total_fen for item in standing(account.pk, NOW.date()).items]
    assert after == [before[0] - 100_00, before[1]]


def test_what_is_paid_too_much_stays_on_the_account(town: Cast) -> None:
    client, account = browse(town, "Lao Zhou"), town.accounts["Lao Zhou"]
    due = standing(account.pk, NOW.date()).due_fen
    client.post("/my/pay/", pay_form(client) | {"amount": "1,000.00"})
    assert ledger.prepaid_fen(account.pk) == 1_000_00 - due
    assert "Balance" in text_of(client.get("/my/"))


@pytest.mark.parametrize("amount", ["0", "-5", "1,2", "1.234", "10e3", "９", "abc", "", "999999999", "0.001", "1 000"])
def test_an_amount_that_cannot_be_paid_is_explained(town: Cast, amount: str) -> None:
    client = browse(town, "Lao Zhou")
    response = client.post("/my/pay/", pay_form(client) | {"amount": amount})
    assert response.status_code == 200
    assert response.context["form"].errors["amount"]
    assert not Payment.objects.filter(account=town.accounts["Lao Zhou"]).exists()


def test_a_form_cannot_be_turned_to_another_customers_account(town: Cast) -> None:
    client = browse(town, "Lao Zhou")
    form = pay_form(client) | {"account": str(town.accounts["Ms Li"].public_id), "amount": "1"}
    response = client.post("/my/pay/", form)
    assert response.status_code == 404
    assert Payment.objects.filter(account=town.accounts["Ms Li"]).count() == 1


def test_without_the_demonstration_there_is_no_online_channel(town: Cast, settings) -> None:
    client = browse(town, "Lao Zhou")
    form = pay_form(client)
    settings.DEMO = False
    assert "not connected yet" in text_of(client.post("/my/pay/", form))
    assert not Payment.objects.filter(account=town.accounts["Lao Zhou"]).exists()


# --- several accounts --------------------------------------------------------------------------------------------


def test_one_log_in_switches_between_its_accounts(town: Cast) -> None:
    second = town.accounts["Grandma Chen"]
    AccountLogin.objects.create(user=town.logins["Ms Li"], account=second, role="payer")
    client = browse(town, "Ms Li")
    assert town.accounts["Ms Li"].number in text_of(client.get("/my/bills/"))
    client.post("/my/account/", {"account": str(second.public_id)})
    assert client.get("/my/bills/").context["account"] == second


@pytest.mark.parametrize("wanted", ["other", "unknown", "", "x"])
def test_an_account_that_is_not_ones_own_cannot_be_chosen(town: Cast, wanted: str) -> None:
    value = {"other": str(town.accounts["Ms Li"].public_id), "unknown": str(uuid4())}.get(wanted, wanted)
    client = browse(town, "Lao Zhou")
    assert client.post("/my/account/", {"account": value}).status_code == 404
    assert client.get("/my/").context["account"] == town.accounts["Lao Zhou"]


def test_a_log_in_without_an_account_is_told_what_to_do(town: Cast) -> None:
    AccountLogin.objects.filter(user=town.logins["Ms Li"]).delete()
    response = browse(town, "Ms Li").get("/my/")
    assert response.status_code == 422
    assert "call 95598" in text_of(response)
