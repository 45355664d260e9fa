"""Two deliverers at once run no delivery twice; without the locks they do."""

from pathlib import Path

import pytest

from huimin.platform.journal.tests.worker import PATIENCE, go, installation, reported, worker

CASES = 25
ATTEMPTS = 20


def raced(env: dict[str, str], way: str) -> dict[str, int]:
    assert worker(env, "fill", str(CASES)).wait(timeout=PATIENCE) == 0
    two = [worker(env, way), worker(env, way)]
    go(*two)
    for process in two:
        process.wait(timeout=PATIENCE)
    return reported(env)


@pytest.mark.race
def test_two_deliverers_run_nothing_twice(tmp_path: Path) -> None:
    with installation(tmp_path) as env:
        found = raced(env, "race")
    assert found["told"] == found["told_once"] == CASES
    assert found["not_done"] == found["findings"] == 0
    assert len((tmp_path / "sent.txt").read_text().split()) == CASES


@pytest.mark.race
def test_the_race_is_real_without_the_locks(tmp_path: Path) -> None:
    sent: list[str] = []
    # Whether two processes meet is chance: they are let try until they have, which the locked ones never do.
    for attempt in range(ATTEMPTS):
        home = tmp_path / str(attempt)
        home.mkdir()
        with installation(home) as env:
            raced(env, "race-unlocked")
        sent = (home / "sent.txt").read_text().split()
        if len(sent) > len(set(sent)):
            break
    assert len(sent) > len(set(sent))
