"""A synthetic year of the city goes by through the real operations: every case comes to its end, every clock is right, kills lose nothing."""

import json
import os
import random
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest

from huimin.cli.standing import establish
from huimin.tooling.keeping.tests.small_city import copied, installation, python
from huimin.tooling.year import SERVICES, STANDS_FOR, arrivals, demand
from tests.replay.counting import counted, described, late_ones
from tests.services.test_scenarios import STATES
from tests.services.walking import CALENDAR

SOAK = bool(os.environ.get("HUIMIN_SOAK"))
CASES = int(os.environ.get("HUIMIN_REPLAY_CASES", "200000" if SOAK else "200"))
REPLAYING = "tests.replay.replaying"
MORTAL_CASES, KILLS = (400, 50) if SOAK else (12, 2)


@pytest.mark.unit
def test_the_year_ramps_to_more_than_a_thousand_a_day_over_every_service() -> None:
    days = demand(200_000, 2026, CALENDAR)
    assert sum(days.values()) == 200_000
    assert max(days.values()) > 1_000 > max(count for day, count in days.items() if day < date(2026, 7, 1))
    assert all(days[day] < 250 for day in days if not CALENDAR.is_working(day))
    year = list(arrivals(5_000, year=2026, calendar=CALENDAR, seed=1))
    assert year == sorted(year, key=lambda one: (one.at, one.place))
    assert [one.place for one in year] == list(range(5_000))
    asked = Counter(one.service for one in year)
    assert SERVICES == 148
    assert all(abs(asked[code] - 5_000 * share / SERVICES) < 150 for code, share in STANDS_FOR.items())


@pytest.mark.once
@pytest.mark.django_db
@pytest.mark.covers("P01", "P10", "P11")
def test_a_year_goes_by_and_every_clock_is_right(settings, tmp_path) -> None:
    from tests.replay.replaying import STARTS, Replay, case_of, holdings

    settings.HOME = tmp_path
    establish()
    seed = int(os.environ.get("HUIMIN_SEED", random.randrange(10**6)))
    print(f"HUIMIN_SEED={seed}")
    replay = Replay(CASES, seed)
    replay.run()
    for one in replay.applications:
        case = case_of(one.arrival)
        assert case is not None, one.arrival
        assert case.state in STATES[one.expected], (one.service.code, one.scenario.code, case.number, case.state)
    held = holdings()
    assert held["applicants"] == held["wholes"] == CASES, "one case each, and its parts"
    assert (held["undelivered"], held["findings"]) == (0, [])
    wrong, purposes = [], Counter[str]()
    for deadline, stored, by_law in counted():
        purposes[deadline.purpose] += 1
        if stored != by_law:
            wrong.append(described(deadline, stored, by_law))
    assert not wrong, wrong[:5]
    assert purposes["process"] > CASES / 3
    assert purposes["limit"] > CASES
    late, carded = late_ones(STARTS)
    assert late == carded, "a card for every clock that ran out, and for no other"
    assert late


def lived(env: Mapping[str, str], seed: int, *, dies_at: int = 0) -> int | None:
    """Replay the year in a process of its own: the statements that it took to its end, None when it was killed (-9) at one."""
    words = [sys.executable, "-m", REPLAYING, "run", str(MORTAL_CASES), str(seed), str(dies_at)]
    done = subprocess.run(words, env=dict(env), capture_output=True, text=True, check=False)
    if done.returncode == -signal.SIGKILL:
        return None
    assert done.returncode == 0, done.stdout + done.stderr
    return int(done.stdout.split()[-1])


@pytest.mark.fault
@pytest.mark.once
def test_killed_at_random_steps_the_year_loses_and_doubles_nothing(tmp_path: Path) -> None:
    seed = int(os.environ.get("HUIMIN_SEED", random.randrange(10**6)))
    print(f"HUIMIN_SEED={seed}")
    chance = random.Random(seed)
    with installation(tmp_path / "pattern") as pattern:
        python(pattern, "-m", REPLAYING, "prepare")
        with copied(pattern, tmp_path / "twin") as twin, copied(pattern, tmp_path / "city") as city:
            steps = lived(twin, seed)
            assert steps is not None
            for _ in range(KILLS):
                assert lived(city, seed, dies_at=chance.randint(1, steps // (KILLS + 1))) is None
            assert lived(city, seed) is not None
            wanted, found = (json.loads(python(env, "-m", REPLAYING, "report")) for env in (twin, city))
    assert found == wanted
    assert (found["wholes"], found["applicants"]) == (MORTAL_CASES, MORTAL_CASES)
    assert (found["undelivered"], found["findings"]) == (0, [])
