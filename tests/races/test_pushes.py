"""One push sent twice at once: one delivery, and both are told of it. The twin without the constraint makes two."""

from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from racing import ON_POSTGRESQL, apart, meet_before, together

from huimin.platform.exchange.lake import landing
from huimin.platform.exchange.models import Delivery
from huimin.platform.exchange.operations.pushing import push_records
from huimin.platform.exchange.reach import Reach
from huimin.platform.exchange.tests.factories import ACTOR, AT, insured

pytestmark = [pytest.mark.race, pytest.mark.covers("D01")]
if ON_POSTGRESQL:
    pytestmark.append(pytest.mark.django_db(transaction=True))


def race_to_push(monkeypatch: pytest.MonkeyPatch, key: str) -> tuple[list[str], int, int]:
    """How both ended, how many deliveries there are, and how many different ones were told."""
    told: list[int] = []

    def push() -> None:
        told.append(
            push_records("medins.insured", [insured(key)], key=key, reach=Reach(None), actor=ACTOR, at=AT).number
        )

    # Both have looked for the content and not found it.
    meet_before(monkeypatch, landing, "land", locked=False)
    ended = together(push, push)
    return ended, apart(Delivery.objects.filter(file_name=f"push:{ACTOR.ref}:{key}").count), len(set(told))


@pytest.fixture
def home(tmp_path: Path, settings: Any) -> None:
    settings.HOME = tmp_path / "home"


def test_one_push_twice_at_once_is_one_delivery(store: None, home: None, monkeypatch: pytest.MonkeyPatch) -> None:
    assert race_to_push(monkeypatch, "once") == (["done", "done"], 1, 1)


def test_without_the_constraint_there_are_two(store: None, home: None, monkeypatch: pytest.MonkeyPatch) -> None:
    (constraint,) = [each for each in Delivery._meta.constraints if each.name == "content_stands_once"]

    def change(what: str) -> None:
        with connection.schema_editor() as editor:
            getattr(editor, what)(Delivery, constraint)

    apart(lambda: change("remove_constraint"))
    try:
        assert race_to_push(monkeypatch, "twice") == (["done", "done"], 2, 2)
    finally:
        apart(lambda: (Delivery.objects.all().update(content="-", state="withdrawn"), change("add_constraint")))
