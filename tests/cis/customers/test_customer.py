"""Who the customer is, and what of it is shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridhall.cis.customers import details, queries
from gridhall.cis.customers.actions import create_customer, update_customer
from gridhall.cis.customers.masking import mask_id, mask_name, mask_phone
from gridhall.cis.customers.models import Customer
from gridhall.platform.errors import NotAllowed, NotInScope, Refused
from gridhall.platform.models import AuditEvent
from tests.cast import Cast

pytestmark = pytest.mark.usefixtures("english")


def test_a_customer_is_stored_in_one_form(cast: Cast) -> None:
    customer = create_customer(
        cast.actor("Clerk Wu"),
        cast.station,
        "person",
        "  Ms   Zhao ",
        phone="１３８ 0001-0009",
        email=" zhao@example.com ",
    )
    assert (customer.name, customer.phone, customer.email) == ("Ms Zhao", "13800010009", "zhao@example.com")
    assert customer.path == cast.station.path


REFUSED = [
    ("name", " ", "name"),
    ("name", "王\u202e明", "printable"),
    ("name", "x" * 121, "120"),
    ("phone", "12345", "12345 is not a telephone number"),
    ("phone", "1280001000x", "telephone"),
    ("phone", "12800010001", "telephone"),  # no mainland mobile number begins with 12
    ("email", "zhao", "zhao is not an e-mail"),
    ("language", "fr", "fr is not a language"),
    ("needs", "x" * 61, "60"),
]


def test_what_cannot_be_is_refused_by_name(cast: Cast) -> None:
    for field, value, says in REFUSED:
        with pytest.raises(Refused, match=says):
            update_customer(cast.actor("Clerk Wu"), cast.customers["Ms Li"], **{field: value})
        with pytest.raises(Refused, match=says):
            create_customer(cast.actor("Clerk Wu"), cast.station, "person", **{"name": "王小明", field: value})
        assert Customer.objects.count() == len(cast.customers)


def test_a_kind_of_customer_that_does_not_exist_is_refused(cast: Cast) -> None:
    with pytest.raises(Refused, match="robot"):
        create_customer(cast.actor("Clerk Wu"), cast.station, "robot", "王小明")


@pytest.mark.parametrize(
    "phone", ["", "13800010001", "0571-8888 0004", "(010) 8888-0004", "+44 20 7946 0000", "95598-12"]
)
def test_telephone_numbers_that_people_have_are_taken(phone: str) -> None:
    digits = details.clean_phone(phone)
    assert details.clean_phone(digits) == digits


@given(st.text(max_size=40))
def test_any_text_is_a_telephone_number_of_digits_or_refused(text: str) -> None:
    try:
        phone = details.clean_phone(text)
    except Refused:
        return
    assert phone.removeprefix("+").isascii()
    assert phone.removeprefix("+").isdigit() or not phone
    assert len(phone) <= 16


def test_only_the_given_fields_change_and_search_follows(cast: Cast) -> None:
    by, customer = cast.actor("Agent Qian"), cast.customers["Ms Li"]
    update_customer(by, customer, name="李秀兰")
    customer.refresh_from_db()
    assert (customer.name, customer.phone) == ("李秀兰", "13800010001")
    assert [hit.number for hit in queries.search(by.scope, "秀兰")] == [cast.accounts["Ms Li"].number]
    assert queries.search(by.scope, "秀英") == []


def test_the_audit_event_names_fields_and_no_personal_data(cast: Cast) -> None:
    update_customer(cast.actor("Agent Qian"), cast.customers["Ms Li"], phone="13911112222")
    event = AuditEvent.objects.get(tag="customer:update")
    assert "phone" in event.detail
    assert "13911112222" not in event.detail


def test_the_stranger_sees_and_changes_no_customer(cast: Cast) -> None:
    stranger, account = cast.actor("Stranger"), cast.accounts["Ms Li"]
    for attempt in (
        lambda: create_customer(stranger, cast.station, "person", "王小明"),
        lambda: update_customer(stranger, cast.customers["Ms Li"], name="王小明"),
        lambda: queries.account_by_number(stranger.scope, account.number),
        lambda: queries.account_by_public_id(stranger.scope, account.public_id),
    ):
        with pytest.raises(NotInScope):
            attempt()


def test_a_planner_changes_no_customer(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        update_customer(cast.actor("Planner Xu"), cast.customers["Ms Li"], name="王小明")


def test_the_same_key_twice_is_one_customer(cast: Cast) -> None:
    by = cast.actor("Clerk Wu")
    rows = [create_customer(by, cast.station, "person", "王小明", key="new-1") for _ in range(2)]
    assert rows[0] == rows[1]
    assert Customer.objects.filter(name="王小明").count() == 1


def test_a_customer_reads_the_own_account_only(cast: Cast) -> None:
    scope = cast.actor("Ms Li").scope
    assert queries.accounts(scope) == [cast.accounts["Ms Li"]]
    with pytest.raises(NotInScope):
        queries.account_by_number(scope, cast.accounts["Lao Zhou"].number)


@pytest.mark.parametrize(
    ("name", "masked"),
    [("王明", "王*"), ("王小明", "王**"), ("欧阳小小明", "欧***"), ("Mary Smith", "M*** S***"), ("李", "李"), ("", "")],
)
def test_a_name_keeps_its_first_character(name: str, masked: str) -> None:
    assert mask_name(name) == masked


@pytest.mark.parametrize(
    ("phone", "masked"),
    [
        ("13800010001", "138****0001"),
        ("+442079460000", "+44******0000"),
        ("88880004", "******04"),
        ("123", "***"),
        ("", ""),
    ],
)
def test_a_telephone_number_keeps_what_identifies_it_to_its_owner(phone: str, masked: str) -> None:
    assert mask_phone(phone) == masked


def test_an_identity_number_keeps_both_ends() -> None:
    assert mask_id("320401199001010017") == "3****************7"
    assert mask_id("1234") == "****"


@given(st.text(min_size=5, max_size=30), st.sampled_from([mask_phone, mask_id]))
def test_masking_keeps_the_length_and_hides_most(text: str, mask: object) -> None:
    masked = mask(text)  # type: ignore[operator]
    assert len(masked) == len(text)
    assert masked.count("*") >= min(3, len(text) - 2)
