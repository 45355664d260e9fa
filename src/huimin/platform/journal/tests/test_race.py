"""Many threads announce at once in a process of their own: every fact gets its place, and the chains stay whole."""

from pathlib import Path

import pytest

from huimin.platform.journal.tests.worker import PATIENCE, installation, reported, worker


@pytest.mark.race
def test_threads_that_publish_at_once_lose_nothing(tmp_path: Path) -> None:
    with installation(tmp_path) as env:
        told, _ = worker(env, "looks").communicate(timeout=PATIENCE)
        found = reported(env)
    assert told == "failed 0\n"
    assert (found["entries"], found["findings"]) == (200, 0)


@pytest.mark.race
def test_without_the_lock_they_take_each_others_places(tmp_path: Path) -> None:
    """The key of the entry is the last line: writers that read the same head cannot both write, so a fact is refused."""
    with installation(tmp_path) as env:
        told, _ = worker(env, "looks-unlocked").communicate(timeout=PATIENCE)
        found = reported(env)
    assert int(told.split()[1]) > 0
    assert found["findings"] == 0
