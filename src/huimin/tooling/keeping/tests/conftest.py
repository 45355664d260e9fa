"""What the tests of keeping share: one landed and reconciled city, made once and copied for whoever wants to break it."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from huimin.tooling.keeping.tests.small_city import copied, huimin, installation, python, write_extracts

DELIVER = (
    "import django; django.setup(); from django.utils import timezone; from huimin.platform.journal import operations\n"
    "while operations.deliver_due(at=timezone.now()): pass"
)


@pytest.fixture(scope="session")
def pattern(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """A city with two deliveries of two departments, reconciled and anchored; to be copied, not touched."""
    folder = tmp_path_factory.mktemp("pattern")
    write_extracts(folder / "inbox", rounds=range(2), rows=60)
    with installation(folder / "home") as env:
        huimin(env, "exchange", "land", str(folder / "inbox"))
        huimin(env, "registry", "reconcile")
        python(env, "-c", DELIVER)
        huimin(env, "journal", "anchor")
        yield env


@pytest.fixture
def small_city(pattern: dict[str, str], tmp_path: Path) -> Iterator[dict[str, str]]:
    """The environment of a copy of the pattern."""
    with copied(pattern, tmp_path / "city") as env:
        yield env


@pytest.fixture
def empty_target(tmp_path: Path) -> Iterator[Callable[[], dict[str, str]]]:
    """Makes environments of folders and databases in which there is nothing yet."""
    made = 0
    with ExitStack() as stack:

        def another() -> dict[str, str]:
            nonlocal made
            made += 1
            home = tmp_path / f"restored-{made}"
            env = stack.enter_context(installation(home, migrated=False))
            shutil.rmtree(home)
            return env

        yield another
