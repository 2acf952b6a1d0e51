"""Losses that only we bill are told from a wrong reading."""

from __future__ import annotations

from gridhall.cis.metering.actions.adjustments import set_losses
from tests.cast import START, Cast
from tests.cis.billing.test_losses import S11_1000, metered_low
from tests.cis.parallel.conftest import Amounts, Compare

NAME = "Haisheng Foods"


def test_a_transformer_that_the_old_system_forgot_is_found_by_its_losses(
    cast: Cast, ours: Amounts, compare: Compare
) -> None:
    metered_low(cast)
    set_losses(cast.actor("Fitter Sun"), cast.service_points[NAME], S11_1000, START)
    run = compare({**ours, NAME: (str(31 * 9_000), ours[NAME][1])})  # as it was billed without losses
    one = run.comparison_rounds.get().comparisons.get()
    assert one.account_number == cast.accounts[NAME].number
    assert one.cause == "loss", one.detail
    part = one.detail["parts"][0]
    assert part["ours_only"]
    assert part["loss_wh"] == part["ours_wh"] - 31 * 9_000_000
    assert sum(part["fen"] for part in one.detail["parts"]) == one.difference_fen
    assert [part["cause"] for part in one.detail["parts"]] == ["loss"]  # to the fen, power factor and all
