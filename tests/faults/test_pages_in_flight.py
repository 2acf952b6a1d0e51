"""Money on a page: 409 while the same request is in flight, one payment however often it is sent, else 422."""

import json
import os

import pytest

from tests.faults.hosts import printed


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the request in flight is a fork's")
def test_a_payment_in_flight_is_told_so_and_a_used_key_with_another_amount_is_refused() -> None:
    assert json.loads(printed("in_flight", timeout_s=400)) == [409, True, 0, 302, True, 422, 1]
