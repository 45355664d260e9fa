"""The hotline's desk: a call becomes a ticket or is answered at once; the caller hears back; the caller is asked how it went."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import IntegrityError, transaction
from django.utils import timezone

from huimin.kernel.refusals import BadInput, Refusal
from huimin.platform.catalogue.queries.items import get_service
from huimin.platform.identity.declarations import this_city
from huimin.platform.incidents.declarations.channels import hotline
from huimin.platform.incidents.events import (
    CallAnswered,
    CallBackOpened,
    CallBackTried,
    CallerShown,
    CallerSurveyed,
    CallerToldBack,
    CallTicketed,
    FirstReceiverSet,
)
from huimin.platform.incidents.models import Call, Incident
from huimin.platform.incidents.operations.reporting import report_incident
from huimin.platform.incidents.queries.hotline import access_call, phone_digests
from huimin.platform.incidents.queries.suggesting import suggest
from huimin.platform.incidents.rules import NewReport
from huimin.platform.journal.operations import publish
from huimin.platform.journal.rules import Actor

ORDINARY: Final = "ordinary"
_TRIES_FOR_A_NUMBER: Final = 8


class SayWhatIsAsked(BadInput):
    """The call has no words."""

    zh = "请记下来电人说的事。"
    en = "Write down what the caller says."


class NoSuchCategory(BadInput):
    """The kind of question is none of the declared ones."""

    zh = "请选择咨询类别。"
    en = "Choose what kind of question it is."


class SayTheAnswer(BadInput):
    """An answer at once has no words and cites no guide."""

    zh = "请写明答复，或选一份办事指南。"
    en = "Write the answer, or choose a guide."


class ToldAlready(Refusal):
    """The caller has been told."""

    zh = "已经向来电人反馈过了。"
    en = "The caller has been told already."


class NotToBeSurveyed(Refusal):
    """The call-back is not due, or done."""

    zh = "这件现在不需要回访。"
    en = "There is no call-back to make for this now."


@dataclass(frozen=True, kw_only=True)
class NewCall:
    """What an agent takes down. `key` is the form's own: sent twice it is one call."""

    key: str
    phone: str
    caller: str = ""
    text: str


def take_ticket(call: NewCall, *, report: NewReport, limit: str = "", actor: Actor, at: datetime) -> Call:
    """Take a ticket: the incident, or one more voice for it, and the call, in one transaction; sent twice it is one.

    `limit` is by when the caller hears back: urgent, utility, ordinary or hard; empty lets the report and its department say.
    Raises SayWhatIsAsked and what reporting refuses.
    """
    if not call.text.strip():
        raise SayWhatIsAsked(field="text")

    def take() -> Call:
        incident = report_incident(report=report, sender=f"phone:{call.phone}", actor=actor, at=at).incident
        first = _first_receiver(incident)
        row = _call(call, at=at, actor=actor)
        row.outcome, row.incident, row.class_code = Call.Outcome.TICKET.value, incident, incident.class_code
        row.suggested = [one.code for one in suggest(call.text).best]
        row.limit = "urgent" if report.urgent else limit or _limit_of(first)
        row.tell_by, row.department = at + hotline().limit(row.limit).span, first
        _save_numbered(row, at)
        fact = CallTicketed(subject=row.reference, department=first, incident=incident.reference, limit=row.limit)
        publish(fact, actor=actor, at=at)
        return row

    return _once(call.key, take)


def _once(key: str, take: Callable[[], Call]) -> Call:
    """The call of this key, taken down now or before, whatever hands pressed twice."""
    try:
        with transaction.atomic():
            return _find(key) or take()
    except IntegrityError:
        if known := _find(key):
            return known
        raise


def _find(key: str) -> Call | None:
    return Call.objects.select_related("incident").filter(key=key).first()


def _limit_of(department: str) -> str:
    utilities = {one.code for one in this_city().departments.departments if one.kind == "utility"}
    return "utility" if department in utilities else ORDINARY


def _first_receiver(incident: Incident) -> str:
    return incident.lead.code if incident.lead else ""


def answer_at_once(
    call: NewCall, *, category: str, answer: str = "", service: str = "", actor: Actor, at: datetime
) -> Call:
    """Close a call as answered, with the guide that the answer cites.

    Raises SayWhatIsAsked, NoSuchCategory, SayTheAnswer, NoSuchService.
    """
    if not call.text.strip():
        raise SayWhatIsAsked(field="text")
    if category not in hotline().categories:
        raise NoSuchCategory(field="category")
    if not (answer.strip() or service):
        raise SayTheAnswer(field="answer")
    if service:
        get_service(service)

    def take() -> Call:
        row = _call(call, at=at, actor=actor)
        row.outcome, row.category = Call.Outcome.ANSWERED.value, category
        row.service, row.answer = service, answer.strip()[:1000]
        row.told_at, row.in_time = at, True
        _save_numbered(row, at)
        publish(CallAnswered(subject=row.reference, category=category, service=service), actor=actor, at=at)
        return row

    return _once(call.key, take)


def _call(call: NewCall, *, actor: Actor, at: datetime) -> Call:
    return Call(
        key=call.key,
        phone=call.phone,
        phone_digest=phone_digests(call.phone)[0],
        caller=call.caller.strip()[:60],
        text=call.text.strip()[:2000],
        agent=actor.ref,
        received_at=at,
    )


def _save_numbered(row: Call, at: datetime) -> None:
    """Give it a number that can be read out: the day and five digits, drawn so that nobody counts the city's calls by them."""
    for left in range(_TRIES_FOR_A_NUMBER, 0, -1):
        row.number = f"RX{timezone.localdate(at):%y%m%d}-{secrets.randbelow(100_000):05d}"
        try:
            with transaction.atomic():
                row.save(force_insert=True)
        except IntegrityError:
            if left == 1 or Call.objects.filter(key=row.key).exists():
                raise
        else:
            return


def set_first_receiver(incident: Incident, *, department: str, actor: Actor, at: datetime) -> int:
    """The department to which the tickets of an incident went first answers for them; one that is set stays. Gives how many were set."""
    with transaction.atomic():
        calls = list(incident.calls.select_for_update().filter(department="", outcome=Call.Outcome.TICKET))
        for call in calls:
            call.department = department
            if call.limit == ORDINARY and call.told_at is None:
                call.limit = _limit_of(department)
                call.tell_by = call.received_at + hotline().limit(call.limit).span
            call.save(update_fields=["department", "limit", "tell_by"])
            publish(FirstReceiverSet(subject=call.reference, department=department), actor=actor, at=at)
    return len(calls)


def tell_caller(number: str, *, words: str, actor: Actor, at: datetime) -> Call:
    """Write down that the caller was told what becomes of it. Raises NoSuchCall, SayTheAnswer, ToldAlready."""
    if not words.strip():
        raise SayTheAnswer(field="words")
    with transaction.atomic():
        call = Call.objects.select_for_update().get(pk=access_call(number).pk)
        if call.told_at is not None:
            raise ToldAlready
        call.told, call.told_at = words.strip()[:1000], at
        call.in_time = call.tell_by is None or at <= call.tell_by
        call.save(update_fields=["told", "told_at", "in_time"])
        fact = CallerToldBack(
            subject=call.reference, department=call.department, limit=call.limit, in_time=call.in_time
        )
        publish(fact, actor=actor, at=at)
    return call


def open_call_backs(incident: Incident, *, actor: Actor, at: datetime) -> int:
    """The incident is over: everybody who rang about it is to be called back; gives how many. Twice changes nothing."""
    due = at + timedelta(hours=hotline().survey_after_hours)
    with transaction.atomic():
        calls = list(incident.calls.select_for_update().filter(survey=Call.Survey.NONE, outcome=Call.Outcome.TICKET))
        for call in calls:
            call.survey, call.survey_at = Call.Survey.WAITING.value, due
            call.save(update_fields=["survey", "survey_at"])
            publish(CallBackOpened(subject=call.reference, department=call.department), actor=actor, at=at)
    return len(calls)


def _waiting(number: str) -> Call:
    call = Call.objects.select_for_update().get(pk=access_call(number).pk)
    if call.survey != Call.Survey.WAITING:
        raise NotToBeSurveyed
    return call


def note_not_reached(number: str, *, actor: Actor, at: datetime) -> Call:
    """The caller did not answer: later again, and after the declared tries no more. Raises NoSuchCall, NotToBeSurveyed."""
    with transaction.atomic():
        call = _waiting(number)
        call.tries += 1
        over = call.tries >= hotline().survey_tries
        call.survey = (Call.Survey.UNREACHED if over else Call.Survey.WAITING).value
        call.survey_at = at if over else at + timedelta(hours=hotline().retry_hours)
        call.save(update_fields=["tries", "survey", "survey_at"])
        fact = CallBackTried(subject=call.reference, department=call.department, tries=call.tries, over=over)
        publish(fact, actor=actor, at=at)
    return call


def record_survey(number: str, *, resolved: bool, satisfied: int, words: str = "", actor: Actor, at: datetime) -> Call:
    """Write down what the caller says of how it went. Who was not told before is told by this. Raises NoSuchCall, NotToBeSurveyed."""
    with transaction.atomic():
        call = _waiting(number)
        call.survey, call.survey_at = Call.Survey.DONE.value, at
        call.resolved, call.satisfied, call.survey_words = resolved, satisfied, words.strip()[:500]
        told_now = call.told_at is None
        if told_now:
            call.told_at, call.in_time = at, call.tell_by is None or at <= call.tell_by
        call.save()
        fact = CallerSurveyed(
            subject=call.reference, department=call.department, resolved=resolved, satisfied=satisfied
        )
        publish(fact, actor=actor, at=at)
        if told_now:
            told = CallerToldBack(
                subject=call.reference, department=call.department, limit=call.limit, in_time=bool(call.in_time)
            )
            publish(told, actor=actor, at=at)
    return call


def show_phone(number: str, *, actor: Actor, at: datetime) -> Call:
    """Write down that somebody at the desk is about to see a caller's number. Raises NoSuchCall."""
    call = access_call(number)
    with transaction.atomic():
        publish(CallerShown(subject=call.reference, department=call.department), actor=actor, at=at)
    return call
