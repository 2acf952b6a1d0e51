"""Account numbers: two digits of the city, seven of a serial, one check digit after ISO/IEC 7064 MOD 11,10.

The check digit catches every single wrong digit and 44 of 45 exchanges of neighbouring digits: each state of the
recursion confuses exactly one pair.
"""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

from gridhall.cis.customers.models import AccountSerial
from gridhall.platform.errors import Refused

SERIAL_MAX = 9_999_999
_CITY = re.compile(r"[0-9]{2}")
_NUMBER = re.compile(r"[0-9]{10}")


def check_digit(digits: str) -> int:
    """The digit that completes ``digits``: the recursion of ISO/IEC 7064, 8.2, which starts at 10."""
    product = 10
    for digit in digits:
        product = 2 * ((product + int(digit)) % 10 or 10) % 11
    return (11 - product) % 10


def make(city_code: str, serial: int) -> str:
    """The ten-digit number of ``serial`` in a city of two digits."""
    if not _CITY.fullmatch(city_code) or not 1 <= serial <= SERIAL_MAX:
        raise ValueError(f"no account number for city {city_code!r} and serial {serial}")
    stem = f"{city_code}{serial:07d}"
    return f"{stem}{check_digit(stem)}"


def check(number: str) -> bool:
    """Whether ``number`` has ten digits of which the last is right."""
    return bool(_NUMBER.fullmatch(number)) and check_digit(number[:9]) == int(number[9])


def take(unit_path: str, count: int = 1) -> list[str]:
    """The next ``count`` numbers of the city that ``unit_path`` lies in; call inside an action.

    The serial is locked until the transaction ends, so numbers have no gaps. Raises Refused for a unit above cities.
    """
    steps = unit_path.split("/")
    city_code = steps[1] if len(steps) > 2 else ""
    if not _CITY.fullmatch(city_code):
        raise Refused(_("Accounts are opened at a unit inside a city whose code has two digits."))
    # Keyed by the two digits, not by the path: two provinces may both have a city 04, and numbers are unique.
    AccountSerial.objects.get_or_create(city=city_code)
    row = AccountSerial.objects.select_for_update().get(city=city_code)
    first, row.serial = row.serial + 1, row.serial + count
    if row.serial > SERIAL_MAX:
        raise Refused(_("City %(code)s has no account numbers left.") % {"code": city_code})
    row.save(update_fields=["serial"])
    return [make(city_code, serial) for serial in range(first, row.serial + 1)]
