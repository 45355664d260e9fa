"""What a scope shows of a row, what questions answer, whom identity is told of."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huimin.platform.identity.rules import Ground, Mask, Rows, Scope
from huimin.platform.registries import questions
from huimin.platform.registries.queries.cards import Row, card_of
from huimin.platform.registries.queries.fitting import ValueNotFit, fit_value
from huimin.platform.registries.queries.matching import match_person
from huimin.platform.registries.rules import claim_of, golden_values
from huimin.platform.registries.tests import factories as make

ON = date(2026, 7, 1)


def row(stored: str, *, key: str = "P1", division: str = "340202") -> Row:
    return Row(registry="people", key=key, number=make.NUMBER, division=division, stored=stored)


STORED = (
    '{"name":{"v":"王小明","s":"police.population","d":"2026-05-25","c":[["hrss.insured","王小明","2026-05-20"]],"x":[]},'
    '"phone":{"v":"13800001234","s":"hrss.insured","d":"2026-05-20","c":[],"x":[["fund.members","13900005678","2026-05-01"]]}}'
)


@pytest.mark.unit
def test_a_claim_is_found_by_its_source():
    phone = golden_values(STORED)["phone"]
    assert claim_of(phone).value == "13800001234"
    assert claim_of(phone, "fund.members").value == "13900005678"
    assert claim_of(phone, "civil.elders") is None
    assert claim_of(None) is None


@pytest.mark.unit
@pytest.mark.covers("D16")
def test_a_card_holds_only_granted_fields_and_masks_claims_like_the_value():
    scope = Scope(
        frozenset(
            {Ground("grant:g", Rows(everything=True), masked=frozenset({("phone", Mask.PHONE), ("name", Mask.HIDDEN)}))}
        )
    )
    card = card_of(row(STORED), row(STORED).shown_in(scope), scope.bases)
    assert [value.field for value in card.values] == ["phone"]
    assert card.value("phone").value == "138****1234"
    assert [claim.value for claim in card.value("phone").disputes] == ["139****5678"]


@pytest.mark.unit
@given(division=st.sampled_from(["340202", "340204", ""]), granted=st.sampled_from(["3402", "340202", "340204"]))
def test_a_row_outside_the_scope_shows_nothing(division, granted):
    scope = Scope(frozenset({Ground("grant:g", Rows(divisions=frozenset({granted})), plain=frozenset({"*"}))}))
    found = row(STORED, division=division)
    assert found.is_in(scope) == division.startswith(granted)
    assert bool(found.shown_in(scope)) == found.is_in(scope)


def ask(code: str, division: str = "340202", **fields: str) -> bool | None:
    stored = {field: make.golden(value) for field, value in fields.items()}
    import json

    return questions.answer(questions.get_question(code), golden_values(json.dumps(stored)), division=division, on=ON)


@pytest.mark.unit
@pytest.mark.covers("D16")
def test_questions_answer_yes_no_or_cannot_tell():
    assert ask("is_adult", birth_date="2008-07-01") is True
    assert ask("is_adult", birth_date="2008-07-02") is False
    assert ask("is_adult") is None
    home = {"residence_address": make.ADDRESS}
    assert ask("over_80_and_resident", birth_date="1946-07-01", **home) is True
    assert ask("over_80_and_resident", birth_date="1946-07-02", **home) is False
    assert ask("over_80_and_resident", birth_date="1946-07-01", deceased="true", **home) is False
    assert ask("over_80_and_resident", division="", birth_date="1930-01-01", **home) is False
    # Where somebody lives is not known: false for the young whatever it is, cannot tell for the old.
    assert ask("over_80_and_resident", birth_date="1990-01-01") is False
    assert ask("over_80_and_resident", birth_date="1930-01-01") is None
    assert ask("is_deceased") is False
    assert ask("employed_in_city", employer_uscc="91340281212552018X") is True
    assert ask("employed_in_city", employer_uscc="91110000212552018X") is False


@pytest.mark.unit
def test_a_disputed_field_gives_cannot_tell():
    stored = '{"marital_status":{"v":"20","s":"civil.marriage","d":"2026-05-25","c":[],"x":[["police.population","10","2025-01-01"]]}}'
    assert questions.answer(questions.get_question("is_married"), golden_values(stored), division="", on=ON) is None
    assert ask("is_married", marital_status="21") is True


@pytest.mark.unit
def test_every_question_names_its_fields_and_is_declared_soundly():
    assert questions.get_question("over_80_and_resident").fields == (
        "birth_date",
        "hukou_address",
        "residence_address",
        "deceased",
    )
    with pytest.raises(ValueError, match="no field"):
        questions.Question(registry="people", names={"zh": "？", "en": "?"}, rule="salary > 3")
    with pytest.raises(ValueError, match="plain expression"):
        questions.Question(registry="people", names={"zh": "？", "en": "?"}, rule="name IN (SELECT name)")
    with pytest.raises(questions.NoSuchQuestion):
        questions.get_question("nothing")


def test_a_value_is_read_as_landing_reads_it():
    assert fit_value("hukou_address", "police.population", f" {make.NEW_ADDRESS} ") == make.NEW_ADDRESS
    assert fit_value("education", "hrss.insured", "大学本科教育") == "20"
    assert fit_value("birth_date", "police.population", "1980-01-02") == "1980-01-02"
    for field, text in (
        ("hukou_address", "某处"),
        ("hukou_address", "=cmd|' /C calc'!A0"),
        ("sex", "x"),
        ("birth_date", "1980-13-01"),
        ("name", "王女士"),
    ):
        with pytest.raises(ValueNotFit):
            fit_value(field, "police.population", text)


@pytest.mark.django_db
def test_only_number_and_name_of_one_living_person_match():
    make.person()
    assert match_person(citizen_id=make.NUMBER, name="王小明").person_key == "P000000001"
    assert match_person(citizen_id=make.NUMBER, name="王小朋") is None
    assert match_person(citizen_id="1", name="王小明") is None
    make.person("P000000002", number=make.OTHER_NUMBER, name="李国强", deceased=make.golden("true", "health.deaths"))
    assert match_person(citizen_id=make.OTHER_NUMBER, name="李国强") is None


@pytest.mark.django_db
def test_no_code_goes_to_a_telephone_that_is_disputed():
    make.person(phone=make.golden("13800001234", "hrss.insured", disputes={"fund.members": "13900005678"}))
    assert match_person(citizen_id=make.NUMBER, name="王小明").phone == ""
