"""Every scenario of every service, walked as a real case: what its files promise is what its case comes to."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction

from huimin.cli.standing import establish
from huimin.platform.cases import operations
from huimin.platform.cases.models import Case
from huimin.platform.cases.operations.lodging import eligible
from huimin.platform.cases.queries.known import parties_of
from huimin.platform.cases.rules import State
from huimin.platform.catalogue import library
from huimin.platform.catalogue.declarations.items import ServiceItem
from huimin.platform.catalogue.library import department_of
from huimin.platform.journal.rules import Actor
from huimin.platform.licences.queries import licences_of_case
from huimin.platform.process.models import Process
from huimin.platform.process.rules.graph import NodeKind
from tests.services.walking import Walk, lodged

pytestmark = [pytest.mark.django_db, pytest.mark.covers("P01")]
SCENARIOS = [
    pytest.param(service, scenario, id=f"{service.code}-{scenario.code}")
    for service in library.services().values()
    for scenario in library.scenarios_of(service.code).scenarios
]
STATES = {
    "granted": {State.GRANTED},
    "refused": {State.REFUSED, State.NOT_ACCEPTED},
    "lapsed": {State.LAPSED},
    "declined": {State.WITHDRAWN},
    "closed": {State.STOPPED},
}
OUTCOMES = Actor(kind="system", ref="outcomes")


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory, django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """A city stood up once for all scenarios, in a transaction that is rolled back."""
    before, settings.HOME = settings.HOME, tmp_path_factory.mktemp("city")
    with django_db_blocker.unblock(), transaction.atomic():
        establish()
        yield
        transaction.set_rollback(True)
    settings.HOME = before


@pytest.mark.parametrize(("service", "scenario"), SCENARIOS)
def test_a_scenario_is_walked_as_a_case(city, service, scenario) -> None:
    with transaction.atomic():
        walk = lodged(service, scenario)
        expected = scenario.expect
        _lodged_as_expected(walk)
        walk.follow()
        assert walk.case.state in STATES[expected.outcome], walk.case.state
        if expected.days is not None:
            assert walk.days() == expected.days
        _resulted_as_expected(walk)
        _parts_stand_for_themselves(walk)
        transaction.set_rollback(True)


def _parts_stand_for_themselves(walk: Walk) -> None:
    """Every part that the path went through is a case with its own number, body, clock, letter and record; nothing of it is left open."""
    graph = Process.objects.get(number=walk.case.process).definition.graph
    went = [doing for doing in walk.scenario.path if graph.nodes[doing.task].kind is NodeKind.CALL]
    assert walk.case.has_parts == bool(went)
    assert walk.case.parts.count() == len(went)
    for doing in went:
        part = walk.part_at(doing.task)
        declared = walk.service.part(part.service.partition(".")[2]).item
        own = Process.objects.get(number=part.process)
        assert part.state == doing.outcome
        assert part.accepted_at == part.lodged_at >= walk.case.lodged_at
        assert own.department.code == part.department == department_of(declared.body, walk.case.division)
        assert own.due_on is not None
        assert own.ended_at == part.decided_at
        assert own.parent.number == walk.case.process
        assert part.letters.filter(kind=doing.outcome).exists()
        assert [one.material for one in part.evidence.all()] == [
            one.material for one in walk.case.evidence.order_by("id") if one.material in _seen_by(declared)
        ]
        granted = doing.outcome == "granted"
        assert [one.type for one in licences_of_case(part.reference)] == [declared.outcome.licence] * bool(
            granted and declared.outcome.licence
        )
        _records_come_in(part, len(declared.outcome.records) if granted else 0)


def _seen_by(item: ServiceItem) -> set[str]:
    return {material.code for material in item.materials}


def _records_come_in(case: Case, number: int) -> None:
    assert case.records.count() == number
    operations.land_outcomes(actor=OUTCOMES, at=datetime.now(UTC) + timedelta(days=1))
    assert [(one.problem, one.delivery is not None) for one in case.records.all()] == [({}, True)] * number


def _lodged_as_expected(walk: Walk) -> None:
    expected, case = walk.scenario.expect, walk.case
    if expected.missing is not None:
        assert walk.put_to_them == set(expected.missing)
    needed = {met.need.material.code: met for met in walk.ready.materials if met.need.certain}
    if expected.materials is not None and not expected.missing:
        assert set(needed) == set(expected.materials)
    if expected.to_bring is not None:
        brought = {
            code
            for code, met in needed.items()
            if (met.way is None or met.way.how in ("upload", "original"))
            and not any(way.how == "promise" for way in met.need.material.met_by)
        }
        assert brought >= set(expected.to_bring)
    if expected.fee is not None:
        assert walk.ready.due.total == expected.fee
    if expected.eligible is not None:
        on = walk.begun
        assert eligible(walk.service, parties_of(case.parties, on=on), on=on) == expected.eligible


def _resulted_as_expected(walk: Walk) -> None:
    expected, case = walk.scenario.expect, walk.case
    outcome = walk.service.item.outcome
    if expected.decided is not None and case.rulings.exists():
        ruling = case.rulings.earliest("decided_at")
        assert ruling.outcome == expected.decided
        if expected.by_rule is not None:
            assert ruling.rule == expected.by_rule
        if expected.gives is not None and expected.outcome == "granted":
            assert {name: case.gives[name] for name in expected.gives} == expected.gives
    if f"{expected.outcome}.zh" in walk.service.letters:
        assert case.letters.filter(kind=expected.outcome).exists()
    held = [licence.type for licence in licences_of_case(case.reference)]
    assert held.count(outcome.licence or "") == (1 if outcome.licence and expected.outcome == "granted" else len(held))
    if expected.outcome == "granted" and case.records.exists():
        _records_come_in(case, len(outcome.records))
