"""Every adapter keeps the contract."""

from __future__ import annotations

import pytest

from tests.cast import Cast
from tests.cis.channels.contract import Contract, Partner
from tests.cis.channels.partners import PARTNERS


@pytest.fixture(params=PARTNERS, ids=lambda kind: kind.adapter)
def partner(cast: Cast, request: pytest.FixtureRequest) -> Partner:
    return request.param(cast)


class TestEveryAdapter(Contract):
    """The promises of contract.py, partner by partner."""
