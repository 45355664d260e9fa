"""A fee goes back once, whoever asks at the same moment; without the lock on the payment the till pays it out twice."""

import sys
from contextlib import nullcontext
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone
from racing import ON_POSTGRESQL, apart, meet_before, together

from huimin.platform.cases.models import Case, Payment
from huimin.platform.cases.operations import paying
from huimin.platform.cases.ports import Paper, payments
from huimin.platform.cases.rules import State
from huimin.platform.journal.rules import Actor

pytestmark = [pytest.mark.race, pytest.mark.covers("P01")]
SYSTEM = Actor(kind="system", ref="race")


class Till:
    """What a till pays out is gone: it counts, and knows no keys."""

    def __init__(self) -> None:
        self.paid_out = 0

    def give_back(self, **order: Any) -> Paper:
        hand_over()
        self.paid_out += order["amount"].amount
        return Paper(f"BACK-{self.paid_out}", simulated=True)


def hand_over() -> None:
    """The moment in which two may meet."""


@pytest.fixture
def till(monkeypatch: pytest.MonkeyPatch) -> Till:
    counting = Till()
    monkeypatch.setattr(payments, "_plug", counting)
    return counting


def a_withdrawn_case() -> str:
    at = timezone.now()
    case = Case.objects.create(
        number="3402-26-0000001E",
        service="identity_card_replacement",
        version=1,
        revision=0,
        applicant="person:P1",
        applicant_name="合成",
        channel="online",
        department="gaj",
        state=State.WITHDRAWN.value,
        lodged_at=at - timedelta(days=1),
        decided_at=at,
    )
    Payment.objects.create(case=case, direction="in", amount=4000, paper="FEE-1", simulated=True, ordered_at=at)
    return case.number


def race() -> list[str]:
    number = apart(a_withdrawn_case)
    return together(*(lambda: paying.give_fee_back(number, actor=SYSTEM, at=timezone.now()) for _ in range(2)))


def test_a_fee_goes_back_once(store: None, till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    meet_before(monkeypatch, sys.modules[__name__], "hand_over", locked=True)
    assert race() == ["done", "done"]
    assert till.paid_out == 4000


def test_without_the_lock_it_goes_back_twice(store: None, till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paying, "lock_fee", lambda case: Payment.objects.filter(case=case, direction="in").first())
    if not ON_POSTGRESQL:
        monkeypatch.setattr(paying, "transaction", SimpleNamespace(atomic=nullcontext))
    monkeypatch.setattr(paying, "publish", lambda *_, **__: None)
    meet_before(monkeypatch, sys.modules[__name__], "hand_over", locked=False)
    race()
    assert till.paid_out == 8000
