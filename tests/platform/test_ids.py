"""Public identifiers are ordered by time and cannot be guessed."""

import time
from uuid import RFC_4122

from gridhall.platform.ids import uuid7


def test_an_identifier_is_a_uuid_of_version_seven() -> None:
    made = uuid7()
    assert made.version == 7
    assert made.variant == RFC_4122
    assert abs((made.int >> 80) - time.time() * 1000) < 1000


def test_later_identifiers_sort_later() -> None:
    made = []
    for _ in range(5):
        made.append(uuid7())
        time.sleep(0.002)
    assert made == sorted(made)


def test_identifiers_of_one_millisecond_differ_in_seventy_four_bits() -> None:
    made = [uuid7().int for _ in range(20_000)]
    assert len(set(made)) == len(made)
    changing = 0
    for one in made:
        changing |= one ^ made[0]
    assert (changing & ((1 << 80) - 1)).bit_count() == 74
