"""Matters that somebody could not get done: one's own, and those that an official works on."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

from django.db.models import QuerySet

from huimin.kernel.refusals import NotFound
from huimin.platform.cases.declarations import ratings
from huimin.platform.cases.models import Case, StuckMatter
from huimin.platform.cases.queries.files import own_reference
from huimin.platform.cases.rules import FAILED, State
from huimin.platform.identity.queries import post_codes_of
from huimin.platform.journal.rules import Actor
from huimin.platform.process import queries as process

NEWEST_FIRST: Final = ("-said_at", "-id")


class NoSuchMatter(NotFound):
    """There is no such matter, or the reader may not know of it."""

    zh = "没有这件反映，或者您无权查看。"
    en = "There is no such matter, or you may not see it."


def own_matters(actor: Actor, *, at: datetime) -> QuerySet[StuckMatter]:
    """What the reader, or whom he acts for, could not get done; page it by NEWEST_FIRST."""
    seen = own_reference(actor, at=at)
    return StuckMatter.objects.filter(applicant=seen) if seen else StuckMatter.objects.none()


def access_own_matter(public_id: str, actor: Actor, *, at: datetime) -> StuckMatter:
    """One of the reader's own matters, with its case. Raises NoSuchMatter."""
    if found := own_matters(actor, at=at).select_related("case").filter(public_id=public_id).first():
        return found
    raise NoSuchMatter


def find_open_matter(case: Case) -> StuckMatter | None:
    """The matter about this case's service that its applicant has open."""
    open_ones = StuckMatter.objects.exclude(step=StuckMatter.Step.CLOSED)
    return open_ones.filter(applicant=case.applicant, service=case.service).first()


def has_failed(case: Case, *, on: date) -> bool:
    """Whether the applicant did not get what he came for: turned away, ended without a result, or still open after its last day."""
    if State(case.state) in FAILED:
        return True
    last = process.last_day(case.process) if case.is_open else None
    return last is not None and last < on


def matters_called(references: Sequence[str]) -> dict[str, StuckMatter]:
    """Matters by reference, with their cases, in one read."""
    numbers = [reference.removeprefix("stuck:") for reference in references]
    found = StuckMatter.objects.select_related("case").filter(public_id__in=numbers)
    return {one.reference: one for one in found}


def access_matter_in_hand(reference: str, actor: Actor, *, at: datetime) -> StuckMatter:
    """A matter in whose process the actor takes part, or which he supervises. Raises NoSuchMatter, and what `access_process` raises."""
    found = matters_called([reference]).get(reference)
    if found is None:
        raise NoSuchMatter
    process.access_process(actor, found.process, at=at)
    return found


def matters_for(actor: Actor, *, at: datetime) -> QuerySet[StuckMatter]:
    """What the counter's officials, and those who review, have before them: every matter. Page it by NEWEST_FIRST."""
    stuck = ratings().stuck
    held = post_codes_of(actor.ref, at) if actor.kind == "account" else []
    if actor.post in held and actor.post in {stuck.counter, stuck.chief, ratings().loop.verifier}:
        return StuckMatter.objects.all()
    return StuckMatter.objects.none()
