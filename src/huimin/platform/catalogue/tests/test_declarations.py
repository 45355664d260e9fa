"""Mistakes in a service are told with file and line before the city starts; a city changes only what the schema marks local."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from huimin.kernel.declarations import DeclarationWrong
from huimin.platform.catalogue import checks, library
from huimin.platform.catalogue.declarations.local import foreign_keys, local_keys
from huimin.platform.catalogue.rules.agreement import item_faults

pytestmark = pytest.mark.unit


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of a service that a test may spoil."""
    copy = tmp_path / "domains" / "household" / "services" / "real_estate_transfer"
    shutil.copytree(library.folder_of("real_estate_transfer"), copy)
    return copy


def spoil(folder: Path, old: str, new: str, *, file: str = "service.yaml") -> None:
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert text.count(old) >= 1, old
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def mistakes(folder: Path, overlay: Path | None = None) -> list[tuple[str, str, str]]:
    """(file, the line's text, what is said) of every mistake."""
    with pytest.raises(DeclarationWrong) as wrong:
        library.read_service(folder, overlay or folder / "none.yaml", library.vocabulary())
    return [
        (
            one.path.name,
            one.path.read_text(encoding="utf-8").splitlines()[one.line - 1].strip() if one.path.exists() else "",
            one.saying,
        )
        for one in wrong.value.mistakes
    ]


def test_the_copy_is_right(folder):
    assert library.read_service(folder, folder / "none.yaml", library.vocabulary()).revision == 0


@pytest.mark.parametrize(
    ("old", "new", "line", "saying"),
    [
        ('case_kind: "2"', 'case_kind: "1"', 'case_kind: "1"', "on-the-spot case"),
        ('case_kind: "2"', 'case_kind: "7"', 'case_kind: "7"', "no code of case_kind"),
        ("promised: {amount: 3}", "promised: {amount: 31}", "promised: {amount: 31}", "longer than the statutory"),
        ("visits: {count: 1, reason", "visits: {count: 1, why", "visits: {count: 1, why", "Extra inputs"),
        ('online_depth: "3"', 'online_depth: "4"', "visits: {count: 1", "no visit at all"),
        ("pay_online: true", "pay_online: false", "pay_online: false", "can be paid online"),
        ("basis: fee_relief}", "basis: nowhere}", "small_firm", "legal basis nowhere"),
        ("of: other, names: {zh: 小微", "of: villa, names: {zh: 小微", "small_firm", "no line villa"),
        ('person_themes: ["045", "075"]', "person_themes: []", "person_themes", "theme for persons"),
        (
            "because: {zh: 与税务联办接通前由申请人提供",
            "note: {zh: 与税务联办接通前由申请人提供",
            "- code: tax_receipt",
            "not asked for",
        ),
        ("licence: property_certificate, trust: A", "licence: palace, trust: A", "palace", "no licence type palace"),
        ("fields: {owner: applicant.name,", "fields: {", "fields:", "differ in owner"),
        (
            "unit_number: answers.unit_number, name:",
            "unit_number: answers.nothing, name:",
            "unit_number",
            "no question nothing",
        ),
        ("resource: housing.property", "resource: housing.castles", "housing.castles", "no resource"),
        ("body: natural_resources", "body: weather", "body: weather", "bodies.yaml does not say"),
        ("when: mortgaged", "when: haunted", "when: haunted", "neither a question nor a parameter"),
        ("when: mortgaged", "when: mortgaged()", "when: mortgaged()", "cannot be used"),
        ('necessity: "1"', 'necessity: "3"', "- code: identity", "within how long"),
    ],
)
def test_a_mistake_in_the_item_is_told_with_its_line(folder, old, new, line, saying):
    spoil(folder, old, new)
    found = mistakes(folder)
    assert any(file == "service.yaml" and line in at and saying in said for file, at, said in found), found


@pytest.mark.covers("P01", "D05")
@pytest.mark.parametrize(
    ("service", "file", "old", "new", "saying"),
    [
        ("marriage_registration", "service.yaml", '"=20"', '"=10"', "cannot write 10"),
        ("marriage_registration", "service.yaml", '"=20"', '"=66"', "66 is no code of this item"),
        ("marriage_registration", "service.yaml", '"=20"', '"="', "nothing is said"),
        ("marriage_registration", "service.yaml", '"=20"', "answers.married_before", "never is no code of this item"),
        ("marriage_registration", "service.yaml", '"=20"', "answers.phone", "holds codes"),
        ("after_death", "service.yaml", '"=true"', '"=false"', "cannot write false"),
        ("birth", "service.yaml", "sex: answers.child_sex, birth_date: answers.born_on, mother_name: applicant.name, "
         "mother_citizen_id", "sex: answers.register_with, birth_date: answers.born_on, mother_name: applicant.name, "
         "mother_citizen_id", "father is no code of this item"),
        ("birth", "service.yaml", "father_citizen_id: father.citizen_id", "father_citizen_id: child.citizen_id",
         "the registries do not hold child"),
        ("retirement", "service.yaml", "birth_date: applicant.birth_date}", "birth_date: gives.day}", "does not give day"),
        ("business_start", "process.bpmn", '"invoices"', '"tax"', "called like a task"),
        ("old_age_allowance", "decision.json", '"amount"', '"sum"', "no decision table gives its amount"),
        ("birth", "service.yaml", "task: vaccinate", "task: gather", "gather is neither a call nor a task of disease_control"),
        ("retirement", "service.yaml", "task: decide", "task: nowhere", "nowhere is neither a call nor a task of human_resources"),
    ],
)  # fmt: skip
def test_an_outcome_says_only_what_a_case_has_and_a_department_can_write(tmp_path, service, file, old, new, saying):
    copy = tmp_path / "domains" / "any" / "services" / service
    shutil.copytree(library.folder_of(service), copy)
    text = (copy / file).read_text(encoding="utf-8")
    assert old in text
    (copy / file).write_text(text.replace(old, new), encoding="utf-8")
    assert [said for _, _, said in mistakes(copy) if saying in said] != []


def test_who_issues_licences_has_a_credit_code():
    known = replace(library.vocabulary(), issuers=frozenset())
    service = library.services()["teacher_qualification"]
    said = [fault.saying for fault in item_faults(service.item, service.form, known)]
    assert said == ["the department of education has no credit code (departments.yaml)"]


@pytest.mark.covers("D16")
@pytest.mark.parametrize(
    "asked",
    [
        "{code: buyers_phone, names: {zh: 手机号, en: Mobile}, type: phone}",
        "{code: marital_status, names: {zh: 婚姻情况说明, en: Family}, type: text}",
        "{code: where, names: {zh: 卖方现住址, en: Where}, type: address, of: seller}",
        "{code: who_owns, names: {zh: 权利人, en: Owner}, type: text, of: seller}",
    ],
    ids=["registry field by name", "by code", "with the party before it", "licence field"],
)
def test_a_question_for_what_is_held_already_is_a_mistake_unless_it_says_why(folder, asked):
    spoil(folder, "      - {code: price,", f"      - {asked}\n      - {{code: price,", file="form.yaml")
    assert any(file == "form.yaml" and "holds this already" in said for file, _, said in mistakes(folder))
    why = asked.removesuffix("}") + ", because: {zh: 须当面确认, en: Confirmed in person}}"
    spoil(folder, asked, why, file="form.yaml")
    library.read_service(folder, folder / "none.yaml", library.vocabulary())


@pytest.mark.parametrize(
    ("file", "old", "new", "saying"),
    [
        ("form.yaml", 'when: sharing != "alone"}\n', 'when: sharing != "alone" and moon}\n', "moon"),
        (
            "form.yaml",
            "from: licence.property_certificate.location",
            "from: licence.property_certificate.colour",
            "no field",
        ),
        ("form.yaml", "{code: price,", "{code: units,", "already"),
        ("form.yaml", "{code: price,", "{code: review,", "called like a task"),
        ("process.bpmn", "{natural_resources}.review", "{weather}.review", "weather"),
        ("process.bpmn", 'id="granted"', 'id="splendid"', "not connected"),
    ],
)
def test_parts_that_do_not_meet_are_told(folder, file, old, new, saying):
    spoil(folder, old, new, file=file)
    assert any(saying in said for _, _, said in mistakes(folder))


def test_what_a_table_gives_is_not_called_like_a_task(tmp_path):
    copy = tmp_path / "old_age_allowance"
    shutil.copytree(library.folder_of("old_age_allowance"), copy)
    path = copy / "process.bpmn"
    path.write_text(path.read_text(encoding="utf-8").replace("reckon", "amount"), encoding="utf-8")
    assert any("the result amount is called like a task" in said for _, _, said in mistakes(copy))


def test_a_letter_that_the_process_sends_must_be_there_in_both_languages(folder):
    (folder / "letters" / "lapsed.en.md").unlink()
    assert [said for _, _, said in mistakes(folder)] == ["this letter is missing"]


def test_a_letter_asks_only_for_what_there_is(folder):
    spoil(folder, "{decided_on}", "{weather}", file="letters/granted.zh.md")
    assert any("weather" in said for _, _, said in mistakes(folder))


class TestOverlay:
    def test_local_keys_are_those_of_the_schema(self):
        assert {"contacts", "fee.lines", "limits.promised", "parameters"} <= local_keys()
        assert not {"basis", "materials", "limits.statutory", "outcome"} & local_keys()
        assert foreign_keys({"limits": {"statutory": {"amount": 1}, "promised": {"amount": 1}}}) == (
            "limits.statutory",
        )

    def test_a_city_cannot_change_what_the_law_fixes(self, folder, tmp_path):
        overlay = tmp_path / "overlay.yaml"
        overlay.write_text(
            "revision: 1\nlimits:\n  statutory: {amount: 99, basis: registration_20}\n", encoding="utf-8"
        )
        assert mistakes(folder, overlay) == [
            ("overlay.yaml", "statutory: {amount: 99, basis: registration_20}", "a city may not set this")
        ]

    def test_a_city_sets_its_promise_and_counters_and_the_digest_knows(self, folder, tmp_path):
        plain = library.read_service(folder, tmp_path / "none.yaml", library.vocabulary())
        overlay = tmp_path / "overlay.yaml"
        overlay.write_text("revision: 4\nlimits:\n  promised: {amount: 2}\n", encoding="utf-8")
        said = library.read_service(folder, overlay, library.vocabulary())
        assert (said.item.limits.promised.amount, said.item.limits.statutory.amount, said.revision) == (2, 30, 4)
        assert said.digest != plain.digest

    def test_a_promise_longer_than_the_law_is_a_mistake_of_the_city(self, folder, tmp_path):
        overlay = tmp_path / "overlay.yaml"
        overlay.write_text("revision: 1\nlimits:\n  promised: {amount: 40}\n", encoding="utf-8")
        assert any("longer" in said for _, _, said in mistakes(folder, overlay))


def test_the_city_of_this_tree_starts():
    assert list(checks.services_are_declared(None)) == []


def test_a_start_with_a_mistake_is_refused(monkeypatch):
    def broken() -> None:
        raise DeclarationWrong(mistakes=())

    monkeypatch.setattr(checks, "licence_types", broken)
    assert list(checks.services_are_declared(None)) == []
    wrong = DeclarationWrong(mistakes=(library.mistake_at(Path("x.yaml"), ("a",), "wrong"),))
    monkeypatch.setattr(checks, "licence_types", lambda: (_ for _ in ()).throw(wrong))
    assert [error.id for error in checks.services_are_declared(None)] == ["catalogue.E001"]
