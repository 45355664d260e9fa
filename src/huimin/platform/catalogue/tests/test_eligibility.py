"""One text on one engine: what is decided of one person is what the scan of the registry finds."""

from datetime import date
from pathlib import Path
from tempfile import mkdtemp

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huimin.platform.catalogue import library
from huimin.platform.catalogue.queries.eligibility import decide, decide_values, known_file, scan, scan_file
from huimin.platform.registries.fields import fields_of
from huimin.platform.registries.models import Person
from huimin.platform.registries.tests.factories import person
from huimin.platform.registries.tests.test_reconcile import Clock, built, land, town_rows

ON = date(2026, 7, 1)
SCANNED = [
    service
    for service in library.services().values()
    if service.eligibility
    and len(service.eligibility.parties) == 1
    and service.form.party(service.eligibility.parties[0]).registry == "people"
]
ABSENT = {"deceased": "false"}
days = st.dates(date(1920, 1, 1), date(2012, 12, 31)).map(date.isoformat)
rows = st.lists(
    st.fixed_dictionaries(
        {},
        optional={
            "birth_date": days | st.none(),
            "sex": st.sampled_from(["1", "2", None]),
            "deceased": st.sampled_from(["true", "false", None]),
            "education": st.sampled_from(["10", "20", "30", "60", None]),
            "marital_status": st.sampled_from(["10", "20", "22", "40", None]),
            "employer_uscc": st.sampled_from(["913402001490000000", "913101001490000000", None]),
            "division": st.sampled_from(["340202", "", None]),
        },
    ),
    min_size=1,
    max_size=8,
)


def _file(values: list[dict[str, str | None]]) -> Path:
    """The registry as conditions see it, of these people."""
    types = {"birth_date": pa.date32(), "deceased": pa.bool_()}
    columns: dict[str, pa.Array] = {"key": pa.array([f"P{number}" for number in range(len(values))])}
    for field in [*fields_of("people"), "division"]:
        texts = [row.get(field, ABSENT.get(field)) if field in row else ABSENT.get(field) for row in values]
        if field == "birth_date":
            columns[field] = pa.array([date.fromisoformat(text) if text else None for text in texts], types[field])
        elif field == "deceased":
            columns[field] = pa.array([None if text is None else text == "true" for text in texts], types[field])
        else:
            columns[field] = pa.array(texts, pa.string())
    path = Path(mkdtemp()) / "people_known.parquet"
    pq.write_table(pa.table(columns), path)
    return path


@pytest.mark.unit
@given(service=st.sampled_from(SCANNED), values=rows)
@settings(max_examples=30, deadline=None)
def test_the_scan_finds_whom_the_decision_finds(service, values):
    with duckdb.connect() as connection:
        found = scan_file(service, _file(values), connection, on=ON)
    party = service.eligibility.parties[0]
    each = {f"P{number}": decide_values(service, {party: row}, on=ON) for number, row in enumerate(values)}
    assert set(found.yes) == {key for key, one in each.items() if one.answer == "yes"}
    assert dict(found.maybe) == {
        key: tuple(verdict.condition.code for verdict in one.open) for key, one in each.items() if one.answer == "maybe"
    }
    assert found.scanned == len(values)


@pytest.mark.unit
def test_every_scanned_service_can_be_scanned():
    assert {service.code for service in SCANNED} >= {"old_age_allowance", "retirement", "fund_rent_withdrawal"}


@pytest.mark.unit
@pytest.mark.parametrize(
    ("sex", "born", "answer"),
    [
        # The official table: a man born in January 1965 retires at 60 and a month, one of May 1965 at 60 and two.
        ("1", "1965-01-15", "yes"),
        ("1", "1965-05-15", "yes"),
        ("1", "1966-05-15", "no"),
        ("2", "1970-01-15", "yes"),
        ("2", "1974-12-15", "maybe"),
        ("2", "1977-07-15", "no"),
    ],
)
def test_the_retirement_age_is_the_one_of_the_decision(sex, born, answer):
    service = library.get_declared("retirement")
    values = {"sex": sex, "birth_date": born, "deceased": "false"}
    assert decide_values(service, {"applicant": values}, on=ON).answer == answer


@pytest.mark.unit
def test_a_parameter_of_the_city_moves_the_line():
    service = library.get_declared("old_age_allowance")
    item = service.content["item"]
    moved = {
        **item,
        "parameters": {**item["parameters"], "least_age": {**item["parameters"]["least_age"], "value": 70}},
    }
    younger = type(service)(
        code=service.code, domain=service.domain, revision=2, content={**service.content, "item": moved}
    )
    values = {"applicant": {"birth_date": "1950-01-01", "deceased": "false", "division": "340202"}}
    assert decide_values(service, values, on=ON).answer == "no"
    assert decide_values(younger, values, on=ON).answer == "yes"


@pytest.mark.django_db
class TestOverTheRegistry:
    def test_the_built_registry_is_scanned_as_each_person_is_decided(self, own_home):
        clock = Clock()
        land(own_home, town_rows(), clock)
        built(clock)
        for service in SCANNED:
            found = scan(service, on=ON)
            party = service.eligibility.parties[0]
            each = {one.key: decide(service, {party: one.key}, on=ON) for one in Person.objects.all()}
            assert set(found.yes) == {key for key, one in each.items() if one.answer == "yes"}, service.code
            assert {key for key, _ in found.maybe} == {key for key, one in each.items() if one.answer == "maybe"}
            assert found.scanned == len(each) == 3

    def test_the_known_values_are_written_once_for_a_build(self, own_home):
        clock = Clock()
        land(own_home, town_rows(), clock)
        built(clock)
        first = known_file("people")
        assert known_file("people") == first
        assert first.exists()

    def test_a_disputed_value_gives_maybe_and_an_unknown_person_too(self):
        old = person("P1", number="340204194001011231", deceased=None)
        service = library.get_declared("old_age_allowance")
        assert decide(service, {"applicant": old.key}, on=ON).answer == "yes"
        assert decide(service, {"applicant": "P404"}, on=ON).answer == "maybe"
        fund = library.get_declared("fund_rent_withdrawal")
        assert [verdict.condition.code for verdict in decide(fund, {"applicant": old.key}, on=ON).open] == [
            "works_here"
        ]
