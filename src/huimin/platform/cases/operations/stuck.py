"""办不成事: somebody says what he could not get done; the city's counter coordinates it until he has an answer. It runs as a process."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from django.db import IntegrityError, transaction
from django.utils import timezone

from huimin.kernel.refusals import BadInput, Refusal
from huimin.platform.cases.declarations import ratings
from huimin.platform.cases.events import StuckMatterLookedAt, StuckMatterSaid, StuckMatterTaken
from huimin.platform.cases.models import StuckMatter
from huimin.platform.cases.queries.drafts import applicant_of
from huimin.platform.cases.queries.files import access_case_to_act_on
from huimin.platform.cases.queries.known import facts_of
from huimin.platform.cases.queries.progress import standing_of
from huimin.platform.cases.queries.stuck import access_own_matter, has_failed
from huimin.platform.catalogue.library import NoSuchBody, department_of
from huimin.platform.catalogue.queries.items import get_service
from huimin.platform.journal.operations import publish
from huimin.platform.journal.rules import Actor
from huimin.platform.process import operations as process
from huimin.platform.process.queries import find_waiting_for_applicant

KIND: Final = "stuck_matter"

STEPS: Final[Mapping[str, StuckMatter.Step]] = {
    "take": StuckMatter.Step.OPEN,
    "settle": StuckMatter.Step.COORDINATING,
    "tell": StuckMatter.Step.TELLING,
    "own_word": StuckMatter.Step.ANSWERED,
    "review": StuckMatter.Step.REOPENED,
    "closed": StuckMatter.Step.CLOSED,
}
"""How a matter stands while its process rests at a step, and at its end."""

ANSWERS: Final = frozenset({"take", "tell", "review"})
"""Steps whose outcome `answered` is what the person reads."""


class NothingFailed(Refusal):
    """The case is on its way within its time, or brought what was asked for."""

    zh = "这件事还在时限内办理，或者已经办成。有意见可以在办结后评价。"
    en = "This case is within its time, or has been granted. What you think of it you can say in a rating once it has ended."


class SaidAlready(Refusal):
    """One open matter of a service for one person."""

    zh = "这件事您已经反映，正在协调。请在“办不成事”里看进展。"
    en = "You have said so already and it is being coordinated; see “Could not get it done” for how it goes."


class SayWhat(BadInput):
    """What did not work is not said."""

    zh = "请写明哪里办不成，遇到了什么。"
    en = "Please write what did not work and what happened."


class NoSuchKind(BadInput):
    """What is wrong is none of the declared kinds."""

    zh = "请选择办不成的原因。"
    en = "Please choose what went wrong."


class NotWaitingForYourWord(Refusal):
    """The matter has not been answered yet, or is over."""

    zh = "现在不需要您答复。"
    en = "It does not wait for a word from you now."


def say_case_is_stuck(number: str, *, kind: str, words: str, actor: Actor, at: datetime) -> StuckMatter:
    """Say of a case that failed, or is overdue, what did not work. Raises NoSuchCase, MayOnlyLook, NothingFailed, SaidAlready, SayWhat."""
    case = access_case_to_act_on(number, actor, at=at)
    if not has_failed(case, on=timezone.localdate(at)):
        raise NothingFailed
    return _say(
        StuckMatter(
            case=case,
            applicant=case.applicant,
            applicant_name=case.applicant_name,
            service=case.service,
            department=case.department,
        ),
        kind=kind,
        words=words,
        actor=actor,
        at=at,
    )


def say_service_is_stuck(code: str, *, kind: str, words: str, actor: Actor, at: datetime) -> StuckMatter:
    """Say of a service, without a case, what did not work. Raises NoSuchService, NotProvenToApply, SaidAlready, SayWhat."""
    service = get_service(code)
    applicant = applicant_of(actor, at=at)
    facts = facts_of(applicant, on=timezone.localdate(at))
    try:
        department = department_of(service.item.body, facts.division)
    except NoSuchBody:
        # Nobody knows which district he lives in: the counter itself finds who has to settle it.
        department = ratings().stuck.counter.partition(".")[0]
    return _say(
        StuckMatter(
            applicant=applicant,
            applicant_name=facts.name,
            service=code,
            department=department,
        ),
        kind=kind,
        words=words,
        actor=actor,
        at=at,
    )


def _say(matter: StuckMatter, *, kind: str, words: str, actor: Actor, at: datetime) -> StuckMatter:
    stuck = ratings().stuck
    if kind not in stuck.kinds:
        raise NoSuchKind(field="kind")
    if not words.strip():
        raise SayWhat(field="words")
    matter.kind, matter.words, matter.said_at = kind, words.strip(), at
    posts = {"counter": stuck.counter, "chief": stuck.chief, "handler": f"{matter.department}.{stuck.handler}"}
    fact = StuckMatterSaid(
        subject=matter.reference,
        service=matter.service,
        department=matter.department,
        applicant=matter.applicant,
        matter=kind,
        about=matter.case.reference if matter.case else "",
    )
    try:
        with transaction.atomic():
            matter.process = process.start(KIND, subject=matter.reference, data=posts, actor=actor, at=at).number
            matter.save(force_insert=True)
            publish(fact, actor=actor, at=at)
    except IntegrityError as twice:
        raise SaidAlready from twice
    return matter


def say_whether_done(public_id: str, *, settled: bool, words: str = "", actor: Actor, at: datetime) -> StuckMatter:
    """The person says that it is done now, or that it is not, and it is coordinated again by the chief.

    Raises NoSuchMatter, NotWaitingForYourWord, SayWhat.
    """
    matter = access_own_matter(public_id, actor, at=at)
    if not settled and not words.strip():
        raise SayWhat(field="words")
    waiting = next(iter(find_waiting_for_applicant(matter.reference)), None)
    if waiting is None:
        raise NotWaitingForYourWord
    with transaction.atomic():
        matter.settled = settled
        matter.save(update_fields=["settled"])
        process.answer_for_applicant(
            number=waiting.number,
            outcome="settled" if settled else "unsettled",
            note=words.strip(),
            actor=actor,
            at=at,
        )
    return matter


def note_matter_look(matter: StuckMatter, *, actor: Actor, at: datetime) -> None:
    """Write down that an official is about to read what somebody said."""
    fact = StuckMatterLookedAt(
        subject=matter.reference,
        service=matter.service,
        department=matter.department,
        applicant=matter.applicant,
        case_ref=matter.case.number if matter.case else "",
    )
    with transaction.atomic():
        publish(fact, actor=actor, at=at)


def follow_matter(reference: str, *, item: str = "", remark: str = "", actor: Actor, at: datetime) -> None:
    """Bring a matter to where its process stands now, and keep the answer that was given with a work item. Twice changes nothing."""
    with transaction.atomic():
        matter = StuckMatter.objects.select_for_update().get(public_id=reference.removeprefix("stuck:"))
        found = standing_of(reference, item=item, remark=remark, at=at)
        step = STEPS[found.node]
        said = found.done in ANSWERS and found.outcome == "answered" and found.remark not in ("", matter.answer)
        if said:
            matter.answer, matter.answered_at = found.remark, matter.answered_at or at
            matter.in_time = found.in_time and matter.in_time is not False
        if step == matter.step and not said:
            return
        matter.step = step.value
        matter.save(update_fields=["step", "answer", "answered_at", "in_time"])
        fact = StuckMatterTaken(
            subject=matter.reference,
            service=matter.service,
            department=matter.department,
            applicant=matter.applicant,
            step=step.value,
            answered=said,
        )
        publish(fact, actor=actor, at=at)
