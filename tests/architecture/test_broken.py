"""Every law catches the sample that breaks it, and nothing else in the sample.

A sample is a tree under `broken/<rule>/` with good and bad files; `expected.txt` says, a line each, a piece of what
must be found, in any order. It is laid over the bare packages of this repository, so that it is a house of its own.
"""

import shutil
from pathlib import Path

import pytest

from tests.architecture.rules import RULES
from tests.architecture.tree import REPOSITORY

pytestmark = pytest.mark.unit

BROKEN = Path(__file__).parent / "broken"
BARE = (
    "__init__.py",
    "settings.py",
    *(f"{name}/__init__.py" for name in ("kernel", "platform", "domains", "portals", "tooling")),
)


@pytest.fixture
def housed(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """The sample of a rule, laid over the bare packages."""
    for name in (*BARE, "tooling/contracts.py"):
        target = tmp_path / "src" / "huimin" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(REPOSITORY / "src" / "huimin" / name, target)
    shutil.copytree(BROKEN / request.param, tmp_path, dirs_exist_ok=True, ignore=shutil.ignore_patterns("expected.txt"))
    for folder in [path for path in (tmp_path / "src" / "huimin").rglob("*") if path.is_dir()]:
        if any(folder.glob("*.py")) or any(child.is_dir() for child in folder.iterdir()):
            (folder / "__init__.py").touch()
    return tmp_path


def test_every_law_has_its_broken_sample() -> None:
    assert {folder.name for folder in BROKEN.iterdir() if folder.is_dir()} == set(RULES)


@pytest.mark.parametrize(("rule", "housed"), [(rule, rule) for rule in RULES], indirect=["housed"], ids=list(RULES))
def test_the_law_catches_its_broken_sample(rule: str, housed: Path) -> None:
    findings = RULES[rule](housed)
    expected = (BROKEN / rule / "expected.txt").read_text(encoding="utf-8").splitlines()
    for piece in expected:
        assert [finding for finding in findings if piece in finding], f"not found: {piece} in {findings}"
    assert len(findings) == len(expected), findings
