"""What another plan would have cost, as the customer reads it."""

from __future__ import annotations

import pytest

from gridhall.cis.billing.models import Bill
from tests.cast import Cast
from tests.halls.test_customer_pages import browse, text_of

pytestmark = pytest.mark.usefixtures("town", "db")


def test_ms_li_reads_what_peak_and_valley_would_have_cost(town: Cast) -> None:
    response = browse(town, "Ms Li").get("/my/plans/")
    view = response.context["advice"]
    billed = list(Bill.objects.filter(account=town.accounts["Ms Li"], state="released"))
    assert view.checked and view.months == len(billed) == 2
    now, other = view.rows
    assert now.current and now.fen == sum(bill.total_fen for bill in billed)
    assert other.plan.code == "zhejiang-residential-tou" and other.compared == 2
    assert sum(share.energy_wh for share in other.shares) == sum(bill.energy_wh for bill in billed)
    shown = text_of(response)
    assert "Zhejiang residential, peak and valley" in shown
    assert f"¥{other.fen / 100:,.2f}" in shown
    assert "kept for 12 months" in shown


def test_lao_zhou_learns_why_his_register_cannot_say(town: Cast) -> None:
    shown = text_of(browse(town, "Lao Zhou").get("/my/plans/"))
    assert "There are no readings by the hour of these days." in shown
    assert "Nothing is estimated." in shown


def test_the_school_is_told_that_there_is_nothing_to_choose(town: Cast) -> None:
    assert "No other plan is open to this supply." in text_of(browse(town, "No. 1 High School").get("/my/plans/"))


def test_a_customer_without_a_bill_is_told_when_there_will_be_something(town: Cast) -> None:
    Bill.objects.filter(account=town.accounts["Ms Li"]).update(state="suppressed")
    assert "Nothing to compare yet" in text_of(browse(town, "Ms Li").get("/my/plans/"))


def test_a_comparison_asks_the_database_a_bounded_number_of_questions(
    town: Cast, django_assert_max_num_queries: object
) -> None:
    client = browse(town, "Sunny Roof")
    client.get("/my/plans/")
    with django_assert_max_num_queries(60):  # type: ignore[operator]
        client.get("/my/plans/")
