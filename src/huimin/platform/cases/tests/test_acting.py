"""What somebody who acts for a firm may do with its cases: as far as his power reaches, and nothing more."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from huimin.platform.cases import operations, queries
from huimin.platform.cases.events import CaseLodged
from huimin.platform.cases.models import Case
from huimin.platform.cases.queries.files import MayOnlyLook
from huimin.platform.catalogue.operations import publish_services
from huimin.platform.catalogue.queries.items import get_service
from huimin.platform.identity.events import SealUsed
from huimin.platform.identity.models import Delegation
from huimin.platform.journal.operations import deliver_due, publish
from huimin.platform.journal.queries import entries_about
from huimin.platform.journal.rules import Actor
from huimin.platform.registries.tests.factories import SYSTEM, account_of, citizen, person

pytestmark = pytest.mark.django_db
FIRM = "organisation:E000000001"


@pytest.fixture
def agent(db) -> Actor:
    person()
    publish_services(actor=SYSTEM, at=timezone.now())
    return replace(citizen(), on_behalf_of=FIRM)


def power(agent: Actor, *, acts: list[str], services: list[str]) -> None:
    Delegation.objects.create(
        principal=FIRM, principal_name="合成餐饮", agent=account_of(agent), relation="firm", acts=acts,
        services=services, state="active", basis="tests", offered_at=timezone.now(),
        until=timezone.now() + timedelta(days=30),
    )  # fmt: skip


def case(number: int, code: str = "restaurant_opening") -> Case:
    service = get_service(code)
    return Case.objects.create(
        number=f"HM{number}", service=code, version=service.version, revision=service.revision, applicant=FIRM,
        applicant_name="合成餐饮", channel="online", department="scjgj", lodged_at=timezone.now(),
    )  # fmt: skip


@pytest.mark.covers("P19")
def test_who_may_only_look_does_nothing_with_a_case(agent) -> None:
    at, found = timezone.now(), case(1)
    power(agent, acts=["view"], services=[])
    assert queries.access_own_case("HM1", agent, at=at) == found
    for act in (
        lambda: operations.withdraw_case("HM1", actor=agent, at=at),
        lambda: operations.answer_offer("HM1", outcome="confirmed", actor=agent, at=at),
        lambda: operations.supply_material("HM1", "plan", name="a.pdf", content=b"%PDF-1.4", actor=agent, at=at),
    ):
        with pytest.raises(MayOnlyLook):
            act()
    found.refresh_from_db()
    assert found.is_open


@pytest.mark.covers("P19")
def test_a_power_for_a_service_shows_its_cases_only(agent) -> None:
    at = timezone.now()
    case(1)
    case(2, "hr_agency_licence")
    power(agent, acts=["view", "apply"], services=["restaurant_opening"])
    assert [one.number for one in queries.own_cases(agent, at=at)] == ["HM1"]
    with pytest.raises(queries.NoSuchCase):
        queries.access_own_case("HM2", agent, at=at)


@pytest.mark.covers("C02")
@pytest.mark.parametrize(("channel", "stamped"), [("online", ["case:HM1"]), ("window", [])])
def test_what_a_firm_lodges_online_bears_its_seal(agent, channel, stamped) -> None:
    at = timezone.now()
    fact = CaseLodged(
        subject="case:HM1", service="restaurant_opening", applicant=FIRM, version=1, revision=1, channel=channel,
        answers="k1:aa", asked=1, known=0, materials=0,
    )  # fmt: skip
    case(1)
    publish(fact, actor=agent, at=at)
    while deliver_due(limit=100, at=timezone.now()):
        pass
    used = entries_about([FIRM], kinds=[SealUsed.kind])
    assert [entry.fact.what for entry in used] == stamped
    assert all(entry.actor.ref == agent.ref and entry.fact.simulated for entry in used)
