"""People at the counter, and what they see."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.test import Client

from tests.cast import Cast

At = Callable[[str], Client]


def text_of(response: Any) -> str:
    """What a reader sees: no tags, no scripts, single blanks."""
    body = re.sub(r"<(script|style)\b.*?</\1>", " ", response.content.decode(), flags=re.DOTALL)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", body)))


def form_of(response: Any) -> dict[str, str]:
    """The hidden key of the form that was shown."""
    found = re.search(r'name="key" value="([0-9a-f-]+)"', response.content.decode())
    assert found, "the form carries no key"
    return {"key": found[1]}


@pytest.fixture
def at(town: Cast, db: None) -> At:
    """`at("Clerk Wu")`: a browser of that member of staff, in English."""

    def sit_down(name: str, language: str = "en") -> Client:
        client = Client(headers={"accept-language": language})
        client.force_login(town.staff[name].user)
        return client

    return sit_down


@pytest.fixture
def wu(at: At) -> Client:
    """Clerk Wu with an open till: 500 yuan of change."""
    client = at("Clerk Wu")
    page = client.get("/counter/shifts/open/")
    assert client.post("/counter/shifts/open/", {"float_amount": "500", **form_of(page)}).status_code == 302
    return client
