"""Every declared service: it loads, proves its pattern, is no copy of another, and its scenarios come out as they say."""

from collections import Counter, defaultdict
from datetime import date
from typing import get_args

import pytest

from huimin.platform.catalogue import library
from huimin.platform.catalogue.declarations.scenarios import Pattern
from huimin.platform.catalogue.declarations.tables import DecisionTable
from huimin.platform.catalogue.queries.eligibility import decide_values
from huimin.platform.catalogue.rules.situations import parameters_of
from huimin.platform.catalogue.rules.structure import form_shape, process_shape
from huimin.platform.catalogue.rules.tables import decided
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


def test_a_table_gives_the_same_in_whatever_order_its_results_stand():
    """PostgreSQL keeps the keys of JSON in an order of its own."""
    service = next(service for service in SERVICES if service.code == "fund_rent_withdrawal")
    asked = {"rent": 180000, "wanted_months": 3, "own_home": False, "rent_kind": "market"}
    facts = {"applicant": {"marital_status": "10", "employer_uscc": "x"}}
    turned = service.decision.model_dump(by_alias=True, exclude_none=True)
    for rule in turned["rules"]:
        rule["gives"] = dict(sorted(rule.get("gives", {}).items()))
    found = [
        decided(table, facts=facts, answers={**asked, "monthly_rent": 180000, "months": 3},
                parameters=parameters_of(service.item), on=date(2026, 7, 1))
        for table in (service.decision, DecisionTable.model_validate(turned))
    ]  # fmt: skip
    assert [one.outcome for one in found] == ["granted", "granted"]
    assert found[0].gives == found[1].gives == {"monthly": 120000, "amount": 360000}


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
