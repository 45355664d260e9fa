"""Ask the window of the deciding body to look at a draft before it is lodged (网上预审), and keep what it found."""

from datetime import datetime
from typing import Final

from django.db import IntegrityError, transaction
from django.utils import timezone

from huimin.kernel.refusals import Refusal
from huimin.platform.cases.events import PreReviewAsked, PreReviewSettled
from huimin.platform.cases.models import PreReview
from huimin.platform.cases.queries.drafts import lock_draft, readiness
from huimin.platform.cases.queries.pre_reviews import digest_of
from huimin.platform.catalogue.library import department_of
from huimin.platform.journal.operations import publish
from huimin.platform.journal.rules import Actor
from huimin.platform.process import operations as process

PRE_REVIEW: Final = "pre_review"
"""The definition, and the kind, of its process."""


class BeingPreReviewed(Refusal):
    """The window has not answered yet."""

    zh = "窗口正在预审这份申请，一个工作日内答复。"
    en = "The window is looking at this application already; it answers within a working day."


def ask_pre_review(public_id: str, *, actor: Actor, at: datetime) -> PreReview:
    """Ask for a look at a draft as it is now. Raises NoSuchDraft, BeingPreReviewed, NoSuchBody."""
    try:
        with transaction.atomic():
            draft = lock_draft(public_id, actor, at=at)
            ready = readiness(draft, on=timezone.localdate(at))
            body = department_of(ready.service.item.body, ready.facts.division[:6])
            review = PreReview(draft=draft, digest=digest_of(draft), asked_at=at)
            started = process.start(
                PRE_REVIEW, subject=review.reference, data={"body": body}, department=body, actor=actor, at=at
            )
            review.process = started.number
            review.save(force_insert=True)
            fact = PreReviewAsked(subject=review.reference, service=draft.service, applicant=draft.applicant)
            publish(fact, actor=actor, at=at)
    except IntegrityError as clash:
        raise BeingPreReviewed from clash
    return review


def settle_pre_review(reference: str, found: str, *, actor: Actor, at: datetime) -> None:
    """Keep what the window found: `ready` or `missing`. Raises PreReview.DoesNotExist."""
    review = PreReview.objects.select_for_update(of=("self",)).get(public_id=reference.removeprefix("pre_review:"))
    review.found = PreReview.Found(found).value
    review.save(update_fields=["found"])
    draft = review.draft
    fact = PreReviewSettled(subject=reference, service=draft.service, applicant=draft.applicant, found=review.found)
    publish(fact, actor=actor, at=at)
