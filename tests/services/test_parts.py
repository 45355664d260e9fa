"""The parts of a life event: cases of their own, each with its body, clock, letters and end; the whole waits for them."""

from datetime import datetime, time, timedelta

import pytest

from huimin.platform.cases import operations, queries
from huimin.platform.cases.http import desk
from huimin.platform.cases.models import Case
from huimin.platform.cases.queries import oversight
from huimin.platform.cases.rules import State
from huimin.platform.cases.tests.conftest import city  # noqa: F401 - a fixture
from huimin.platform.cases.tests.factories import do, official
from huimin.platform.cases.tests.test_pages import signed_in
from huimin.platform.catalogue import library
from huimin.platform.journal.operations import deliver_due
from huimin.platform.process import operations as process
from huimin.platform.process.models import Process, WorkItem
from huimin.platform.process.queries import inbox
from huimin.platform.process.queries.items import NoSuchWork
from huimin.platform.process.rules.clocks import BEIJING, day_of
from tests.services.walking import CALENDAR, Walk, lodged

pytestmark = pytest.mark.django_db
SERVICE = library.services()["birth"]
ALL_FIVE = library.scenarios_of("birth").scenarios[0]


@pytest.fixture
def birth(city) -> Walk:  # noqa: F811
    """A birth that was lodged, with all five parts wanted."""
    return lodged(SERVICE, ALL_FIVE)


def ten_on(walk: Walk, day: int) -> datetime:
    return datetime.combine(CALENDAR.add(walk.begun, day), time(10), tzinfo=BEIJING)


def settle(at: datetime) -> None:
    while deliver_due(at=at).done:
        pass


def part(walk: Walk, code: str) -> Case:
    return walk.case.parts.get(service=f"birth.{code}")


def decide(walk: Walk, code: str, outcome: str, at: datetime) -> None:
    do(part(walk, code), "handle", outcome, at, note="合成意见")
    settle(at + timedelta(seconds=1))
    walk.case.refresh_from_db()


@pytest.mark.covers("P01", "P11")
def test_a_part_counts_from_the_day_on_which_it_is_opened(birth) -> None:
    first = part(birth, "certificate")
    assert (first.state, first.accepted_at, first.department) == (State.ACCEPTED, first.lodged_at, "wjw")
    assert [one.material for one in first.evidence.order_by("id")] == ["parents_identity", "hospital_record"]
    decide(birth, "certificate", "granted", ten_on(birth, 2))
    hukou = part(birth, "hukou")
    assert hukou.lodged_at == ten_on(birth, 2)
    assert Process.objects.get(number=hukou.process).due_on == CALENDAR.add(day_of(ten_on(birth, 2)), 3)
    assert len({first.number, hukou.number, birth.case.number}) == 3
    birth.case.refresh_from_db()
    assert birth.case.state == State.ACCEPTED
    (running,) = (one for one in queries.glances_of([birth.case], language="zh", on=day_of(ten_on(birth, 2))))
    assert running.has_it == ["市公安局", "市疾病预防控制中心"]
    parts = queries.glances_of_parts(birth.case, language="zh", on=day_of(ten_on(birth, 2)))
    assert [one.clock is not None and one.clock.left for one in parts] == [0, 3, 2]


@pytest.mark.covers("P01", "P11")
def test_the_whole_ends_with_its_last_part_and_a_refused_part_stops_only_what_needs_it(birth) -> None:
    decide(birth, "certificate", "granted", ten_on(birth, 1))
    decide(birth, "hukou", "refused", ten_on(birth, 2))
    assert part(birth, "hukou").letters.get(kind="refused").zh.count("合成意见") == 1
    assert birth.case.is_open
    assert {one.service for one in birth.case.parts.all()} == {"birth.certificate", "birth.hukou", "birth.vaccination"}
    decide(birth, "vaccination", "granted", ten_on(birth, 3))
    assert birth.case.state == State.GRANTED


@pytest.mark.covers("P01", "P12")
def test_a_supplement_stops_the_clock_of_its_part_alone(birth) -> None:
    decide(birth, "certificate", "granted", ten_on(birth, 1))
    decide(birth, "hukou", "supplement", ten_on(birth, 2))
    clocks = {code: Process.objects.get(number=part(birth, code).process) for code in ("hukou", "vaccination")}
    assert (clocks["hukou"].clock_stopped, clocks["vaccination"].clock_stopped) == (True, False)
    assert not Process.objects.get(number=birth.case.process).clock_stopped
    waiting = queries.waiting_cases(birth.applicant, at=ten_on(birth, 2))
    assert [case.service for case in waiting] == ["birth.hukou"]
    operations.answer_offer(waiting[0].number, outcome="supplied", actor=birth.applicant, at=ten_on(birth, 4))
    assert not Process.objects.get(number=part(birth, "hukou").process).clock_stopped


@pytest.mark.covers("P01", "P12")
def test_withdrawing_the_whole_withdraws_what_is_open_of_it(birth) -> None:
    decide(birth, "certificate", "granted", ten_on(birth, 1))
    operations.withdraw_case(birth.case.number, actor=birth.applicant, at=ten_on(birth, 2))
    settle(ten_on(birth, 2))
    states = {one.service.partition(".")[2]: one.state for one in birth.case.parts.all()}
    assert states == {"certificate": State.GRANTED, "hukou": State.WITHDRAWN, "vaccination": State.WITHDRAWN}
    assert not WorkItem.objects.live().filter(process__root__number=birth.case.process).exists()
    assert not Process.objects.filter(root__number=birth.case.process, ended_at=None).exists()


@pytest.mark.covers("P01", "P12")
def test_withdrawing_one_part_lets_the_others_go_on(birth) -> None:
    decide(birth, "certificate", "granted", ten_on(birth, 1))
    decide(birth, "hukou", "granted", ten_on(birth, 2))
    operations.withdraw_case(part(birth, "card").number, actor=birth.applicant, at=ten_on(birth, 3))
    for code in ("vaccination", "insurance"):
        decide(birth, code, "granted", ten_on(birth, 4))
    assert birth.case.state == State.GRANTED
    assert part(birth, "card").state == State.WITHDRAWN


@pytest.mark.covers("P11", "V13")
def test_figures_count_the_parts_at_their_departments_and_the_whole_not_again(birth) -> None:
    decide(birth, "certificate", "granted", ten_on(birth, 1))
    since, until = ten_on(birth, 0) - timedelta(days=1), ten_on(birth, 3)
    counted = {(one.department, one.service): one.received for one in oversight.lodged_in(since, until)}
    assert counted == {("wjw", "birth.certificate"): 1, ("gaj", "birth.hukou"): 1, ("jkzx", "birth.vaccination"): 1}
    assert {one.service for one in oversight.live(on=day_of(until))} == {"birth.hukou", "birth.vaccination"}
    assert [service for service, _at in oversight.received_in(since, until)] == ["birth"]
    assert oversight.service_named("birth.hukou", "en") == "Household registration"


@pytest.mark.covers("P11")
def test_a_part_lies_on_its_departments_desk_and_shows_the_way_of_the_whole(birth) -> None:
    at = ten_on(birth, 1)
    decide(birth, "certificate", "granted", at)
    hukou = part(birth, "hukou")
    item = WorkItem.objects.get(process__subject=hukou.reference, closed_at=None)
    actor = official(item.post.code, at)
    assert [one.number for one in inbox(actor, on=day_of(at), at=at)] == [item.number]
    process.claim(number=item.number, actor=actor, at=at)
    shown = desk.panel(hukou.number, actor=actor, at=at)
    assert shown["whole"] == birth.case
    assert [(one.name, one.mark) for one in shown["path"]] == [
        ("出生医学证明", "good"),
        ("出生登记（户口）", "running"),
        ("城乡居民医保参保", "next"),
        ("预防接种档案", "running"),
        ("社会保障卡", "next"),
    ]
    assert {one.url for one in shown["path"]} == {""}, "who does not oversee the others gets no link to them"
    with pytest.raises(NoSuchWork):
        queries.access_case_in_hand(birth.case.number, actor, at=at)


@pytest.mark.covers("P11", "C03")
def test_the_applicant_goes_from_the_whole_to_a_part_and_back(birth) -> None:
    decide(birth, "certificate", "granted", ten_on(birth, 1))
    page = signed_in(birth.applicant)
    whole = page.get(f"/my/cases/{birth.case.number}/").content.decode()
    hukou = part(birth, "hukou")
    assert f"/my/cases/{hukou.number}/" in whole
    assert f"/my/cases/{birth.case.number}/" in page.get(f"/my/cases/{hukou.number}/").content.decode()
    assert hukou.number not in page.get("/my/cases/").content.decode(), "the list shows what was applied for"
