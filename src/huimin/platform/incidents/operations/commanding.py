"""What the command centre does besides the steps of a course: alarms, duty, joint rooms, themes."""

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.db import IntegrityError, transaction

from huimin.kernel.refusals import BadInput, NotFound, Refusal
from huimin.platform.identity import queries as identity
from huimin.platform.incidents.declarations import standard
from huimin.platform.incidents.declarations.command import command
from huimin.platform.incidents.events.command import (
    AlarmPassedOn,
    AlarmRaised,
    AlarmTaken,
    CheckInScored,
    DepartmentCalled,
    DepartmentCheckedIn,
    DutyWritten,
    RoomNoteSaid,
    ThemeChosen,
    ThemeClosed,
)
from huimin.platform.incidents.models import Incident
from huimin.platform.incidents.models.command import Alarm, CheckIn, DutyTurn, RoomNote, Theme
from huimin.platform.incidents.queries.board import Commanded, access_room, commanded_by, untaken_alarms
from huimin.platform.incidents.queries.hotspots import WEEK, access_theme, monday_of, number_in_week
from huimin.platform.incidents.queries.incidents import NoSuchIncident, get_incident
from huimin.platform.journal.operations import publish
from huimin.platform.journal.rules import Actor
from huimin.platform.process.rules.clocks import day_of

if TYPE_CHECKING:
    from huimin.platform.identity.models import Account

MOST_CALLED: Final = 12


class NotYoursToCommand(NotFound):
    """The post that one acts in is no command post, or not of this place."""

    zh = "这不在您岗位的指挥范围内。"
    en = "This is not your post's to command."


class AlarmTakenAlready(Refusal):
    """Somebody else was faster."""

    zh = "这个警报已经有人接了。"
    en = "Somebody has taken this alarm already."


class NobodyCalled(BadInput):
    """No department was named, too many were, or one that the city does not have."""

    zh = "请选择 1 到 12 个本市部门。"
    en = "Choose one to twelve departments of the city."


class NotCalled(Refusal):
    """The department was not called to this room, or has come already."""

    zh = "贵部门没有被召集到这个会商室，或已经报到。"
    en = "Your department was not called to this room, or has come already."


class NotComeYet(Refusal):
    """Only a department that came can be scored, once."""

    zh = "部门还没有报到，或已经评过分。"
    en = "The department has not come yet, or has been scored already."


class SaidNothing(BadInput):
    """No words were written."""

    zh = "请写明内容。"
    en = "Please write something."


class TurnNotFit(BadInput):
    """The turn of duty ends before it begins, is written already, or is of somebody who does not hold the post."""

    zh = "值班人员须在该岗位任职，结束须晚于开始，且同一班次不能重复排。"
    en = "Who is on duty holds the post, the end is later than the beginning, and a turn is written once."


class ThemeNotFit(BadInput):
    """The theme was chosen for that week already, its topic is not declared, or it lies outside of one's districts."""

    zh = "这个专题本周已经确定，或类别、地点不在范围内。"
    en = "This theme was chosen for the week already, or its class or place is out of range."


class ThemeClosedAlready(Refusal):
    """A closed theme stays closed."""

    zh = "这个专题已经办结。"
    en = "This theme has been closed already."


def _commanding(actor: Actor, at: datetime) -> Commanded:
    found = commanded_by(actor, at)
    if found is None:
        raise NotYoursToCommand
    return found


def _commanded_incident(number: str, actor: Actor, at: datetime) -> Incident:
    whose = _commanding(actor, at)
    if incident := whose.within(Incident.objects.filter(number=number)).first():
        return incident
    raise NoSuchIncident


# ── Alarms ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def raise_alarm(number: str, *, actor: Actor, at: datetime) -> Alarm:
    """Sound the alarm of an urgent incident at its district's command post; one that sounds or was taken stays as it is."""
    incident = get_incident(number)
    with transaction.atomic():
        alarm, is_new = Alarm.objects.get_or_create(
            incident=incident,
            defaults={"division": incident.division, "raised_at": at, "take_by": at + command().alarm},
        )
        if is_new:
            publish(AlarmRaised(subject=incident.reference, division=incident.division), actor=actor, at=at)
    return alarm


def take_alarm(number: str, *, actor: Actor, at: datetime) -> Alarm:
    """Take the alarm: from now on it sounds nowhere, and one's name stands beside it. Raises NoSuchIncident, AlarmTakenAlready."""
    incident = _commanded_incident(number, actor, at)
    taker = identity.get_account(actor.ref)
    with transaction.atomic():
        if not _has_won(incident, taker, at):
            raise AlarmTakenAlready
        publish(AlarmTaken(subject=incident.reference, division=incident.division), actor=actor, at=at)
    return Alarm.objects.select_related("incident").get(incident=incident)


def _has_won(incident: Incident, taker: "Account", at: datetime) -> bool:
    """Whether the alarm is now this taker's: the condition on the row lets one of several through."""
    return bool(Alarm.objects.filter(incident=incident, taken_at=None).update(taken_at=at, taken_by=taker))


def pass_on_alarms(*, actor: Actor, at: datetime) -> int:
    """Let the city's centre hear the alarms that nobody of the district took in time; gives how many."""
    passed_on = 0
    for alarm in untaken_alarms(at):
        with transaction.atomic():
            won = Alarm.objects.filter(pk=alarm.pk, taken_at=None, passed_on_at=None).update(passed_on_at=at)
            if won:
                fact = AlarmPassedOn(subject=alarm.incident.reference, division=alarm.division)
                publish(fact, actor=actor, at=at)
        passed_on += won
    return passed_on


# ── Duty ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def write_turn(
    *,
    post: str,
    who: str,
    starts_at: datetime,
    ends_at: datetime,
    leads: bool = False,
    telephone: str = "",
    actor: Actor,
    at: datetime,
) -> DutyTurn:
    """Write a turn of duty at one's own command post, or as the city's centre at any. `who` is an account's public number.

    Raises NotYoursToCommand, TurnNotFit.
    """
    whose = _commanding(actor, at)
    if post != whose.post and not whose.is_city:
        raise NotYoursToCommand
    holder = identity.holders_of(post, at).filter(public_id=who).first()
    if holder is None or ends_at <= starts_at:
        raise TurnNotFit(field="who" if holder is None else "ends_at")
    try:
        with transaction.atomic():
            turn = DutyTurn.objects.create(
                post=post, who=holder, leads=leads, telephone=telephone.strip(), starts_at=starts_at, ends_at=ends_at
            )
            publish(DutyWritten(subject=f"post:{post}"), actor=actor, at=at)
    except IntegrityError as twice:
        raise TurnNotFit(field="starts_at") from twice
    return turn


def take_back_turn(turn: int, *, actor: Actor, at: datetime) -> None:
    """Take a turn of duty back that has not begun. Raises NotYoursToCommand."""
    whose = _commanding(actor, at)
    found = DutyTurn.objects.filter(pk=turn, starts_at__gt=at)
    if not whose.is_city:
        found = found.filter(post=whose.post)
    with transaction.atomic():
        row = found.select_for_update().first()
        if row is None:
            raise NotYoursToCommand
        row.delete()
        publish(DutyWritten(subject=f"post:{row.post}", taken_back=True), actor=actor, at=at)


# ── Joint rooms ──────────────────────────────────────────────────────────────────────────────────────────────────────


def call_departments(number: str, *, departments: Collection[str], actor: Actor, at: datetime) -> list[CheckIn]:
    """吹哨: call departments to the joint room of an incident; who was called before stays called. Raises NoSuchIncident, NobodyCalled."""
    incident = _commanded_incident(number, actor, at)
    wanted = sorted(set(departments))
    known = set(identity.departments().filter(code__in=wanted).values_list("code", flat=True))
    if not wanted or len(wanted) > MOST_CALLED or known != set(wanted):
        raise NobodyCalled(field="departments")
    with transaction.atomic():
        before = set(incident.check_ins.values_list("department", flat=True))
        rows = [
            CheckIn(incident=incident, department=code, called_at=at, come_by=at + command().check_in)
            for code in wanted
            if code not in before
        ]
        CheckIn.objects.bulk_create(rows, ignore_conflicts=True)
        for row in rows:
            publish(DepartmentCalled(subject=incident.reference, department=row.department), actor=actor, at=at)
    return list(incident.check_ins.order_by("called_at", "pk"))


def check_in(number: str, *, actor: Actor, at: datetime) -> CheckIn:
    """报到: one's department comes to the room it was called to. Raises NoSuchIncident, NotCalled."""
    incident = access_room(number, actor, at=at)
    code, who = actor.post.partition(".")[0], identity.get_account(actor.ref)
    with transaction.atomic():
        row = CheckIn.objects.select_for_update().filter(incident=incident, department=code, came_at=None).first()
        if row is None:
            raise NotCalled
        row.came_at, row.came_by = at, who
        row.save(update_fields=["came_at", "came_by"])
        fact = DepartmentCheckedIn(subject=incident.reference, department=code, in_time=at <= row.come_by)
        publish(fact, actor=actor, at=at)
    return row


def score_check_in(number: str, *, department: str, score: int, actor: Actor, at: datetime) -> CheckIn:
    """Score what a department that came did, 1 to 5, once. Raises NoSuchIncident, NotComeYet."""
    incident = _commanded_incident(number, actor, at)
    with transaction.atomic():
        row = CheckIn.objects.select_for_update().filter(incident=incident, department=department).first()
        if row is None or row.came_at is None or row.score is not None or not 1 <= score <= 5:
            raise NotComeYet
        row.score = score
        row.save(update_fields=["score"])
        publish(CheckInScored(subject=incident.reference, department=department, score=score), actor=actor, at=at)
    return row


def say_in_room(number: str, *, words: str, actor: Actor, at: datetime) -> RoomNote:
    """Say something in a joint room. Raises NoSuchIncident, SaidNothing."""
    incident = access_room(number, actor, at=at)
    if not words.strip():
        raise SaidNothing(field="words")
    with transaction.atomic():
        note = RoomNote.objects.create(
            incident=incident,
            post=actor.post,
            said_by=identity.get_account(actor.ref),
            said_at=at,
            words=words.strip()[:1000],
        )
        publish(RoomNoteSaid(subject=incident.reference, department=actor.post.partition(".")[0]), actor=actor, at=at)
    return note


# ── Themes ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def choose_theme(*, place: str, topic: str, goal: str, department: str, actor: Actor, at: datetime) -> Theme:
    """Take up a place (empty: the whole city) and topic as the theme of the week. Raises NotYoursToCommand, SaidNothing, ThemeNotFit."""
    whose = _commanding(actor, at)
    if not whose.is_city and place[:6] not in whose.divisions:
        raise ThemeNotFit(field="place")
    declared = standard()
    if topic not in declared.classes and topic not in declared.groups:
        raise ThemeNotFit(field="topic")
    if not goal.strip():
        raise SaidNothing(field="goal")
    lead = identity.get_department(department)
    monday = monday_of(day_of(at))
    theme = Theme(
        week_on=monday,
        place=place,
        topic=topic,
        goal=goal.strip()[:500],
        department=lead.code,
        chosen_by=identity.get_account(actor.ref),
        chosen_at=at,
        before=number_in_week(monday, place=place, topic=topic),
    )
    try:
        with transaction.atomic():
            theme.save(force_insert=True)
            fact = ThemeChosen(subject=f"theme:{theme.number}", place=place, topic=topic, before=theme.before)
            publish(fact, actor=actor, at=at)
    except IntegrityError as twice:
        raise ThemeNotFit(field="topic") from twice
    return theme


def close_theme(number: str, *, evidence: str, actor: Actor, at: datetime) -> Theme:
    """Close a theme on evidence; how many incidents the last seven days still had is counted.

    Raises NoSuchTheme, SaidNothing, ThemeClosedAlready.
    """
    theme = access_theme(number, _commanding(actor, at))
    if not evidence.strip():
        raise SaidNothing(field="evidence")
    after = number_in_week(day_of(at) - WEEK, place=theme.place, topic=theme.topic)
    with transaction.atomic():
        won = Theme.objects.filter(pk=theme.pk, closed_at=None).update(
            evidence=evidence.strip()[:1000], closed_at=at, after=after
        )
        if not won:
            raise ThemeClosedAlready
        fact = ThemeClosed(subject=f"theme:{theme.number}", place=theme.place, topic=theme.topic, after=after)
        publish(fact, actor=actor, at=at)
    theme.refresh_from_db()
    return theme
