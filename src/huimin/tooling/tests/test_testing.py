"""The pytest plugin, shown to small runs of its own."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

pytestmark = pytest.mark.unit

Run = Callable[..., str]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run the given test file under the plugin, in a tree of its own; gives what pytest printed."""
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers =\n    covers(*ids): items\n    postgresql: there only\n")
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "inventory_ids.txt").write_text("D16\tquick query\n", encoding="utf-8")

    def under_plugin(text: str, **environment: str) -> str:
        (tmp_path / "tests" / "test_it.py").write_text(text)
        inherited = {name: value for name, value in os.environ.items() if name not in {"CI", "DATABASE_URL"}}
        inherited["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
        command = [
            sys.executable,
            "-m",
            "pytest",
            "-p",
            "huimin.tooling.testing",
            "-p",
            "no:cacheprovider",
        ]
        ended = subprocess.run(
            command, cwd=tmp_path, env=inherited | environment, capture_output=True, text=True, check=False
        )
        return ended.stdout + ended.stderr

    return under_plugin


def test_the_data_folder_is_never_the_callers(run: Run, tmp_path: Path) -> None:
    said = run(
        "import os\ndef test_it(): print(os.environ['HUIMIN_HOME']); assert 0", HUIMIN_HOME=str(tmp_path / "city")
    )
    assert "huimin-tests-" in said
    assert str(tmp_path / "city") not in said


def test_a_unit_test_may_not_ask_for_the_database(run: Run) -> None:
    said = run("import pytest\npytestmark = [pytest.mark.unit, pytest.mark.django_db]\ndef test_it(): pass")
    assert "marked `unit` and asks for the database" in said


SKIPS = "import pytest\ndef test_it(): pytest.skip('no browser here')"


def test_a_skip_is_a_skip_at_home_and_a_failure_in_ci(run: Run) -> None:
    assert "1 skipped" in run(SKIPS)
    said = run(SKIPS, CI="true")
    assert "1 failed" in said
    assert "cannot run here: no browser here" in said


COVERS = "import pytest\n@pytest.mark.covers({})\ndef test_it(): pass"


def test_only_items_of_the_inventory_can_be_covered(run: Run) -> None:
    assert "1 passed" in run(COVERS.format("'D16'"))
    assert "covers D99" in run(COVERS.format("'D16', 'D99'"))
    assert "covers nothing" in run(COVERS.format(""))


def test_a_test_for_postgresql_is_left_out_elsewhere(run: Run) -> None:
    text = "import pytest\n@pytest.mark.postgresql\ndef test_it(): pass\ndef test_other(): pass"
    assert "1 passed, 1 deselected" in run(text)
    assert "2 passed" in run(text, DATABASE_URL="postgres://nobody@127.0.0.1:1/none")
