"""Two officials at once: one claim, one join. Each race has its twin without the lock, which goes wrong."""

from collections.abc import Callable
from contextlib import nullcontext
from types import SimpleNamespace
from typing import Any

import pytest
from racing import ON_POSTGRESQL, apart, meet_around, meet_before, together

from huimin.platform.process import operations
from huimin.platform.process.models import Process, WorkItem
from huimin.platform.process.operations import engine, hands, running
from huimin.platform.process.tests.factories import (
    NOW,
    SYSTEM,
    Drawing,
    actor_of,
    make_official,
    publish,
    side_by_side,
    two_steps,
)

pytestmark = [pytest.mark.race, pytest.mark.covers("P11")]


def without_lock(monkeypatch: pytest.MonkeyPatch, module: Any) -> None:
    """The same operations without the row lock; on the embedded store the immediate transaction is the lock."""
    monkeypatch.setattr(
        engine, "lock_any", lambda number: Process.objects.select_related("definition").get(number=number)
    )
    announces = "publish" if hasattr(module, "publish") else "publish_many"
    monkeypatch.setattr(module, announces, lambda *_, **__: None)
    if not ON_POSTGRESQL:
        monkeypatch.setattr(module, "transaction", SimpleNamespace(atomic=nullcontext))


def race_to_claim() -> list[str]:
    def prepare() -> tuple[str, list[Any]]:
        clerks = [make_official("gaj.data") for _ in range(2)]
        make_official("mzj.data")
        publish("trial", two_steps())
        process = operations.start("trial", subject="thing:1", actor=SYSTEM, at=NOW)
        return WorkItem.objects.get(process=process).number, [actor_of(clerk) for clerk in clerks]

    number, actors = apart(prepare)
    return together(*(lambda actor=actor: operations.claim(number=number, actor=actor, at=NOW) for actor in actors))


def test_one_of_two_clerks_gets_the_work(store: None, monkeypatch: pytest.MonkeyPatch) -> None:
    meet_before(monkeypatch, hands, "take", locked=True)
    assert race_to_claim() == ["AlreadyClaimed", "done"]


def test_without_the_lock_both_clerks_get_it(store: None, monkeypatch: pytest.MonkeyPatch) -> None:
    meet_before(monkeypatch, hands, "take", locked=False)
    without_lock(monkeypatch, hands)
    assert race_to_claim() == ["done", "done"]


def race_to_join(monkeypatch: pytest.MonkeyPatch, *, locked: bool) -> tuple[list[str], list[str]]:
    """How both branches ended, and what is then to be done in the process."""

    def prepare() -> tuple[Process, dict[str, Any]]:
        police, civil = make_official("gaj.data"), make_official("mzj.data")
        publish("trial", side_by_side())
        process = operations.start("trial", subject="thing:1", actor=SYSTEM, at=NOW)
        intake = WorkItem.objects.get(process=process)
        operations.claim(number=intake.number, actor=actor_of(police), at=NOW)
        operations.complete(number=intake.number, actor=actor_of(police), at=NOW)
        branches = {}
        for item in WorkItem.objects.filter(process=process, closed_at=None):
            actor = actor_of(police if item.node == "left" else civil)
            operations.claim(number=item.number, actor=actor, at=NOW)
            branches[item.number] = actor
        return process, branches

    def now_due(process: Process) -> list[str]:
        return list(WorkItem.objects.filter(process=process, closed_at=None).values_list("node", flat=True))

    process, branches = apart(prepare)
    meet_around(monkeypatch, engine, "resting_tokens", locked=locked)
    if not locked:
        without_lock(monkeypatch, running)
    acts = [
        lambda number=number, actor=actor: operations.complete(number=number, actor=actor, at=NOW)
        for number, actor in branches.items()
    ]
    return together(*acts), apart(lambda: now_due(process))


def test_two_branches_that_end_at_once_join_once(store: None, monkeypatch: pytest.MonkeyPatch) -> None:
    assert race_to_join(monkeypatch, locked=True) == (["done", "done"], ["conclude"])


def test_without_the_lock_the_join_is_lost(store: None, monkeypatch: pytest.MonkeyPatch) -> None:
    assert race_to_join(monkeypatch, locked=False) != (["done", "done"], ["conclude"])


def race_to_the_quorum(monkeypatch: pytest.MonkeyPatch, *, locked: bool) -> tuple[list[str], list[str], dict[str, Any]]:
    """Two of three are enough, one has agreed, the other two answer at once: how they ended, what is to be done then, and what was counted."""
    posts = ["gaj.data", "mzj.data", "wjw.data"]

    def prepare() -> tuple[Process, dict[str, Any]]:
        people = {post: make_official(post) for post in posts}
        drawing = Drawing().start().each("ask", attributes='hm:outcomes="agree refuse"', until="count_agree >= 2")
        publish("trial", drawing.user("conclude").end().line("start", "ask", "conclude", "end"))
        process = operations.start("trial", subject="thing:1", data={"posts": posts}, actor=SYSTEM, at=NOW)
        actors = {}
        for item in WorkItem.objects.filter(process=process).select_related("post"):
            actor = actor_of(people[item.post.code])
            operations.claim(number=item.number, actor=actor, at=NOW)
            if item.post.code == posts[0]:
                operations.complete(number=item.number, outcome="agree", actor=actor, at=NOW)
            else:
                actors[item.number] = actor
        return process, actors

    process, actors = apart(prepare)
    meet_around(monkeypatch, engine, "resting_tokens", locked=locked)
    if not locked:
        without_lock(monkeypatch, running)
    acts = [
        lambda number=number, actor=actor: operations.complete(number=number, outcome="agree", actor=actor, at=NOW)
        for number, actor in actors.items()
    ]
    ended = together(*acts)

    def seen() -> tuple[list[str], dict[str, Any]]:
        process.refresh_from_db()
        due = WorkItem.objects.filter(process=process, closed_at=None).values_list("node", flat=True)
        return list(due), process.data

    return ended, *apart(seen)


def test_the_quorum_is_reached_once_and_the_late_answer_is_refused(
    store: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended, due, data = race_to_the_quorum(monkeypatch, locked=True)
    assert (ended, due) == (["NotOpen", "done"], ["conclude"])
    assert (data["ask"], data["ask_agree"]) == ("agree", 2)


def test_without_the_lock_the_quorum_is_reached_twice(store: None, monkeypatch: pytest.MonkeyPatch) -> None:
    ended, _due, _data = race_to_the_quorum(monkeypatch, locked=False)
    assert ended != ["NotOpen", "done"]


def race_of_called_and_caller(monkeypatch: pytest.MonkeyPatch) -> tuple[dict[str, str], dict[str, str]]:
    """A called process ends while its caller is cancelled: both take the same lock, so one comes first and neither waits for ever.

    What became of each act, and of each process.
    """
    ended: dict[str, str] = {}

    def told(name: str, act: Callable[[], Any]) -> None:
        try:
            act()
        except Exception as raised:
            ended[name] = type(raised).__name__
            raise
        ended[name] = "done"

    def prepare() -> tuple[Process, str, Any]:
        civil = make_official("mzj.data")
        make_official("gaj.data")
        publish("inspection", Drawing().start().user("look", "mzj.data").end().line("start", "look", "end"))
        publish(
            "trial",
            Drawing().start().call("inspect", "inspection").user("next").end().line("start", "inspect", "next", "end"),
        )
        process = operations.start("trial", subject="thing:1", actor=SYSTEM, at=NOW)
        item = WorkItem.objects.get(process__parent=process, node="look")
        operations.claim(number=item.number, actor=actor_of(civil), at=NOW)
        return process, item.number, actor_of(civil)

    process, number, civil = apart(prepare)
    meet_before(monkeypatch, running, "publish_many", locked=True)
    together(
        lambda: told("complete", lambda: operations.complete(number=number, actor=civil, at=NOW)),
        lambda: told(
            "cancel",
            lambda: operations.cancel_process(number=process.number, reason="重复", actor=SYSTEM, at=NOW),
        ),
    )
    family = Process.objects.filter(pk=process.pk) | Process.objects.filter(parent=process)
    return ended, apart(lambda: dict(family.values_list("definition__code", "state")))


def test_a_called_process_and_its_caller_never_wait_for_each_other(
    store: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended, states = race_of_called_and_caller(monkeypatch)
    assert (ended, states) in (
        ({"complete": "done", "cancel": "done"}, {"trial": "cancelled", "inspection": "ended"}),
        ({"complete": "ProcessOver", "cancel": "done"}, {"trial": "cancelled", "inspection": "cancelled"}),
    )
