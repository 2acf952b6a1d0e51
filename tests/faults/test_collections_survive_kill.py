"""A day of the desk or a cut by command that is killed at any moment goes on, reminds once and switches once."""

from tests.faults.hosts import KILLS, completed, forks

OURS = 10 if KILLS > 12 else min(KILLS, 4)  # preparing the world is most of it: 40 s of CPU time for ten


@forks
def test_dunning_and_cuts_killed_at_any_moment_remind_once_and_switch_once() -> None:
    completed("collections", OURS, 120 + 20 * OURS)
