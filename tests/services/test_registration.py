"""A new firm has its unified social credit code by the decision that registers it: on its licence, in its record, drawn once."""

import pytest

from huimin.kernel.identifiers import Uscc
from huimin.platform.cases.adapters.simulated import SimulatedRegistrar
from huimin.platform.cases.models import Registration
from huimin.platform.cases.operations.landing import remember_outcome
from huimin.platform.cases.operations.registering import issue_code
from huimin.platform.cases.queries.files import service_of
from huimin.platform.cases.tests.conftest import city  # noqa: F401 - a fixture
from huimin.platform.cases.tests.test_pages import signed_in
from huimin.platform.catalogue import library
from huimin.platform.licences.queries import content_of, licences_of_case
from tests.services.walking import Walk, lodged

SERVICE = library.services()["business_start"]


def registered(number: int) -> Walk:
    walk = lodged(SERVICE, library.scenarios_of(SERVICE.code).scenarios[number])
    walk.follow()
    return walk


@pytest.mark.unit
@pytest.mark.covers("P01")
def test_the_codes_of_a_sequence_are_well_formed_and_all_different() -> None:
    registrar = SimulatedRegistrar()
    codes = [
        registrar.issue(key="x", authority="9", kind="1", division="340200", serial=serial).number
        for serial in range(1, 2000)
    ]
    assert len({Uscc.parse(code) for code in codes}) == len(codes)
    assert codes[0].startswith("91340200MAX")


@pytest.mark.django_db
@pytest.mark.covers("P01", "P14")
def test_the_code_stands_on_the_licence_and_in_the_record_and_says_that_it_is_simulated(city) -> None:  # noqa: F811
    walk = registered(0)
    part = walk.case.parts.get(service="business_start.registration")
    code = part.registration.code
    assert Uscc.parse(code).authority == "9"
    assert code[1] == "1"
    licence = licences_of_case(part.reference).get()
    assert content_of(licence)["fields"]["uscc"] == code
    assert part.records.get().items["uscc"] == code
    assert part.records.get().items["legal_representative_id"] != ""
    page = signed_in(walk.applicant).get(f"/my/cases/{part.number}/").content.decode()
    assert code in page
    assert "模拟赋码" in page


@pytest.mark.django_db
@pytest.mark.covers("P01")
def test_a_code_is_drawn_once_and_its_kind_follows_the_form(city) -> None:  # noqa: F811
    part = registered(1).case.parts.get(service="business_start.registration")
    code = part.registration.code
    assert code.startswith("92"), "a self-employed household"
    issue_code(part, service_of(part), at=part.decided_at)
    remember_outcome(part.number, at=part.decided_at)
    assert Registration.objects.get().code == code
    other = registered(0).case.parts.get(service="business_start.registration")
    assert other.registration.code != code
