"""A store that two threads can write to."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from racing import ON_POSTGRESQL, at_file

from huimin.tooling.empty_store import empty_store


@pytest.fixture
def store(transactional_db: None, tmp_path: Path, django_db_blocker: Any) -> Iterator[None]:
    """A database that two threads can write to; emptied afterwards. The tests' own lies in memory, where two writers cannot meet."""
    if ON_POSTGRESQL:
        yield
    else:
        file = tmp_path / "city.sqlite3"
        shutil.copy(empty_store(), file)
        with django_db_blocker.unblock(), at_file(file):
            yield
