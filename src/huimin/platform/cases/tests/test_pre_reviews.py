"""A window looks at a draft before it is lodged: asked once at a time, answered with a reason, worth nothing for what changed since."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from huimin.platform.cases import operations, queries
from huimin.platform.cases.models import PreReview
from huimin.platform.cases.tests.factories import PDF, official
from huimin.platform.cases.tests.test_pages import signed_in
from huimin.platform.cases.tests.test_walks import draft_of
from huimin.platform.journal.queries import entries_about
from huimin.platform.process import operations as process
from huimin.platform.process.models import WorkItem
from huimin.platform.registries.tests.factories import citizen, golden, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(city, settings):
    settings.DEMO = True
    person(hukou_address=golden("芜湖市镜湖区", disputes={"hrss.insured": "合肥市"}))
    resident, at = citizen(), city[1]
    lost_on = (at - timedelta(days=5)).date().isoformat()
    answers = {"reason": "damaged", "lost_on": lost_on, "on_allowance": "false", "delivery": "pickup"}
    found = draft_of("identity_card_replacement", resident, at, **answers)
    operations.give_file(found.public_id, "register", name="户口簿.pdf", content=PDF, actor=resident, at=at)
    return found, resident, at


@pytest.mark.covers("P04", "P08")
def test_the_window_says_what_is_missing_and_the_applicant_reads_it(draft) -> None:
    found, resident, at = draft
    mine = signed_in(resident)
    check = f"/my/drafts/{found.public_id}/check/"
    assert "请窗口预审" in mine.get(check).content.decode()
    assert mine.post(f"/my/drafts/{found.public_id}/pre-review/").status_code == 302
    with pytest.raises(operations.BeingPreReviewed):
        operations.ask_pre_review(found.public_id, actor=resident, at=at)
    review = PreReview.objects.get()
    item = WorkItem.objects.get(process__subject=review.reference, closed_at=None)
    clerk = official(item.post.code, at)
    process.claim(number=item.number, actor=clerk, at=at)
    desk = signed_in(clerk)
    page = desk.get(reverse("process:item", args=[item.number])).content.decode()
    assert "13800001234" in page
    looked = [entry for entry in entries_about([found.applicant], at=at) if entry.kind.endswith("LookedUp")]
    assert looked, "the applicant sees that the window looked"
    upload = found.uploads.get()
    assert desk.get(f"/desk/pre-reviewed/{upload.public_id}/").getvalue() == PDF
    process.complete(number=item.number, outcome="missing", note="户口簿缺本人页", actor=clerk, at=timezone.now())
    page = mine.get(check).content.decode()
    assert "需要修改或补充" in page
    assert "户口簿缺本人页" in page
    assert "您又改过" not in page
    assert desk.get(f"/desk/pre-reviewed/{upload.public_id}/").status_code == 404, "the look is over"


def test_what_is_changed_afterwards_has_not_been_looked_at(draft) -> None:
    found, resident, at = draft
    operations.ask_pre_review(found.public_id, actor=resident, at=at)
    assert not queries.find_pre_reviewed(found, at=at).changed
    operations.answer_questions(found.public_id, {"delivery": "courier"}, actor=resident, at=at)
    found.refresh_from_db()
    assert queries.find_pre_reviewed(found, at=at).changed


def test_only_whose_window_was_asked_opens_its_file(draft) -> None:
    found, resident, at = draft
    operations.ask_pre_review(found.public_id, actor=resident, at=at)
    stranger = signed_in(official("mzj.window", at))
    assert stranger.get(f"/desk/pre-reviewed/{found.uploads.get().public_id}/").status_code == 404


def test_the_database_keeps_one_open_look_of_a_draft(draft) -> None:
    found, resident, at = draft
    review = operations.ask_pre_review(found.public_id, actor=resident, at=at)
    with pytest.raises(IntegrityError), transaction.atomic():
        PreReview.objects.create(draft=found, digest=review.digest, process=review.process, asked_at=at)
