"""Every declared service: it loads, proves its pattern, is no copy of another, and its scenarios come out as they say."""

from collections import Counter, defaultdict
from datetime import date
from typing import get_args

import pytest

from huimin.platform.catalogue import library
from huimin.platform.catalogue.declarations.scenarios import Pattern
from huimin.platform.catalogue.queries.eligibility import decide_values
from huimin.platform.catalogue.rules.structure import form_shape, process_shape
from huimin.platform.catalogue.rules.walks import values_of, walk
from huimin.platform.process.rules.bpmn import compiled

pytestmark = pytest.mark.unit

SERVICES = tuple(library.services().values())
SCENARIOS = [
    pytest.param(service, scenario, id=f"{service.code}-{scenario.code}")
    for service in SERVICES
    for scenario in library.scenarios_of(service.code).scenarios
]


@pytest.mark.covers("P01", "P11")
def test_each_pattern_is_proved_by_exactly_one_service():
    proved = Counter(library.scenarios_of(service.code).pattern for service in SERVICES)
    assert proved == Counter(get_args(Pattern))


@pytest.mark.covers("P01")
def test_eleven_departments_lead_and_eight_domains_take_part():
    assert len({service.item.body for service in SERVICES}) >= 11
    assert len({service.domain for service in SERVICES}) >= 8


def test_no_two_services_differ_in_names_only():
    processes, forms = defaultdict(list), defaultdict(list)
    for service in SERVICES:
        forms[form_shape(service.form)].append(service.code)
        if not service.item.process:
            processes[process_shape(service.process_text)].append(service.code)
    assert [codes for codes in (*processes.values(), *forms.values()) if len(codes) > 1] == []


def test_a_copy_with_other_names_has_the_same_shape_and_another_way_has_not():
    text = next(service.process_text for service in SERVICES if service.code == "restaurant_opening")
    renamed = text.replace('"accept"', '"take"').replace("accept ==", "take ==").replace("fire_rescue", "health")
    assert process_shape(renamed) == process_shape(text)
    assert process_shape(text.replace('outcomes="passed failed"', 'outcomes="passed failed put_off"')) != process_shape(
        text
    )


@pytest.mark.parametrize(("service", "scenario"), SCENARIOS)
def test_a_scenario_comes_out_as_it_says(service, scenario):
    walked, expected = walk(service, compiled(service.process_text), scenario), scenario.expect
    assert walked.end == expected.outcome
    assert walked.wrong == ()
    for name in ("asked", "missing", "materials", "to_bring", "days"):
        if getattr(expected, name) is not None:
            assert getattr(walked, name) == getattr(expected, name), name
    if expected.fee is not None:
        assert walked.fee == expected.fee.amount
    if expected.decided is not None:
        assert (walked.decision.outcome, walked.decision.because.zh != "") == (expected.decided, True)
    if expected.by_rule is not None:
        assert walked.decision.rule == expected.by_rule
    if expected.gives is not None:
        assert walked.decision.gives == expected.gives
    if expected.eligible is not None:
        found = decide_values(service, values_of(scenario.facts), on=date.fromisoformat(scenario.on))
        assert found.answer == expected.eligible
        if expected.reasons is not None:
            assert tuple(verdict.condition.code for verdict in found.open) == expected.reasons
