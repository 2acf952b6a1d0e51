"""A round of balances or a sender that is killed at any moment goes on, warns once and switches once."""

from tests.faults.hosts import KILLS, completed, forks

AT_MOST = 12  # a round of balances and a sender in every kill: some seconds each


@forks
def test_balances_and_orders_killed_at_any_moment_warn_once_and_switch_once() -> None:
    kills = min(KILLS, AT_MOST)
    completed("prepay", kills, 120 + 20 * kills)
