"""Electronic supervision of time: cards from clocks alone, their explanation, corrections in bulk; and the whole story."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from huimin.kernel.workdays import DeclaredDay
from huimin.platform.journal.operations import deliver_due
from huimin.platform.journal.queries import entries_about
from huimin.platform.process import operations, queries
from huimin.platform.process.checks import supervision_is_right
from huimin.platform.process.declarations import supervision
from huimin.platform.process.models import Card, Deadline, WorkItem
from huimin.platform.process.models.supervision import CardAnswered
from huimin.platform.process.rules.clocks import Clock, Pause, after_office_time, due, end_of, uncovered
from huimin.platform.process.rules.graph import Limit, LimitUnit
from huimin.platform.process.rules.states import CARD_MOVES, CARDS_OPEN, CardState, ProcessState
from huimin.platform.process.rules.supervision import Level, Moment, level_at, next_card, raised_at
from huimin.platform.process.tests.factories import NOW, SYSTEM, Drawing, actor_of, make_official, publish, two_steps

pytestmark = [pytest.mark.django_db, pytest.mark.covers("P10")]
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
BASIS = "行政许可法第四十五条"


def morning(day: int, month: int = 6) -> datetime:
    return datetime(2026, month, day, 2, 0, tzinfo=UTC)


@pytest.fixture
def police():
    return make_official("gaj.data")


@pytest.fixture
def civil():
    return make_official("mzj.data")


@pytest.fixture
def chief():
    return actor_of(make_official("zsj.supervision", duty="supervisor"), "zsj.supervision")


@pytest.fixture
def process(police, civil):
    """check until 10 June, five working days from Wednesday 3 June: yellow on the 9th, red on the 10th, overdue on the 11th."""
    publish("trial", two_steps())
    return operations.start("trial", subject="thing:1", actor=SYSTEM, at=NOW)


def sweep(at) -> list[str]:
    before = set(Card.objects.values_list("pk", flat=True))
    operations.raise_due_cards(at=at)
    return [card.level for card in Card.objects.exclude(pk__in=before).order_by("pk")]


def number_of(level: str) -> str:
    return Card.objects.exclude(state=CardState.LIFTED).get(level=level).number


class TestCards:
    def test_yellow_red_overdue_each_once(self, process):
        levels = {day: sweep(morning(day)) + sweep(morning(day) + HOUR) for day in (3, 8, 9, 10, 11, 12, 30)}
        assert levels == {3: [], 8: [], 9: ["yellow"], 10: ["red"], 11: ["overdue"], 12: [], 30: []}
        facts = [e.fact for e in entries_about([process.reference]) if e.kind == "process.CardRaised"]
        assert {(fact.level, fact.item, fact.department) for fact in facts} == {
            (level, f"{process.number}-01", "gaj") for level in ("yellow", "red", "overdue")
        }

    def test_only_the_highest_that_was_passed_is_raised(self, process):
        assert sweep(morning(30)) == ["overdue"]
        assert sweep(morning(30) + DAY) == []

    def test_no_card_for_what_was_done_or_stands(self, process, police, civil):
        item = WorkItem.objects.get(process=process)
        operations.claim(number=item.number, actor=actor_of(police), at=NOW)
        operations.stop_clock(
            number=item.number, reason="special_procedure", basis=BASIS, actor=actor_of(police), at=NOW + DAY
        )
        assert sweep(morning(30)) == []
        operations.resume_clock(number=item.number, actor=actor_of(police), at=morning(30))
        operations.complete(number=item.number, outcome="ok", actor=actor_of(police), at=morning(30))
        assert sweep(morning(1, 7)) == ["yellow"]
        assert Card.objects.get().item.node == "decide"
        operations.cancel_process(number=process.number, reason="重复", actor=SYSTEM, at=morning(1, 7))
        assert sweep(morning(30, 7)) == []

    def test_the_whole_has_a_clock_and_cards_too(self, police, civil):
        publish("trial", Drawing().start().user("check").end().line("start", "check", "end"))
        process = operations.start(
            "trial", subject="thing:1", department="mzj", limit=Limit(5, LimitUnit.WORKING_DAYS), actor=SYSTEM, at=NOW
        )
        assert sweep(morning(11)) == ["overdue"]
        card = Card.objects.get()
        assert (card.item, card.number, card.department.code) == (None, f"{process.number}-overdue", "mzj")
        assert queries.may_explain(card, actor_of(civil), morning(11))
        assert not queries.may_explain(card, actor_of(police), morning(11))

    def test_the_sweep_reads_no_more_for_more_cards(self, process):
        def asked() -> int:
            with CaptureQueriesContext(connection) as counted:
                sweep_at = morning(9)
                operations.raise_due_cards(at=sweep_at)
            return len(counted)

        one = asked()
        for n in range(2, 12):
            operations.start("trial", subject=f"thing:{n}", actor=SYSTEM, at=NOW)
        assert asked() == one

    def test_a_card_a_level_and_the_database_says_so(self, process):
        sweep(morning(9))
        card = Card.objects.get()
        card.pk, card.number = None, "copy"
        with pytest.raises(IntegrityError), transaction.atomic():
            card.save()
        with pytest.raises(IntegrityError), transaction.atomic():
            Card.objects.update(state=CardState.UPHELD)


class TestAnswers:
    def test_explained_and_upheld(self, process, police, civil, chief):
        sweep(morning(11))
        number = number_of("overdue")
        with pytest.raises(operations.NotYours):
            operations.explain_card(number=number, text="x", actor=actor_of(civil), at=morning(11))
        with pytest.raises(operations.ReasonMissing):
            operations.explain_card(number=number, text=" ", actor=actor_of(police), at=morning(11))
        operations.explain_card(number=number, text="系统故障", actor=actor_of(police), at=morning(11))
        with pytest.raises(CardAnswered):
            operations.explain_card(number=number, text="再说", actor=actor_of(police), at=morning(11))
        with pytest.raises(operations.NotYours):
            operations.uphold_card(number=number, reason="x", actor=actor_of(police), at=morning(12))
        assert operations.uphold_card(number=number, reason="不成立", actor=chief, at=morning(12)).state == "upheld"
        assert "系统故障" in queries.trace("thing:1", at=morning(12)).remarks.values()

    def test_lifted(self, process, police, chief):
        sweep(morning(11))
        card = operations.lift_card(number=number_of("overdue"), reason="属实", actor=chief, at=morning(12))
        assert (card.state, card.decided_at) == (CardState.LIFTED, morning(12))
        with pytest.raises(CardAnswered):
            operations.uphold_card(number=card.number, reason="x", actor=chief, at=morning(12))
        with pytest.raises(operations.NoSuchCard):
            operations.lift_card(number="nothing", reason="x", actor=chief, at=morning(12))

    def test_who_sees_which(self, process, police, civil, chief):
        sweep(morning(11))
        assert queries.cards(actor_of(police), at=morning(11)).count() == 1
        assert queries.cards(chief, open_only=True, at=morning(11)).count() == 1
        assert not queries.cards(actor_of(civil), at=morning(11)).exists()
        heads = [actor_of(make_official(f"{code}.head", duty="head"), f"{code}.head") for code in ("gaj", "mzj")]
        assert [queries.cards(head, at=morning(11)).count() for head in heads] == [1, 0], (
            "a head sees his own department's"
        )
        with pytest.raises(operations.NotYours):
            operations.lift_card(number=number_of("overdue"), reason="x", actor=heads[0], at=morning(12))


class TestCorrections:
    def test_a_calendar_that_was_wrong_lifts_what_it_raised(self, process, police, civil):
        """The 8th and 9th turn out to be holidays: the step had until the 12th, so no card was due on the 11th but the yellow one."""
        for day in (9, 10, 11):
            sweep(morning(day))
        days = [DeclaredDay(date(2026, 6, day), False, "试验假日") for day in (8, 9)]
        operations.declare_year(year=2026, days=days, announced=True, actor=SYSTEM, at=morning(11))
        for _ in range(12):
            deliver_due(at=morning(11) + HOUR)
        assert not Card.objects.exclude(state=CardState.LIFTED).exists()
        assert set(Card.objects.values_list("cause", flat=True)) == {"calendar:2026"}
        lifted = [entry.fact for entry in entries_about(["calendar:2026"]) if entry.kind == "process.CardsLifted"]
        assert sum(fact.count for fact in lifted) == 3
        assert sweep(morning(11) + 2 * HOUR) == ["yellow"]
        assert number_of("yellow").endswith("-yellow-2")

    def test_an_outage_does_not_count(self, process, police, civil):
        sweep(morning(11))
        operations.declare_outage(
            code="2026-06-04", basis="市政府公告", starts_at=morning(4), until=morning(9), actor=SYSTEM, at=morning(11)
        )
        for _ in range(6):
            deliver_due(at=morning(11) + HOUR)
        # stood as 4, 5 and 8 June ended: the five days are 9 to 15 June
        assert WorkItem.objects.get(process=process).due_on == date(2026, 6, 15)
        assert Card.objects.get().state == CardState.LIFTED
        before = list(Deadline.objects.values_list("due_at", flat=True))
        operations.declare_outage(
            code="2026-06-04", basis="市政府公告", starts_at=morning(4), until=morning(9), actor=SYSTEM, at=morning(12)
        )
        assert list(Deadline.objects.values_list("due_at", flat=True)) == before

    def test_in_slices(self, process, police, civil):
        for n in range(2, 5):
            operations.start("trial", subject=f"thing:{n}", actor=SYSTEM, at=NOW)
        sweep(morning(11))
        after, rounds = 0, 0
        while after is not None:
            after = operations.declare_outage(
                code="x", basis="公告", starts_at=morning(4), until=morning(9), after=after, size=2, actor=SYSTEM, at=morning(11)
            )  # fmt: skip
            rounds += 1
        assert rounds == 2
        after = 0
        while after is not None:
            after = operations.lift_cards_after(cause="outage:x", after=after, size=3, actor=SYSTEM, at=morning(11))
        assert set(Card.objects.values_list("state", flat=True)) == {CardState.LIFTED}


class TestClocksOfTheWhole:
    def test_stopping_needs_a_law_and_a_part_in_it(self, process, police, civil, chief):
        item = WorkItem.objects.get(process=process)
        operations.claim(number=item.number, actor=actor_of(police), at=NOW)
        with pytest.raises(operations.BasisMissing):
            operations.stop_clock(number=item.number, reason="supplement", basis=" ", actor=actor_of(police), at=NOW)
        with pytest.raises(operations.NotYours):
            operations.stop_clock(number=process.number, reason="x", basis=BASIS, actor=actor_of(civil), at=NOW)
        operations.stop_clock(number=process.number, reason="x", basis=BASIS, actor=actor_of(police), at=NOW)
        assert WorkItem.objects.get(pk=item.pk).clock_stopped
        operations.resume_clock(number=process.number, actor=chief, at=NOW + DAY)
        assert WorkItem.objects.get(pk=item.pk).due_on == date(2026, 6, 10)

    def test_the_whole_story_in_few_reads(self, process, police, civil):
        item = WorkItem.objects.get(process=process)
        operations.claim(number=item.number, actor=actor_of(police), at=NOW)
        operations.complete(number=item.number, outcome="ok", note="齐全", actor=actor_of(police), at=NOW)
        with CaptureQueriesContext(connection) as counted:
            story = queries.trace("thing:1", at=NOW + DAY)
            assert [one.node for one in story.lines[0].items] == ["check", "decide"]
        assert [one.node for one in story.waiting] == ["decide"]
        assert [entry.kind for entry in story.facts][-1] == "process.ProcessStarted"
        assert list(story.remarks.values()) == ["齐全"]
        assert len(counted) <= 8
        assert queries.trace("thing:none", at=NOW).lines == []

    def test_reads_a_step(self, process, police, civil):
        """What a claim and a completion ask of the database: the hot path of every case."""
        item = WorkItem.objects.get(process=process)
        with CaptureQueriesContext(connection) as claiming:
            operations.claim(number=item.number, actor=actor_of(police), at=NOW)
        with CaptureQueriesContext(connection) as completing:
            operations.complete(number=item.number, outcome="ok", actor=actor_of(police), at=NOW)
        assert len(claiming) <= 9, [q["sql"][:80] for q in claiming]
        assert len(completing) <= 15, [q["sql"][:80] for q in completing]
        process.refresh_from_db()
        assert process.state == ProcessState.RUNNING


class TestRules:
    pytestmark = pytest.mark.once
    LEVELS = (
        Level("yellow", Moment.WARNING),
        Level("red", Moment.LAST_DAY),
        Level("overdue", Moment.RUN_OUT),
        Level("far", Moment.RUN_OUT, 3),
    )

    def clock(self, amount=5, unit=LimitUnit.WORKING_DAYS):
        calendar = queries.work_calendar()
        clock = Clock(NOW, Limit(amount, unit))
        return clock, due(clock, calendar), calendar

    def test_moments_in_order(self):
        clock, end, calendar = self.clock()
        instants = [raised_at(level, clock, end, calendar) for level in self.LEVELS]
        assert instants == sorted(instants)
        assert instants[0] == end_of(end.warn_on) - DAY
        assert next_card(self.LEVELS, "red", clock, end, calendar) == end.at
        assert level_at(self.LEVELS, "", clock, end, calendar, end.at + 30 * DAY) == "far"
        assert level_at(self.LEVELS, "far", clock, end, calendar, end.at + 30 * DAY) == ""
        assert next_card(self.LEVELS, "far", clock, end, calendar) is None

    def test_a_clock_of_hours_warns_by_hours(self):
        clock, end, calendar = self.clock(20, LimitUnit.HOURS)
        instants = [raised_at(level, clock, end, calendar) - NOW for level in self.LEVELS[:3]]
        assert instants == [16 * HOUR, 18 * HOUR, 20 * HOUR]

    def test_a_clock_of_office_hours_warns_by_office_hours(self):
        clock, end, calendar = self.clock(10, LimitUnit.OFFICE_HOURS)
        instants = [raised_at(level, clock, end, calendar) for level in self.LEVELS[:3]]
        assert instants == [after_office_time(clock, calendar, hours * HOUR) for hours in (8, 9, 10)]

    def test_a_clock_that_stands_has_no_card(self):
        clock, _end, calendar = self.clock()
        assert next_card(self.LEVELS, "", clock, None, calendar) is None
        assert level_at(self.LEVELS, "", clock, None, calendar, NOW) == ""

    def test_what_was_not_standing_already(self):
        stood = [Pause(morning(4), morning(5)), Pause(morning(8))]
        assert uncovered(stood, morning(3), morning(10)) == [
            Pause(morning(3), morning(4)),
            Pause(morning(5), morning(8)),
        ]
        assert uncovered([], morning(3), morning(4)) == [Pause(morning(3), morning(4))]
        assert uncovered(stood, morning(9), morning(10)) == []

    def test_moves_of_a_card(self):
        assert set(CARD_MOVES) == set(CardState)
        assert all(CardState.LIFTED in CARD_MOVES[state] for state in CardState if state is not CardState.LIFTED)
        assert {CardState.RAISED, CardState.EXPLAINED} == CARDS_OPEN


class TestDeclared:
    pytestmark = pytest.mark.once

    def test_a_city_may_say_otherwise_and_a_mistake_stops_the_start(self, settings, tmp_path):
        settings.CITIES, settings.CITY = tmp_path, "here"
        assert [level.code for level in supervision().levels] == ["yellow", "red", "overdue"]
        (tmp_path / "here").mkdir()
        file = tmp_path / "here" / "supervision.yaml"
        file.write_text(
            "levels:\n  - {code: late, names: {zh: 迟, en: Late}, raised: run_out, days_over: 2}\n", encoding="utf-8"
        )
        assert [level.code for level in supervision().levels] == ["late"]
        assert supervision().named("late", "en") == "Late"
        assert supervision_is_right(None) == []
        settings.CITY = "there"
        (tmp_path / "there").mkdir()
        wrong = tmp_path / "there" / "supervision.yaml"
        wrong.write_text("levels:\n  - {code: late, names: {zh: 迟, en: Late}, raised: tomorrow}\n", encoding="utf-8")
        (error,) = supervision_is_right(None)
        assert "supervision.yaml:2" in error.msg
