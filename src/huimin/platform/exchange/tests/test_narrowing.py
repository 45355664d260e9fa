"""A request agreed to in part: the grant is of that part, and who asked is told what was left out and why."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from huimin.kernel.refusals import NotFound, Refusal
from huimin.platform.exchange.models import DataRequest
from huimin.platform.exchange.operations import sharing
from huimin.platform.exchange.operations.deliveries import ReasonMissing
from huimin.platform.exchange.operations.narrowing import NotLess, Part, narrow_request
from huimin.platform.exchange.tests.test_sharing import AT, SYSTEM, UNTIL, asked, city, do, official
from huimin.platform.exchange.tests.test_sharing_pages import at_post
from huimin.platform.identity.models import Grant
from huimin.platform.journal.queries import entries_about
from huimin.platform.process import operations as process
from huimin.platform.process.models import WorkItem

__all__ = ["city"]
pytestmark = [pytest.mark.django_db, pytest.mark.covers("D01", "D05")]
WHY = "户籍地址与办理事项无关"
SOONER = date(2026, 9, 1)


def part(**changes: Any) -> Part:
    given = {"items": ["citizen_id", "name"], "plain": [], "rows": "everything", "until": SOONER}
    return Part(**{**given, **changes})


def waiting(request: DataRequest) -> WorkItem:
    return WorkItem.objects.get(process__subject=request.reference, closed_at=None)


def held(request: DataRequest, post: str) -> WorkItem:
    item = waiting(request)
    assert item.post.code == post
    process.claim(number=item.number, actor=official(post), at=AT)
    return item


def before_the_source(**changes: Any) -> tuple[DataRequest, WorkItem]:
    request = asked(**changes)
    do("sjj.data", "forwarded")
    return request, held(request, "gaj.data")


def narrowed(request: DataRequest, item: WorkItem, to: Part, note: str = WHY, post: str = "gaj.data") -> DataRequest:
    return narrow_request(number=request.number, item=item.number, to=to, note=note, actor=official(post), at=AT)


def test_the_grant_is_of_the_part_and_who_asked_reads_what_was_left_out() -> None:
    request, item = before_the_source()
    found = narrowed(request, item, part())
    grant = Grant.objects.get(code=found.grant)
    assert (found.state, grant.plain, grant.masked) == ("granted", [], {"citizen_id": "number", "name": "name"})
    assert timezone.localdate(grant.until) == SOONER
    assert found.asked_for == {
        "items": ["citizen_id", "name", "sex", "hukou_address"],
        "plain": ["name", "sex"],
        "rows": "everything",
        "until": UNTIL.isoformat(),
    }
    kinds = [entry.kind for entry in entries_about([request.reference])]
    assert {"exchange.DataRequestNarrowed", "exchange.DataRequestGranted"} <= set(kinds)
    told = waiting(request)
    assert told.post.code == "rsj.data"
    process.complete_at_once(number=told.number, outcome="read", actor=official("rsj.data"), at=AT)
    assert not WorkItem.objects.filter(process__subject=request.reference, closed_at=None).exists()


def test_the_data_office_may_settle_on_a_part() -> None:
    request, item = before_the_source()
    process.complete(number=item.number, outcome="refused", note=WHY, actor=official("gaj.data"), at=AT)
    do("rsj.data", "arbitrate")
    found = narrowed(request, held(request, "sjj.data"), part(), post="sjj.data")
    assert (found.state, found.items) == ("granted", ["citizen_id", "name"])


@pytest.mark.parametrize(
    ("to", "note", "refusal"),
    [
        (part(), " ", ReasonMissing),
        (part(items=[]), WHY, NotLess),
        (part(items=["name", "birth_date"]), WHY, NotLess),
        (part(until=date(2027, 1, 2)), WHY, NotLess),
        (part(until=date(2026, 7, 1)), WHY, NotLess),
        (part(items=["citizen_id", "name", "sex", "hukou_address"], plain=["name"], until=UNTIL), WHY, NotLess),
        (part(rows="post_divisions"), WHY, sharing.NoDistrict),
    ],
)
def test_only_less_than_was_asked_for_and_with_a_reason(to: Part, note: str, refusal: type[Refusal]) -> None:
    request, item = before_the_source()
    with pytest.raises(refusal):
        narrowed(request, item, to, note)
    request.refresh_from_db()
    assert (request.state, request.asked_for, waiting(request).number) == ("open", None, item.number)


def test_only_who_holds_the_step_narrows_and_no_step_ends_so_without_a_part() -> None:
    request, item = before_the_source()
    other = asked(way=sharing.Way.READ)
    for number, of, post in (
        (request.number, item.number, "sjj.data"),
        (request.number, item.number, "rsj.data"),
        (other.number, item.number, "gaj.data"),
        (request.number, "no-such", "gaj.data"),
    ):
        with pytest.raises(NotFound):
            narrow_request(number=number, item=of, to=part(), note=WHY, actor=official(post), at=AT)
    with pytest.raises(NotFound):
        narrow_request(number=request.number, item=item.number, to=part(), note=WHY, actor=SYSTEM, at=AT)
    with pytest.raises(sharing.NotNarrowed):
        process.complete(number=item.number, outcome="narrowed", note=WHY, actor=official("gaj.data"), at=AT)


def test_the_page_of_the_source_department_and_what_who_asked_then_sees() -> None:
    request, item = before_the_source()
    source = at_post("gaj.data")
    account = source.session["_auth_user_id"]
    WorkItem.objects.filter(pk=item.pk).update(holder_id=account)
    # A page knows no other day than today.
    today = timezone.localdate()
    DataRequest.objects.filter(pk=request.pk).update(until=today + timedelta(days=60))
    address = f"/desk/data-requests/{request.number}/{item.number}/narrow/"
    assert address in source.get(f"/desk/inbox/{item.number}/").text
    page = source.get(address).text
    assert "户籍地址" in page
    assert f'value="{today + timedelta(days=60)}"' in page
    unsaid = source.post(f"/desk/inbox/{item.number}/complete/", {"outcome": "narrowed", "note": WHY})
    assert "缩小范围后同意" in unsaid.text
    assert waiting(request).pk == item.pk
    answers = {
        "items": ["citizen_id", "name"],
        "rows": "everything",
        "until": (today + timedelta(days=30)).isoformat(),
        "note": "",
    }
    assert source.post(address, answers).status_code == 400
    assert source.post(address, answers | {"note": WHY}).status_code == 302
    assert source.get(address).status_code == 404
    asker = at_post("rsj.data")
    for page in (f"/desk/data-requests/{request.number}/", f"/desk/inbox/{waiting(request).number}/"):
        text = asker.get(page).text
        assert "比申请的少给了什么" in text
        assert WHY in text
        assert "narrowed" not in text
        assert "户籍地址" in text
