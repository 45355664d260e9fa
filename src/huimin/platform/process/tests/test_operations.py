"""The operations, on the real journal, identity and database."""

from datetime import date, timedelta

import pytest

from huimin.platform.identity.operations.posts import leave_post
from huimin.platform.journal.operations import deliver_due
from huimin.platform.journal.queries import entries_about
from huimin.platform.process import operations, ports, queries
from huimin.platform.process.models import Deadline, Definition, Process, WorkItem
from huimin.platform.process.models.definitions import DefinitionIsFixed
from huimin.platform.process.models.work import NotOpen, ProcessOver
from huimin.platform.process.queries.items import NoSuchWork
from huimin.platform.process.rules.expressions import DataMissing
from huimin.platform.process.rules.states import DataNotFit, ItemState, ProcessState
from huimin.platform.process.tests.factories import (
    NOW,
    SYSTEM,
    Drawing,
    actor_of,
    make_official,
    make_post,
    publish,
    side_by_side,
    two_steps,
)

pytestmark = [pytest.mark.django_db, pytest.mark.covers("D20")]
HOUR = timedelta(hours=1)


@pytest.fixture
def police():
    return make_official("gaj.data")


@pytest.fixture
def civil():
    return make_official("mzj.data")


def started(drawing=None, code="trial", **kwargs) -> Process:
    publish(code, drawing or two_steps())
    return operations.start(code, subject="thing:1", actor=SYSTEM, at=NOW, **kwargs)


def live(process) -> dict[str, WorkItem]:
    return {item.node: item for item in WorkItem.objects.filter(process=process, closed_at=None)}


def do(item, account, outcome="done", at=NOW, **kwargs) -> WorkItem:
    operations.claim(number=item.number, actor=actor_of(account), at=at)
    return operations.complete(number=item.number, outcome=outcome, actor=actor_of(account), at=at, **kwargs)


def facts(process) -> list[str]:
    return [entry.kind.removeprefix("process.") for entry in entries_about([process.reference])][::-1]


class TestDefinitions:
    def test_versions(self, police, civil):
        first = publish("trial", two_steps())
        assert publish("trial", two_steps()) == first
        second = publish("trial", side_by_side())
        assert (first.version, second.version) == (1, 2)
        assert queries.get_definition("trial") == second

    def test_a_published_text_never_changes(self, police, civil):
        definition = publish("trial", two_steps())
        definition.text = "other"
        with pytest.raises(DefinitionIsFixed):
            definition.save()
        Definition.objects.filter(pk=definition.pk).update(text=side_by_side().text(), content_hash="0" * 64)
        with pytest.raises(DefinitionIsFixed):
            _ = Definition.objects.get(pk=definition.pk).graph

    def test_unknown_step_and_post(self, police):
        with pytest.raises(operations.PostNotThere):
            publish("trial", two_steps())
        with pytest.raises(operations.StepUnknown):
            publish("trial", Drawing().start().service("s", "nobody.knows").end().line("start", "s", "end"))

    def test_running_processes_stay_on_their_version(self, police, civil):
        process = started()
        publish("trial", side_by_side())
        do(live(process)["check"], police, "ok")
        assert set(live(process)) == {"decide"}

    def test_the_standing_definitions_can_be_used(self, police, civil):
        published = {definition.code for definition in operations.publish_standing_definitions(actor=SYSTEM, at=NOW)}
        assert published == set(ports.definitions.names())
        assert "data_request" in published
        posts = {"decider": "gaj.data", "office": "mzj.data", "asker": "gaj.data", "withheld": False}
        request = operations.start("data_request", subject="request:1", data=posts, actor=SYSTEM, at=NOW)
        do(live(request)["check"], civil, "refused")
        assert set(live(request)) == {"answer"}


class TestRunning:
    def test_from_start_to_end(self, police, civil):
        process = started()
        check = live(process)["check"]
        assert (check.due_on, check.number) == (date(2026, 6, 10), f"{process.number}-01")
        do(check, police, "ok", note="齐全")
        decide = live(process)["decide"]
        assert decide.previous == check
        do(decide, civil)
        process.refresh_from_db()
        assert (process.state, process.ended_at, process.data) == (
            ProcessState.ENDED,
            NOW,
            {"check": "ok", "decide": "done"},
        )
        assert not Deadline.objects.filter(process=process, closed_at=None).exists()
        assert facts(process) == [
            "ProcessStarted",
            "WorkClaimed",
            "WorkCompleted",
            "WorkClaimed",
            "WorkCompleted",
            "ProcessEnded",
        ]
        assert list(queries.remarks_of(process).values()) == ["齐全"]

    def test_taken_and_finished_in_one_act(self, police, civil):
        process = started()
        number = live(process)["check"].number
        with pytest.raises(operations.NotYours):
            operations.complete_at_once(number=number, outcome="ok", actor=actor_of(civil), at=NOW)
        with pytest.raises(operations.OutcomeUnknown):
            operations.complete_at_once(number=number, outcome="perhaps", actor=actor_of(police), at=NOW)
        assert live(process)["check"].state == ItemState.OPEN
        done = operations.complete_at_once(number=number, outcome="ok", actor=actor_of(police), at=NOW)
        done.refresh_from_db()
        assert (done.holder, done.claimed_at, done.state) == (police, NOW, ItemState.DONE)
        held = live(process)["decide"].number
        operations.claim(number=held, actor=actor_of(make_official("mzj.data")), at=NOW)
        with pytest.raises(operations.NotYours):
            operations.complete_at_once(number=held, actor=actor_of(civil), at=NOW)

    def test_side_by_side_joins_once(self, police, civil):
        process = started(side_by_side())
        do(live(process)["intake"], police)
        assert set(live(process)) == {"left", "right"}
        do(live(process)["right"], civil)
        assert set(live(process)) == {"left"}
        do(live(process)["left"], police)
        assert set(live(process)) == {"conclude"}

    def test_refusals_change_nothing(self, police, civil):
        process = started()
        check, before = live(process)["check"], len(facts(process))
        number, mine, theirs = check.number, actor_of(police), actor_of(civil)
        for refusal, act in [
            (operations.NotYours, lambda: operations.claim(number=number, actor=theirs, at=NOW)),
            (NotOpen, lambda: operations.complete(number=number, outcome="ok", actor=mine, at=NOW)),
            (NotOpen, lambda: operations.release(number=number, actor=mine, at=NOW)),
            (operations.NotYours, lambda: operations.remind(number=number, actor=theirs, at=NOW)),
            (NoSuchWork, lambda: operations.claim(number="HM-2026-9999999X-01", actor=mine, at=NOW)),
            (
                operations.ReasonMissing,
                lambda: operations.send_back(number=number, reason=" ", actor=mine, at=NOW),
            ),
            (
                operations.NotYours,
                lambda: operations.withdraw_process(number=process.number, reason="x", actor=mine, at=NOW),
            ),
            (
                operations.NotYours,
                lambda: operations.cancel_process(number=process.number, reason="x", actor=mine, at=NOW),
            ),
        ]:
            with pytest.raises(refusal):
                act()
        operations.claim(number=number, actor=mine, at=NOW)
        for refusal, act in [
            (operations.AlreadyClaimed, lambda: operations.claim(number=number, actor=mine, at=NOW)),
            (operations.NotYours, lambda: operations.complete(number=number, outcome="ok", actor=theirs, at=NOW)),
            (operations.OutcomeUnknown, lambda: operations.complete(number=number, outcome="perhaps", actor=mine, at=NOW)),
            (DataNotFit, lambda: operations.complete(number=number, outcome="ok", data={"decide": "x"}, actor=mine, at=NOW)),
            (operations.NothingBefore, lambda: operations.send_back(number=number, reason="x", actor=mine, at=NOW)),
            (operations.SamePlace, lambda: operations.transfer(number=number, to_post="gaj.data", actor=mine, at=NOW)),
            (operations.PostNotThere, lambda: operations.transfer(number=number, to_post="no.where", actor=mine, at=NOW)),
            (operations.NotAtThisPost, lambda: operations.transfer(
                number=number, to_post="gaj.data", to_account=civil.public_id, actor=mine, at=NOW)),
            (operations.ClockNotStopped, lambda: operations.resume_clock(number=number, actor=mine, at=NOW)),
        ]:  # fmt: skip
            with pytest.raises(refusal):
                act()
        assert len(facts(process)) == before + 1
        assert set(live(process)) == {"check"}

    def test_steps_of_the_machine_run_on_the_way(self, police, monkeypatch):
        seen = []

        def look_up(call):
            seen.append((call.subject, call.data["check"]))
            return {"score": 7}

        monkeypatch.setitem(ports.steps._things, "test.look_up", look_up)
        drawing = (
            Drawing().start().user("check").service("look", "test.look_up").exclusive("high", "low").user("long").end()
            .line("start", "check", "look", "high").line("high", "long", when="score > 5").line("high", "end", id="low").line("long", "end")
        )  # fmt: skip
        process = started(drawing)
        do(live(process)["check"], police)
        assert seen == [("thing:1", "done")]
        assert set(live(process)) == {"long"}

    def test_a_step_that_refuses_undoes_everything(self, police, monkeypatch):
        def refuse(_call):
            raise DataMissing(name="x")

        monkeypatch.setitem(ports.steps._things, "test.refuse", refuse)
        process = started(
            Drawing().start().user("check").service("s", "test.refuse").end().line("start", "check", "s", "end")
        )
        with pytest.raises(DataMissing):
            do(live(process)["check"], police)
        assert live(process)["check"].state == ItemState.HELD

    def test_a_post_from_the_data(self, police):
        drawing = Drawing().start().user("check", "{office}").end().line("start", "check", "end")
        with pytest.raises(DataMissing):
            started(drawing)
        with pytest.raises(operations.PostNotThere):
            started(drawing, data={"office": "no.where"})
        assert live(started(drawing, data={"office": "gaj.data"}))["check"].post.code == "gaj.data"

    def test_ending_early(self, police, civil):
        process = operations.start(
            publish("trial", two_steps()).code, subject="thing:1", actor=actor_of(police), at=NOW
        )
        operations.withdraw_process(number=process.number, reason="不办了", actor=actor_of(police), at=NOW + HOUR)
        assert not live(process)
        with pytest.raises(ProcessOver):
            operations.claim(number=f"{process.number}-01", actor=actor_of(police), at=NOW)
        chief = make_official("zsj.supervision", duty="supervisor")
        other = started()
        operations.cancel_process(number=other.number, reason="重复", actor=actor_of(chief, "zsj.supervision"), at=NOW)
        other.refresh_from_db()
        assert other.state == ProcessState.CANCELLED


class TestGoingBack:
    def test_to_who_did_it(self, police, civil):
        process = started()
        do(live(process)["check"], police, "ok")
        operations.claim(number=live(process)["decide"].number, actor=actor_of(civil), at=NOW)
        reopened = operations.send_back(
            number=live(process)["decide"].number, reason="缺一页", actor=actor_of(civil), at=NOW + HOUR
        )
        assert (reopened.node, reopened.holder, reopened.state) == ("check", police, ItemState.HELD)
        operations.complete(number=reopened.number, outcome="ok", actor=actor_of(police), at=NOW + HOUR)
        assert set(live(process)) == {"decide"}

    def test_to_the_post_when_he_has_left(self, police, civil):
        process = started()
        do(live(process)["check"], police, "ok")
        leave_post(account=police, post=make_post("gaj.data"), actor=SYSTEM, at=NOW + HOUR)
        operations.claim(number=live(process)["decide"].number, actor=actor_of(civil), at=NOW + 2 * HOUR)
        reopened = operations.send_back(
            number=live(process)["decide"].number, reason="缺一页", actor=actor_of(civil), at=NOW + 2 * HOUR
        )
        assert (reopened.holder, reopened.state) == (None, ItemState.OPEN)

    def test_before_a_block_calls_its_other_branches_off(self, police, civil):
        process = started(side_by_side())
        do(live(process)["intake"], police)
        right = live(process)["right"]
        operations.claim(number=right.number, actor=actor_of(civil), at=NOW)
        operations.send_back(number=right.number, reason="不全", actor=actor_of(civil), at=NOW)
        assert set(live(process)) == {"intake"}
        operations.complete(number=live(process)["intake"].number, actor=actor_of(police), at=NOW)
        assert set(live(process)) == {"left", "right"}

    def test_into_a_block_that_was_joined_joins_again(self, police, civil):
        process = started(side_by_side())
        do(live(process)["intake"], police)
        do(live(process)["left"], police)
        do(live(process)["right"], civil)
        operations.claim(number=live(process)["conclude"].number, actor=actor_of(police), at=NOW)
        operations.send_back(number=live(process)["conclude"].number, reason="再看", actor=actor_of(police), at=NOW)
        assert set(live(process)) == {"right"}
        operations.complete(number=live(process)["right"].number, actor=actor_of(civil), at=NOW)
        assert set(live(process)) == {"conclude"}


class TestHands:
    def test_claim_put_back_transfer(self, police, civil):
        process = started()
        number = live(process)["check"].number
        operations.claim(number=number, actor=actor_of(police), at=NOW)
        operations.release(number=number, actor=actor_of(police), at=NOW)
        assert live(process)["check"].state == ItemState.OPEN
        operations.claim(number=number, actor=actor_of(police), at=NOW)
        moved = operations.transfer(number=number, to_post="mzj.data", note="归民政", actor=actor_of(police), at=NOW)
        moved.refresh_from_db()
        assert (moved.post.code, moved.holder, moved.due_on) == ("mzj.data", None, date(2026, 6, 10))
        operations.claim(number=number, actor=actor_of(civil), at=NOW)
        colleague = make_official("mzj.data")
        moved = operations.transfer(
            number=number, to_post="mzj.data", to_account=colleague.public_id, actor=actor_of(civil), at=NOW
        )
        assert (moved.holder, moved.state) == (colleague, ItemState.HELD)

    def test_urged_once_a_day_by_the_starter_or_a_supervisor(self, police, civil):
        publish("trial", two_steps())
        process = operations.start("trial", subject="thing:1", actor=actor_of(civil), at=NOW)
        number = live(process)["check"].number
        assert operations.remind(number=number, note="请快些", actor=actor_of(civil), at=NOW).urged == 1
        with pytest.raises(operations.RemindedToday):
            operations.remind(number=number, actor=actor_of(civil), at=NOW + HOUR)
        chief = actor_of(make_official("zsj.supervision", duty="supervisor"), "zsj.supervision")
        assert operations.remind(number=number, actor=chief, at=NOW + 24 * HOUR).urged == 2

    def test_handing_everything_over(self, police, civil):
        heir = make_official("gaj.data")
        processes = [started() for _ in range(3)]
        for process in processes:
            operations.claim(number=live(process)["check"].number, actor=actor_of(police), at=NOW)
        with pytest.raises(operations.NotAtThisPost):
            operations.hand_over_all(
                post="gaj.data", giver=police.public_id, to_account=civil.public_id, actor=actor_of(police), at=NOW
            )
        with pytest.raises(operations.NotYours):
            operations.hand_over_all(post="gaj.data", giver=police.public_id, actor=actor_of(civil), at=NOW)
        assert (
            operations.hand_over_all(
                post="gaj.data", giver=police.public_id, to_account=heir.public_id, actor=actor_of(police), at=NOW
            )
            == 3
        )
        assert WorkItem.objects.filter(holder=heir, state=ItemState.HELD).count() == 3
        assert facts(processes[0])[-1] == "WorkHandedOver"

    def test_nothing_stays_with_who_has_left(self, police, civil):
        process = started()
        operations.claim(number=live(process)["check"].number, actor=actor_of(police), at=NOW)
        leave_post(account=police, post=make_post("gaj.data"), actor=SYSTEM, at=NOW + HOUR)
        deliver_due(at=NOW + 2 * HOUR)
        assert live(process)["check"].state == ItemState.OPEN
