"""The pages of the grid: who may open which, what a cell tells, what a map is given, how many reads a list costs."""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from huimin.platform.grid import operations
from huimin.platform.grid.events import BusinessInspected, CellLookedInto
from huimin.platform.grid.models import Assignment, Component, Inspection, Shift
from huimin.platform.grid.tests import factories_grid as grid
from huimin.platform.identity.queries import DEMO_IN_SESSION
from huimin.platform.journal.models import Entry
from huimin.platform.journal.rules import Actor
from huimin.platform.licences.models import Licence
from huimin.platform.registries.models import Place, PlaceRelation
from huimin.platform.registries.tests import factories as make

pytestmark = [pytest.mark.django_db, pytest.mark.covers("G01")]
FIRMS = {
    "resource": "registries.organisations",
    "plain": ["name", "uscc", "status", "address", "industry"],
    "masked": {},
    "rows": "post_divisions",
    "purposes": ["market_supervision"],
}
HOUSES = {
    "resource": "registries.places",
    "plain": ["cell", "residents"],
    "masked": {},
    "rows": "post_divisions",
    "purposes": ["household_check"],
}


@pytest.fixture(autouse=True)
def city(tmp_path: Path, settings: Any) -> None:
    settings.HOME, settings.DEMO = tmp_path, True
    grid.take(tmp_path)
    grid.posts()


def signed_in(actor: Actor) -> Client:
    client = Client()
    client.force_login(make.account_of(actor), backend="allauth.account.auth_backends.AuthenticationBackend")
    session = client.session
    session[DEMO_IN_SESSION] = True
    session.save()
    return client


def page(client: Client, name: str, *args: str, status: int = 200, **asked: str) -> str:
    answer = client.get(reverse(f"grid:{name}", args=args), asked)
    assert answer.status_code == status
    return answer.content.decode()


def points(client: Client, zoom: int, box: str = "118,31,119,32", **asked: str) -> list[dict[str, Any]]:
    answer = client.get(reverse("grid:component_points"), {"bbox": box, "zoom": str(zoom), **asked})
    assert answer.status_code == 200
    found: list[dict[str, Any]] = answer.json()["features"]
    return found


def walks(who: Actor, place: int = 1) -> None:
    today = timezone.localdate(timezone.now())
    Assignment.objects.create(
        worker=make.account_of(who), cell=grid.cell(place), since_on=today - timedelta(days=1), is_first=True
    )


def house(key: str, place: int = 1, residents: int = 0) -> None:
    Place.objects.create(
        key=key, number=key, address=f"测试路{key}号", division="340202", cell=grid.cell(place), residents=residents
    )


def shop(place: int = 1) -> str:
    """A firm whose door lies in a cell; gives its key."""
    firm = make.organisation()
    firm.division = "340202"
    firm.save()
    house("H1", place)
    PlaceRelation.objects.create(
        key=f"located_at:{firm.key}", subject=firm.key, kind="located_at", place="H1", source="market.entities"
    )
    return firm.key


@pytest.mark.parametrize("name", ["command", "workers", "uncovered", "worker_figures"])
def test_the_pages_of_the_command_post_are_for_nobody_else(name: str) -> None:
    page(signed_in(grid.operator()), name)
    page(signed_in(grid.worker()), name, status=403)
    assert Client().get(reverse(f"grid:{name}")).status_code == 302


def test_a_cell_tells_who_walks_it_how_many_live_there_and_what_stands_there() -> None:
    by = grid.operator()
    make.grant(by, **HOUSES)
    who = grid.worker()
    walks(who)
    for number in range(12):
        house(f"R{number}", residents=1 if number < 9 else 4)
    grid.component()
    text = page(signed_in(by), "cell", grid.cell(1))
    assert make.account_of(who).name in text
    assert "首要负责人" in text
    assert "路灯" in text
    # Twelve inhabited houses and 21 residents are shown.
    assert ">12<" in text.replace(" ", "")
    assert ">21<" in text.replace(" ", "")
    fact = Entry.objects.get(kind=CellLookedInto.kind).fact
    assert fact.subject == f"cell:{grid.cell(1)}"


def test_few_people_are_not_counted_out() -> None:
    by = grid.operator()
    make.grant(by, **HOUSES)
    house("R1", residents=7)
    text = page(signed_in(by), "cell", grid.cell(1)).replace(" ", "")
    assert ">7<" not in text
    assert text.count("少于10") == 2


def test_without_a_grant_nothing_is_counted_and_no_business_shown() -> None:
    key = shop()
    house("R1", residents=30)
    text = page(signed_in(grid.operator()), "cell", grid.cell(1))
    assert "没有查看房屋和人口的授权" in text
    assert "没有查看单位的授权" in text
    assert key not in text


def test_a_cell_of_another_district_is_not_there() -> None:
    page(signed_in(grid.operator()), "cell", grid.cell(1, grid.OTHER), status=404)
    page(signed_in(grid.worker()), "cell", grid.cell(1, grid.OTHER), status=404)


@pytest.mark.covers("G05")
def test_a_business_is_shown_with_its_licences_and_its_last_inspection() -> None:
    by = grid.operator()
    make.grant(by, **FIRMS)
    key = shop()
    held = {"type": "food", "holder_name": "芜湖皖源机械厂", "department": "scjgj", "valid_from": date(2026, 1, 1)}
    Licence.objects.create(holder=f"organisation:{key}", number="1", state="02", issued_at=make.AT, **held)
    client = signed_in(by)
    text = page(client, "cell", grid.cell(1))
    assert "还没有走访检查过" in text
    assert "暂扣" in text
    sent = {"organisation": key, "outcome": "to_mend", "note": "证照未上墙"}
    assert client.post(reverse("grid:inspect", args=[grid.cell(1)]), sent).status_code == 302
    assert "有问题，已要求整改" in page(client, "cell", grid.cell(1))
    fact = Entry.objects.get(kind=BusinessInspected.kind).fact
    assert (fact.subject, fact.outcome) == (f"organisation:{key}", "to_mend")  # type: ignore[attr-defined]


@pytest.mark.covers("G05")
def test_a_business_is_inspected_only_where_it_is_and_by_who_may_see_it() -> None:
    by, stranger = grid.operator(), grid.operator("qu_jiujiang", "340207")
    make.grant(by, **FIRMS)
    key = shop()
    given: dict[str, Any] = {"organisation": key, "outcome": "sound", "at": make.AT}
    with pytest.raises(operations.NotInThisCell):
        operations.inspect_business(cell=grid.cell(2), actor=by, **given)
    with pytest.raises(operations.NotInThisCell):
        operations.inspect_business(cell=grid.cell(1), actor=grid.worker(), **given)
    make.grant(stranger, **FIRMS)
    with pytest.raises(operations.NotInThisCell):
        operations.inspect_business(cell=grid.cell(1, grid.OTHER), actor=stranger, **given)
    assert not Inspection.objects.exists()


def test_the_command_post_assigns_on_the_page_of_a_cell_and_reads_what_is_wrong() -> None:
    by, who = grid.operator(), grid.worker()
    client, address = signed_in(by), reverse("grid:cell", args=[grid.cell(1)])
    wrong = client.post(address, {"worker": "nobody", "since_on": "2026-07-01"}).content.decode()
    assert "没有工号为“nobody”的网格员" in wrong
    answer = client.post(address, {"worker": grid.number_of(who), "since_on": "2026-07-01", "is_first": "on"})
    assert answer.status_code == 302
    assert Assignment.objects.get().is_first
    # A worker opens the page and cannot assign.
    assert signed_in(who).post(address, {"worker": grid.number_of(who), "since_on": "2026-08-01"}).status_code == 200
    assert Assignment.objects.count() == 1


def test_a_workers_page_hands_over_and_plans_shifts() -> None:
    by, leaver, heir = grid.operator(), grid.worker(), grid.worker()
    walks(leaver)
    client, address = signed_in(by), reverse("grid:worker", args=[make.account_of(leaver).public_id])
    tomorrow = timezone.localdate(timezone.now()) + timedelta(days=1)
    said = {"act": "plan", "first_on": tomorrow, "last_on": tomorrow, "starts": "08:30", "ends": "17:30"}
    assert client.post(address, {**said, "weekdays": [tomorrow.weekday()]}).status_code == 302
    assert Shift.objects.count() == 1
    begins = Shift.objects.get().starts_at.isoformat()
    drop = reverse("grid:drop_shift", args=[make.account_of(leaver).public_id])
    assert client.post(drop, {"starts_at": begins}).status_code == 302
    assert not Shift.objects.exists()
    answer = client.post(address, {"act": "hand", "to": grid.number_of(heir), "since_on": tomorrow})
    assert answer.status_code == 302
    assert Assignment.objects.filter(worker=make.account_of(heir), since_on=tomorrow).exists()
    page(client, "worker", make.account_of(grid.operator()).public_id, status=404)


def test_my_cells_are_mine() -> None:
    mine, other = grid.worker(), grid.worker()
    walks(mine, 1)
    walks(other, 2)
    text = page(signed_in(mine), "my_cells")
    assert grid.cell(1) in text
    assert grid.cell(2) not in text


def test_points_are_joined_from_afar_and_stand_alone_from_near() -> None:
    one, _ = grid.component(1), grid.component(2, state="broken")
    grid.component(street=grid.OTHER)
    client = signed_in(grid.operator())
    assert [spot["properties"]["count"] for spot in points(client, 10)] == [2]
    assert [spot["properties"]["count"] for spot in points(client, 14)] == [1, 1]
    alone = points(client, 16)
    assert {spot["properties"]["tone"] for spot in alone} == {"brand", "due"}
    assert one.code in {spot["properties"]["id"] for spot in alone}
    assert points(client, 16, state="broken")[0]["properties"]["tone"] == "due"
    assert points(client, 16, box="118.3,31.3,118.31,31.31")[0]["properties"]["id"] == one.code
    bad = client.get(reverse("grid:component_points"), {"bbox": "1,2,3", "zoom": "9"})
    assert bad.status_code == 400


def test_the_list_of_components_is_narrowed_and_a_code_opens_its_component() -> None:
    one, other = grid.component(1), grid.component(2, state="lost")
    client = signed_in(grid.operator())
    text = page(client, "components", state="lost")
    assert other.code in text
    assert one.code not in text
    found = client.get(reverse("grid:components"), {"code": one.code})
    assert found["Location"] == reverse("grid:component", args=[one.code])
    assert "没有编号为" in page(client, "components", code="3402020118999999")
    assert "部门cgj" in page(client, "component", one.code)
    answer = client.post(reverse("grid:component", args=[one.code]), {"state": "broken", "reason": "灯头损坏"})
    assert answer.status_code == 302
    assert Component.objects.get(code=one.code).state == "broken"


def test_figures_are_of_ones_own_streets() -> None:
    walks(grid.worker())
    walks_there = grid.worker("qu_jiujiang", "340207")
    Assignment.objects.create(
        worker=make.account_of(walks_there), cell=grid.cell(1, grid.OTHER), since_on=timezone.localdate(make.AT)
    )
    said = json.loads(page(signed_in(grid.operator()), "worker_figures"))
    assert said["figures"] == {grid.STREET: 1}


@pytest.mark.parametrize(
    ("name", "most"), [("workers", 20), ("uncovered", 16), ("components", 18), ("command", 20), ("my_cells", 18)]
)
def test_a_list_costs_the_same_for_two_and_for_many(name: str, most: int, django_assert_max_num_queries: Any) -> None:
    by = grid.operator() if name != "my_cells" else grid.worker()
    client = signed_in(by)
    for number in range(25):
        who = by if name == "my_cells" and number < 9 else grid.worker()
        if number < 9:
            walks(who, number + 1)
        grid.component(1 + number % 9)
    page(client, name)
    with django_assert_max_num_queries(most):
        page(client, name)


def test_a_cell_full_of_everything_costs_a_bounded_number_of_reads(django_assert_max_num_queries: Any) -> None:
    by = grid.operator()
    make.grant(by, **FIRMS)
    make.grant(by, **HOUSES)
    shop()
    for _ in range(20):
        grid.component()
    walks(grid.worker())
    client = signed_in(by)
    page(client, "cell", grid.cell(1))
    with django_assert_max_num_queries(34):
        page(client, "cell", grid.cell(1))
