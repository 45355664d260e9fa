"""Two answers to one correction at once: one counts. The twin without the row lock records both."""

from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from racing import ON_POSTGRESQL, apart, meet_before, together

from huimin.platform.journal.rules import Actor
from huimin.platform.registries.models import Correction, new_number
from huimin.platform.registries.operations import correcting

pytestmark = [pytest.mark.race, pytest.mark.covers("D20")]
AT = datetime(2026, 7, 1, 2, tzinfo=UTC)
OFFICIAL = Actor(kind="account", ref="O1", post="gaj.data")


def race_to_answer(
    monkeypatch: pytest.MonkeyPatch, *, locked: bool = True, guard: Any = transaction.atomic
) -> list[str]:
    def prepare() -> str:
        opened = Correction(
            number=new_number(), cause="asked", person_key=new_number(), field="name", resource="police.population", before="王小明", proposed="王晓明",
            process="HM-1", asked_by="A1", asked_at=AT,
        )  # fmt: skip
        opened.save()
        return opened.reference

    reference = apart(prepare)
    meet_before(monkeypatch, Correction, "move", locked=locked)

    def answer(corrected: bool) -> None:
        with guard():
            correcting.settle_correction(
                reference=reference, corrected=corrected, actor=OFFICIAL, at=AT + timedelta(hours=1)
            )

    return together(lambda: answer(True), lambda: answer(False))


def test_of_two_answers_one_counts(store: None, monkeypatch: pytest.MonkeyPatch) -> None:
    assert race_to_answer(monkeypatch) == ["CorrectionDecided", "done"]


def test_without_the_lock_both_count(store: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(correcting, "_locked", lambda number: Correction.objects.get(number=number))
    monkeypatch.setattr(correcting, "publish", lambda *_, **__: None)
    guard = transaction.atomic if ON_POSTGRESQL else nullcontext
    assert race_to_answer(monkeypatch, locked=False, guard=guard) == ["done", "done"]
