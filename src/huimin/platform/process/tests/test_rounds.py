"""会签 或签 依次 加签 减签 委派 抄送: on the real journal, identity and database."""

import pytest

from huimin.platform.process import operations, queries
from huimin.platform.process.models import Deadline, WorkItem
from huimin.platform.process.models.work import NotOpen, ProcessOver
from huimin.platform.process.rules.rounds import NobodyToAsk
from huimin.platform.process.rules.states import ItemKind, ItemState, ProcessState
from huimin.platform.process.tests.acting import DAY, POSTS, asked, at_post, begun, do, facts, live, state_of
from huimin.platform.process.tests.factories import NOW, SYSTEM, Drawing, actor_of, make_official, make_post

pytestmark = [pytest.mark.django_db, pytest.mark.covers("P01")]


class TestRounds:
    def test_all_have_to_agree(self, police, civil, health):
        process = begun(asked(), data={"posts": POSTS})
        for post, who in zip(POSTS, (police, civil, health), strict=True):
            do(at_post(process, post), who, "agree")
        assert set(live(process)) == {"conclude"}
        process.refresh_from_db()
        assert (process.data["ask"], process.data["ask_agree"], process.data["ask_refuse"]) == ("agree", 3, 0)
        assert process.rounds == {}

    def test_one_veto_calls_the_others_off(self, police, civil, health):
        process = begun(asked(until="count_refuse >= 1"), data={"posts": POSTS})
        do(at_post(process, "mzj.data"), civil, "agree")
        do(at_post(process, "gaj.data"), police, "refuse")
        assert state_of(process) == ProcessState.ENDED
        assert process.end_node == "refused"
        assert process.data["ask"] == "mixed"
        assert WorkItem.objects.get(process=process, post__code="wjw.data").state == ItemState.ENDED

    def test_two_of_three(self, police, civil, health):
        process = begun(asked(until="count_agree >= 2"), data={"posts": POSTS})
        do(at_post(process, "gaj.data"), police, "agree")
        assert set(live(process)) == {"ask"}
        do(at_post(process, "wjw.data"), health, "agree")
        assert set(live(process)) == {"conclude"}

    def test_any_of_them(self, police, civil, health):
        process = begun(asked(until="numberOfCompletedInstances >= 1"), data={"posts": POSTS})
        do(at_post(process, "mzj.data"), civil, "agree")
        assert set(live(process)) == {"conclude"}

    def test_one_after_the_other(self, police, civil, health):
        process = begun(asked(sequential=True), data={"posts": POSTS})
        for post, who in zip(POSTS, (police, civil, health), strict=True):
            assert WorkItem.objects.get(process=process, closed_at=None).post.code == post
            do(at_post(process, post), who, "agree")
        assert set(live(process)) == {"conclude"}

    def test_nobody_to_ask(self, police):
        with pytest.raises(NobodyToAsk):
            begun(asked(), data={"posts": []})

    def test_two_people_at_one_post_are_two_people(self, police):
        colleague = make_official("gaj.data")
        process = begun(Drawing().start().round("check", 2).end().line("start", "check", "end"))
        first, second = WorkItem.objects.filter(process=process).order_by("number")
        do(first, police)
        with pytest.raises(operations.AnotherPerson):
            operations.claim(number=second.number, actor=actor_of(police), at=NOW)
        do(second, colleague)
        assert state_of(process) == ProcessState.ENDED

    def test_sending_back_from_a_round_ends_it_and_a_new_one_begins(self, police, civil, health):
        drawing = (
            Drawing().start().user("intake").each("ask", attributes='hm:outcomes="agree refuse"').end()
            .line("start", "intake", "ask", "end")
        )  # fmt: skip
        process = begun(drawing, data={"posts": POSTS})
        do(live(process)["intake"], police)
        do(at_post(process, "mzj.data"), civil, "agree")
        item = at_post(process, "wjw.data")
        operations.claim(number=item.number, actor=actor_of(health), at=NOW)
        back = operations.send_back(number=item.number, to="intake", reason="缺件", actor=actor_of(health), at=NOW)
        assert (back.node, back.holder) == ("intake", police)
        process.refresh_from_db()
        assert process.rounds == {}
        operations.complete(number=back.number, actor=actor_of(police), at=NOW)
        assert WorkItem.objects.filter(process=process, closed_at=None, node="ask").count() == 3

    def test_a_timer_on_the_round_takes_all_away(self, police, civil, health):
        drawing = (
            Drawing().start().each("ask").boundary("late", "ask", 2).user("chief").end().end("other")
            .line("start", "ask", "end").line("late", "chief", "other")
        )  # fmt: skip
        process = begun(drawing, data={"posts": POSTS})
        do(at_post(process, "mzj.data"), civil)
        assert Deadline.objects.filter(process=process, purpose="boundary").count() == 1
        assert operations.fire_due_timers(at=NOW + 7 * DAY).moved == 1
        assert set(live(process)) == {"chief"}
        process.refresh_from_db()
        assert process.rounds == {}
        do(live(process)["chief"], police)
        assert state_of(process) == ProcessState.ENDED

    def test_a_round_done_in_time_stops_its_timer(self, police, civil):
        drawing = (
            Drawing().start().each("ask").boundary("late", "ask", 2).user("next").end().end("other")
            .line("start", "ask", "next", "end").line("late", "other")
        )  # fmt: skip
        process = begun(drawing, data={"posts": POSTS[:2]})
        do(at_post(process, "gaj.data"), police)
        do(at_post(process, "mzj.data"), civil)
        assert not Deadline.objects.filter(process=process, closed_at=None).exists()
        assert operations.fire_due_timers(at=NOW + 30 * DAY).moved == 0


class TestSigners:
    def held(self, process, account, node="check"):
        item = live(process)[node]
        operations.claim(number=item.number, actor=actor_of(account), at=NOW)
        return item

    def plain(self):
        return begun(
            Drawing().start().user("check", attributes='hm:outcomes="ok bad" hm:workingDays="5"').end()
            .line("start", "check", "end")
        )  # fmt: skip

    def test_the_answer_of_a_delegate_comes_back(self, police, civil):
        process = self.plain()
        item = self.held(process, police)
        beside = operations.delegate(
            number=item.number, to_post="mzj.data", note="请核", actor=actor_of(police), at=NOW
        )
        assert (beside.kind, beside.due_on) == (ItemKind.DELEGATED, item.due_on)
        with pytest.raises(operations.AnswersAwaited):
            operations.complete(number=item.number, outcome="ok", actor=actor_of(police), at=NOW)
        operations.stop_clock(number=item.number, reason="x", basis="法", actor=actor_of(police), at=NOW)
        beside.refresh_from_db()
        assert beside.clock_stopped
        operations.resume_clock(number=item.number, actor=actor_of(police), at=NOW)
        beside.refresh_from_db()
        assert beside.due_on == item.due_on
        do(beside, civil, "bad", note="不符")
        assert set(live(process)) == {"check"}
        assert operations.complete(number=item.number, outcome="ok", actor=actor_of(police), at=NOW).outcome == "ok"
        assert state_of(process) == ProcessState.ENDED
        assert process.data == {"check": "ok"}
        assert facts(process)[-4:] == ["WorkClaimed", "OpinionGiven", "WorkCompleted", "ProcessEnded"]

    def test_a_delegate_may_delegate_and_all_ends_with_the_step(self, police, civil, health):
        process = self.plain()
        item = self.held(process, police)
        first = operations.delegate(number=item.number, to_post="mzj.data", actor=actor_of(police), at=NOW)
        operations.claim(number=first.number, actor=actor_of(civil), at=NOW)
        second = operations.delegate(
            number=first.number, to_post="wjw.data", to_account=health.public_id, actor=actor_of(civil), at=NOW
        )
        assert second.holder == health
        operations.cancel_process(number=process.number, reason="重复", actor=SYSTEM, at=NOW)
        assert not WorkItem.objects.filter(process=process, closed_at=None).exists()

    def test_asking_for_a_signature_and_doing_without(self, police, civil):
        process = self.plain()
        item = self.held(process, police)
        signer = operations.add_signer(number=item.number, to_post="mzj.data", actor=actor_of(police), at=NOW)
        assert signer.kind == ItemKind.COSIGN
        with pytest.raises(operations.NotYours):
            operations.drop_signer(number=signer.number, actor=actor_of(civil), at=NOW)
        operations.drop_signer(number=signer.number, actor=actor_of(police), at=NOW)
        operations.complete(number=item.number, outcome="ok", actor=actor_of(police), at=NOW)
        assert state_of(process) == ProcessState.ENDED
        with pytest.raises(ProcessOver):
            operations.drop_signer(number=item.number, actor=actor_of(police), at=NOW)

    def test_one_more_in_a_round_and_one_less(self, police, civil, health):
        process = begun(asked(), data={"posts": POSTS[:2]})
        mine = at_post(process, "gaj.data")
        operations.claim(number=mine.number, actor=actor_of(police), at=NOW)
        added = operations.add_signer(number=mine.number, to_post="wjw.data", actor=actor_of(police), at=NOW)
        assert (added.node, added.post.code) == ("ask", "wjw.data")
        do(at_post(process, "mzj.data"), civil, "agree")
        operations.complete(number=mine.number, outcome="agree", actor=actor_of(police), at=NOW)
        assert set(live(process)) == {"ask"}
        do(added, health, "agree")
        assert set(live(process)) == {"conclude"}

    def test_dropping_the_last_that_was_waited_for_ends_the_round(self, police, civil, health):
        process = begun(asked(), data={"posts": POSTS[:2]})
        mine, other = at_post(process, "gaj.data"), at_post(process, "mzj.data")
        do(mine, police, "agree")
        chief = actor_of(make_official("zsj.supervision", duty="supervisor"), "zsj.supervision")
        operations.drop_signer(number=other.number, actor=chief, at=NOW)
        assert set(live(process)) == {"conclude"}

    def test_the_last_signer_stays(self, police):
        process = begun(asked(), data={"posts": POSTS[:1]})
        chief = actor_of(make_official("zsj.supervision", duty="supervisor"), "zsj.supervision")
        with pytest.raises(operations.LastSigner):
            operations.drop_signer(number=live(process)["ask"].number, actor=chief, at=NOW)
        with pytest.raises(operations.NotASigner):
            operations.drop_signer(number=live(self.plain())["check"].number, actor=chief, at=NOW)

    def test_one_more_in_turn_comes_next(self, police, civil, health):
        process = begun(asked(sequential=True), data={"posts": POSTS[:2]})
        mine = at_post(process, "gaj.data")
        operations.claim(number=mine.number, actor=actor_of(police), at=NOW)
        make_post("wjw.data")
        assert operations.add_signer(number=mine.number, to_post="wjw.data", actor=actor_of(police), at=NOW) is None
        operations.complete(number=mine.number, outcome="agree", actor=actor_of(police), at=NOW)
        do(at_post(process, "wjw.data"), health, "agree")
        do(at_post(process, "mzj.data"), civil, "agree")
        assert set(live(process)) == {"conclude"}

    def test_copies_are_read_and_nobody_waits(self, police, civil, health):
        drawing = Drawing().start().user("check", attributes='hm:copies="mzj.data"').end().line("start", "check", "end")
        process = begun(drawing)
        item = self.held(process, police)
        (copy,) = operations.send_copy(number=item.number, to_posts=["wjw.data"], actor=actor_of(police), at=NOW)
        operations.complete(number=item.number, actor=actor_of(police), at=NOW)
        assert state_of(process) == ProcessState.ENDED
        assert copy in queries.inbox(actor_of(health), on=NOW.date(), at=NOW)
        with pytest.raises(operations.NotYours):
            operations.acknowledge(number=copy.number, actor=actor_of(civil), at=NOW)
        assert operations.acknowledge(number=copy.number, actor=actor_of(health), at=NOW).outcome == "read"
        drawn = WorkItem.objects.get(process=process, kind=ItemKind.COPY, post__code="mzj.data")
        assert operations.acknowledge(number=drawn.number, actor=actor_of(civil), at=NOW).state == ItemState.DONE
        with pytest.raises(NotOpen):
            operations.acknowledge(number=drawn.number, actor=actor_of(civil), at=NOW)
