"""Public notice: what the public reads of it, objecting to it, and a decision that waits for the answer."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from huimin.kernel.workdays import DeclaredDay, declared_days
from huimin.platform.cases import operations, queries
from huimin.platform.cases.models import Case, Notice, Objection
from huimin.platform.cases.operations.publicising import AnsweredAlready, NotProvenToObject, ObjectedAlready, OwnNotice
from huimin.platform.cases.rules import State
from huimin.platform.cases.tests.factories import PDF, do, official
from huimin.platform.cases.tests.test_pages import signed_in
from huimin.platform.cases.tests.test_walks import draft_of, settle
from huimin.platform.catalogue.library import services
from huimin.platform.journal.queries import entries_about
from huimin.platform.process import operations as process
from huimin.platform.process.models import Deadline, WorkItem
from huimin.platform.process.queries import get_definition
from huimin.platform.process.rules.clocks import day_of
from huimin.platform.process.rules.graph import NodeKind
from huimin.platform.registries.tests.factories import citizen, person

pytestmark = pytest.mark.django_db
HOUSING = {
    "group": "low_income",
    "with_spouse": "false",
    "disabled_member": "false",
    "members": "1",
    "monthly_income": "1200",
    "own_home": "false",
}
WORDS = "申请人名下有一套房屋。"


@pytest.fixture
def resident(city, settings):
    settings.DEMO = True
    person()
    return citizen()


@pytest.fixture
def neighbour(resident):
    person("P000000002", number="340204195001011236", name="李四")
    return citizen("P000000002", "李四")


@pytest.fixture
def case(resident, city) -> Case:
    """A household whose application stands in public."""
    at = city[1]
    draft = draft_of("public_rental_housing", resident, at, **HOUSING)
    operations.give_file(draft.public_id, "income_statement", name="a.pdf", content=PDF, actor=resident, at=at)
    lodged = operations.lodge_case(draft.public_id, actor=resident, at=at)
    for node, outcome in (("accept", "accepted"), ("visit", "agreed"), ("means", "agreed"), ("homes", "agreed")):
        do(lodged, node, outcome, at)
        settle(at)
    lodged.refresh_from_db()
    return lodged


@pytest.mark.covers("P01", "C02")
def test_the_public_reads_a_masked_name_and_the_days_and_no_more(case, city) -> None:
    anybody = Client()
    notice = case.notices.get()
    page = anybody.get("/notices/").content.decode()
    assert "公共租赁住房保障资格申请 · 王*明" in page
    answer = anybody.get(f"/notices/{notice.public_id}/")
    page = answer.content.decode()
    for secret in ("王小明", case.number, "P000000001", "34020219800101039X", "1200"):
        assert secret not in page
    assert "提出异议" in page
    assert "公示期" in page
    assert answer["X-Robots-Tag"] == "noindex, noarchive"
    assert answer["Cache-Control"] == "no-store"
    working_days = 10
    assert (notice.until - notice.since).days > working_days
    english = Client(HTTP_ACCEPT_LANGUAGE="en").get(f"/notices/{notice.public_id}/").content.decode()
    assert "Public rental housing" in english


def test_after_its_days_and_after_a_withdrawal_it_is_gone(case, resident, city, monkeypatch) -> None:
    notice = case.notices.get()
    last = notice.until - timedelta(days=1)
    assert queries.standing_notices(on=last).exists()
    assert not queries.standing_notices(on=notice.until).exists()
    operations.withdraw_case(case.number, actor=resident, at=city[1])
    assert Client().get(f"/notices/{notice.public_id}/").status_code == 404
    assert "今天没有正在公示的申请" in Client().get("/notices/").content.decode()


def test_only_somebody_proven_objects_once_and_not_to_himself(case, resident, neighbour, city) -> None:
    at, notice = city[1], case.notices.get()
    with pytest.raises(NotProvenToObject):
        operations.make_objection(notice.public_id, words=WORDS, actor=citizen("", "无名"), at=at)
    with pytest.raises(OwnNotice):
        operations.make_objection(notice.public_id, words=WORDS, actor=resident, at=at)
    operations.make_objection(notice.public_id, words=WORDS, actor=neighbour, at=at)
    with pytest.raises(ObjectedAlready):
        operations.make_objection(notice.public_id, words=WORDS, actor=neighbour, at=at)
    bodies = "".join(entry.body for entry in entries_about([case.reference], at=at))
    assert "P000000002" not in bodies
    assert WORDS not in bodies
    made = next(entry for entry in entries_about([case.reference], at=at) if entry.kind.endswith("ObjectionMade"))
    assert made.actor.ref != neighbour.ref, "who objects is told to those who decide alone"
    address = f"/notices/{notice.public_id}/object/"
    assert Client().post(address, {"words": WORDS}).status_code == 302
    again = signed_in(neighbour).post(address, {"words": WORDS})
    assert again.status_code == 400
    assert "您已经对这次公示提过异议" in again.content.decode()


@pytest.mark.covers("P11")
def test_the_decision_waits_until_who_objected_is_answered(case, neighbour, city) -> None:
    at, notice = city[1], case.notices.get()
    signed_in(neighbour).post(f"/notices/{notice.public_id}/object/", {"words": WORDS})
    objection = Objection.objects.get()
    later = at + (notice.until - notice.since) + timedelta(hours=20)
    process.fire_due_timers(at=later)
    item = WorkItem.objects.get(process__subject=case.reference, node="decide", closed_at=None)
    decider = official(item.post.code, at)
    process.claim(number=item.number, actor=decider, at=later)
    with pytest.raises(operations.ObjectionsOpen) as refused:
        process.complete(number=item.number, outcome="granted", actor=decider, at=later)
    assert "还有 1 条" in refused.value.sentence("zh")
    case.refresh_from_db()
    assert case.state == State.ACCEPTED
    assert not case.letters.exists()
    head = signed_in(decider)
    stranger = signed_in(official("gaj.head", at))
    assert stranger.post(f"/desk/objections/{objection.public_id}/answer/", {"words": "不属实"}).status_code == 404
    page = head.get(f"/desk/inbox/{item.number}/").content.decode()
    assert WORDS in page
    assert "李四" in page
    assert head.post(f"/desk/objections/{objection.public_id}/answer/", {"words": "  "}).status_code == 400
    assert head.post(f"/desk/objections/{objection.public_id}/answer/", {"words": "经查不属实。"}).status_code == 302
    assert "经查不属实。" in signed_in(neighbour).get("/my/objections/").content.decode()
    process.complete(number=item.number, outcome="granted", actor=decider, at=later)
    settle(later)
    case.refresh_from_db()
    assert case.state == State.GRANTED


def test_who_objected_is_told_of_the_answer_and_nobody_else(case, neighbour, resident, city) -> None:
    at, notice = city[1], case.notices.get()
    objection = operations.make_objection(notice.public_id, words=WORDS, actor=neighbour, at=at)
    operations.answer_objection(
        objection.public_id, words="已核。", actor=official(f"{case.department}.review", at), at=at
    )
    settle(at)
    page = signed_in(neighbour).get("/my/messages/").content.decode()
    assert "您的异议有答复了：公共租赁住房保障资格申请" in page
    assert "您的异议有答复了" not in signed_in(resident).get("/my/messages/").content.decode()


def test_an_objection_is_answered_once(case, neighbour, city) -> None:
    at, notice = city[1], case.notices.get()
    objection = operations.make_objection(notice.public_id, words=WORDS, actor=neighbour, at=at)
    examiner = official(f"{case.department}.review", at)
    operations.answer_objection(objection.public_id, words="已核。", actor=examiner, at=at)
    with pytest.raises(AnsweredAlready):
        operations.answer_objection(objection.public_id, words="再答。", actor=examiner, at=at)


@pytest.mark.once
def test_every_drawing_that_publicises_says_for_how_long(city) -> None:
    drawn = 0
    for code in services():
        graph = get_definition(f"service_{code}").graph
        for node in graph.nodes.values():
            if node.step == "cases.publicise":
                following = graph.nodes[graph.outgoing[node.id][0].target]
                assert following.kind is NodeKind.TIMER, code
                drawn += 1
    assert drawn == 3


def test_the_list_costs_the_same_for_one_and_for_many(case, django_assert_max_num_queries) -> None:
    today = timezone.localdate()
    Notice.objects.bulk_create(
        Notice(case=case, node="publicise", step=f"more/{one}", since=today, until=today + timedelta(days=3))
        for one in range(40)
    )
    anybody = Client()
    assert "再看一些" in anybody.get("/notices/").content.decode()
    with django_assert_max_num_queries(6):
        anybody.get("/notices/")


@pytest.mark.covers("P01", "P12")
def test_a_corrected_calendar_moves_the_day_on_the_notice_with_its_timer(case, city) -> None:
    at, notice = city[1], case.notices.get()
    last = notice.until - timedelta(days=1)
    declared = {one.day: one for one in declared_days([last.year])}
    declared[last] = DeclaredDay(last, False, "合成节日")
    actor = city[0]
    process.declare_year(year=last.year, days=list(declared.values()), announced=True, actor=actor, at=at)
    settle(at)
    notice.refresh_from_db()
    timer = Deadline.objects.get(process__subject=case.reference, purpose=Deadline.Purpose.TIMER, closed_at=None)
    assert notice.until > last + timedelta(days=1)
    assert notice.until == day_of(timer.due_at - timedelta(seconds=1)) + timedelta(days=1)
    assert operations.move_notices(at=at) == 0, "what ends with its timer stays"
