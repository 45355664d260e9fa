"""Landing survives `kill -9` at any moment: nothing is lost, nothing is doubled, and what it leaves behind is swept."""

import os
import random
import time
from pathlib import Path

import pytest

from huimin.tooling.keeping.tests.small_city import (
    huimin,
    installation,
    killed_at_step,
    python,
    report,
    steps_of,
    write_extracts,
)

KILLS = 50 if os.environ.get("HUIMIN_SOAK") else 5
ROWS = 400
FILES_A_ROUND = 2
SWEEP_ALL = "import django; django.setup(); from huimin.platform.exchange.operations import sweep_lake; sweep_lake(older_than=0)"

pytestmark = [pytest.mark.fault, pytest.mark.django_db]


def same_city(found: dict[str, object], wanted: dict[str, object]) -> None:
    """Every delivered row accounted for once, no record lost or doubled, no file missing, none left over."""
    for what in ("deliveries", "returned", "current", "facts"):
        assert found[what] == wanted[what], what
    assert found["files"] == found["named_files"] == wanted["named_files"]
    assert found["findings"] == []


@pytest.mark.covers("D02")
def test_killed_at_random_points(tmp_path: Path) -> None:
    seed = int(os.environ.get("HUIMIN_SEED", random.randrange(10**6)))
    print(f"HUIMIN_SEED={seed}")
    chance = random.Random(seed)
    inbox = tmp_path / "inbox"
    with installation(tmp_path / "twin") as twin, installation(tmp_path / "city") as env:
        write_extracts(inbox, rounds=range(1), rows=ROWS)
        steps = len(steps_of(twin, "exchange", "land", str(inbox), within=[tmp_path / "twin"]))
        interrupted = rounds = 0
        while interrupted < KILLS:
            write_extracts(inbox, rounds=range(rounds, rounds + 1), rows=ROWS)
            rounds += 1
            step = chance.randint(1, steps)
            lived = killed_at_step(env, "exchange", "land", str(inbox), within=[tmp_path / "city"], step=step)
            if lived is None:
                interrupted += 1
            else:  # nothing is left of the rounds before, so there was less to do
                steps = len(lived)
        before = report(env)
        assert set(before["named_files"]) <= set(before["files"]), "a delivery names a file that is not there"
        assert before["findings"] == []
        for city in (env, twin):
            huimin(city, "exchange", "land", str(inbox))
            python(city, "-c", SWEEP_ALL)
        wanted = report(twin)
        same_city(report(env), wanted)
        huimin(env, "exchange", "land", str(inbox))
        same_city(report(env), wanted)
    assert len(wanted["deliveries"]) == FILES_A_ROUND * rounds
    assert all(delivered == landed + back + twice for *_, delivered, landed, back, twice in wanted["deliveries"])
    assert sum(row[-2] for row in wanted["deliveries"]) == len(wanted["returned"]) == rounds
    assert len(wanted["current"]["police.population"]) > ROWS / 2


@pytest.mark.parametrize("moment", ["as the lake file is named", "between lake file and row"])
def test_killed_at_the_two_dangerous_moments(tmp_path: Path, moment: str) -> None:
    """Random kills rarely meet them: the file is whole and has no name yet, or has its name and no delivery names it."""
    hidden = moment.startswith("as")
    inbox, home = tmp_path / "inbox", tmp_path / "city"
    write_extracts(inbox, rounds=range(1), rows=ROWS)
    with installation(tmp_path / "twin") as twin, installation(home) as env:
        steps = steps_of(twin, "exchange", "land", str(inbox), within=[tmp_path / "twin"])
        naming = next(place for place, step in enumerate(steps, 1) if step.startswith("os.rename") and "/lake/" in step)
        step = (
            naming
            if hidden
            else next(place for place, step in enumerate(steps, 1) if place > naming and step.startswith("sql"))
        )
        assert killed_at_step(env, "exchange", "land", str(inbox), within=[home], step=step) is None
        left = report(env)
        assert set(left["named_files"]) <= set(left["files"])
        orphans = set(left["files"]) - set(left["named_files"])
        assert [name.partition("/")[2].startswith(".") for name in orphans] == [hidden]
        huimin(env, "exchange", "land", str(inbox))
        if hidden:
            assert orphans <= set(report(env)["files"]), (
                "a file that may belong to a landing at work must not be swept yet"
            )
        for city in (env, twin):
            python(city, "-c", SWEEP_ALL)
        same_city(report(env), report(twin))


def test_orphans_of_an_hour_are_swept_by_the_command(tmp_path: Path) -> None:
    with installation(tmp_path / "city") as env:
        write_extracts(tmp_path / "inbox", rounds=range(1), rows=40)
        huimin(env, "exchange", "land", str(tmp_path / "inbox"))
        lake = tmp_path / "city" / "lake" / "police.population"
        old, young = lake / f"{'0' * 64}.parquet", lake / ".young.parquet"
        for path in (old, young):
            path.write_bytes(b"the leftovers of a crash")
        os.utime(old, (time.time() - 7200,) * 2)
        assert huimin(env, "exchange", "sweep").split() == [f"police.population/{old.name}"]
        assert not old.exists()
        assert young.exists()
        assert set(report(env)["named_files"]) == set(report(env)["files"]) - {"police.population/.young.parquet"}
