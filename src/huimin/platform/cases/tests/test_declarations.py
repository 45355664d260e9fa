"""What a city declares of ratings, and of matters that could not be got done."""

import pytest

from huimin.platform.cases import checks
from huimin.platform.cases.declarations import STANDARD, RatingsFile, ratings
from huimin.platform.process.rules.bpmn import compiled

pytestmark = pytest.mark.unit


def test_every_limit_is_the_city_s_and_the_drawings_can_be_used() -> None:
    declared = ratings()
    assert list(declared.marks) == list("12345")
    for text in declared.drawings().values():
        assert compiled(text).user_tasks
    longer = RatingsFile.model_validate(
        declared.model_dump()
        | {"loop": declared.loop.model_dump() | {"days": {**declared.loop.days.model_dump(), "mend": 7}}}
    )
    limit = compiled(longer.drawings()["bad_rating"]).nodes["mend"].limit
    assert limit is not None
    assert limit.amount == 7
    assert STANDARD.is_file()


def test_a_post_that_is_not_there_is_found_at_start(monkeypatch) -> None:
    assert checks.ratings_are_declared(None) == []
    named = checks.posts_named(ratings())
    assert {"xzfw.supervision", "gaj.head", "qu_jinghu.head"} <= named
    wrong = ratings().model_copy(update={"stuck": ratings().stuck.model_copy(update={"counter": "xzfw.nobody"})})
    monkeypatch.setattr(checks, "ratings", lambda: wrong)
    assert ["xzfw.nobody" in found.msg for found in checks.ratings_are_declared(None)] == [True]
