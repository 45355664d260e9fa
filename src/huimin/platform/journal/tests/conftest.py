"""Every test of the journal has a data folder of its own: keys and anchors lie there, not in the database."""

from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def home(settings: Any, tmp_path: Path) -> Path:
    settings.HOME = tmp_path
    return tmp_path
