from datetime import UTC, datetime
from typing import Any

import pytest
from django.utils import timezone

from gridhall.platform import clock

PAST = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)


def test_a_demonstration_may_act_in_the_past_until_the_block_ends(settings: Any) -> None:
    settings.DEMO = True
    with clock.set_to(PAST):
        assert clock.now() == PAST
    assert abs((clock.now() - timezone.now()).total_seconds()) < 5


def test_nobody_acts_in_the_past_of_a_real_utility(settings: Any) -> None:
    settings.DEMO = False
    with pytest.raises(RuntimeError, match="GRIDHALL_DEMO"), clock.set_to(PAST):
        raise AssertionError("the block ran")
