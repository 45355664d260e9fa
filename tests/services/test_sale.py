"""A sale ends what the seller had and begins what the buyer has: the deed and the department's record."""

from datetime import date

import pytest
from django.utils import timezone

from huimin.platform.cases import operations
from huimin.platform.cases.tests.conftest import city  # noqa: F401 - a fixture
from huimin.platform.catalogue import library
from huimin.platform.exchange.operations import land_rows
from huimin.platform.exchange.queries import current_row, find_records
from huimin.platform.journal.rules import Actor
from huimin.platform.licences.models import Licence
from huimin.platform.registries.models import Person
from tests.services.walking import lodged

pytestmark = [pytest.mark.django_db, pytest.mark.covers("P01", "D05", "P14")]
OUTCOMES = Actor(kind="system", ref="outcomes")
SERVICE = library.services()["real_estate_transfer"]
UNIT = "340202001001GB00001F00010001"


def test_the_seller_s_deed_and_record_end_with_the_sale_and_what_else_he_has_stays(city) -> None:  # noqa: F811
    walk = lodged(SERVICE, library.scenarios_of(SERVICE.code).scenarios[0])
    seller, buyer = (
        Person.objects.get(key=walk.case.parties[one].removeprefix("person:")) for one in ("seller", "applicant")
    )
    row = {"zjhm": seller.number, "qlrmc": "卖方", "zl": "芜湖市镜湖区某小区1栋101", "djsj": "2026-01-05"}
    rows = [{**row, "qlr_id": "Q1", "bdcdyh": UNIT}, {**row, "qlr_id": "Q2", "bdcdyh": "340202001001GB00001F00010002"}]
    before = {"reference_on": date(2026, 1, 5), "name": "register"}
    land_rows("housing.property", rows, actor=OUTCOMES, at=walk.case.lodged_at, **before)
    assert find_records("housing.property", {"citizen_id": seller.number}) == ["Q1", "Q2"]
    walk.follow()
    operations.land_outcomes(actor=OUTCOMES, at=timezone.now())
    assert walk.case.records.get().problem == {}
    assert find_records("housing.property", {"citizen_id": seller.number}) == ["Q2"]
    assert find_records("housing.property", {"unit_number": UNIT}) == ["Q1"]
    assert current_row("housing.property", "Q1")["zjhm"] == buyer.number
    deeds = Licence.objects.filter(type="property_certificate")
    assert {one.holder: one.state for one in deeds} == {
        walk.case.parties["seller"]: Licence.States.CANCELLED,
        walk.case.parties["applicant"]: Licence.States.VALID,
    }


def test_where_the_register_has_no_such_record_one_begins(city) -> None:  # noqa: F811
    walk = lodged(SERVICE, library.scenarios_of(SERVICE.code).scenarios[0])
    walk.follow()
    operations.land_outcomes(actor=OUTCOMES, at=timezone.now())
    assert find_records("housing.property", {"unit_number": UNIT}) == [walk.case.number]
