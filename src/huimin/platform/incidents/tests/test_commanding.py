"""What the command centre does besides the steps: alarms, duty, joint rooms, hot spots, themes, tallies that agree with the incidents."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from huimin.platform.incidents.models import Alarm, Disposal, Incident
from huimin.platform.incidents.operations import commanding
from huimin.platform.incidents.operations.tallying import tally_month_of_incidents
from huimin.platform.incidents.queries import board as boards
from huimin.platform.incidents.queries import evaluation, hotspots
from huimin.platform.incidents.queries.board import Standing
from huimin.platform.incidents.queries.incidents import NoSuchIncident
from huimin.platform.incidents.queries.points import BadBox, Box, Joined, open_in
from huimin.platform.incidents.rules.evaluation import Measure, total
from huimin.platform.incidents.tests import factories as make
from huimin.platform.journal.queries import entries_about

pytestmark = [pytest.mark.django_db, pytest.mark.covers("G01", "G03")]
NOW = make.NOW


def facts(number: str) -> list[str]:
    return [entry.kind for entry in entries_about([f"incident:{number}"])]


# ── Alarms ──


@pytest.mark.covers("G08")
def test_an_alarm_is_taken_once_by_whoever_is_first(people):
    incident = make.reported(urgent=True)
    commanding.raise_alarm(incident.number, actor=make.SYSTEM, at=NOW)
    commanding.raise_alarm(incident.number, actor=make.SYSTEM, at=NOW + timedelta(minutes=1))
    assert Alarm.objects.count() == 1
    taken = commanding.take_alarm(incident.number, actor=people.command, at=NOW + timedelta(minutes=2))
    assert taken.taken_by == people.accounts["command"]
    with pytest.raises(commanding.AlarmTakenAlready):
        commanding.take_alarm(incident.number, actor=people.chief, at=NOW + timedelta(minutes=2))
    assert commanding.pass_on_alarms(actor=make.SYSTEM, at=NOW + timedelta(hours=1)) == 0


def test_nobody_elses_district_hears_or_takes_it(people):
    incident = make.reported(urgent=True)
    commanding.raise_alarm(incident.number, actor=make.SYSTEM, at=NOW)
    heard = {
        name: [one.incident.number for one in boards.sounding_alarms(boards.commanded_by(getattr(people, name), NOW))]
        for name in ("command", "elsewhere", "chief")
    }
    assert heard == {"command": [incident.number], "elsewhere": [], "chief": []}
    with pytest.raises(NoSuchIncident):
        commanding.take_alarm(incident.number, actor=people.elsewhere, at=NOW)
    with pytest.raises(commanding.NotYoursToCommand):
        commanding.take_alarm(incident.number, actor=people.worker, at=NOW)


def test_what_nobody_takes_in_time_the_city_hears(people):
    incident = make.reported(urgent=True)
    commanding.raise_alarm(incident.number, actor=make.SYSTEM, at=NOW)
    assert commanding.pass_on_alarms(actor=make.SYSTEM, at=NOW + timedelta(minutes=2)) == 0
    assert commanding.pass_on_alarms(actor=make.SYSTEM, at=NOW + timedelta(minutes=3)) == 1
    assert commanding.pass_on_alarms(actor=make.SYSTEM, at=NOW + timedelta(minutes=4)) == 0
    chief = boards.commanded_by(people.chief, NOW)
    assert [one.incident.number for one in boards.sounding_alarms(chief)] == [incident.number]
    commanding.take_alarm(incident.number, actor=people.chief, at=NOW + timedelta(minutes=5))
    assert boards.sounding_alarms(chief) == []


# ── Duty ──


def test_who_holds_the_post_can_be_on_duty_there_and_nobody_else(people):
    own = people.accounts["command"].public_id
    start, end = NOW - timedelta(hours=1), NOW + timedelta(hours=7)
    turn = commanding.write_turn(
        post="qu_jinghu.command", who=own, starts_at=start, ends_at=end, leads=True, actor=people.command, at=NOW
    )
    assert [one.pk for one in boards.on_duty(at=NOW)] == [turn.pk]
    assert boards.on_duty(at=end) == []
    for wrong in ({"who": people.accounts["worker"].public_id}, {"ends_at": start}, {}):
        given = {"post": "qu_jinghu.command", "who": own, "starts_at": start, "ends_at": end, **wrong}
        with pytest.raises(commanding.TurnNotFit):
            commanding.write_turn(**given, actor=people.command, at=NOW)
    with pytest.raises(commanding.NotYoursToCommand):
        commanding.write_turn(
            post="qu_yijiang.command", who=own, starts_at=start, ends_at=end, actor=people.command, at=NOW
        )


def test_a_turn_that_has_begun_is_not_taken_back(people):
    own = people.accounts["command"].public_id
    given = {"post": "qu_jinghu.command", "who": own, "actor": people.command, "at": NOW}
    begun = commanding.write_turn(starts_at=NOW - timedelta(hours=1), ends_at=NOW + timedelta(hours=1), **given)
    ahead = commanding.write_turn(starts_at=NOW + timedelta(hours=1), ends_at=NOW + timedelta(hours=2), **given)
    commanding.take_back_turn(ahead.pk, actor=people.command, at=NOW)
    with pytest.raises(commanding.NotYoursToCommand):
        commanding.take_back_turn(begun.pk, actor=people.command, at=NOW)


# ── Joint rooms ──


def test_a_called_department_comes_says_and_is_scored_once(people):
    incident = make.reported()
    commanding.call_departments(incident.number, departments=["gaj", "scjgj"], actor=people.command, at=NOW)
    commanding.call_departments(incident.number, departments=["gaj"], actor=people.command, at=NOW)
    assert incident.check_ins.count() == 2
    came = commanding.check_in(incident.number, actor=people.police, at=NOW + timedelta(minutes=20))
    assert came.came_by == people.accounts["police"]
    with pytest.raises(commanding.NotCalled):
        commanding.check_in(incident.number, actor=people.police, at=NOW)
    commanding.say_in_room(incident.number, words="派出所已到现场", actor=people.police, at=NOW)
    called, notes = boards.room_of(incident)
    assert ([one.department for one in called], [one.words for one in notes]) == (["gaj", "scjgj"], ["派出所已到现场"])
    with pytest.raises(commanding.NotComeYet):
        commanding.score_check_in(incident.number, department="scjgj", score=3, actor=people.command, at=NOW)
    commanding.score_check_in(incident.number, department="gaj", score=5, actor=people.command, at=NOW)
    with pytest.raises(commanding.NotComeYet):
        commanding.score_check_in(incident.number, department="gaj", score=1, actor=people.command, at=NOW)
    kinds = facts(incident.number)
    assert kinds.count("incidents.DepartmentCheckedIn") == 1
    assert kinds.count("incidents.CheckInScored") == 1


def test_a_room_is_closed_to_who_was_not_called(people):
    incident = make.reported()
    for stranger in (people.urban, people.elsewhere, people.worker):
        with pytest.raises(NoSuchIncident):
            commanding.say_in_room(incident.number, words="我也来看看", actor=stranger, at=NOW)
    with pytest.raises(NoSuchIncident):
        commanding.call_departments(incident.number, departments=["gaj"], actor=people.elsewhere, at=NOW)
    for wrong in ([], ["nobody"]):
        with pytest.raises(commanding.NobodyCalled):
            commanding.call_departments(incident.number, departments=wrong, actor=people.command, at=NOW)


# ── The board ──


@pytest.fixture
def three(people):
    """One overdue, one due soon, one with time; all of the same district."""
    found = [make.reported() for _ in range(3)]
    for incident, due in zip(found, (timedelta(hours=-1), timedelta(hours=1), timedelta(days=2)), strict=True):
        Incident.objects.filter(pk=incident.pk).update(due_at=NOW + due)
    return [Incident.objects.get(pk=one.pk) for one in found]


def test_the_board_counts_what_the_lists_show(people, three):
    whose = boards.commanded_by(people.command, NOW)
    board = boards.board(whose, since=NOW - timedelta(hours=3), at=NOW)
    assert (board.all("open"), board.all("overdue"), board.all("due_soon"), board.reported_today) == (3, 1, 1, 3)
    for standing in Standing:
        listed = boards.waiting_list(whose, standing, at=NOW)
        assert {boards.standing_of(one, NOW) for one in listed} <= {standing}
    assert boards.board(boards.commanded_by(people.elsewhere, NOW), since=NOW, at=NOW).rows == []


def test_the_board_takes_the_same_few_reads_however_many_there_are(people, three):
    whose = boards.commanded_by(people.chief, NOW)

    def reads() -> int:
        with CaptureQueriesContext(
            connection,
        ) as found:
            boards.board(whose, since=NOW, at=NOW)
        return len(found)

    before = reads()
    for _ in range(5):
        make.reported(longitude=make.FAR[0])
    assert reads() == before == 3


def test_the_map_gives_points_or_joins_them(people, three, monkeypatch):
    whose, around = boards.commanded_by(people.chief, NOW), Box.read("118.3,31.3,118.4,31.4")
    assert {one.number for one in open_in(around, whose)} == {one.number for one in three}
    assert open_in(Box.read("118.0,31.0,118.1,31.1"), whose) == []
    monkeypatch.setattr("huimin.platform.incidents.queries.points.MOST", 2)
    joined = open_in(around, whose)
    assert all(isinstance(one, Joined) for one in joined)
    assert sum(one.number for one in joined) == 3
    for wrong in ("", "1,2,3", "118.4,31.3,118.3,31.4", "a,b,c,d"):
        with pytest.raises(BadBox):
            Box.read(wrong)


# ── Hot spots and themes ──


def made(count: int, *, weeks_ago: int, cell: str, code: str) -> None:
    """Rows as incidents of other weeks leave them."""
    at = NOW - timedelta(weeks=weeks_ago)
    Incident.objects.bulk_create(
        Incident(
            number=f"WG-TEST-{cell[-3:]}-{code}-{weeks_ago}-{place}"[:26],
            standard_ref="GB/T 30428",
            kind="event",
            class_code=code,
            cell=cell,
            street=cell[:9],
            division=cell[:6],
            grade="C",
            channel="worker",
            state="closed",
            reported_at=at,
            closed_at=at,
            ended_at=at,
        )
        for place in range(count)
    )


def test_what_came_up_more_than_usual_is_a_hot_spot_and_becomes_a_theme(people):
    for week in range(1, 9):
        made(6, weeks_ago=week, cell=make.CELL, code="01002")
    made(6, weeks_ago=0, cell=make.CELL, code="01002")
    made(7, weeks_ago=0, cell=make.CELL, code="05001")
    monday = hotspots.monday_of(timezone.localdate(NOW))
    whose = boards.commanded_by(people.command, NOW)
    (spot,) = hotspots.spots_of_week(monday, "street", whose)
    assert (spot.spot.place, spot.spot.topic, spot.number, spot.is_new) == (make.CELL[:9], "05001", 7, True)
    theme = commanding.choose_theme(
        place=spot.spot.place, topic="05001", goal="校门口不再有游商", department="cgj", actor=people.command, at=NOW
    )
    assert theme.before == 7
    with pytest.raises(commanding.ThemeNotFit):
        commanding.choose_theme(
            place=spot.spot.place, topic="05001", goal="再来", department="cgj", actor=people.command, at=NOW
        )
    later = NOW + timedelta(weeks=2)
    with pytest.raises(hotspots.NoSuchTheme):
        commanding.close_theme(theme.number, evidence="没有了", actor=people.elsewhere, at=later)
    closed = commanding.close_theme(theme.number, evidence="疏导点启用，复查三次", actor=people.command, at=later)
    assert closed.after == 0
    with pytest.raises(commanding.ThemeClosedAlready):
        commanding.close_theme(theme.number, evidence="再办", actor=people.command, at=later)


def test_a_theme_lies_in_ones_own_districts_and_names_a_declared_class(people):
    for wrong in ({"place": make.FAR_CELL[:9]}, {"place": ""}, {"topic": "99999"}):
        given = {"place": make.CELL[:9], "topic": "05001", "goal": "好", "department": "cgj", **wrong}
        with pytest.raises(commanding.ThemeNotFit):
            commanding.choose_theme(**given, actor=people.command, at=NOW)


# ── Evaluation ──


@pytest.mark.covers("G02")
def test_a_tally_says_what_the_incidents_say_and_opens_down_to_them(people):
    good, late, back = (make.reported() for _ in range(3))
    for incident, hours in ((good, 3), (late, 30), (back, 3)):
        Incident.objects.filter(pk=incident.pk).update(
            state="closed",
            filed_at=NOW,
            dispatched_at=NOW,
            disposed_at=NOW + timedelta(hours=hours),
            checked_at=NOW + timedelta(hours=hours),
            closed_at=NOW + timedelta(hours=hours),
            ended_at=NOW + timedelta(hours=hours),
            lead_id=people.accounts["housing"].holdings.get().post.department_id,
            returned=int(incident is back),
        )
        Disposal.objects.create(
            incident=incident,
            department_id=people.accounts["housing"].holdings.get().post.department_id,
            is_lead=True,
            dispatched_at=NOW,
            due_at=NOW + timedelta(hours=4),
            done_at=NOW + timedelta(hours=hours),
            reported_at=NOW,
        )
    at, month = NOW + timedelta(days=3), date(2026, 6, 1)
    assert tally_month_of_incidents(month, at=at) == 1
    assert tally_month_of_incidents(month, at=at) == 1
    by_department = evaluation.tallied(month, "department")
    assert set(by_department) == {"zjj"}
    counts = by_department["zjj"]
    assert (counts.reported, counts.disposed, counts.disposed_on_time, counts.dispatched_right) == (3, 3, 2, 2)
    assert total(evaluation.tallied(month, "street").values()) == counts
    whose = boards.commanded_by(people.command, NOW)
    found = evaluation.behind(Measure.ON_TIME_DISPOSAL, month, whose, at=at, department="zjj")
    assert (set(found.counted), found.missed) == ({good.number, back.number}, [late.number])
    elsewhere = boards.commanded_by(people.elsewhere, NOW)
    assert evaluation.behind(Measure.ON_TIME_DISPOSAL, month, elsewhere, at=at, department="zjj").counted == []
    assert evaluation.tallied(month, "department", elsewhere) == {}


def test_what_was_void_or_joined_is_not_counted(people):
    one, other = make.reported(), make.reported()
    Incident.objects.filter(pk=one.pk).update(state="void", ended_at=NOW)
    Incident.objects.filter(pk=other.pk).update(state="joined", ended_at=NOW, parent=one)
    assert tally_month_of_incidents(date(2026, 6, 1), at=NOW) == 0
    assert evaluation.untallied_months(date(2026, 6, 3)) == [date(2026, 6, 1)]
