"""Who walks which cell: assigning, ending, handing over, shifts, the roster; nobody reaches into another district."""

from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from huimin.platform.grid import operations, queries
from huimin.platform.grid.events import AssignmentEnded, CellAssigned, CellsHandedOver, WorkersTaken
from huimin.platform.grid.models import Assignment, Shift
from huimin.platform.grid.rules import NotATable
from huimin.platform.grid.tests import factories_grid as grid
from huimin.platform.identity.queries import find_account_named, posts_of
from huimin.platform.journal.models import Entry
from huimin.platform.journal.rules import Actor
from huimin.platform.registries.tests import factories as make

pytestmark = [pytest.mark.django_db, pytest.mark.covers("G01")]
TODAY = timezone.localdate(make.AT)
LATER = TODAY + timedelta(days=10)


@pytest.fixture(autouse=True)
def city(tmp_path: Path, settings: Any) -> None:
    settings.HOME = tmp_path
    grid.take(tmp_path)
    grid.posts()


def assign(who: Actor, place: int = 1, *, by: Actor | None = None, **fields: Any) -> Assignment:
    given = {"since_on": TODAY, "is_first": False} | fields
    return operations.assign_cell(
        cell=grid.cell(place), worker=grid.number_of(who), actor=by or grid.operator(), at=make.AT, **given
    )


def names(place: int = 1, at: datetime = make.AT) -> list[str]:
    return [one.username for one in queries.workers_of(grid.cell(place), at=at)]


def facts(kind: type) -> list[Any]:
    return [entry.fact for entry in Entry.objects.filter(kind=kind.kind).order_by("seq")]  # type: ignore[attr-defined]


def test_a_worker_walks_cells_and_a_cell_has_workers() -> None:
    one, other = grid.worker(), grid.worker()
    assign(one, 1, is_first=True)
    assign(one, 2)
    assign(other, 1)
    assert set(names(1)) == {grid.number_of(one), grid.number_of(other)}
    assert [cell.code for cell in queries.cells_of(make.account_of(one), on=TODAY)] == [grid.cell(1), grid.cell(2)]
    assert [fact.is_first for fact in facts(CellAssigned)] == [True, False, False]


def test_who_is_on_shift_stands_before_the_first_worker() -> None:
    first, second = grid.worker(), grid.worker()
    assign(first, is_first=True)
    assign(second)
    assert names()[0] == grid.number_of(first)
    Shift.objects.create(
        worker=make.account_of(second), starts_at=make.AT - timedelta(hours=1), ends_at=make.AT + timedelta(hours=1)
    )
    assert names() == [grid.number_of(second), grid.number_of(first)]
    # The end of a shift is exclusive.
    assert names(at=make.AT + timedelta(hours=1))[0] == grid.number_of(first)


def test_an_assignment_holds_from_its_day_until_before_its_end() -> None:
    who = grid.worker()
    assign(who, since_on=LATER, until_on=LATER + timedelta(days=2))
    account = make.account_of(who)
    held = [bool(queries.cells_of(account, on=LATER + timedelta(days=n))) for n in (-1, 0, 1, 2)]
    assert held == [False, True, True, False]


def test_a_cell_has_one_first_worker_at_a_time() -> None:
    assign(grid.worker(), is_first=True)
    with pytest.raises(operations.HasAFirstWorker):
        assign(grid.worker(), is_first=True)


def test_a_worker_has_a_cell_once() -> None:
    who = grid.worker()
    assign(who)
    with pytest.raises(operations.WalksItAlready):
        assign(who, since_on=LATER)


def test_an_assignment_ends_after_it_began() -> None:
    with pytest.raises(operations.EndsBeforeItBegan):
        assign(grid.worker(), until_on=TODAY)


def test_a_command_post_assigns_its_own_cells_to_its_own_workers() -> None:
    stranger = grid.operator("qu_jiujiang", "340207")
    with pytest.raises(queries.NoSuchCell):
        assign(grid.worker(), by=stranger)
    with pytest.raises(operations.NoSuchWorker):
        assign(grid.worker("qu_jiujiang", "340207"))
    with pytest.raises(queries.NoSuchCell):
        assign(grid.worker(), by=Actor(kind="account", ref=stranger.ref))


def test_an_assignment_is_ended_from_a_day_on() -> None:
    who, by = grid.worker(), grid.operator()
    assign(who)
    ended = {"cell": grid.cell(1), "worker": grid.number_of(who), "actor": by, "at": make.AT}
    operations.end_assignment(until_on=LATER, **ended)
    assert names() == [grid.number_of(who)]
    assert not queries.cells_of(make.account_of(who), on=LATER)
    with pytest.raises(operations.WalksItNot):
        operations.end_assignment(until_on=LATER, **ended)
    assert [fact.until_on for fact in facts(AssignmentEnded)] == [LATER]


def test_what_has_not_begun_by_its_end_never_was() -> None:
    who = grid.worker()
    assign(who, since_on=LATER)
    operations.end_assignment(
        cell=grid.cell(1), worker=grid.number_of(who), until_on=TODAY, actor=grid.operator(), at=make.AT
    )
    assert not Assignment.objects.exists()


def test_all_cells_go_to_another_worker_who_keeps_what_he_has() -> None:
    leaver, heir, by = grid.worker(), grid.worker(), grid.operator()
    for place in (1, 2, 3):
        assign(leaver, place, is_first=True)
    assign(heir, 3)
    gone = operations.hand_over_cells(
        worker=grid.number_of(leaver), to=grid.number_of(heir), since_on=LATER, actor=by, at=make.AT
    )
    assert gone == 3
    assert len(queries.cells_of(make.account_of(leaver), on=TODAY)) == 3
    assert not queries.cells_of(make.account_of(leaver), on=LATER)
    assert len(queries.cells_of(make.account_of(heir), on=LATER)) == 3
    assert Assignment.objects.get(worker=make.account_of(heir), cell=grid.cell(1)).is_first
    (fact,) = facts(CellsHandedOver)
    assert (fact.cells, fact.to) == (3, make.account_of(heir).reference)
    with pytest.raises(operations.ToHimself):
        operations.hand_over_cells(
            worker=grid.number_of(heir), to=grid.number_of(heir), since_on=LATER, actor=by, at=make.AT
        )


def test_uncovered_are_the_cells_of_the_district_that_nobody_walks() -> None:
    by = grid.operator()
    assign(grid.worker(), 1)
    assign(grid.worker(), 2, since_on=LATER)
    found = [one.code for one in queries.uncovered_cells(by, on=TODAY)]
    assert found == [grid.cell(place) for place in range(2, 10)]
    standing = queries.coverage(by, on=TODAY, at=make.AT)
    assert (standing.cells, standing.covered, standing.workers) == (9, 1, 1)
    assert queries.coverage(make.SYSTEM, on=TODAY, at=make.AT).cells == 18


def plan(who: Actor, days: list[date], starts: time = time(8, 30), ends: time = time(17, 30)) -> int:
    return operations.plan_shifts(
        worker=grid.number_of(who), days=days, starts=starts, ends=ends, actor=grid.operator(), at=make.AT
    )


def test_shifts_are_planned_for_days_and_never_overlap() -> None:
    who = grid.worker()
    assert plan(who, [TODAY, LATER]) == 2
    with pytest.raises(operations.OnShiftAlready):
        plan(who, [LATER], time(17, 0), time(20, 0))
    assert plan(who, [LATER], time(17, 30), time(20, 0)) == 1
    with pytest.raises(operations.NoDays):
        plan(who, [])


def test_a_night_shift_ends_on_the_next_morning() -> None:
    who = grid.worker()
    plan(who, [TODAY], time(22, 0), time(6, 0))
    shift = Shift.objects.get()
    assert shift.ends_at - shift.starts_at == timedelta(hours=8)
    assert queries.is_on_shift(make.account_of(who), at=shift.starts_at + timedelta(hours=7))


def test_only_a_shift_to_come_is_taken_out() -> None:
    who = grid.worker()
    plan(who, [TODAY, LATER])
    for shift in Shift.objects.all():
        operations.drop_shift(worker=grid.number_of(who), starts_at=shift.starts_at, actor=grid.operator(), at=make.AT)
    assert [timezone.localdate(one.starts_at) for one in Shift.objects.all()] == [TODAY]


ROSTER = """工号,姓名,网格编号,起始日,结束日,首要
W1,王建国,{one},2026-06-01,,是
W1,王建国,{two},2026/06/01,,
W2,李敏,{one},,,是
W2,李敏,{one},,,
W2,李梅,{two},,,
W3,,{two},,,
W4,赵磊,340202001001999,,,
W5,钱芳,{two},2026-06-01,2026-06-01,
W6,孙杰,{other},昨天,,
W6,孙杰,{other},,,是
""".format(one=grid.cell(1), two=grid.cell(2), other=grid.cell(1, grid.OTHER))


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_a_roster_opens_accounts_and_tells_every_wrong_row(encoding: str) -> None:
    taken = operations.take_workers(ROSTER.encode(encoding), actor=make.SYSTEM, at=make.AT)
    assert (taken.rows, taken.made) == (10, 4)
    assert [(one.line, one.en.split()[0]) for one in taken.refused] == [
        (4, "Cell"),  # there is a first worker
        (6, "Number"),  # two names
        (7, "The"),  # no name
        (8, "The"),  # no such cell
        (9, "The"),  # ends as it begins
        (10, "“昨天”"),
    ]
    account = find_account_named("w1")
    assert account is not None
    assert (account.name, account.has_usable_password()) == ("王建国", False)
    assert [post.code for post in posts_of(account, make.AT)] == ["qu_jinghu.grid"]
    assert names(1) == ["w1", "w2"]
    assert [one.code for one in queries.cells_of(find_account_named("w6"), on=TODAY)] == [grid.cell(1, grid.OTHER)]
    (fact,) = facts(WorkersTaken)
    assert (fact.rows, fact.refused, fact.workers) == (10, 6, 3)


def test_the_same_roster_again_changes_nothing() -> None:
    operations.take_workers(ROSTER.encode(), actor=make.SYSTEM, at=make.AT)
    before = set(Assignment.objects.values_list("worker__username", "cell", "is_first"))
    again = operations.take_workers(ROSTER.encode(), actor=make.SYSTEM, at=make.AT)
    assert again.made == 0
    assert set(Assignment.objects.values_list("worker__username", "cell", "is_first")) == before


def test_a_file_without_its_columns_is_refused_whole() -> None:
    with pytest.raises(NotATable) as refused:
        operations.take_workers("工号,网格编号\n1,2\n".encode(), actor=make.SYSTEM, at=make.AT)
    assert "姓名" in refused.value.sentence()


def test_a_roster_costs_as_many_reads_for_many_as_for_few(django_assert_max_num_queries: Any) -> None:
    rows = [f"X{n},张{n},{grid.cell(1 + n % 9)},,," for n in range(60)]
    with django_assert_max_num_queries(22):
        operations.take_workers("\n".join([ROSTER.splitlines()[0], *rows]).encode(), actor=make.SYSTEM, at=make.AT)
    assert Assignment.objects.count() == 60
