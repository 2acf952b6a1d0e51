from collections.abc import Iterator

import pytest
from django.utils.translation import override

from gridhall.cis.ledger import queries as ledger
from gridhall.cis.tariffs import queries as tariffs
from gridhall.platform import audit
from tests.cast import Cast, build_cast


@pytest.fixture
def cast(db: None) -> Iterator[Cast]:
    """The named people of one small utility; after every test the books balance and the audit chain holds."""
    tariffs.forget()
    yield build_cast()
    assert ledger.problems() == []
    assert sum(ledger.trial_balance().values()) == 0
    assert list(audit.broken_links()) == []


@pytest.fixture
def english() -> Iterator[None]:
    """Refusals in English, so that a test can read them; their Chinese is checked by the house rules."""
    with override("en"):
        yield
