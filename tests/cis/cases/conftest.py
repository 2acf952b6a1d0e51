"""Half a year of bills of Lao Zhou and Haisheng Foods, and the commercial tariff that was evaded."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.utils.translation import override

from gridhall.cis.tariffs.actions import publish_parsed
from gridhall.kernel import shipped
from gridhall.platform.actor import system
from tests.cast import Cast
from tests.cis.facts import put_month, released

COMMERCIAL = "demo-business-single-part-lt1kv"
OTHERS = ("Ms Li", "Sunny Roof", "Green Wheels", "No. 1 High School", "Grandma Chen")


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with override("en"):
        yield


@pytest.fixture
def evaded(cast: Cast) -> Cast:
    """The commercial tariff is published."""
    for version in shipped.tariffs()[COMMERCIAL]:
        publish_parsed(system(), version)
    return cast


@pytest.fixture
def billed(evaded: Cast) -> Cast:
    """January and February are billed."""
    for month in (202601, 202602):
        put_month(evaded, month, leave_out=OTHERS)
        released(evaded, month)
    return evaded
