"""A browser without a screen, and one small utility with bills for the pages to show."""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from unittest.mock import patch

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client

from gridhall.platform.models import User
from tests.cast import Cast
from tests.halls.town import NOW, build_town

_addresses = itertools.count(1)


@pytest.fixture(scope="module")
def town(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[Cast]:
    """Built once a module and rolled back after it: readings and bill runs take seconds."""
    Path(settings.INTERVAL_STORE).mkdir(parents=True, exist_ok=True)
    with (
        django_db_blocker.unblock(),  # type: ignore[attr-defined]
        patch("django.utils.timezone.now", lambda: NOW),
        tempfile.TemporaryDirectory() as folder,
        transaction.atomic(),
    ):
        yield build_town(Path(folder))
        transaction.set_rollback(True)


@pytest.fixture
def browser_of(db: None) -> Callable[[User], Client]:
    """`browser_of(user)`: a client that is signed in, with an address of its own."""

    def make(user: User, **headers: str) -> Client:
        client = Client(REMOTE_ADDR=f"10.0.0.{next(_addresses) % 250 + 1}", headers=headers)
        client.force_login(user)
        return client

    return make
