"""What another plan would have cost, as the customer reads it."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from gridhall.cis.billing.models import Bill
from tests.cast import Cast
from tests.halls.test_customer_pages import browse, last_bill, text_of

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


def test_ms_li_asks_what_less_at_the_peak_would_have_cost(town: Cast) -> None:
    client = browse(town, "Ms Li")
    assert "An assumption, not a bill" not in text_of(client.get("/my/plans/"))
    answer = client.get("/my/plans/?percent=50&source=peak&target=valley")
    one_price, by_time = answer.context["shift"].rows
    plans = answer.context["advice"].rows
    assert (one_price.before_fen, one_price.change_fen) == (plans[0].fen, 0)
    assert by_time.compared == 2 and by_time.before_fen == plans[1].fen > by_time.after_fen
    shown = text_of(answer)
    assert "An assumption, not a bill and not a promise" in shown
    assert "With 50 % of peak use moved to valley the lowest plan is" in shown
    assert f"¥{by_time.after_fen / 100:,.2f}" in shown
    chinese = client.get("/my/plans/?percent=50&source=peak&target=valley", headers={"accept-language": "zh-hans"})
    assert "这是假设，不是账单" in text_of(chinese)
    assert "移出时段" in text_of(chinese) and "移入时段" in text_of(chinese)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("percent=50&source=peak&target=peak", "two different periods"),
        ("percent=0&source=peak&target=valley", "greater than or equal to 1"),
        ("percent=101&source=peak&target=valley", "less than or equal to 100"),
        ("percent=x&source=peak&target=valley", "whole number"),
        ("percent=5&source=sharp&target=valley", "valid choice"),
    ],
)
def test_what_cannot_be_moved_is_said_beside_the_form(town: Cast, asked: str, said: str) -> None:
    answer = browse(town, "Ms Li").get(f"/my/plans/?{asked}")
    assert answer.status_code == 200 and said in text_of(answer)
    assert not answer.context["shift"].rows


def test_lao_zhou_is_not_asked_to_move_what_was_never_measured_by_hours(town: Cast) -> None:
    assert "at other hours?" not in text_of(
        browse(town, "Lao Zhou").get("/my/plans/?percent=5&source=peak&target=valley")
    )


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
    with django_assert_max_num_queries(40):  # type: ignore[operator]
        client.get("/my/plans/")
    with django_assert_max_num_queries(60):  # type: ignore[operator]
        client.get("/my/plans/?percent=5&source=peak&target=valley")


# --- bills of others --------------------------------------------------------------------------------------------------


def typed(town: Cast, client: object, **changed: str) -> object:
    """The form as Ms Li fills it in, for October."""
    page = client.get("/my/other-bills/new/")  # type: ignore[attr-defined]
    key = page.context["form"]["key"].value()
    sent = {"first": "2026-10-01", "last": "2026-10-31", "issuer": "Old company", "total": "500.00", "key": key}
    return client.post("/my/other-bills/new/", sent | changed)  # type: ignore[attr-defined]


def test_ms_li_types_a_bill_and_reads_where_the_difference_comes_from(town: Cast) -> None:
    client, ours = browse(town, "Ms Li"), last_bill(town, "Ms Li")
    kwh = f"{ours.energy_wh / 1000:.3f}"
    answer = typed(town, client, energy=kwh, **{"quantity-energy--0": kwh, "amount-energy--0": "500.00"})
    page = client.get(answer.headers["Location"])  # type: ignore[attr-defined]
    shown = page.context["shown"]
    assert shown.shadow.ours_fen == ours.total_fen
    assert sum(fen for fen, _cause, _told in shown.parts) == ours.total_fen - 500_00
    assert "Unit price" in text_of(page) and "Old company" in text_of(page)
    assert "nothing is due because of it" in text_of(page)
    assert "Old company" in text_of(client.get("/my/other-bills/"))


def test_a_wrong_figure_is_refused_where_it_stands_and_nothing_is_lost(town: Cast) -> None:
    answer = typed(town, browse(town, "Ms Li"), total="5OO", issuer="Kept as typed")
    assert answer.status_code == 422  # type: ignore[attr-defined]
    assert "at most 2 decimals" in text_of(answer)
    assert "Kept as typed" in answer.content.decode()  # type: ignore[attr-defined]
    late = typed(town, browse(town, "Ms Li"), last="2027-01-31")
    assert late.status_code == 422 and "first and the last day" in text_of(late)  # type: ignore[attr-defined]


def test_a_bill_in_a_file_is_read_and_compared(town: Cast) -> None:
    client = browse(town, "Ms Li")
    key = client.get("/my/other-bills/new/").context["file_form"]["key"].value()
    table = "account,from,to,kwh,amount\n77,2026-10-01,2026-10-31,310,166.78\n"
    sent = {"by": "file", "month": "202610", "key": key, "file": SimpleUploadedFile("old.csv", table.encode())}
    page = client.get(client.post("/my/other-bills/new/", sent).headers["Location"])
    assert page.context["shown"].shadow.energy_wh == 310_000
    sent["file"] = SimpleUploadedFile("old.csv", b"\x00\x01\x02")
    sent["key"] = str(uuid4())
    refused = client.post("/my/other-bills/new/", sent)
    assert refused.status_code == 422 and 'role="alert"' in refused.content.decode()


def test_only_the_owner_discards_and_a_stranger_finds_nothing(town: Cast) -> None:
    client = browse(town, "Ms Li")
    address = typed(town, client).headers["Location"]  # type: ignore[attr-defined]
    assert browse(town, "Lao Zhou").get(address).status_code == 404
    assert browse(town, "Lao Zhou").post(address, {"key": str(uuid4())}).status_code == 404
    key = client.get(address).context["discard_form"]["key"].value()
    assert "This bill was discarded." in text_of(client.post(address, {"key": key}))
    assert client.get("/my/other-bills/").context["rows"] == []
