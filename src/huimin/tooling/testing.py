"""The pytest plugin of the house: its own data folder for each run, reproducible properties, and no test that hides.

Loaded by `-p huimin.tooling.testing` in pyproject.toml, because it must come before pytest-django reads the settings; a
conftest.py comes too late for that.
"""

import os
import re
import sqlite3
import tempfile
from collections.abc import Generator
from contextlib import closing
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, settings

from huimin.tooling.empty_store import empty_store

INVENTORY: Final = "tests/inventory_ids.txt"
IN_CI: Final = bool(os.environ.get("CI"))

# A folder of its own for every process of a run, even where the caller has a city in HUIMIN_HOME: tests never touch it.
_home = tempfile.TemporaryDirectory(prefix="huimin-tests-", ignore_cleanup_errors=True)
os.environ["HUIMIN_HOME"] = _home.name
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huimin.settings")

# What the journeys share asserts too: a failure there should say what it saw.
pytest.register_assert_rewrite("walking", "carrying")

settings.register_profile(
    "ci", max_examples=50, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("soak", max_examples=2000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("soak" if os.environ.get("HUIMIN_SOAK") else "ci")


@cache
def inventory(root: Path) -> dict[str, str]:
    """The inventory items that a test may claim to prove, id → title, from lines of `ID<tab>title`."""
    lines = (root / INVENTORY).read_text(encoding="utf-8").splitlines()
    return dict(line.split("\t", 1) for line in lines)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Refuse `covers` of what is not in the inventory; leave out what is for the other store."""
    known = inventory(config.rootpath)
    for item in items:
        for mark in item.iter_markers("covers"):
            unknown = [claimed for claimed in mark.args if claimed not in known]
            if unknown or not mark.args:
                claimed = ", ".join(unknown) or "nothing"
                raise pytest.UsageError(f"{item.nodeid} covers {claimed}, which {INVENTORY} does not list")
    elsewhere = [item for item in items if item.get_closest_marker("postgresql") and not os.environ.get("DATABASE_URL")]
    config.hook.pytest_deselected(items=elsewhere)
    items[:] = [item for item in items if item not in elsewhere]


def pytest_sessionstart() -> None:
    """The tests' own store, in memory, begins as a copy of the empty one: its migrations are then found done, not run by every process."""
    if os.environ.get("DATABASE_URL"):
        return
    command = import_module("django.core.management.commands.migrate").Command
    plain = command.handle

    def beginning_with_a_copy(migrate: Any, *words: str, **options: Any) -> None:
        store = import_module("django.db").connections[options["database"]]
        if store.is_in_memory_db() and not store.introspection.table_names():
            with closing(sqlite3.connect(empty_store())) as empty:
                empty.backup(store.connection)
        plain(migrate, *words, **options)

    command.handle = beginning_with_a_copy


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """A test that says it needs no database may not wait for one: `make check` would stand it up for that test alone."""
    needs_it = item.get_closest_marker("django_db") or "db" in getattr(item, "fixturenames", ())
    if item.get_closest_marker("unit") and needs_it:
        pytest.fail(
            "marked `unit` and asks for the database: let it say `once` instead, or move it to a file without",
            pytrace=False,
        )


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """In CI a test that skips itself has failed: what it needs must be there."""
    report = yield
    if IN_CI and report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = re.sub(r"^Skipped: ", "cannot run here: ", str(reason))
    return report
