"""Moving running processes to another version: what can move goes on as it stands, what cannot is named with its reasons."""

import pytest

from huimin.platform.process import operations, queries
from huimin.platform.process.models import Deadline, Process, WorkItem
from huimin.platform.process.rules.bpmn import compiled
from huimin.platform.process.rules.graph import Token
from huimin.platform.process.rules.moving import reasons_against
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

pytestmark = pytest.mark.covers("P11")


def against(old: Drawing, new: Drawing, *tokens: Token, data=None) -> list[str]:
    found = reasons_against(compiled(old.text()), compiled(new.text()), tokens=tokens, rounds={}, data=data or {})
    assert all(reason.said("zh") and reason.said("en") for reason in found)
    return [reason.said("en") for reason in found]


@pytest.mark.unit
class TestReasons:
    def test_the_same_drawing_takes_everything(self):
        assert against(side_by_side(), side_by_side(), Token("left", "/1"), Token("right", "/1")) == []

    def test_a_step_that_is_gone(self):
        new = Drawing().start().user("intake").end().line("start", "intake", "end")
        assert against(side_by_side(), new, Token("left", "/1")) == ["the new version has no step “left”"]
        assert against(side_by_side(), new, Token("intake")) == []

    def test_a_step_in_other_branches(self):
        new = (
            Drawing().start().user("intake").user("left").user("right", "mzj.data").user("conclude").end()
            .line("start", "intake", "left", "right", "conclude", "end")
        )  # fmt: skip
        assert "other parallel branches" in against(side_by_side(), new, Token("left", "/1"))[0]

    def test_another_kind(self):
        new = Drawing().start().user("check").timer("decide", 2).end().line("start", "check", "decide", "end")
        assert "another kind" in against(two_steps(), new, Token("decide"))[0]

    def test_one_becomes_several(self):
        new = Drawing().start().round("check", 2).user("decide").end().line("start", "check", "decide", "end")
        assert "done by several" in against(two_steps(), new, Token("check"))[0]

    def test_data_that_will_not_come(self):
        new = (
            Drawing().start().user("check", attributes='hm:outcomes="ok bad"').exclusive("x", "d").user("decide", "{office}").end()
            .line("start", "check", "x").line("x", "end", id="d").line("x", "decide", when="rent > 3").line("decide", "end")
        )  # fmt: skip
        found = against(two_steps(), new, Token("check"))
        assert len(found) == 2
        assert against(two_steps(), new, Token("check"), data={"rent": 2, "office": "mzj.data"}) == []


@pytest.mark.django_db
class TestMoves:
    @pytest.fixture
    def police(self):
        return make_official("gaj.data")

    @pytest.fixture
    def civil(self):
        return make_official("mzj.data")

    def live(self, process) -> dict[str, WorkItem]:
        return {item.node: item for item in WorkItem.objects.filter(process=process, closed_at=None)}

    def test_what_is_open_stays_and_the_new_way_is_taken(self, police, civil):
        publish("trial", two_steps())
        process = operations.start("trial", subject="thing:1", actor=SYSTEM, at=NOW)
        due_on = self.live(process)["check"].due_on
        new = (
            Drawing().start().user("check", attributes='hm:workingDays="1" hm:outcomes="ok bad"').boundary("late", "check", 3)
            .user("more").user("decide", "mzj.data").end().end("other")
            .line("start", "check", "more", "decide", "end").line("late", "other")
        )  # fmt: skip
        publish("trial", new)
        assert queries.older_processes("trial", 2) == [process.number]
        operations.move_process(number=process.number, actor=SYSTEM, at=NOW)
        assert queries.older_processes("trial", 2) == []
        assert self.live(process)["check"].due_on == due_on
        assert Deadline.objects.get(purpose="boundary", closed_at=None).item == self.live(process)["check"]
        operations.claim(number=self.live(process)["check"].number, actor=actor_of(police), at=NOW)
        operations.complete(number=self.live(process)["check"].number, outcome="ok", actor=actor_of(police), at=NOW)
        assert set(self.live(process)) == {"more"}

    def test_a_running_block_is_moved_and_joins(self, police, civil):
        """What makes other engines wait for ever."""
        publish("trial", side_by_side())
        process = operations.start("trial", subject="thing:1", actor=SYSTEM, at=NOW)
        for node in ("intake", "left"):
            item = self.live(process)[node]
            operations.claim(number=item.number, actor=actor_of(police), at=NOW)
            operations.complete(number=item.number, actor=actor_of(police), at=NOW)
        publish("trial", wider())
        operations.move_process(number=process.number, actor=SYSTEM, at=NOW)
        item = self.live(process)["right"]
        operations.claim(number=item.number, actor=actor_of(civil), at=NOW)
        operations.complete(number=item.number, actor=actor_of(civil), at=NOW)
        assert set(self.live(process)) == {"conclude"}

    def test_what_cannot_move_stays_where_it_is(self, police, civil):
        publish("trial", two_steps())
        process = operations.start("trial", subject="thing:1", actor=SYSTEM, at=NOW)
        publish("trial", Drawing().start().user("other").end().line("start", "other", "end"))
        with pytest.raises(operations.CannotMove) as caught:
            operations.move_process(number=process.number, actor=SYSTEM, at=NOW)
        assert "新版没有步骤“check”" in caught.value.sentence("zh")
        assert "no step “check”" in caught.value.sentence("en")
        assert Process.objects.get().definition.version == 1


def wider() -> Drawing:
    """As `side_by_side`, with a third branch that a process under way has passed already."""
    return (
        Drawing().start().user("intake").parallel("split").user("left").user("right", "mzj.data").user("third").parallel("join")
        .user("conclude").end().line("start", "intake", "split").line("split", "left", "join").line("split", "right", "join")
        .line("split", "third", "join").line("join", "conclude", "end")
    )  # fmt: skip
