"""Weather through the page: recorded, refused, taken back."""

from __future__ import annotations

import pytest
from django.test import Client

from gridhall.cis.tariffs.models import DayFact
from tests.halls.office.conftest import At, key_of, text_of

pytestmark = pytest.mark.usefixtures("town", "db")
PAGE = "/office/tariffs/weather/"


def record(client: Client, celsius: str, day: str = "2026-05-20"):
    sent = {"place": "Guangzhou", "day": day, "celsius": celsius, "source": "observatory", **key_of(client.get(PAGE))}
    return client.post(PAGE, sent)


def test_a_day_is_recorded_and_taken_back(gao: Client) -> None:
    assert record(gao, "36.4").status_code == 302
    assert record(gao, "").status_code == 302
    assert list(DayFact.objects.values_list("celsius_tenths", flat=True)) == [None, 364]
    shown = text_of(gao.get(PAGE))
    assert "36.4" in shown and "taken back" in shown


@pytest.mark.parametrize(("celsius", "day"), [("hot", "2026-05-20"), ("36.44", "2026-05-20"), ("36", "2099-05-20")])
def test_what_cannot_be_is_said_beside_the_form(gao: Client, celsius: str, day: str) -> None:
    answer = record(gao, celsius, day)
    assert answer.status_code in (200, 422)
    assert "error" in answer.content.decode() or "has not ended" in text_of(answer)
    assert not DayFact.objects.exists()


def test_a_clerk_does_not_get_in(at: At) -> None:
    assert at("Clerk Wu").get(PAGE).status_code == 403
