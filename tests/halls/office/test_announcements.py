"""Announced periods through the page: recorded, refused, taken back."""

from __future__ import annotations

import pytest
from django.test import Client

from gridhall.cis.tariffs.models import Announcement
from tests.halls.office.conftest import At, key_of, text_of

pytestmark = pytest.mark.usefixtures("town", "db")
PAGE = "/office/tariffs/announcements/"


def record(client: Client, **other: str):
    sent = {
        "what": "吉林 sharp", "first": "2026-07-14", "last": "2026-07-16", "hours": "17-19", "authority": "Authority",
        "notice": "No. 7", **key_of(client.get(PAGE)), **other,
    }  # fmt: skip
    return client.post(PAGE, sent)


def test_a_notice_is_recorded_and_taken_back(gao: Client) -> None:
    assert record(gao).status_code == 302
    assert record(gao, taken_back="on").status_code == 302
    assert list(Announcement.objects.values_list("hours", flat=True)) == [[], ["17-19"]]
    shown = text_of(gao.get(PAGE))
    assert "17-19" in shown and "taken back" in shown and "Authority, No. 7" in shown


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"hours": "17:20-19"}, "billed by intervals of 60 minutes"),
        ({"hours": "sharp"}, "not a span of hours"),
        ({"last": "2026-07-01"}, "before the first"),
        ({"what": "海南 sharp"}, "Select a valid choice"),
    ],
)
def test_what_cannot_be_is_said_beside_the_form(gao: Client, wrong: dict[str, str], said: str) -> None:
    answer = record(gao, **wrong)
    assert answer.status_code in (200, 422) and said in text_of(answer)
    assert not Announcement.objects.exists()


def test_a_clerk_does_not_get_in(at: At) -> None:
    assert at("Clerk Wu").get(PAGE).status_code == 403
