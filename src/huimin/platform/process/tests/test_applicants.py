"""Batches, the applicant's own steps, what happens by itself, leave, departments: on the real journal, identity and database."""

from datetime import date

import pytest

from huimin.platform.journal.queries import entries_about
from huimin.platform.process import operations, queries
from huimin.platform.process.models.work import NotOpen
from huimin.platform.process.rules.graph import Limit, LimitUnit
from huimin.platform.process.rules.states import ItemState, ProcessState
from huimin.platform.process.tests.acting import DAY, HOUR, begun, do, live, state_of, three_steps
from huimin.platform.process.tests.factories import NOW, SYSTEM, Drawing, actor_of, make_official, publish

pytestmark = [pytest.mark.django_db, pytest.mark.covers("P01")]


class TestBatches:
    def test_alike_where_the_law_allows_it(self, police, civil):
        drawing = (
            Drawing().start().user("check", attributes='hm:batch="true" hm:outcomes="ok bad"').user("decide", "mzj.data").end()
            .line("start", "check", "decide", "end")
        )  # fmt: skip
        publish("trial", drawing)
        started = [operations.start("trial", subject=f"thing:{n}", actor=SYSTEM, at=NOW) for n in range(3)]
        numbers = [live(process)["check"].number for process in started]
        taken = make_official("gaj.data")
        operations.claim(number=numbers[1], actor=actor_of(taken), at=NOW)
        done = operations.complete_many(numbers=numbers, outcome="ok", actor=actor_of(police), at=NOW)
        assert done.done == (numbers[0], numbers[2])
        assert [type(refusal).__name__ for refusal in done.refused.values()] == ["NotYours"]
        alone = live(started[0])["decide"].number
        refused = operations.complete_many(numbers=[alone], outcome="done", actor=actor_of(civil), at=NOW).refused
        assert isinstance(refused[alone], operations.NotInBatches)


class TestApplicant:
    def test_a_supplement_stops_the_clock_of_the_whole(self, police):
        drawing = (
            Drawing().start().user("accept", attributes='hm:outcomes="ok supplement"').exclusive("x", "on")
            .user("supplement", "applicant", 'hm:stops="supplement" hm:basis="行政许可法第三十二条" hm:limit="P30D" hm:outcomes="sent expired" '
                  'hm:overdue="outcome:expired"').user("decide").end()
            .line("start", "accept", "x").line("x", "decide", id="on").line("x", "supplement", when="accept == 'supplement'")
            .line("supplement", "decide", "end")
        )  # fmt: skip
        process = begun(drawing, limit=Limit(5, LimitUnit.WORKING_DAYS))
        assert (process.due_on, live(process)["accept"].due_on) == (date(2026, 6, 10), date(2026, 6, 10))
        do(live(process)["accept"], police, "supplement", at=NOW + DAY)
        process.refresh_from_db()
        assert (process.clock_stopped, process.due_on) == (True, None)
        with pytest.raises(operations.ClockNotStopped):
            operations.resume_clock(number=process.number, actor=SYSTEM, at=NOW + DAY)
        (waiting,) = queries.find_waiting_for_applicant("thing:1")
        assert (waiting.post, waiting.due_on) == (None, date(2026, 7, 4) + 2 * DAY)
        with pytest.raises(NotOpen):
            operations.complete(number=waiting.number, outcome="sent", actor=actor_of(police), at=NOW)
        citizen = actor_of(make_official())
        operations.answer_for_applicant(number=waiting.number, outcome="sent", actor=citizen, at=NOW + 6 * DAY)
        process.refresh_from_db()
        # stood over 4, 5 and 8 June; the five days are 9, 10, 11, 12, 15
        assert (process.clock_stopped, process.due_on) == (False, date(2026, 6, 15))
        assert live(process)["decide"].due_on == date(2026, 6, 15)
        (line,) = queries.trace("thing:1", at=NOW + 7 * DAY).lines
        assert [(pause.reason, pause.basis) for pause in line.pauses] == [("supplement", "行政许可法第三十二条")]

    def test_silence_of_the_applicant_ends_the_wait(self, police):
        drawing = (
            Drawing().start().user("wait", "applicant", 'hm:limit="P30D" hm:outcomes="sent expired" hm:overdue="outcome:expired" '
                                   'hm:basis="行政许可法第三十二条"').end()
            .line("start", "wait", "end")
        )  # fmt: skip
        process = begun(drawing)
        assert operations.fire_due_timers(at=NOW + 40 * DAY).moved == 1
        assert (state_of(process), process.data["wait"]) == (ProcessState.ENDED, "expired")


class TestOverdue:
    def test_silence_is_consent_where_it_is_declared(self, police, civil):
        drawing = (
            Drawing().start().user("check", attributes='hm:workingDays="2" hm:outcomes="ok bad" hm:overdue="outcome:ok" '
                                   'hm:basis="行政许可法第五十条"').user("next", "mzj.data").end()
            .line("start", "check", "next", "end")
        )  # fmt: skip
        process = begun(drawing)
        assert operations.fire_due_timers(at=NOW + DAY).moved == 0
        assert operations.fire_due_timers(at=NOW + 7 * DAY).moved == 1
        assert set(live(process)) == {"next"}
        process.refresh_from_db()
        assert process.data == {"check": "ok"}
        fact = entries_about([process.reference])[0].fact
        assert (fact.act, fact.outcome, fact.opened) == ("outcome", "ok", ("next",))

    def test_what_is_late_goes_up(self, police, civil):
        drawing = (
            Drawing().start().user("check", attributes='hm:limit="PT24H" hm:overdue="post:mzj.data"').end().line("start", "check", "end")
        )  # fmt: skip
        process = begun(drawing)
        operations.claim(number=live(process)["check"].number, actor=actor_of(police), at=NOW)
        assert operations.fire_due_timers(at=NOW + 25 * HOUR).moved == 1
        item = live(process)["check"]
        assert (item.post.code, item.holder, item.state) == ("mzj.data", None, ItemState.OPEN)
        assert operations.fire_due_timers(at=NOW + 30 * HOUR).moved == 0


class TestAbsence:
    def test_a_colleague_stands_in_and_it_ends_by_itself(self, police, civil, health):
        deputy = make_official("gaj.chief")
        process = begun(three_steps())
        item = live(process)["intake"]
        other = begun(three_steps(), code="other")
        operations.claim(number=item.number, actor=actor_of(police), at=NOW)
        with pytest.raises(operations.NotYours):
            operations.complete(number=item.number, actor=actor_of(deputy), at=NOW)
        operations.declare_absence(
            account=police.public_id, deputy=deputy.public_id, starts_at=NOW, until=NOW + DAY, actor=actor_of(police), at=NOW
        )  # fmt: skip
        seen = queries.inbox(actor_of(deputy), on=NOW.date(), at=NOW)
        assert {one.number for one in seen} == {item.number, live(other)["intake"].number}
        operations.complete(number=item.number, actor=actor_of(deputy), at=NOW + HOUR)
        assert entries_about([process.reference])[0].actor.on_behalf_of == police.reference
        operations.claim(number=live(other)["intake"].number, actor=actor_of(deputy), at=NOW + HOUR)
        assert not queries.inbox(actor_of(deputy), on=NOW.date(), at=NOW + 2 * DAY).exclude(holder=deputy).exists()

    def test_refusals(self, police, civil):
        deputy = make_official("gaj.data")
        given = {"account": police.public_id, "starts_at": NOW, "until": NOW + DAY, "at": NOW}
        for refusal, changed in [
            (operations.NotYours, {"deputy": deputy.public_id, "actor": actor_of(civil)}),
            (operations.DeputyNotFit, {"deputy": civil.public_id, "actor": actor_of(police)}),
            (operations.DeputyNotFit, {"deputy": police.public_id, "actor": actor_of(police)}),
            (operations.TimesNotFit, {"deputy": deputy.public_id, "actor": actor_of(police), "until": NOW}),
        ]:
            with pytest.raises(refusal):
                operations.declare_absence(**{**given, **changed})
        absence = operations.declare_absence(**given, deputy=deputy.public_id, actor=actor_of(police))
        with pytest.raises(operations.NoSuchAbsence):
            operations.end_absence(key=absence.pk, actor=actor_of(civil), at=NOW)
        operations.end_absence(key=absence.pk, actor=actor_of(police), at=NOW + HOUR)
        assert queries.stood_in_for(deputy.public_id, NOW + 2 * HOUR) == []


class TestDepartment:
    def test_the_body_that_answers(self, police, civil, health):
        publish("trial", three_steps())
        first = operations.start("trial", subject="thing:1", actor=SYSTEM, at=NOW)
        assert first.department.code == "gaj"
        second = operations.start("trial", subject="thing:2", department="mzj", actor=SYSTEM, at=NOW)
        second.refresh_from_db()
        assert second.department.code == "mzj"
