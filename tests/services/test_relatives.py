"""A relative who takes part is offered by one tap: whom the applicant's own pages show him, masked, and nobody else."""

from datetime import timedelta

import pytest

from huimin.platform.cases import operations
from huimin.platform.cases.models import Draft, PartySearch
from huimin.platform.cases.queries.files import service_of_draft
from huimin.platform.cases.queries.relatives import Relative, relatives_for
from huimin.platform.cases.tests.conftest import city  # noqa: F401 - a fixture
from huimin.platform.cases.tests.test_pages import signed_in
from huimin.platform.cases.tests.test_signing import HOUSING
from huimin.platform.catalogue import library
from huimin.platform.identity.models import Account, Delegation
from huimin.platform.licences.models import Licence
from huimin.platform.registries.models import Person
from huimin.platform.registries.tests.factories import OTHER_NUMBER, citizen, person
from tests.services.walking import lodged

pytestmark = [pytest.mark.django_db, pytest.mark.covers("P01", "P04")]


@pytest.fixture
def alone(city):  # noqa: F811
    """An applicant with a draft in which his spouse takes part; somebody of another name lives in his household."""
    person()
    person("P000000002", number=OTHER_NUMBER, name="李四")
    actor = citizen()
    draft = operations.start_draft("public_rental_housing", actor=actor, at=city[1])
    assert operations.answer_questions(draft.public_id, HOUSING, actor=actor, at=city[1]) == {}
    assert Person.objects.values_list("household", flat=True).distinct().count() == 1
    return actor, draft, city[1]


def power(actor, at, **fields) -> Delegation:
    given = {
        "principal": "person:P000000002",
        "principal_name": "李四",
        "relation": "spouse",
        "acts": ["view"],
        "state": "active",
        "basis": "own account",
        "offered_at": at - timedelta(days=1),
        "until": at + timedelta(days=30),
    }
    return Delegation.objects.create(agent=Account.objects.get(public_id=actor.ref), **(given | fields))


def offered(draft: Draft, at, party: str = "spouse") -> list[Relative]:
    fresh = Draft.objects.select_related("account").get(pk=draft.pk)
    return relatives_for(fresh, service_of_draft(fresh).form.party(party), at=at)


def test_who_only_lives_in_the_same_household_is_not_offered(alone) -> None:
    _actor, draft, at = alone
    assert offered(draft, at) == []


@pytest.mark.parametrize(
    "fields", [{"state": "offered"}, {"until": timedelta(minutes=-1)}, {"relation": "mother"}, {"relation": "other"}]
)
def test_a_power_that_does_not_hold_or_is_of_another_kind_offers_nobody(alone, fields) -> None:
    actor, draft, at = alone
    if "until" in fields:
        fields = {"until": at + fields["until"]}
    power(actor, at, **fields)
    assert offered(draft, at) == []


def test_whom_one_acts_for_is_named_by_one_tap(alone) -> None:
    actor, draft, at = alone
    given = power(actor, at)
    (relative,) = offered(draft, at)
    assert (relative.code, relative.name) == (given.public_id, "李*")
    client = signed_in(actor)
    page = client.get(f"/my/drafts/{draft.public_id}/parties/").content.decode()
    assert "就是 李*" in page
    assert "李四" not in page
    assert OTHER_NUMBER not in page
    taken = client.post(f"/my/drafts/{draft.public_id}/parties/spouse/relative/", {"relative": relative.code})
    assert taken.status_code == 302
    draft.refresh_from_db()
    assert draft.parties["spouse"] == "person:P000000002"
    assert not PartySearch.objects.exists(), "nothing was searched"
    assert offered(draft, at) == []


def test_a_power_of_somebody_else_is_no_key(alone) -> None:
    actor, draft, at = alone
    stranger = citizen("P000000002", "李四")
    given = power(stranger, at, principal="person:P000000009")
    with pytest.raises(operations.NoSuchRelative):
        operations.name_relative(draft.public_id, "spouse", given.public_id, actor=actor, at=at)


def test_who_stands_on_the_marriage_certificate_is_offered_while_it_is_in_force(city) -> None:  # noqa: F811
    service = library.services()["marriage_registration"]
    walk = lodged(service, library.scenarios_of(service.code).scenarios[0])
    walk.follow()
    at = walk.case.decided_at
    draft = operations.start_draft("public_rental_housing", actor=walk.applicant, at=at)
    (relative,) = offered(draft, at)
    assert relative.reference == walk.case.parties["spouse"]
    assert relative.name == "乙*"
    operations.name_relative(draft.public_id, "spouse", relative.code, actor=walk.applicant, at=at)
    operations.forget_party(draft.public_id, "spouse", actor=walk.applicant, at=at)
    Licence.objects.filter(type="marriage_certificate").update(state=Licence.States.REVOKED)
    assert offered(draft, at) == []
