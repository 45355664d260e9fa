"""A rating is added to once, from whatever two pages at the same moment; without the lock the second writes over the first."""

from contextlib import nullcontext
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.utils import timezone
from racing import ON_POSTGRESQL, apart, meet_before, together

from huimin.platform.cases.models import Case, Rating
from huimin.platform.cases.operations import rating as room
from huimin.platform.cases.rules import State
from huimin.platform.journal.rules import Actor
from huimin.platform.registries.tests.factories import citizen

pytestmark = [pytest.mark.race, pytest.mark.covers("C08")]


def a_rated_case() -> tuple[str, Actor]:
    at = timezone.now()
    owner = citizen("P000000001", "合成")
    case = Case.objects.create(
        number="3402-26-0000001E",
        service="identity_card_replacement",
        version=1,
        revision=0,
        applicant="person:P000000001",
        applicant_name="合成",
        channel="online",
        department="gaj",
        state=State.REFUSED.value,
        lodged_at=at - timedelta(days=1),
        decided_at=at,
    )
    Rating.objects.create(case=case, service=case.service, department="gaj", level=2, channel="online", rated_at=at)
    return case.number, owner


def race() -> list[str]:
    number, owner = apart(a_rated_case)
    at = timezone.now()
    return together(
        *(lambda words=words: room.add_to_rating(number, words=words, actor=owner, at=at) for words in ("一", "二"))
    )


def test_a_rating_is_added_to_once(store: None, monkeypatch: pytest.MonkeyPatch) -> None:
    meet_before(monkeypatch, room, "_keep_more", locked=True)
    assert race() == ["AddedAlready", "done"]


def test_without_the_lock_one_writes_over_the_other(store: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "_locked", lambda rating: Rating.objects.get(pk=rating.pk))
    if not ON_POSTGRESQL:
        monkeypatch.setattr(room, "transaction", SimpleNamespace(atomic=nullcontext))
    monkeypatch.setattr(room, "publish", lambda *_, **__: None)
    meet_before(monkeypatch, room, "_keep_more", locked=False)
    assert race() == ["done", "done"]
