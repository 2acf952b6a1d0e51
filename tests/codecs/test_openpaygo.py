"""Keypad tokens against published ones, against what devices say, and there and back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridhall.codecs.openpaygo import STEPS_MAX, Device, Kind, TokenError, issue, read
from gridhall.codecs.openpaygo.siphash import siphash24

KEY = bytes.fromhex("bc41ec9530f6dac86b1a29ab82edc5fb")
DEVICE = Device(516_959_010, KEY)


def test_the_hash_is_siphash_2_4() -> None:
    message = bytes(range(15))  # the worked example of the authors' paper
    assert siphash24(bytes(range(16)), message) == 0xA129CA6149BE45E5


def test_every_published_token_is_made_and_read(shared_data: Path) -> None:
    rows = (shared_data / "protocols/openpaygo/tokens.jsonl").read_text().splitlines()
    for row in map(json.loads, rows):
        device = Device(
            row["starting_code"], bytes.fromhex(row["key"]), row["restricted_digit_set"], row["extended_token"]
        )
        kind, steps = Kind(row["token_type"]), row["value_raw"] or 0
        made = issue(device, kind, row["count"], steps)
        assert (made.token, made.count) == (row["token"], row["new_count"])
        taken = read(device, row["token"], row["count"])
        assert (taken.kind, taken.steps, taken.count) == (kind, steps, row["new_count"])
    assert len(rows) >= 50


def test_a_device_says_what_devices_say(shared_data: Path) -> None:
    cases = json.loads((shared_data / "protocols/openpaygo/device_cases.json").read_text())["cases"]
    for case in cases:
        device = Device(case["starting_code"], bytes.fromhex(case["key"]), case["restricted_digit_set"])
        assert read(device, case["token"], case["device_count"], case["used_counts"]).kind == case["expect"], case["id"]


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, 999_999_999), st.binary(min_size=16, max_size=16), st.booleans(), st.booleans(),
    st.integers(0, 200), st.data(),
)  # fmt: skip
def test_what_is_issued_is_taken_once(
    code: int, key: bytes, restricted: bool, extended: bool, count: int, data: st.DataObject
) -> None:
    device = Device(code, key, restricted, extended)
    steps = data.draw(st.integers(1, STEPS_MAX[extended]))
    made = issue(device, Kind.ADD, count, steps)
    assert made.count > count and made.count % 2 == 0
    first = read(device, made.token, count)
    assert (first.kind, first.steps, first.count) == (Kind.ADD, steps, made.count)
    assert read(device, made.token, made.count, [made.count]).kind in (Kind.USED, Kind.INVALID)


@pytest.mark.parametrize(
    "typed", ["", "12345678", "1234567890", "12345678a", "５８８２２４０１１", "588 224 O11", "9" * 500]
)
def test_what_is_no_token_is_invalid(typed: str) -> None:
    assert read(DEVICE, typed, 1).kind == Kind.INVALID


def test_blanks_and_dashes_do_not_count() -> None:
    assert read(DEVICE, "588 224-011", 1).kind == Kind.ADD


def test_a_token_of_another_device_is_invalid() -> None:
    other = Device(516_959_010, bytes(16))
    assert read(other, issue(DEVICE, Kind.ADD, 1, 5).token, 1).kind == Kind.INVALID


@pytest.mark.parametrize(
    ("kind", "steps", "says"),
    [(Kind.ADD, 996, "carries 1 to 995"), (Kind.ADD, 0, "carries"), (Kind.SET, -1, "carries"), (Kind.USED, 1, "kind:")],
)
def test_an_amount_that_does_not_fit_is_refused(kind: Kind, steps: int, says: str) -> None:
    with pytest.raises(TokenError, match=says):
        issue(DEVICE, kind, 1, steps)


def test_setting_an_amount_that_means_something_else_is_refused() -> None:
    with pytest.raises(TokenError, match="switch the device off"):
        issue(Device(1, KEY, extended=True), Kind.SET, 1, 998)


@pytest.mark.parametrize(("code", "key"), [(-1, KEY), (10**9, KEY), (1, b"short")])
def test_secrets_that_cannot_be_are_refused(code: int, key: bytes) -> None:
    with pytest.raises(TokenError):
        Device(code, key)
