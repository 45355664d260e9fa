"""The outbox survives `kill -9` at any moment: nothing is lost, nothing of this database happens twice, the chain stays whole."""

import os
import random
import signal
from pathlib import Path

import pytest

from huimin.platform.journal.tests.worker import PATIENCE, installation, reported, worker

A_CASE = 40
"""More statements than a case takes, with one delivery and one anchor."""
KILLS = 50 if os.environ.get("HUIMIN_SOAK") else 5


@pytest.mark.fault
def test_killed_at_random_points(tmp_path: Path) -> None:
    seed = int(os.environ.get("HUIMIN_SEED", random.randrange(10**6)))
    print(f"HUIMIN_SEED={seed}")
    chance = random.Random(seed)
    with installation(tmp_path) as env:
        for kill in range(KILLS):
            statement = chance.randint(A_CASE, 12 * A_CASE)
            assert worker(env, "work", str(kill), str(statement)).wait(timeout=PATIENCE) == -signal.SIGKILL
        before = reported(env)
        assert before["not_done"] > 0, "every kill missed the deliveries: nothing was proven"
        assert worker(env, "finish", str(KILLS)).wait(timeout=PATIENCE) == 0
        after = reported(env)
    assert after["cases"] == before["cases"] > KILLS
    assert after["entries_without_case"] == 0
    assert after["told"] == after["told_once"] == after["cases"]
    assert after["not_done"] == after["findings"] == 0
    sent = (tmp_path / "sent.txt").read_text().split()
    assert len(set(sent)) == after["cases"]
    assert len(sent) - len(set(sent)) <= KILLS, "outside, at most the delivery in hand may happen twice"
