"""Public notice (公示): put a case there, object to it, answer an objection. Nothing is decided over an objection that nobody answered."""

from datetime import date, datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from huimin.kernel.refusals import BadInput, NotPermitted, Refusal
from huimin.platform.cases.events import CasePublicised, ObjectionAnswered, ObjectionMade
from huimin.platform.cases.models import Notice, Objection
from huimin.platform.cases.queries.files import hold_decided_in_hand, lock_case
from huimin.platform.cases.queries.notices import (
    NoSuchObjection,
    get_notice,
    is_decided_by,
    last_day_after,
    lock_objection,
    recent_notices,
    timer_after,
)
from huimin.platform.identity.queries import get_account
from huimin.platform.journal.operations import publish
from huimin.platform.journal.rules import Actor
from huimin.platform.process.queries import trace

LONGEST: Final = 1000
CALENDAR: Final = Actor(kind="system", ref="notices")


class NotProvenToObject(NotPermitted):
    """An objection is somebody's: an account proven to be this very person."""

    zh = "提异议要先完成实名认证。也可以带身份证到窗口提出。"
    en = "Please prove who you are before objecting; or object at a counter with your identity card."


class OwnNotice(Refusal):
    """The notice is of the reader's own case."""

    zh = "这是您自己的申请。有话要说，请联系办理部门。"
    en = "This is your own application. Please contact the body that handles it."


class ObjectedAlready(Refusal):
    """One person objects once to one notice."""

    zh = "您已经对这次公示提过异议，办理部门会答复您。"
    en = "You have objected to this notice already; the body that handles it will answer you."


class NoWords(BadInput):
    """Nothing was said, or too much."""

    zh = "请写明内容，最多 {most} 个字。"
    en = "Please say what you have to say, in {most} characters at most."


class AnsweredAlready(Refusal):
    """An objection is answered once."""

    zh = "这条异议已经答复过。"
    en = "This objection has been answered already."


class ObjectionsOpen(Refusal):
    """The decision waits for an answer to everybody who objected."""

    zh = "公示期收到的异议还有 {count} 条没有答复。请先逐条写明处理意见，再作决定。"
    en = "{count} objections from the notice period are not answered yet. Answer each of them, then decide."


def publicise_case(number: str, *, node: str, step: str, last: date, actor: Actor, at: datetime) -> Notice:
    """Put a case on public notice from today until the end of `last`; the same step run again is the same notice. Raises NoSuchCase."""
    case = lock_case(number)
    until = last + timedelta(days=1)
    notice, made = Notice.objects.get_or_create(
        step=step, defaults={"case": case, "node": node, "since": timezone.localdate(at), "until": until}
    )
    if made:
        fact = CasePublicised(
            subject=case.reference,
            service=case.service,
            applicant=case.applicant,
            notice=notice.public_id,
            until=until.isoformat(),
        )
        publish(fact, actor=actor, at=at)
    return notice


def move_notices(*, at: datetime) -> int:
    """Let what stands in public end with its timer, which the calendar may have moved; how many days changed."""
    return sum(_moved(notice, at) for notice in list(recent_notices(on=timezone.localdate(at)).order_by("pk")))


def _moved(notice: Notice, at: datetime) -> bool:
    case = notice.case
    line = trace(case.reference, facts_at_most=0, at=at).lines[0]
    graph = line.process.definition.graph
    timer = timer_after(graph, notice.node)
    running = next((clock for clock in line.clocks if clock.node == timer and clock.closed_at is None), None)
    if running is None:
        return False
    until = last_day_after(graph, notice.node, at=running.started_at) + timedelta(days=1)
    with transaction.atomic():
        if not Notice.objects.filter(pk=notice.pk).exclude(until=until).update(until=until):
            return False
        fact = CasePublicised(
            subject=case.reference,
            service=case.service,
            applicant=case.applicant,
            notice=notice.public_id,
            until=until.isoformat(),
        )
        publish(fact, actor=CALENDAR, at=at)
    return True


def make_objection(public_id: str, *, words: str, actor: Actor, at: datetime) -> Objection:
    """Object to a case on public notice, in one's own name.

    Raises NoSuchNotice (also when its days are over), NotProvenToObject, OwnNotice, ObjectedAlready, NoWords.
    """
    notice = get_notice(public_id, on=timezone.localdate(at))
    account = get_account(actor.ref)
    if not account.is_proven:
        raise NotProvenToObject
    said = _said(words)
    objector = f"person:{account.person_key}"
    case = notice.case
    if objector in (case.applicant, *case.parties.values()):
        raise OwnNotice
    with transaction.atomic():
        objection, made = Objection.objects.get_or_create(
            notice=notice,
            objector=objector,
            defaults={"account": account, "objector_name": account.name, "words": said, "made_at": at},
        )
        if not made:
            raise ObjectedAlready
        fact = ObjectionMade(
            subject=case.reference, service=case.service, applicant=case.applicant, notice=notice.public_id
        )
        # Who objects is told to those who decide, not to the journal's readers.
        publish(fact, actor=Actor(kind="system", ref="notices"), at=at)
    return objection


def answer_objection(public_id: str, *, words: str, actor: Actor, at: datetime) -> Objection:
    """Answer an objection, in the name of the department that decides the case and in whose hands it is.

    Raises NoSuchObjection, AnsweredAlready, NoWords, and what `access_process` raises.
    """
    said = _said(words)
    with transaction.atomic():
        objection = lock_objection(public_id)
        case = objection.notice.case
        hold_decided_in_hand(case, actor, at=at)
        if not is_decided_by(case, actor):
            raise NoSuchObjection
        if objection.answered_at is not None:
            raise AnsweredAlready
        objection.answer, objection.answered_at, objection.answered_by = said, at, actor.post or actor.ref
        objection.save(update_fields=["answer", "answered_at", "answered_by"])
        fact = ObjectionAnswered(
            subject=case.reference,
            service=case.service,
            applicant=case.applicant,
            notice=objection.notice.public_id,
            objection=objection.public_id,
        )
        publish(fact, actor=actor, at=at)
    return objection


def hold_objections_answered(number: str) -> None:
    """Let a decision through only when everybody who objected to the case, or to the whole that it is a part of, has his answer.

    Raises ObjectionsOpen.
    """
    meant = Q(notice__case__number=number) | Q(notice__case__parts__number=number)
    open_ones = Objection.objects.filter(meant, answered_at=None).distinct().count()
    if open_ones:
        raise ObjectionsOpen(count=open_ones)


def _said(words: str) -> str:
    said = words.strip()
    if not said or len(said) > LONGEST:
        raise NoWords(field="words", most=LONGEST)
    return said
