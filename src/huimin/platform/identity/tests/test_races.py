"""Two answers to one delegation at once: one wins, the other is refused; without the lock both would."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.db.models import QuerySet

from huimin.platform.identity import operations
from huimin.platform.identity.models import Delegation
from huimin.platform.identity.operations import delegations
from huimin.platform.identity.tests import factories
from huimin.platform.identity.tests.factories import AT, SYSTEM

PATIENCE = 120
"""Seconds until a race that hangs is given up: it decides nothing else."""

pytestmark = [pytest.mark.race, pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


def answers_at_once(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    agent, principal = factories.account(person_key="P1"), factories.account(person_key="P2")
    delegation = operations.offer_delegation(
        principal=principal, agent=agent, relation="other", acts=["view"], until=None, actor=SYSTEM, at=AT
    )
    start = Barrier(2)

    def answer(operation: object) -> str:
        try:
            mine = Delegation.objects.get(pk=delegation.pk)
            start.wait(timeout=PATIENCE)
            operation(delegation=mine, actor=SYSTEM, at=AT)
            return "moved"
        except operations.DelegationMoved:
            return "refused"
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as hands:
        return sorted(hands.map(answer, [operations.accept_delegation, operations.decline_delegation]))


def test_one_answer_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    assert answers_at_once(monkeypatch) == ["moved", "refused"]


def test_without_the_lock_both_would_win(monkeypatch: pytest.MonkeyPatch) -> None:
    both_have_read = Barrier(2)

    def unlocked(rows: QuerySet[Delegation]) -> QuerySet[Delegation]:
        return rows

    kept = delegations.DelegationState

    def read_then_wait(state: str) -> object:
        both_have_read.wait(timeout=PATIENCE)
        return kept(state)

    monkeypatch.setattr(QuerySet, "select_for_update", unlocked)
    monkeypatch.setattr(delegations, "DelegationState", _Waiting(read_then_wait, kept))
    assert answers_at_once(monkeypatch) == ["moved", "moved"]


class _Waiting:
    """The enumeration, but reading a state from the row waits until the other hand has read it too."""

    def __init__(self, call: object, kept: type) -> None:
        self._call, self._kept = call, kept

    def __call__(self, state: str) -> object:
        return self._call(state)

    def __getattr__(self, name: str) -> object:
        return getattr(self._kept, name)
