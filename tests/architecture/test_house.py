"""This repository keeps every law of the house."""

import pytest

from huimin.platform import STACK
from tests.architecture.rules import RULES
from tests.architecture.tree import REPOSITORY, python_files, stack

pytestmark = pytest.mark.unit


def test_there_is_a_house() -> None:
    assert len(list(python_files(REPOSITORY))) > 20, "the checkers look at an empty tree"


def test_the_platform_names_the_stack_of_the_import_contract() -> None:
    assert [set(row) for row in reversed(STACK)] == stack()


@pytest.mark.covers("D23")
@pytest.mark.parametrize("rule", RULES)
def test_the_house_keeps(rule: str) -> None:
    findings = RULES[rule](REPOSITORY)
    assert not findings, "\n" + "\n".join(findings)
