"""The pages of places: a house through the grants, journalled for everybody who is shown; how far addresses were read."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from huimin.platform.identity.queries import DEMO_IN_SESSION
from huimin.platform.journal.models import Entry
from huimin.platform.registries import operations
from huimin.platform.registries.events import HouseSeen, LookedUp, PlacesSearched
from huimin.platform.registries.models import GridEdition, Person, Place, PlaceRelation
from huimin.platform.registries.queries import places
from huimin.platform.registries.tests import factories as make
from huimin.platform.registries.tests.factories_places import CELL, landed_street, write_grid

pytestmark = [pytest.mark.django_db]
WHY = {"purpose": "case_handling", "case_ref": "弋受2026-0007"}
PLAIN = {"plain": ["address", "cell", "residents"], "resource": "registries.places", "masked": {}}


@pytest.fixture(scope="module")
def landed(tmp_path_factory: pytest.TempPathFactory, django_db_setup: None, django_db_blocker: Any) -> Iterator[Path]:
    """The street landed once for all tests of this file, in a transaction that is rolled back; the folder of its files."""
    home, before = tmp_path_factory.mktemp("street"), settings.HOME
    settings.HOME = home
    with django_db_blocker.unblock(), transaction.atomic():
        landed_street()
        operations.take_grid(write_grid(home / "grid.geojson"), actor=make.SYSTEM, at=make.AT)
        yield home
        transaction.set_rollback(True)
    settings.HOME = before


@pytest.fixture
def street(landed: Path, db: None, settings: Any) -> None:
    """Four people in three houses, two of them visited; a shop; the click of a demonstration stands for a second factor."""
    settings.HOME, settings.DEMO = landed, True


def signed_in(actor: Any) -> Client:
    client = Client()
    client.force_login(make.account_of(actor), backend="allauth.account.auth_backends.AuthenticationBackend")
    session = client.session
    session[DEMO_IN_SESSION] = True
    session.save()
    return client


def officer(*, people: bool = True, divisions: tuple[str, ...] = ()) -> Any:
    """A query officer who may search addresses; with `people`, also see who lives at them."""
    made = make.official(divisions=divisions)
    rows = "post_divisions" if divisions else "everything"
    make.grant(made, **PLAIN, rows=rows)
    if people:
        make.grant(
            made, plain=["name", "residence_address"], masked={"citizen_id": "number", "phone": "phone"}, rows=rows
        )
    return made


def body(response: Any) -> str:
    return response.content.decode()


def key_of(address: str) -> str:
    return Place.objects.get(address=address).key


VISITED = "安徽省芜湖市镜湖区赭山街道北门社区中山路12号春江苑3幢2单元501室"
BESIDE = "安徽省芜湖市镜湖区赭山街道北门社区中山路12号春江苑3幢2单元502室"


@pytest.mark.covers("D11")
@pytest.mark.parametrize(
    "asked", ["中山路12号春江苑3栋2-501 镜湖区", "芜湖市镜湖区中山路12号3号楼2单元501", VISITED, "中山路12号3#2-501"]
)
def test_an_address_is_found_however_it_is_written(street: None, asked: str) -> None:
    response = signed_in(officer()).post(reverse("registries:places"), {**WHY, "address": asked})
    assert response.status_code == 200
    assert "安徽省芜湖市镜湖区赭山街道北门社区中山路12号春江苑3幢" in body(response)


@pytest.mark.covers("D11")
def test_two_character_words_find_buildings_and_the_search_is_journalled(street: None) -> None:
    response = signed_in(officer()).post(reverse("registries:places"), {**WHY, "address": "春江 3栋"})
    assert "中山路12号春江苑3幢" in body(response)
    assert "张丽" not in body(response)
    fact = Entry.objects.filter(kind=PlacesSearched.kind).get().fact
    assert (fact.found, fact.case_ref) == (1, WHY["case_ref"])
    assert "春江" not in str(fact)


@pytest.mark.covers("D09", "D16")
def test_a_house_shows_its_cell_and_its_people_and_each_of_them_can_see_the_look(street: None) -> None:
    response = signed_in(officer()).post(reverse("registries:house"), {**WHY, "place": key_of(VISITED)})
    page = body(response)
    assert [word for word in (VISITED, "赭山街道北门社区第1网格", CELL, "张丽", "李建国") if word not in page] == []
    assert "王芳" not in page
    assert make.NUMBER not in page
    looks = Entry.objects.filter(kind=LookedUp.kind)
    shown = {entry.subject for entry in looks}
    assert shown == {
        f"person:{key}" for key in Person.objects.filter(name_key__in=["张丽", "李建国"]).values_list("key", flat=True)
    }
    assert {entry.fact.by for entry in looks} == {"house"}
    assert {entry.fact.fields for entry in looks} == {("name", "citizen_id", "residence_address")}
    assert Entry.objects.filter(kind=HouseSeen.kind).get().fact.people == 2


@pytest.mark.covers("D09")
def test_without_a_grant_for_people_nobody_is_shown_nor_looked_at(street: None) -> None:
    response = signed_in(officer(people=False)).post(reverse("registries:house"), {**WHY, "place": key_of(VISITED)})
    assert "张丽" not in body(response)
    assert "不能按住址看人" in body(response)
    assert not Entry.objects.filter(kind=LookedUp.kind).exists()


@pytest.mark.covers("D09")
def test_a_masked_address_does_not_let_people_be_found_by_their_address(street: None) -> None:
    made = officer(people=False)
    make.grant(made, plain=["name"], masked={"residence_address": "address"})
    response = signed_in(made).post(reverse("registries:house"), {**WHY, "place": key_of(VISITED)})
    assert "张丽" not in body(response)


@pytest.mark.covers("D09")
def test_a_house_of_another_district_is_none_and_the_attempt_is_journalled(street: None) -> None:
    made = officer(divisions=("340209",))
    client = signed_in(made)
    response = client.post(reverse("registries:house"), {**WHY, "place": key_of(VISITED)})
    assert response.status_code == 404
    assert VISITED not in body(response)
    assert Entry.objects.filter(kind=PlacesSearched.kind).get().fact.found == 0
    assert VISITED not in body(client.post(reverse("registries:places"), {**WHY, "address": VISITED}))
    building = Place.objects.get(address=VISITED).building_number
    assert VISITED not in body(client.post(reverse("registries:building"), {**WHY, "place": building}))


def test_who_has_moved_since_is_not_shown_at_the_old_house(street: None) -> None:
    who = Person.objects.get(name_key="李建国")
    who.values = who.values.replace("2单元501", "2单元599")
    who.save(update_fields=["values"])
    response = signed_in(officer()).post(reverse("registries:house"), {**WHY, "place": key_of(VISITED)})
    assert "李建国" not in body(response)
    assert "张丽" in body(response)


def test_a_house_of_many_shows_them_a_page_at_a_time_within_a_query_budget(street: None) -> None:
    place = Place.objects.get(address=VISITED)
    own = Person.objects.get(name_key="张丽")
    for serial in range(100, 145):
        Person.objects.create(
            key=f"P9{serial:08}", number=f"N{serial}", name_key=f"众{serial}", values=own.values, division="340202"
        )
        PlaceRelation.objects.create(
            key=f"lives_at:P9{serial:08}",
            subject=f"P9{serial:08}",
            kind="lives_at",
            place=place.key,
            source="grid.visits",
        )
    client = signed_in(officer())
    with CaptureQueriesContext(connection) as few:
        client.post(reverse("registries:house"), {**WHY, "place": key_of(BESIDE)})
    with CaptureQueriesContext(connection) as many:
        first = client.post(reverse("registries:house"), {**WHY, "place": place.key})
    assert len(many) <= len(few) + 2
    assert body(first).count('<article class="values">') == 30
    after = re.search(r'name="after" value="([^"]+)"', body(first))
    assert after
    second = client.post(reverse("registries:house"), {**WHY, "place": place.key, "after": after[1]})
    assert body(second).count('<article class="values">') == 17


def test_a_purpose_that_is_not_granted_opens_nothing(street: None) -> None:
    made = officer()
    response = signed_in(made).post(
        reverse("registries:house"), {**WHY, "purpose": "tax_administration", "place": key_of(VISITED)}
    )
    assert response.status_code == 400
    assert "张丽" not in body(response)


@pytest.mark.covers("D11")
def test_the_data_office_sees_how_far_addresses_were_read_and_which_were_not(street: None) -> None:
    steward = make.official("sjj.data", duty="data_office")
    make.grant(
        steward, resource="registries.places", plain=["cell"], masked={"address": "address"}, purposes=["data_quality"]
    )
    client = signed_in(steward)
    page = body(client.get(reverse("registries:places_coverage")))
    assert "只到楼幢" in page
    assert f"{GridEdition.objects.get().cells}" in page
    listed = body(client.get(reverse("registries:unplaced", args=["building"])))
    assert "中山路***" in listed
    assert "12号" not in listed
    assert signed_in(make.official("gaj.query")).get(reverse("registries:places_coverage")).status_code == 403


def test_the_list_without_a_grant_shows_nothing(street: None) -> None:
    steward = make.official("sjj.data", duty="data_office")
    assert signed_in(steward).get(reverse("registries:unplaced", args=["building"])).status_code == 403


def test_the_list_of_unplaced_addresses_goes_on_where_it_stopped(street: None) -> None:
    whole, end = places.unplaced("building", size=50)
    assert (len(whole), end) == (2, "")
    first, after = places.unplaced("building", size=1)
    second, end = places.unplaced("building", after=after, size=1)
    assert ([*first, *second], end) == (whole, "")


@pytest.mark.covers("D11")
def test_a_resident_sees_the_parts_of_his_address_and_the_cell_he_belongs_to(street: None) -> None:
    own = signed_in(make.citizen(Person.objects.get(name_key="张丽").key, "张丽"))
    page = body(own.get(reverse("registries:my_value", args=["residence_address"])))
    assert [word for word in ("地址的各级", "中山路", "501", "赭山街道北门社区第1网格", CELL) if word not in page] == []
    assert "地址的各级" not in body(own.get(reverse("registries:my_value", args=["name"])))


@pytest.mark.covers("D16")
def test_a_card_leads_to_the_houses_of_the_addresses_that_it_shows_plain(street: None) -> None:
    who = Person.objects.get(name_key="张丽")
    made = make.official()
    make.grant(made, **PLAIN)
    make.grant(made, plain=["citizen_id", "name", "residence_address"], masked={"hukou_address": "address"})
    page = body(signed_in(made).post(reverse("registries:look_up"), {**WHY, "number": who.number}))
    assert re.findall(r'name="place" value="(H\d+)"', page) == [key_of(VISITED)]
    masked = make.official("mzj.query")
    make.grant(masked, **PLAIN)
    make.grant(masked)
    page = body(signed_in(masked).post(reverse("registries:look_up"), {**WHY, "number": who.number}))
    assert "张丽" in page
    assert 'name="place"' not in page
