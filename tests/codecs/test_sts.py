"""Keypad tokens of IEC 62055-41: the public cipher against its published data, all others there and back."""

from __future__ import annotations

import hmac
import json
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridhall.codecs.sts import (
    Content,
    Fault,
    Meter,
    StsError,
    amount_code,
    amount_of,
    check,
    issue,
    load,
    next_tid,
    read,
    tid_at,
)
from gridhall.codecs.sts.block import CODE_MAX, check_sum, from_digits, to_digits
from gridhall.codecs.sts.ea07 import Ea07
from gridhall.codecs.sts.keys import derive_02, derive_04, luhn
from gridhall.codecs.sts.misty1 import S7, S9, Misty1
from tests.codecs import sts_fleet

FILE = load(sts_fleet.content())
BITS64 = st.integers(0, (1 << 64) - 1)
CONTENTS = st.builds(
    Content, st.sampled_from([0, 2]), st.integers(0, 15), st.integers(0, (1 << 24) - 1), st.integers(0, CODE_MAX),
    st.integers(0, 15),
)  # fmt: skip


def local(text: str) -> datetime:
    return datetime.fromisoformat(text)


def meter(krn: int, number: int = 7) -> Meter:
    return Meter(sts_fleet.pan(number), sts_fleet.SGC, "01", krn, 2)


def test_cipher_11_makes_the_published_blocks(shared_data: Path) -> None:
    given = json.loads((shared_data / "protocols/sts/misty1.json").read_text())
    cipher = Misty1(bytes.fromhex(given["key"]))
    for one in (given, given["second"]):
        plain, secret = int(one["plain"], 16), int(one["cipher"], 16)
        assert (cipher.encrypt(plain), cipher.decrypt(secret)) == (secret, plain)


@pytest.mark.parametrize(("table", "bits", "degree"), [(S7, 7, 3), (S9, 9, 2)])
def test_no_number_in_the_tables_of_cipher_11_is_mistyped(table: tuple[int, ...], bits: int, degree: int) -> None:
    """The tables are polynomials of degree 3 and 2 over bits: one wrong number would raise the degree to the top."""
    assert sorted(table) == list(range(1 << bits))
    found = 0
    for bit in range(bits):
        values = [number >> bit & 1 for number in table]
        for i in range(bits):
            values = [v ^ (values[n ^ 1 << i] if n >> i & 1 else 0) for n, v in enumerate(values)]
        found = max(found, *(n.bit_count() for n, value in enumerate(values) if value))
    assert found == degree


@given(BITS64, st.binary(min_size=16, max_size=16), st.randoms(use_true_random=False))
def test_what_a_cipher_hides_it_shows_again(block: int, key: bytes, chance: object) -> None:
    s1, s2, p = (chance.sample(range(size), size) for size in (16, 16, 64))  # type: ignore[attr-defined]
    for cipher in (Misty1(key), Ea07(key[:8], s1, s2, p)):
        assert cipher.decrypt(cipher.encrypt(block)) == block


def test_cipher_07_complements_and_turns_the_key_and_moves_bit_n_to_place_p_n() -> None:
    same, next_place = list(range(16)), [(n + 1) % 64 for n in range(64)]
    assert Ea07(bytes(8), same, same, next_place).encrypt(1) == 1 << 16  # one place in each of 16 rounds
    flipped = [n ^ 15 for n in range(16)]
    # A key of zeros, complemented, has every top bit set: only the second table is used, 16 times.
    assert Ea07(bytes(8), flipped, same, list(range(64))).encrypt(0x1234) == 0x1234
    # Only the lowest bit of the key is unset after the complement; turned right by 12 it is bit 52, and turned left
    # once a round it is the top bit of a nibble in rounds 4, 8, 12 and 16: nibbles 13, 14, 15 and 0, once each.
    assert Ea07((1).to_bytes(8, "big"), flipped, same, list(range(64))).encrypt(0) == 0xFFF000000000000F


def test_the_key_of_a_meter_by_des_rests_on_a_published_block() -> None:
    """Under 0E329232EA6D0D73 the block 8787878787878787 becomes zeros; this meter and group make that block."""
    key, block = bytes.fromhex("0e329232ea6d0d73"), bytes.fromhex("8787878787878787")
    pan = f"68000000000787878{luhn('68000000000787878')}"  # block 80000 00000787878
    made = derive_02(key, pan, 6, "0" + "787878" + "78" + "7")
    assert made == bytes(a ^ b for a, b in zip(block, key, strict=True))


def test_a_common_key_does_not_know_the_meter() -> None:
    key = bytes.fromhex("0e329232ea6d0d73")
    one, other = (derive_02(key, sts_fleet.pan(number), 6, "3123456011") for number in (7, 8))
    assert one == other != derive_02(key, sts_fleet.pan(7), 6, "2123456011")


@pytest.mark.parametrize(("cipher", "size"), [("07", 8), ("11", 16)])
def test_the_key_of_a_meter_by_hash_covers_what_the_standard_lists(cipher: str, size: int) -> None:
    key, pan = bytes(range(20)), sts_fleet.pan(7)
    said = b"\x04\x0204\x0214\x02" + cipher.encode() + b"\x0201\x00\x04\x06123456\x012\x011\x12" + pan.encode()
    said += b"\x00\x00\x00\x40" if size == 8 else b"\x00\x00\x00\x80"
    assert derive_04(key, pan, "14", cipher, "01", "123456", "2", "1") == hmac.digest(key, said, "sha256")[:size]


@given(st.sampled_from(sts_fleet.KEYS), CONTENTS)
def test_the_meter_reads_what_was_issued(key: tuple[str, str, int], content: Content) -> None:
    digits = issue(FILE, meter(key[2]), content)
    assert len(digits) == 20 and digits.isdigit()
    assert read(FILE, meter(key[2]), f"{digits[:4]} {digits[4:8]}-{digits[8:]}") == content


def test_another_meter_or_a_wrong_digit_reads_nothing() -> None:
    content = Content(0, 0, 6_338_000, amount_code(256), 3)
    for _cipher, _derivation, krn in sts_fleet.KEYS:
        digits = issue(FILE, meter(krn), content)
        wrong = digits[:-1] + str((int(digits[-1]) + 1) % 10)
        for who, typed in ((meter(krn, 8), digits), (meter(krn), wrong)):
            with pytest.raises(StsError) as caught:
                read(FILE, who, typed)
            assert caught.value.fault == Fault.CRC
    for typed in ("", "12345", "9" * 20, "1234567890123456789x"):
        with pytest.raises(StsError, match="20 digits"):
            read(FILE, meter(1), typed)


@given(st.sampled_from([0, 1, 2, 3]), BITS64)
def test_66_bits_are_20_digits_and_back(token_class: int, block: int) -> None:
    assert from_digits(to_digits(token_class, block)) == (token_class, block)


def test_the_class_changes_places_with_two_bits() -> None:
    assert int(to_digits(2, 0)) == 1 << 28
    assert int(to_digits(1, 0)) == 1 << 27
    assert int(to_digits(0, 1 << 28 | 1 << 27)) == 1 << 65 | 1 << 64


@pytest.mark.parametrize(
    ("units", "code"),
    [(0, 0), (1, 1), (256, 256), (16_383, 16_383), (16_384, 16_384), (16_385, 16_385), (16_394, 16_385),
     (180_223, 32_768), (180_224, 32_768), (180_225, 32_769), (18_201_624, CODE_MAX)],
)  # fmt: skip
def test_a_rounded_amount_carries_into_its_exponent(units: int, code: int) -> None:
    """180 223 is 16383.9 of ten: rounded up it is 16384, which is zero of the next exponent."""
    assert amount_code(units) == code


@given(st.integers(0, 18_201_624))
def test_an_amount_is_never_credited_short_and_at_most_one_step_over(units: int) -> None:
    code = amount_code(units)
    step = (1, 10, 100, 1000)[code >> 14] if code >> 14 else 1
    assert 0 <= amount_of(code) - units < step
    assert amount_code(amount_of(code)) == code


@pytest.mark.parametrize("units", [-1, 18_201_625])
def test_an_amount_outside_of_16_bits_is_refused(units: int) -> None:
    with pytest.raises(StsError, match="0 to 18201624 units"):
        amount_code(units)


def test_the_check_sum_is_modbus_with_its_bytes_swapped() -> None:
    """CRC-16/MODBUS of "123456789" is 4B37; of seven zero bytes it is what the same rule gives by hand."""
    crc = 0xFFFF
    for byte in b"1234567":
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0xA001 if crc & 1 else 0)
    head = int.from_bytes(b"1234567", "big")
    assert check_sum(head >> 48, head & (1 << 48) - 1) == int.from_bytes(crc.to_bytes(2, "little"), "big")


def test_identifiers_count_minutes_and_leave_the_reserved_one_out() -> None:
    assert tid_at(2014, local("2014-01-01")) == 0
    assert tid_at(2014, local("2014-01-01 00:01:59")) == 2
    assert tid_at(2014, local("2026-01-20 12:30")) == (12 * 365 + 3 + 19) * 1440 + 12 * 60 + 30
    assert tid_at(2014, local("2026-01-20 00:01")) == tid_at(2014, local("2026-01-20 00:02"))


def test_a_second_token_of_one_minute_takes_the_next() -> None:
    noon, midnight = local("2026-01-20 12:30"), local("2026-01-20 00:00")
    first = next_tid(2014, noon, 0)
    assert [first, next_tid(2014, noon, first)] == [first, first + 1]
    assert next_tid(2014, midnight, tid_at(2014, midnight)) == tid_at(2014, midnight) + 2


def test_a_base_date_runs_out() -> None:
    assert next_tid(1993, local("2024-11-24 20:15"), 0) == (1 << 24) - 1
    with pytest.raises(StsError, match="later base date"):
        next_tid(1993, local("2024-11-24 20:16"), 0)
    with pytest.raises(StsError, match="later base date"):
        next_tid(2035, local("2026-01-01 00:00"), 0)


def test_a_key_past_its_end_issues_nothing() -> None:
    old = Meter(sts_fleet.pan(7), sts_fleet.SGC, "01", 1, 2, ken=96)
    assert issue(FILE, old, Content(0, 0, 97 << 16 - 1, 0))
    with pytest.raises(StsError, match="up to 96, this one begins with 97"):
        issue(FILE, old, Content(0, 0, 97 << 16, 0))


def test_the_vectors_of_the_file_are_tried() -> None:
    assert check(FILE) == 3
    with pytest.raises(StsError, match="vectors: give at least one"):
        check(load(sts_fleet.content(vectors=[])))
    other = sts_fleet.written(2)
    other["vectors"] = sts_fleet.written(1)["vectors"]
    with pytest.raises(StsError, match=r"vectors\[0\]: tables and keys make"):
        check(load(json.dumps(other).encode()))


KEY = sts_fleet.written()["keys"][0]


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"s1": list(range(15))}, "s1: give each number from 0 to 15 once"),
        ({"s2": [0] * 16}, "s2: give each"),
        ({"p": [*range(63), 64]}, "p: give each number from 0 to 63 once"),
        ({"s1": [0.5] * 16}, r"\$\.s1\[0\]"),
        ({"base_date": 2000}, r"\$\.base_date"),
        ({"tables": 1}, "tables"),
        ({"keys": [KEY | {"sgc": "12"}]}, r"keys\[0\]\.sgc: give 6 digits"),
        ({"keys": [KEY | {"krn": 0}]}, r"keys\[0\]\.krn"),
        ({"keys": [KEY | {"vending_key": "ab"}]}, r"keys\[0\]\.vending_key \(0-9, a-f\): give 16 digits"),
        ({"keys": [KEY | {"cipher": "11"}]}, r"keys\[0\]\.derivation"),
        ({"keys": [KEY, KEY]}, "keys: give one key for each"),
        ({"vectors": [sts_fleet.written()["vectors"][0] | {"token": "1"}]}, r"vectors\[0\]\.token: give 20"),
        ({"vectors": [sts_fleet.written()["vectors"][0] | {"class": 1}]}, r"vectors\[0\]\.class: give 0 or 2"),
        ({"vectors": [sts_fleet.written()["vectors"][0] | {"issued": "2026-01-20T12:30:00Z"}]}, "without a zone"),
    ],
)  # fmt: skip
def test_the_loader_names_the_field(changed: dict[str, object], says: str) -> None:
    with pytest.raises(StsError, match=says) as caught:
        load(sts_fleet.content(**changed))
    assert KEY["vending_key"] not in str(caught.value)


def test_what_a_file_says_is_shown_without_its_control_characters() -> None:
    with pytest.raises(StsError, match=r"unknown field `c\\x7fass`"):
        load(sts_fleet.content(**{"c\x7fass": 1}))


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff", b'{"keys": []}'])
def test_a_file_that_is_no_file_of_tables_says_so(content: bytes) -> None:
    with pytest.raises(StsError, match="the file is not read"):
        load(content)


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"pan": sts_fleet.pan(7)[:-1] + "x"}, Fault.PAN),
        ({"pan": str(int(sts_fleet.pan(7)) + 1)}, Fault.PAN),
        ({"sgc": "12345"}, Fault.SGC),
        ({"ti": "1"}, Fault.TARIFF_INDEX),
        ({"krn": 10}, Fault.KEY_REVISION),
        ({"kt": 4}, Fault.KEY_TYPE),
    ],
)
def test_a_meter_that_cannot_be_is_refused(changed: dict[str, object], fault: Fault) -> None:
    with pytest.raises(StsError) as caught:
        Meter(**({"pan": sts_fleet.pan(7), "sgc": "123456", "ti": "01", "krn": 1, "kt": 2} | changed))  # type: ignore[arg-type]
    assert caught.value.fault == fault


def test_the_check_digit_is_luhns() -> None:
    assert luhn("7992739871") == 3


def test_a_meter_without_a_key_in_the_file_is_named() -> None:
    with pytest.raises(StsError, match="supply group 123456, revision 9, type 2"):
        issue(FILE, meter(9), Content(0, 0, 1, 1))
