"""An import that is killed at any moment leaves nothing half-visible, and running it again completes it."""

from tests.faults.hosts import KILLS, SEED, forks, killed


@forks
def test_an_import_killed_at_any_moment_is_invisible_or_whole_and_completes_when_run_again() -> None:
    kills = killed("import", KILLS, 60 + 10 * KILLS)
    wrong = [kill for kill in kills if kill["visible"] == "half" or kill["damaged"] or not kill["same_as_undisturbed"]]
    assert not wrong, f"seed {SEED}: {wrong}"
    assert not [kill for kill in kills if kill["orphans_after_sweep"]], "the sweep left files that nobody names"
    # Without these the kills would have come too early or too late to prove anything.
    assert any(kill["visible"] == "nothing" and kill["orphans"] for kill in kills)
