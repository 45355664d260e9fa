"""Planned rounds: who is due is planned once, a worker makes the visits of his own cells, what is missed is escalated once."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from huimin.platform.grid import demonstrate as demo
from huimin.platform.grid.events import (
    HelpWanted,
    RoundListChanged,
    RoundPlanned,
    RoundsLookedInto,
    RoundVisitRecorded,
    RoundVisitsMissed,
)
from huimin.platform.grid.models import Assignment, Finding, RoundMember, RoundVisit
from huimin.platform.grid.operations import rounds as operations
from huimin.platform.grid.queries.rounds import NoSuchRoundVisit, rounds_by_street, visits_to_make
from huimin.platform.grid.rounds import round_coded, rounds
from huimin.platform.grid.tests import factories_grid as grid
from huimin.platform.identity.models import Grant
from huimin.platform.identity.queries import DEMO_IN_SESSION
from huimin.platform.journal.models import Entry
from huimin.platform.journal.rules import Actor
from huimin.platform.process.operations import publish_standing_definitions
from huimin.platform.registries.events import LookedUp
from huimin.platform.registries.models import Correction, Person, Place, PlaceRelation
from huimin.platform.registries.tests import factories as make

pytestmark = [pytest.mark.django_db, pytest.mark.covers("D20", "G02")]
LONE, NAMED = "lone_elders", "looked_after"
WELL = {"health": "good", "meals": "fine", "home": "safe"}


@pytest.fixture
def worker(tmp_path: Path, settings: Any) -> Actor:
    """A grid of two districts; a worker of the first cell who may see elders and houses for their care."""
    settings.HOME, settings.DEMO = tmp_path, True
    grid.take(tmp_path)
    grid.posts()
    return walker(1)


def walker(place: int) -> Actor:
    who = grid.worker()
    Assignment.objects.create(worker=make.account_of(who), cell=grid.cell(place), since_on=date(2025, 1, 1))
    given = {"rows": "post_divisions", "purposes": ["elder_care", "household_check"]}
    make.grant(who, plain=["name", "sex", "residence_address"], masked={"birth_date": "year"}, **given)
    make.grant(who, resource="registries.places", plain=["address", "cell", "residents"], masked={}, **given)
    return who


def elder(number: int, *, born: int = 1935, place: int = 1, residents: int = 1, dead: bool = False) -> str:
    """Somebody who lives in a house of his own in a cell; gives his key."""
    key, house = f"P{number:09}", f"H{number:09}"
    fields = {"deceased": make.golden("true")} if dead else {}
    one = make.person(key, number=f"340202{born}0101{number:04}", name=f"老人{number}", **fields)
    Person.objects.filter(pk=one.pk).update(birth_date=date(born, 1, 1))
    Place.objects.create(
        key=house,
        number=house,
        address=f"测试路{number}号",
        division="340202",
        cell=grid.cell(place) if place else "",
        residents=residents,
    )
    PlaceRelation.objects.create(
        key=f"lives_at:{key}", subject=key, kind="lives_at", place=house, source="police.population"
    )
    return key


def plan(days: int = 0) -> int:
    return operations.plan_rounds(actor=make.SYSTEM, at=make.AT + timedelta(days=days))


def record(who: Actor, visit: RoundVisit, outcome: str, *, days: int = 0, **more: Any) -> RoundVisit:
    answers = WELL if outcome in operations.SEEN else {}
    given = {"answers": answers, "worker": make.account_of(who), "actor": who, "at": make.AT + timedelta(days=days)}
    return operations.record_round_visit(visit.number, outcome=outcome, **given | more)


def facts(kind: Any) -> list[Any]:
    return [one.fact for one in Entry.objects.filter(kind=kind.kind).order_by("pk")]


def test_only_elders_who_live_alone_in_a_known_cell_are_planned_and_once(worker: Actor) -> None:
    due = [elder(1), elder(2, place=2)]
    elder(3, residents=2)
    elder(4, born=1990)
    elder(5, dead=True)
    elder(6, place=0)
    assert plan() == 2
    assert plan() == 0
    assert plan(1) == 0
    rows = RoundVisit.objects.order_by("person")
    assert [(one.person, one.cell, one.round) for one in rows] == [
        (due[0], grid.cell(1), LONE),
        (due[1], grid.cell(2), LONE),
    ]
    assert rows[0].until_on - rows[0].planned_on == timedelta(days=round_coded(LONE).missed_after_days)
    assert [(one.planned, one.withdrawn) for one in facts(RoundPlanned)] == [(2, 0)]


def test_planning_writes_some_rows_at_a_time_and_reads_them_in_a_few_statements(
    worker: Actor, monkeypatch: Any, django_assert_max_num_queries: Any
) -> None:
    for number in range(1, 8):
        elder(number)
    monkeypatch.setattr(operations, "SLICE", 3)
    assert plan() == 7
    assert [one.planned for one in facts(RoundPlanned)] == [3, 3, 1]
    with django_assert_max_num_queries(14):
        assert plan() == 0


def test_after_a_visit_the_next_one_is_due_when_the_round_says(worker: Actor) -> None:
    elder(1)
    plan()
    record(worker, RoundVisit.objects.get(), "well")
    every = round_coded(LONE).every_days
    assert (plan(every - 1), plan(every)) == (0, 1)
    assert RoundVisit.objects.count() == 2


def test_who_is_no_longer_due_is_not_visited(worker: Actor) -> None:
    key = elder(1)
    plan()
    Place.objects.update(residents=2)
    assert plan(1) == 0
    assert RoundVisit.objects.get().outcome == "not_due"
    assert facts(RoundPlanned)[-1].withdrawn == 1
    Place.objects.update(residents=1)
    assert plan(2) == 1
    assert RoundVisit.objects.get(done_at=None).person == key


def test_nobody_of_another_cell_or_without_the_grant_sees_a_visit(worker: Actor) -> None:
    elder(1)
    plan()
    visit = RoundVisit.objects.get()
    assert visits_to_make(make.account_of(worker), actor=worker, at=make.AT).get() == visit
    other = walker(2)
    account = make.account_of(other)
    assert not visits_to_make(account, actor=other, at=make.AT).exists()
    with pytest.raises(NoSuchRoundVisit):
        operations.open_round_visit(visit.number, worker=account, actor=other, at=make.AT)
    with pytest.raises(NoSuchRoundVisit):
        record(other, visit, "refused")
    Grant.objects.filter(resource="registries.places").delete()
    with pytest.raises(NoSuchRoundVisit):
        record(worker, visit, "refused")
    assert not visits_to_make(make.account_of(worker), actor=worker, at=make.AT).exists()


def test_who_walks_the_cell_no_longer_sees_nothing_of_it(worker: Actor) -> None:
    elder(1)
    plan()
    Assignment.objects.all().delete()
    assert not visits_to_make(make.account_of(worker), actor=worker, at=make.AT).exists()


@pytest.mark.django_db(transaction=True)
def test_every_look_is_journalled_before_it_is_shown(worker: Actor) -> None:
    key = elder(1)
    plan()
    account = make.account_of(worker)
    listed = operations.look_at_rounds(worker=account, actor=worker, at=make.AT)
    assert [address for _, address in listed.rows] == ["测试路1号"]
    assert facts(RoundsLookedInto)[0].visits == 1
    visit, _, card = operations.open_round_visit(listed.rows[0][0].number, worker=account, actor=worker, at=make.AT)
    name = card.value("name")
    assert name is not None
    assert name.value == "老人1"
    look = facts(LookedUp)[0]
    assert (look.subject, look.purpose, look.by) == (f"person:{key}", "elder_care", "visit")
    assert visit.number in look.case_ref


def test_nobody_at_home_leaves_it_open_and_what_is_done_is_done_once(worker: Actor) -> None:
    elder(1)
    plan()
    visit = RoundVisit.objects.get()
    record(worker, visit, "not_home")
    visit.refresh_from_db()
    assert visit.done_at is None
    with pytest.raises(operations.AnswerMissing):
        record(worker, visit, "well", answers={"health": "good"})
    with pytest.raises(operations.OutcomeMissing):
        record(worker, visit, "not_due")
    record(worker, visit, "well", days=1)
    with pytest.raises(operations.RecordedAlready):
        record(worker, visit, "refused", days=1)
    visit.refresh_from_db()
    assert (visit.outcome, visit.answers) == ("well", WELL)
    assert [one.outcome for one in facts(RoundVisitRecorded)] == ["not_home", "well"]
    assert facts(HelpWanted) == []


def test_a_need_for_help_is_announced_without_saying_whose(worker: Actor) -> None:
    key = elder(1)
    plan()
    visit = RoundVisit.objects.get()
    record(worker, visit, "needs_help", note="跌倒过一次", urgent=True)
    fact = facts(HelpWanted)[0]
    assert (fact.subject, fact.cell, fact.urgent) == (visit.reference, grid.cell(1), True)
    assert key not in Entry.objects.get(kind=HelpWanted.kind).body


def test_who_has_moved_goes_the_way_of_household_visits_and_is_not_looked_for_there_again(worker: Actor) -> None:
    publish_standing_definitions(actor=make.SYSTEM, at=make.AT)
    make.post("zfw.data", "data_officer")
    key = elder(1)
    plan()
    record(worker, RoundVisit.objects.get(), "moved")
    found = Finding.objects.get()
    assert (found.what, found.person_key) == ("moved", key)
    assert Correction.objects.get().number == found.correction
    assert plan(round_coded(LONE).every_days) == 0


def test_who_does_not_want_to_be_visited_is_left_in_peace(worker: Actor) -> None:
    elder(1)
    plan()
    record(worker, RoundVisit.objects.get(), "refused")
    assert plan(rounds().days_after_refusal - 1) == 0
    assert plan(rounds().days_after_refusal + 1) == 1


def test_what_is_missed_is_escalated_once_and_stands_in_the_overview_of_its_district_only(worker: Actor) -> None:
    elder(1)
    elder(2, place=2)
    plan()
    record(worker, RoundVisit.objects.get(cell=grid.cell(1)), "well")
    late = make.AT + timedelta(days=round_coded(LONE).missed_after_days)
    assert operations.escalate_missed(actor=make.SYSTEM, at=late - timedelta(days=1)) == 0
    assert operations.escalate_missed(actor=make.SYSTEM, at=late) == 1
    assert operations.escalate_missed(actor=make.SYSTEM, at=late) == 0
    assert [(one.subject, one.visits) for one in facts(RoundVisitsMissed)] == [("division:340202", 1)]
    (street,) = rounds_by_street(grid.operator(), on=timezone.localdate(late))
    assert (street.planned, street.missed, street.done) == (1, 1, 1)
    assert rounds_by_street(grid.operator("qu_jiujiang", "340207"), on=timezone.localdate(late)) == []


def test_a_list_by_name_is_planned_as_closely_as_its_round_says(worker: Actor) -> None:
    key = elder(1)
    plan()
    visit = RoundVisit.objects.get()
    given = {"worker": make.account_of(worker), "actor": worker, "at": make.AT}
    with pytest.raises(operations.NoList):
        operations.change_list(visit.number, code=LONE, is_on=True, **given)
    for _ in range(2):
        operations.change_list(visit.number, code=NAMED, is_on=True, **given)
    assert RoundMember.objects.get().person == key
    assert plan() == 1
    assert RoundVisit.objects.get(round=NAMED).person == key
    operations.change_list(visit.number, code=NAMED, is_on=False, **given)
    assert [one.is_on for one in facts(RoundListChanged)] == [True, False]
    plan(1)
    assert RoundVisit.objects.get(round=NAMED).outcome == "not_due"


# ── Pages ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def signed_in(actor: Actor) -> Client:
    client = Client()
    client.force_login(make.account_of(actor), backend="allauth.account.auth_backends.AuthenticationBackend")
    session = client.session
    session[DEMO_IN_SESSION] = True
    session.save()
    return client


def test_a_worker_goes_from_his_list_to_a_visit_and_records_it(worker: Actor) -> None:
    elder(1)
    operations.plan_rounds(actor=make.SYSTEM, at=timezone.now())
    client, visit = signed_in(worker), RoundVisit.objects.get()
    listed = client.get(reverse("grid:rounds")).content.decode()
    assert "测试路1号" in listed
    assert "老人1" not in listed
    address = reverse("grid:round_visit", args=[visit.number])
    page = client.get(address).content.decode()
    assert "老人1" in page
    assert "身体怎么样" in page
    assert "请先回答" in client.post(address, {"outcome": "well"}).content.decode()
    assert client.post(address, {"outcome": "well", **WELL}).status_code == 302
    assert "现在没有要探访的人" in client.get(reverse("grid:rounds")).content.decode()
    assert "已记录" in client.get(address).content.decode()
    lists = reverse("grid:round_lists", args=[visit.number])
    assert client.post(lists, {"code": NAMED, "on": "1"}).status_code == 302
    assert RoundMember.objects.count() == 1
    assert client.get(reverse("grid:rounds_overview")).status_code == 403
    assert signed_in(walker(2)).get(address).status_code == 404


def test_the_command_post_sees_counts_and_no_names(worker: Actor) -> None:
    elder(1)
    operations.plan_rounds(actor=make.SYSTEM, at=timezone.now())
    client = signed_in(grid.operator())
    page = client.get(reverse("grid:rounds_overview")).content.decode()
    assert "赭山街道" in page
    assert "老人1" not in page
    assert "测试路" not in page
    assert client.get(reverse("grid:rounds")).status_code == 403
    assert Client().get(reverse("grid:rounds")).status_code == 302


def test_a_long_list_costs_no_more_reads_than_a_short_one(worker: Actor, django_assert_max_num_queries: Any) -> None:
    for number in range(1, 36):
        elder(number)
    operations.plan_rounds(actor=make.SYSTEM, at=timezone.now())
    client = signed_in(worker)
    client.get(reverse("grid:rounds"))
    with django_assert_max_num_queries(30):
        page = client.get(reverse("grid:rounds"))
    assert page.content.decode().count('class="card"') == operations.PAGE
    assert "再看一些" in page.content.decode()


def test_a_demonstration_has_rounds_some_of_them_made_and_some_missed(
    worker: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    Assignment.objects.all().delete()
    monkeypatch.setattr(demo, "WORKERS", 12)
    for number in range(1, 21):
        elder(number, place=2)
    assert demo.demonstrate(actor=make.SYSTEM, at=make.AT) > 20
    rows = RoundVisit.objects.all()
    assert rows.filter(outcome="well", worker__isnull=False, done_at__lte=make.AT).count() == 10
    assert rows.exclude(missed_at=None).count() == 4
    assert rows.filter(planned_on__lte=timezone.localdate(make.AT), done_at=None, missed_at=None).count() == 4
    first = make.account_of(worker)
    assert visits_to_make(first, actor=worker, at=make.AT).exists()
    operations.plan_rounds(actor=make.SYSTEM, at=make.AT)
    assert rows.count() == 20
