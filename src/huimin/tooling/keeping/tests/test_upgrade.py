"""An upgrade of a city with data ends in the new version, or in exactly what was there before."""

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from huimin.tooling.keeping.tests.small_city import huimin, living, python, report

pytestmark = pytest.mark.fault

PROGRAM = """
import sys
sys.argv = ["huimin", "upgrade"]
import huimin.cli.upgrade as command
whole = command.stand_up
def stand_up():
    whole()
    from django.db import connection
    with connection.cursor() as cursor:
        {harm}
command.stand_up = stand_up
from huimin.cli import main
sys.exit(main(sys.argv[1:]))
"""
HARM = {
    "a step fails half-way": "cursor.execute('CREATE TABLE half_done (x INTEGER)'); raise LookupError",
    "a step loses deliveries": "cursor.execute('DELETE FROM exchange_quarantinedrow'); cursor.execute('DELETE FROM exchange_delivery')",
}


def tables(city: Mapping[str, str]) -> list[str]:
    program = "import django; django.setup(); from django.db import connection; print(*sorted(connection.introspection.table_names()))"
    return python(city, "-c", program).split()


def test_an_upgrade_applies_what_is_behind(small_city: dict[str, str]) -> None:
    before = report(small_city)
    python(small_city, "-m", "django", "migrate", "sessions", "zero", "-v0")
    assert "django_session" not in tables(small_city)
    assert "1 migrations applied" in huimin(small_city, "upgrade")
    assert "django_session" in tables(small_city)
    after = report(small_city)
    assert {**after, "facts": []} == {**before, "facts": []}
    assert set(before["facts"]) <= set(after["facts"])
    assert len(list((Path(small_city["HUIMIN_HOME"]) / "backups").glob("*Z"))) == 1


@pytest.mark.parametrize("harm", HARM)
def test_a_failed_upgrade_leaves_things_as_they_were(small_city: dict[str, str], harm: str) -> None:
    before, there = report(small_city), tables(small_city)
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(harm=HARM[harm])], env=small_city, capture_output=True, text=True
    )
    assert done.returncode == 1
    assert "the data are back as they were" in done.stderr
    assert report(small_city) == before
    assert tables(small_city) == there
    assert "Upgraded" in huimin(small_city, "upgrade")


def test_a_city_in_use_is_not_upgraded(small_city: dict[str, str]) -> None:
    with living(small_city):
        assert "Stop huimin serve" in huimin(small_city, "upgrade", status=1)
    assert not (Path(small_city["HUIMIN_HOME"]) / "backups").exists()
