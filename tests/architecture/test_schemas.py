"""The schemas in `schemas/` are what the models say, and every declared file is right by its own."""

from typing import Any

import jsonschema_rs
import pytest
from pydantic import RootModel

from huimin.kernel.declarations import load
from huimin.tooling.schemas import KINDS, generated
from tests.architecture.tree import REPOSITORY

pytestmark = pytest.mark.unit
FOLDER = REPOSITORY / "schemas"


class Anything(RootModel[Any]):
    """A file as it is."""


def test_the_schemas_are_up_to_date() -> None:
    wanted = dict(generated())
    assert {path.name for path in FOLDER.glob("*.json")} == set(wanted), "run make schemas"
    stale = [name for name, text in wanted.items() if (FOLDER / name).read_text(encoding="utf-8") != text]
    assert stale == [], "run make schemas"


@pytest.mark.parametrize("kind", KINDS)
def test_every_declared_file_is_right_by_its_schema(kind: str) -> None:
    validator = jsonschema_rs.validator_for(KINDS[kind].schema())
    files = [path for pattern in KINDS[kind].files for path in sorted(REPOSITORY.glob(pattern))]
    assert files, f"no file is a {kind}"
    wrong = [
        f"{path.relative_to(REPOSITORY)}: {error.message}"
        for path in files
        for error in validator.iter_errors(load(Anything, path).root)
    ]
    assert wrong == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_schema_refuses_a_key_that_the_model_does_not_know(kind: str) -> None:
    path = next(path for pattern in KINDS[kind].files for path in sorted(REPOSITORY.glob(pattern)))
    content = load(Anything, path).root
    assert not jsonschema_rs.is_valid(KINDS[kind].schema(), {**content, "no such key": ["nonsense"]})
