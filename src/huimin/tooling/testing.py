"""The pytest plugin of the house: its own data folder for each run, reproducible properties, and no test that hides.

Loaded by `-p huimin.tooling.testing` in pyproject.toml, because it must come before pytest-django reads the settings; a
conftest.py comes too late for that.
"""

import os
import re
import tempfile
from collections.abc import Generator
from functools import cache
from pathlib import Path
from typing import Final

import pytest
from hypothesis import HealthCheck, settings

INVENTORY: Final = "tests/inventory_ids.txt"
IN_CI: Final = bool(os.environ.get("CI"))

# A folder of its own for every process of a run, even where the caller has a city in HUIMIN_HOME: tests never touch it.
_home = tempfile.TemporaryDirectory(prefix="huimin-tests-", ignore_cleanup_errors=True)
os.environ["HUIMIN_HOME"] = _home.name
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huimin.settings")

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
