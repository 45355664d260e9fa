"""What a window was asked to look at before it is lodged, what it found, and whether the draft still says the same."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from huimin.platform.cases.models import Draft, PreReview, Upload
from huimin.platform.cases.queries.files import NoSuchCase
from huimin.platform.journal.rules import Actor, canonical
from huimin.platform.process import queries as process


@dataclass(frozen=True, slots=True, kw_only=True)
class PreReviewed:
    """The newest look at a draft: what was found and why; `changed` says that the draft has been changed since it was asked."""

    review: PreReview
    reason: str
    changed: bool


def digest_of(draft: Draft) -> str:
    """SHA-256, in hex, of all that a draft says: answers, promises, files."""
    files = sorted(draft.uploads.values_list("material", "content"))
    said = {"answers": draft.answers, "promises": draft.promises, "files": [list(file) for file in files]}
    return hashlib.sha256(canonical(said)).hexdigest()


def find_pre_reviewed(draft: Draft, *, at: datetime) -> PreReviewed | None:
    """The newest look at a draft that one may read already; None where nobody was asked."""
    review = draft.pre_reviews.order_by("-asked_at", "-id").first()
    if review is None:
        return None
    asked_by = Actor(kind="account", ref=draft.account.public_id)
    found = process.access_process(asked_by, review.process, at=at)
    remarks = process.remarks_of(found)
    given = (remarks.get(getattr(entry.fact, "remark", ""), "") for entry in process.trail_of(found, at=at)[:20])
    reason = next((text for text in given if text), "")
    return PreReviewed(review=review, reason=reason, changed=review.digest != digest_of(draft))


def get_pre_review(reference: str) -> PreReview:
    """By reference. Raises PreReview.DoesNotExist."""
    return PreReview.objects.select_related("draft__account").get(public_id=reference.removeprefix("pre_review:"))


def pre_reviews_by_reference(references: Sequence[str]) -> dict[str, PreReview]:
    """Several by reference, in one read."""
    numbers = [reference.removeprefix("pre_review:") for reference in references]
    found = PreReview.objects.select_related("draft").filter(public_id__in=numbers)
    return {review.reference: review for review in found}


def access_reviewed_file(public_id: str, actor: Actor, *, at: datetime) -> Upload:
    """A file of a draft that the actor was asked to look at. Raises NoSuchCase, and what `access_process` raises."""
    upload = Upload.objects.select_related("draft").filter(public_id=public_id, case=None).exclude(draft=None).first()
    review = upload.draft.pre_reviews.filter(found="").first() if upload and upload.draft else None
    if upload is None or review is None:
        raise NoSuchCase
    process.access_process(actor, review.process, at=at)
    return upload
