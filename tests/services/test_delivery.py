"""How a result comes: every service with a result on paper asks, by one shared section, and what was chosen happens."""

import pytest

from huimin.platform.cases.events import ResultSent
from huimin.platform.cases.queries.delivery import Delivery, find_delivery
from huimin.platform.cases.tests.conftest import city  # noqa: F401 - a fixture
from huimin.platform.catalogue import library
from huimin.platform.catalogue.declarations.items import ServiceItem
from huimin.platform.catalogue.rules.shared_sections import ON_PAPER, delivery_faults
from huimin.platform.journal.queries import entries_about
from tests.services.walking import Walk, lodged

SERVICES = library.services()


def walked(code: str, **answers: str) -> Walk:
    """The first scenario of a service, with these answers besides, to its end."""
    scenario = library.scenarios_of(code).scenarios[0]
    walk = lodged(SERVICES[code], scenario.model_copy(update={"answers": {**scenario.answers, **answers}}))
    walk.follow()
    return walk


def parcels(walk: Walk) -> list[str]:
    references = [walk.case.reference, *(part.reference for part in walk.case.parts.all())]
    return [entry.fact.subject for entry in entries_about(references) if isinstance(entry.fact, ResultSent)]


@pytest.mark.unit
@pytest.mark.covers("P14")
@pytest.mark.parametrize("service", SERVICES.values(), ids=SERVICES)
def test_whose_result_may_be_on_paper_asks_how_it_comes(service) -> None:
    question, ways = service.form.question("delivery"), set(service.item.outcome.delivery)
    assert (question is not None) == bool(ways & ON_PAPER)
    if question is not None:
        assert {choice.code for choice in question.choices} == ways - {"account"}
        assert question.required == ("wallet" not in ways)
        address = service.form.question("send_to")
        assert address.of == service.form.applying.code
        assert address.source.startswith(f"{address.of}.")


@pytest.mark.unit
def test_a_form_that_does_not_ask_is_a_mistake_and_so_is_one_that_asks_for_nothing() -> None:
    service = SERVICES["teacher_qualification"]
    plain = service.form.model_copy(update={"sections": service.form.sections[:-1]})
    assert [fault.saying for fault in delivery_faults(plain, service.item)] == [
        "the result may come by courier, pickup: say `shared: [delivery]`"
    ]
    outcome = service.item.outcome.model_copy(update={"delivery": ("wallet",)})
    in_the_wallet: ServiceItem = service.item.model_copy(update={"outcome": outcome})
    assert len(delivery_faults(service.form, in_the_wallet)) == 1
    assert delivery_faults(service.form, service.item) == []


@pytest.mark.django_db
@pytest.mark.covers("P14")
def test_what_was_granted_is_sent_once_to_the_address_that_was_given(city) -> None:  # noqa: F811
    walk = walked("teacher_qualification", delivery="courier", send_to="芜湖市镜湖区中山路1号")
    assert find_delivery(walk.case) == Delivery(address="芜湖市镜湖区中山路1号")
    assert parcels(walk) == [walk.case.reference]


@pytest.mark.django_db
@pytest.mark.covers("P14")
def test_a_life_event_comes_in_one_parcel(city) -> None:  # noqa: F811
    walk = walked("birth", delivery="courier", send_to="芜湖市镜湖区中山路1号")
    assert parcels(walk) == [walk.case.reference]
    assert find_delivery(walk.case.parts.first()) is None


@pytest.mark.django_db
def test_what_its_own_process_sends_is_not_sent_again(city) -> None:  # noqa: F811
    walk = walked("identity_card_replacement")
    assert parcels(walk) == [walk.case.reference]


@pytest.mark.django_db
def test_who_says_nothing_has_it_in_the_wallet(city) -> None:  # noqa: F811
    walk = walked("teacher_qualification")
    assert find_delivery(walk.case) == Delivery()
    assert parcels(walk) == []
