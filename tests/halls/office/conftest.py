"""People of the billing office, what they see, and files they bring."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from gridhall.cis.tariffs import queries as tariffs
from tests.cast import Cast

At = Callable[..., Client]


def text_of(response: Any) -> str:
    """What a reader sees: no tags, no scripts, single blanks."""
    body = re.sub(r"<(script|style)\b.*?</\1>", " ", response.content.decode(), flags=re.DOTALL)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", body)))


def key_of(response: Any) -> dict[str, str]:
    """The hidden key of the first form that was shown."""
    found = re.search(r'name="key" value="([0-9a-f-]+)"', response.content.decode())
    assert found, "the form carries no key"
    return {"key": found[1]}


def curve_file(
    code: str, first: date, days: int, name: str = "curve.csv", wrong: Sequence[int] = ()
) -> SimpleUploadedFile:
    """A wide CSV of 250 Wh an interval; a value of the days in ``wrong`` is negative."""
    lines = ["point,date,quantity,unit," + ",".join(f"v{i + 1}" for i in range(96))]
    for n in range(days):
        values = ["250"] * 96
        if n in wrong:
            values[10] = "-5"
        lines.append(f"{code},{first + timedelta(days=n)},active_import,Wh,{','.join(values)}")
    return SimpleUploadedFile(name, ("\n".join(lines) + "\n").encode())


@pytest.fixture(autouse=True)
def no_old_tariffs() -> None:
    """A test that publishes is rolled back, and the ids of its versions come again with other content."""
    tariffs.forget()


@pytest.fixture
def at(town: Cast, db: None) -> At:
    """`at("Biller Gao")`: a browser of that member of staff, in English."""

    def sit_down(name: str, language: str = "en") -> Client:
        client = Client(headers={"accept-language": language})
        client.force_login(town.staff[name].user)
        return client

    return sit_down


@pytest.fixture
def gao(at: At) -> Client:
    """Biller Gao."""
    return at("Biller Gao")


@pytest.fixture
def checker(at: At) -> Client:
    """Checker He, the second person."""
    return at("Checker He")
