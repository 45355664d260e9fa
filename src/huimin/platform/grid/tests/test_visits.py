"""Household visits: who is registered is shown within the worker's scope; differences become tickets, the rest the department's record."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from huimin.platform.grid.models import Assignment, Finding
from huimin.platform.grid.operations import visits as operations
from huimin.platform.grid.operations.visit_records import land_visits
from huimin.platform.grid.operations.visits import Found
from huimin.platform.grid.queries.visits import NotYourHouse, houses_to_visit, last_visits
from huimin.platform.grid.tests import factories_handsets as make
from huimin.platform.journal.operations import deliver_due
from huimin.platform.journal.queries import entries_about
from huimin.platform.process.operations import publish_standing_definitions
from huimin.platform.registries.models import Correction, Person, Place
from huimin.platform.registries.operations import refresh_awaited
from huimin.platform.registries.rules import golden_values
from huimin.platform.registries.tests import factories as people
from huimin.platform.registries.tests.factories_places import CELL, LI, OTHER_CELL, WANG, ZHANG, landed_street

pytestmark = [pytest.mark.django_db, pytest.mark.covers("D20", "D06", "G02")]
NEW_HOME = "芜湖市镜湖区赭山街道北门社区中山路12号春江苑3幢2单元502室"


@pytest.fixture
def street(tmp_path: Path, settings: Any) -> Any:
    """The street of the registries' tests, and a worker of its cell with the grants of one."""
    settings.HOME = tmp_path
    publish_standing_definitions(actor=people.SYSTEM, at=people.AT)
    landed_street()
    people.post("zfw.data", "data_officer")
    people.post("sjj.data", "data_office")
    make.grid(tmp_path)
    worker = make.worker(CELL)
    given = {"rows": "post_divisions", "purposes": ["household_check"]}
    people.grant(
        worker,
        plain=["name", "sex", "residence_address", "hukou_address"],
        masked={"citizen_id": "number", "phone": "phone", "birth_date": "year"},
        **given,
    )
    people.grant(worker, resource="registries.places", plain=["address", "cell", "residents"], masked={}, **given)
    return worker


def house_501() -> Place:
    return Place.objects.get(address__endswith="2单元501室")


def person(number: str) -> Person:
    return Person.objects.get(number=number)


def residence(number: str) -> str:
    return golden_values(person(number).values)["residence_address"].value


def the_registries_follow() -> None:
    later = make.NOW + timedelta(minutes=8)
    while deliver_due(limit=100, at=later):
        pass
    refresh_awaited(actor=people.SYSTEM, at=later)


def visit(worker: Any, *found: Found, key: str = "visit-0001", house: Place | None = None) -> Any:
    return operations.record_visit(
        worker=make.account_of(worker),
        key=key,
        house=(house or house_501()).key,
        found=found,
        seen_at=make.NOW,
        actor=worker,
        at=make.NOW + timedelta(minutes=5),
    )


def test_only_houses_of_my_cells_that_my_grants_show(street: Any) -> None:
    account = make.account_of(street)
    assert house_501() in houses_to_visit(account, actor=street, at=make.NOW)
    assert list(houses_to_visit(account, actor=street, at=make.NOW, words="502室")) != [house_501()]
    assert not houses_to_visit(account, actor=street, at=make.NOW, cell=OTHER_CELL).exists()
    stranger = make.worker(OTHER_CELL)
    with pytest.raises(NotYourHouse):
        operations.open_door(house_501().key, worker=make.account_of(stranger), actor=stranger, at=make.NOW)
    Assignment.objects.filter(worker=account).delete()
    assert not houses_to_visit(account, actor=street, at=make.NOW).exists()


def test_opening_the_door_shows_what_is_granted_and_leaves_a_trace(street: Any) -> None:
    house = operations.open_door(house_501().key, worker=make.account_of(street), actor=street, at=make.NOW)
    shown = {
        value.field: value.value
        for member in house.members
        if member.card.key == person(LI).key
        for value in member.card.values
    }
    assert shown["name"] == "李建国"
    assert shown["citizen_id"] != LI
    assert shown["citizen_id"][-4:] == LI[-4:]
    looks = entries_about([f"person:{person(LI).key}"], at=make.NOW)
    assert [entry.kind for entry in looks][-1] == "registries.LookedUp"


def test_a_moved_resident_becomes_a_ticket_of_the_department_that_says_he_lives_there(street: Any) -> None:
    moved = Found(what="moved", person_key=person(LI).key, values={"residence_address": NEW_HOME})
    here = Found(what="here", person_key=person(ZHANG).key)
    kept = visit(street, moved, here)
    ticket = Correction.objects.get()
    assert (ticket.cause, ticket.field, ticket.resource) == ("visit", "residence_address", "grid.visits")
    assert ticket.person_key == person(LI).key
    assert "502室" in ticket.proposed
    assert kept.findings.get(what="moved").correction == ticket.number
    assert kept.findings.get(what="here").is_record
    assert not kept.findings.get(what="moved").is_record
    assert visit(street, moved, here) == kept, "the same key is the same visit"
    assert Finding.objects.count() == 2
    assert last_visits([house_501().key]) == {house_501().key: make.NOW}


def test_where_nobody_knows_whither_the_ticket_says_so_and_who_decides_settles_it(street: Any) -> None:
    visit(street, Found(what="moved", person_key=person(LI).key, values={"residence_address": "听说去了外地"}))
    ticket = Correction.objects.get()
    assert ticket.proposed == ""
    assert "听说去了外地" in ticket.reason


def test_who_is_still_here_is_the_departments_record_with_the_day_of_the_visit(street: Any) -> None:
    visit(street, Found(what="here", person_key=person(LI).key))
    assert land_visits(actor=people.SYSTEM, at=make.NOW + timedelta(minutes=6)) == 1
    assert land_visits(actor=people.SYSTEM, at=make.NOW + timedelta(minutes=7)) == 0
    finding = Finding.objects.get()
    assert finding.delivery
    assert finding.items == {}, "what has landed lies with the visit no longer"
    the_registries_follow()
    said = golden_values(person(LI).values)["residence_address"]
    assert (said.source, said.day and said.day.isoformat()) == ("grid.visits", "2026-07-02")


def test_a_new_resident_is_a_record_that_moves_him_in(street: Any) -> None:
    assert "502室" in residence(WANG)
    visit(
        street,
        Found(what="new", values={"name": "王芳", "citizen_id": WANG, "phone": "13900000011", "kinship": "户主"}),
    )
    assert land_visits(actor=people.SYSTEM, at=make.NOW + timedelta(minutes=6)) == 1
    the_registries_follow()
    assert "501室" in residence(WANG)


@pytest.mark.parametrize(
    ("found", "refusal"),
    [
        ([], operations.NothingFound),
        ([Found(what="here", person_key="P999999999")], operations.NobodyOfThisHouse),
        ([Found(what="here")], operations.NobodyOfThisHouse),
        ([Found(what="new", values={"phone": "13900000011"})], operations.WhoWasFound),
    ],
)
def test_what_cannot_be_recorded_is_refused_and_leaves_nothing(street: Any, found: list[Found], refusal: Any) -> None:
    with pytest.raises(refusal):
        visit(street, *found)
    assert not Finding.objects.exists()
