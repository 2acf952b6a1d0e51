"""Account numbers and the mistakes their check digit catches."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridhall.cis.customers import numbers
from gridhall.platform.errors import Refused

pytestmark = pytest.mark.usefixtures("english")

CITIES = st.integers(0, 99).map("{:02d}".format)
SERIALS = st.integers(1, numbers.SERIAL_MAX)


def transpositions(number: str) -> list[str]:
    """The number with each pair of different neighbours exchanged."""
    return [number[:i] + number[i + 1] + number[i] + number[i + 2 :] for i in range(9) if number[i] != number[i + 1]]


@pytest.mark.parametrize("number", ["07945", "86095742719"])
def test_the_check_digit_is_that_of_the_standard(number: str) -> None:
    # The worked example of ISO/IEC 7064 for MOD 11,10, and the sample of the German tax number, which uses it.
    assert numbers.check_digit(number[:-1]) == int(number[-1])


@given(CITIES, SERIALS)
def test_a_made_number_passes_its_check(city: str, serial: int) -> None:
    number = numbers.make(city, serial)
    assert len(number) == 10
    assert number.startswith(city)
    assert numbers.check(number)


@given(CITIES, SERIALS, st.integers(0, 9), st.integers(1, 9))
def test_one_wrong_digit_is_always_caught(city: str, serial: int, place: int, shift: int) -> None:
    number = numbers.make(city, serial)
    wrong = number[:place] + str((int(number[place]) + shift) % 10) + number[place + 1 :]
    assert not numbers.check(wrong)


def test_exchanged_neighbours_are_caught_44_times_of_45() -> None:
    random = Random(7064)
    tried = caught = 0
    for _ in range(10_000):
        for wrong in transpositions(
            numbers.make(f"{random.randrange(100):02d}", random.randrange(1, numbers.SERIAL_MAX))
        ):
            tried += 1
            caught += not numbers.check(wrong)
    assert caught / tried == pytest.approx(44 / 45, abs=0.003)


@pytest.mark.parametrize("text", ["", "041234567", "04123456789", "04 2345678", "０４１２３４５６７８", "04-2345678"])
def test_anything_but_ten_plain_digits_is_no_account_number(text: str) -> None:
    assert not numbers.check(text)


@pytest.mark.parametrize(
    ("city", "serial"), [("4", 1), ("004", 1), ("04", 0), ("04", numbers.SERIAL_MAX + 1), ("ab", 1)]
)
def test_a_number_is_not_made_from_what_does_not_fit(city: str, serial: int) -> None:
    with pytest.raises(ValueError, match="no account number"):
        numbers.make(city, serial)


@pytest.mark.django_db
def test_numbers_of_a_city_follow_each_other() -> None:
    assert numbers.take("32/04/01/") == [numbers.make("04", 1)]
    assert numbers.take("32/04/02/01/", 2) == [numbers.make("04", 2), numbers.make("04", 3)]
    assert numbers.take("32/05/") == [numbers.make("05", 1)]


@pytest.mark.django_db
def test_two_provinces_with_the_same_city_code_never_share_a_number() -> None:
    assert numbers.take("32/04/") != numbers.take("41/04/")


@pytest.mark.django_db
def test_a_province_cannot_open_accounts() -> None:
    with pytest.raises(Refused, match="inside a city"):
        numbers.take("32/")
