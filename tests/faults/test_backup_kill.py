"""`kill -9` during a backup or a restore harms nothing: not the city, not the backups before, not the next attempt."""

import os
import random
from pathlib import Path

import pytest

from huimin.tooling.keeping.tests.small_city import (
    huimin,
    installation,
    killed_at_step,
    report,
    steps_of,
    write_extracts,
)

KILLS = 50 if os.environ.get("HUIMIN_SOAK") else 5

pytestmark = pytest.mark.fault


@pytest.mark.parametrize("shape", ["folder", "archive"])
def test_killed_at_random_points(tmp_path: Path, shape: str) -> None:
    seed = int(os.environ.get("HUIMIN_SEED", random.randrange(10**6)))
    print(f"HUIMIN_SEED={seed}")
    chance = random.Random(seed)
    out = tmp_path / ("backups" if shape == "folder" else "city.tar")
    city, restored = tmp_path / "city", tmp_path / "restored"
    write_extracts(tmp_path / "inbox", rounds=range(3), rows=200)
    with installation(city) as env, installation(restored, migrated=False) as target:
        huimin(env, "exchange", "land", str(tmp_path / "inbox"))
        huimin(env, "journal", "anchor")
        before = report(env)
        steps = len(steps_of(env, "backup", "--out", str(tmp_path / "measured.tar"), within=[tmp_path]))
        killed = 0
        while killed < KILLS:
            lived = killed_at_step(env, "backup", "--out", str(out), within=[tmp_path], step=chance.randint(1, steps))
            if lived is None:
                killed += 1
            else:  # a backup that finds most files in the one before it takes fewer steps
                assert len(lived) < steps
                steps = len(lived)
            if out.is_file():
                out.rename(tmp_path / f"finished-{killed}-{steps}.tar")
        assert report(env) == before
        huimin(env, "backup", "--out", str(out))
        assert not list(tmp_path.glob("**/.*.unfinished")), "the next backup clears what the killed ones left"
        assert not list((city / "spill").glob("backup-*"))

        words = ["restore", "--from", str(out)]
        with installation(tmp_path / "measured", migrated=False) as measured:
            steps = len(steps_of(measured, *words, within=[tmp_path / "measured"]))
        # Late enough that files lie there, early enough that a database beside the folder is still empty.
        step = chance.randint(steps // 3, steps - 5)
        assert killed_at_step(target, *words, within=[restored], step=step) is None
        assert (restored / ".restoring").exists()
        huimin(target, *words)
        assert report(target) == before
