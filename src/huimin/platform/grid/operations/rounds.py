"""Planned rounds: who is visited next is planned, what a visit found is kept, what was missed is escalated."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.utils import timezone

from huimin.kernel.refusals import BadInput, Refusal
from huimin.platform.grid.events import (
    HelpWanted,
    RoundListChanged,
    RoundPlanned,
    RoundsLookedInto,
    RoundVisitRecorded,
    RoundVisitsMissed,
)
from huimin.platform.grid.models import RoundMember, RoundVisit
from huimin.platform.grid.operations.visits import Found, NobodyOfThisHouse, record_visit
from huimin.platform.grid.queries.rounds import ORDER, access_round_visit, addresses_of, due_residents, visits_to_make
from huimin.platform.grid.queries.visits import NotYourHouse
from huimin.platform.grid.rounds import Round, round_coded, rounds
from huimin.platform.journal.events import Fact
from huimin.platform.journal.operations import publish, publish_alone, publish_many
from huimin.platform.journal.rules import Actor
from huimin.platform.registries import operations as registries
from huimin.platform.registries.operations import Reason
from huimin.platform.ui.paging import keyset_page

if TYPE_CHECKING:
    from huimin.platform.identity.models import Account
    from huimin.platform.registries.models import Place
    from huimin.platform.registries.queries import Card
    from huimin.platform.registries.queries.residents import Resident

SLICE: Final = 200
"""Visits written in one transaction: some milliseconds on the embedded store."""
PAGE: Final = 30
SHOWN: Final = ("name", "sex", "birth_date", "phone")
Outcome = RoundVisit.Outcome
OUTCOMES: Final = (Outcome.WELL, Outcome.NEEDS_HELP, Outcome.NOT_HOME, Outcome.MOVED, Outcome.REFUSED)
"""What a worker may say of a visit."""
SEEN: Final = frozenset({Outcome.WELL, Outcome.NEEDS_HELP})
"""Outcomes where he spoke with whom he visited, so that the questions are answered."""
UNSEEN: Final = frozenset(OUTCOMES) - SEEN


class RecordedAlready(Refusal):
    """The visit has been recorded, or is no longer needed."""

    zh = "这次探访已经记录过，或不再需要。"
    en = "This visit has been recorded already, or is no longer needed."


class OutcomeMissing(BadInput):
    """A visit has one of five outcomes."""

    zh = "请选择探访结果。"
    en = "Say what became of the visit."


class AnswerMissing(BadInput):
    """Whoever was spoken with was asked the round's questions."""

    zh = "请先回答这几个问题。"
    en = "Please answer the questions first."


class NoList(BadInput):
    """The round looks after nobody by name."""

    zh = "这种探访没有名单。"
    en = "This round has no list of names."


@dataclass(frozen=True, kw_only=True)
class Listed:
    """A worker's visits in the order in which they are due, each with its address, and the cursor of the next ones."""

    rows: tuple[tuple[RoundVisit, str], ...]
    after: str


def look_at_rounds(*, worker: "Account", actor: Actor, at: datetime, after: str = "") -> Listed:
    """The visits that a worker has to make, by address; journalled before they are shown. Raises BadCursor."""
    page = keyset_page(visits_to_make(worker, actor=actor, at=at), by=ORDER, after=after, size=PAGE)
    said = addresses_of(page.rows, worker, actor=actor, at=at)
    publish_alone(RoundsLookedInto(subject=f"account:{actor.ref}", visits=len(page.rows)), actor=actor, at=at)
    return Listed(rows=tuple((one, said[one.place]) for one in page.rows), after=page.after)


def open_round_visit(
    number: str, *, worker: "Account", actor: Actor, at: datetime
) -> tuple[RoundVisit, "Place", "Card"]:
    """A visit with its house and whom it looks after, as far as the grants show him; the look is journalled first.

    Raises NoSuchRoundVisit, PurposeNotGranted, NobodyFound.
    """
    visit, place = access_round_visit(number, worker, actor=actor, at=at)
    reason = Reason(purpose=rounds().purpose, case_ref=f"探访 {visit.number}")
    return visit, place, registries.look_at_person(visit.person, SHOWN, reason=reason, actor=actor, at=at)


def plan_rounds(*, actor: Actor, at: datetime) -> int:
    """Plan what each round needs from today on, and withdraw what is needed no more; gives how many visits were planned.

    Again on the same day it plans nothing. Who said no is left in peace for the declared days, who was seen to have moved from a house
    is not looked for there.
    """
    return sum(_plan(code, one, actor=actor, at=at) for code, one in rounds().rounds.items())


def _plan(code: str, declared: Round, *, actor: Actor, at: datetime) -> int:
    today = timezone.localdate(at)
    due = due_residents(code, declared, on=today)
    own = RoundVisit.objects.filter(round=code)
    gone, settled = [], set()
    for pk, person, place in own.filter(done_at=None).values_list("pk", "person", "place").iterator():
        lives = due.get(person)
        if lives is not None and lives.place == place:
            settled.add(person)
        else:
            gone.append(pk)
    recent = own.filter(planned_on__gt=today - timedelta(days=declared.every_days), done_at__isnull=False)
    settled |= set(recent.exclude(outcome=Outcome.NOT_DUE).values_list("person", flat=True))
    # Withdrawn today and due again today: a day is planned once.
    settled |= set(own.filter(planned_on=today, done_at__isnull=False).values_list("person", flat=True))
    since = at - timedelta(days=rounds().days_after_refusal)
    settled |= set(own.filter(outcome=Outcome.REFUSED, done_at__gt=since).values_list("person", flat=True))
    moved = set(own.filter(outcome=Outcome.MOVED, done_at__gt=since).values_list("person", "place"))
    planned = [one for person, one in due.items() if person not in settled and (person, one.place) not in moved]
    for start in range(0, len(gone), SLICE):
        _withdraw(code, gone[start : start + SLICE], today, actor=actor, at=at)
    return sum(
        _write(code, declared, planned[start : start + SLICE], today, actor=actor, at=at)
        for start in range(0, len(planned), SLICE)
    )


@transaction.atomic
def _withdraw(code: str, keys: list[int], today: date, *, actor: Actor, at: datetime) -> None:
    ended = RoundVisit.objects.filter(pk__in=keys, done_at=None).update(outcome=Outcome.NOT_DUE, done_at=at)
    if ended:
        publish(RoundPlanned(subject=f"round:{code}", on=today, planned=0, withdrawn=ended), actor=actor, at=at)


@transaction.atomic
def _write(code: str, declared: Round, planned: "list[Resident]", today: date, *, actor: Actor, at: datetime) -> int:
    until = today + timedelta(days=declared.missed_after_days)
    made = [
        RoundVisit(round=code, person=one.person, place=one.place, cell=one.cell, planned_on=today, until_on=until)
        for one in planned
    ]
    # Another process may be planning the same day: whose rows come second are the same rows.
    RoundVisit.objects.bulk_create(made, ignore_conflicts=True)
    publish(RoundPlanned(subject=f"round:{code}", on=today, planned=len(made), withdrawn=0), actor=actor, at=at)
    return len(made)


def record_round_visit(
    number: str,
    *,
    outcome: str,
    answers: Mapping[str, str],
    worker: "Account",
    actor: Actor,
    at: datetime,
    note: str = "",
    urgent: bool = False,
) -> RoundVisit:
    """Keep what became of a visit. Nobody at home leaves it open; a need for help is announced, a move becomes a correction ticket.

    `answers` by question, as declared. Raises NoSuchRoundVisit, RecordedAlready, OutcomeMissing, AnswerMissing.
    """
    found, _ = access_round_visit(number, worker, actor=actor, at=at)
    if outcome not in OUTCOMES:
        raise OutcomeMissing(field="outcome")
    kept = _answered(round_coded(found.round), answers) if outcome in SEEN else {}
    with transaction.atomic():
        visit = RoundVisit.objects.select_for_update().get(pk=found.pk)
        if visit.done_at is not None:
            raise RecordedAlready
        visit.outcome, visit.answers, visit.note = outcome, kept, note.strip()[:200]
        visit.worker, visit.tried_at = worker, at
        visit.done_at = None if outcome == Outcome.NOT_HOME else at
        visit.save(update_fields=["outcome", "answers", "note", "worker", "tried_at", "done_at"])
        about = visit.reference
        facts: list[Fact] = [RoundVisitRecorded(subject=about, round=visit.round, cell=visit.cell, outcome=outcome)]
        if outcome == Outcome.NEEDS_HELP:
            facts.append(HelpWanted(subject=about, round=visit.round, cell=visit.cell, urgent=urgent))
        publish_many(facts, actor=actor, at=at)
        if outcome == Outcome.MOVED:
            _tell_of_move(visit, worker, actor, at)
    return visit


def _answered(declared: Round, answers: Mapping[str, str]) -> dict[str, str]:
    missing = [code for code, one in declared.questions.items() if answers.get(code) not in one.choices]
    if missing:
        raise AnswerMissing(field=missing[0])
    return {code: answers[code] for code in declared.questions}


def _tell_of_move(visit: RoundVisit, worker: "Account", actor: Actor, at: datetime) -> None:
    """As a household visit tells of it, so that the registry asks who answers for the address."""
    found = [Found(what="moved", person_key=visit.person)]
    try:
        record_visit(
            worker=worker,
            key=f"round-{visit.number}",
            house=visit.place,
            found=found,
            seen_at=at,
            actor=actor,
            at=at,
        )
    except (NobodyOfThisHouse, NotYourHouse):
        # The registry knows already, or he may make no household visits: it is recorded with the round alone.
        return


def change_list(number: str, *, code: str, is_on: bool, worker: "Account", actor: Actor, at: datetime) -> None:
    """Put whom a visit looks after on the list of a round by name, or take him off. Raises NoSuchRoundVisit, NoSuchRound, NoList."""
    visit, _ = access_round_visit(number, worker, actor=actor, at=at)
    if not round_coded(code).who.named:
        raise NoList(field="code")
    with transaction.atomic():
        if is_on:
            _, changed = RoundMember.objects.get_or_create(
                round=code, person=visit.person, defaults={"added_by": worker, "added_at": at}
            )
        else:
            changed = bool(RoundMember.objects.filter(round=code, person=visit.person).delete()[0])
        if changed:
            publish(RoundListChanged(subject=visit.reference, round=code, is_on=is_on), actor=actor, at=at)


def escalate_missed(*, actor: Actor, at: datetime) -> int:
    """Announce the visits that were not made in time, once each, by district and round; gives how many."""
    today, found = timezone.localdate(at), 0
    due = RoundVisit.objects.filter(until_on__lte=today, done_at=None, missed_at=None).order_by("until_on", "pk")
    while keys := list(due.values_list("pk", flat=True)[:SLICE]):
        found += _escalate(keys, actor=actor, at=at)
    return found


@transaction.atomic
def _escalate(keys: Iterable[int], *, actor: Actor, at: datetime) -> int:
    held = RoundVisit.objects.select_for_update().filter(pk__in=list(keys), done_at=None, missed_at=None)
    counts = Counter((cell[:6], code) for cell, code in held.values_list("cell", "round"))
    RoundVisit.objects.filter(pk__in=list(keys), done_at=None, missed_at=None).update(missed_at=at)
    facts = [
        RoundVisitsMissed(subject=f"division:{division}", round=code, visits=visits)
        for (division, code), visits in sorted(counts.items())
    ]
    if facts:
        publish_many(facts, actor=actor, at=at)
    return counts.total()
