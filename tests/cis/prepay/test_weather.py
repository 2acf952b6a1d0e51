"""Heat and frost: nobody is cut off outside the temperatures of the rules, nor where nobody knows them."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from msgspec.structs import replace

from gridhall.cis.prepay import guard, rules
from gridhall.cis.prepay.drivers import HeadEnd
from gridhall.cis.prepay.drivers.simulator import Server
from gridhall.cis.tariffs.actions import record_day_fact
from gridhall.platform.actor import system
from gridhall.platform.errors import Refused
from tests.cast import Cast
from tests.cis.facts import CITY
from tests.cis.prepay.test_orders import MONDAY, State, drive_at, head_end, li, order, read

__all__ = ["head_end", "li"]
pytestmark = [pytest.mark.usefixtures("english"), pytest.mark.django_db]
PLACE = "nanjing"
NOW = MONDAY + timedelta(days=1, minutes=5)


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch) -> str:
    """The rules ask for the weather of the city."""
    versions = tuple(replace(version, places={CITY: PLACE}) for version in rules.every())
    monkeypatch.setattr("gridhall.cis.prepay.rules.every", lambda: versions)
    return PLACE


def said(day: date, tenths: int | None) -> None:
    record_day_fact(system(), PLACE, day, tenths, "weather office")


def weighed(path: str = CITY) -> guard.Verdict:
    return guard.weather(rules.in_force(NOW.date()), path, NOW)


@pytest.mark.parametrize(
    ("yesterday", "today", "words"),
    [
        (350, None, ""),  # the limits themselves are no heat and no frost
        (0, None, ""),
        (None, 200, ""),
        (351, None, r"35\.1 °C"),
        (None, 362, r"36\.2 °C"),
        (-1, 120, r"-0\.1 °C"),
        (120, -60, r"-6\.0 °C"),
        (None, None, "temperature at nanjing is unknown; record it first"),
    ],
)
def test_a_supply_is_stopped_only_between_the_temperatures(
    place: str, yesterday: int | None, today: int | None, words: str
) -> None:
    for day, tenths in ((NOW.date() - timedelta(days=1), yesterday), (NOW.date(), today)):
        if tenths is not None:
            said(day, tenths)
    found = weighed()
    if not words:
        assert found.stop
        return
    assert not found.stop and re.search(words, found.because)
    assert found.later is not None and found.later > NOW


def test_what_was_taken_back_is_unknown_and_the_newest_record_counts(place: str) -> None:
    said(NOW.date(), 362)
    said(NOW.date(), 210)
    assert weighed().stop
    said(NOW.date(), None)
    assert "unknown" in weighed().because


def test_an_older_temperature_says_nothing_of_today(place: str) -> None:
    said(NOW.date() - timedelta(days=2), 200)
    assert "unknown" in weighed().because


def test_elsewhere_nobody_asks(place: str) -> None:
    assert weighed("51/01/").stop


def test_the_weather_of_a_place_of_the_rules_can_be_recorded_and_of_no_other(place: str) -> None:
    said(NOW.date(), 200)
    with pytest.raises(Refused, match="No calendar and no rule asks for the weather of nowhere"):
        record_day_fact(system(), "nowhere", NOW.date(), 200, "weather office")


def test_a_stop_waits_while_the_temperature_is_unknown_and_goes_when_it_is_mild(
    place: str, cast: Cast, li: int, head_end: tuple[Server, HeadEnd]
) -> None:
    read(cast, NOW.date())
    drive_at(head_end[1], NOW)
    assert order().state == State.QUEUED and "temperature at nanjing is unknown" in order().waits_for
    said(NOW.date(), 120)
    drive_at(head_end[1], order().due_at)
    assert order().state == State.SENT
