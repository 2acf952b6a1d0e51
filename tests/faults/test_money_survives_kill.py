"""Bill runs, payments, bank files and callbacks killed at any moment leave right books and complete when run again."""

from tests.faults.hosts import KILLS, completed, forks


@forks
def test_bill_runs_payments_bank_files_and_callbacks_killed_at_any_moment_lose_nothing_and_double_nothing() -> None:
    kills = completed("money", KILLS, 400 + 20 * KILLS)
    assert {kill["way"] for kill in kills} == {"bill run", "payments", "bank file", "callbacks"}
