from pathlib import Path

import pytest
from django.conf import settings

from huimin.kernel.declarations import DeclarationWrong, load
from huimin.platform.identity import operations
from huimin.platform.identity.declarations import (
    CityDeclaration,
    DepartmentsFile,
    GrantsFile,
    PersonasFile,
    city_declaration,
    duties,
    this_city,
)
from huimin.platform.identity.models import Account, Administrator, Department, Grant, Post, PostHolding
from huimin.platform.identity.ports import RegisteredPerson, persona_chooser
from huimin.platform.identity.tests.factories import AT, SYSTEM
from huimin.platform.journal import queries as journal

GIVE_DATA = {
    *("gaj", "wjw", "rsj", "ybj", "mzj", "jyj", "zgj", "gjj", "cl", "zfw", "scjgj", "swj", "bb"),
    *("water", "power", "gas", "telecom"),
}


@pytest.fixture
def wuhu() -> CityDeclaration:
    return city_declaration(Path(settings.CITIES) / "wuhu")


@pytest.mark.unit
@pytest.mark.covers("D05", "D06")
def test_wuhu_declares_its_81_departments(wuhu: CityDeclaration) -> None:
    departments = {department.code: department for department in wuhu.departments.departments}
    assert len(departments) == 81
    assert {"sjj", *GIVE_DATA} <= departments.keys()
    for code in GIVE_DATA:
        assert "data_officer" in {post.duty for post in wuhu.departments.posts_of(departments[code])}


@pytest.mark.unit
@pytest.mark.covers("D16")
def test_the_fourteen_sources_may_be_asked_about(wuhu: CityDeclaration) -> None:
    assert {grant.to for grant in wuhu.grants.grants} >= {"gaj.query", "rsj.query", "ybj.query", "mzj.query"}
    assert all(grant.legal_basis and grant.purposes for grant in wuhu.grants.grants)


@pytest.mark.unit
@pytest.mark.parametrize(
    ("model", "text", "saying"),
    [
        (DepartmentsFile, "departments:\n- {code: a, names: {zh: 甲, en: A}, kind: party, posts_of: [x]}", "no such set"),
        (GrantsFile, "purposes: {}\ngrants: [{code: a, to: b, resource: r, plain: [n], rows: everything, purposes: [p],"
         " legal_basis: 某法某条, until: 2027-01-01}]", "not declared"),
        (PersonasFile, "personas: [{code: a, names: {zh: 甲, en: A}, says: {zh: 甲, en: A}}]", "exactly one"),
        (GrantsFile, "purposes: {}\ngrants: []\nextra: 1", "extra"),
    ],
)  # fmt: skip
def test_a_mistake_names_file_and_line(tmp_path: Path, model: type, text: str, saying: str) -> None:
    (tmp_path / "file.yaml").write_text(text)
    with pytest.raises(DeclarationWrong, match=f"(?is)file.yaml:\\d+.*{saying}"):
        load(model, tmp_path / "file.yaml")


@pytest.mark.unit
def test_a_grant_to_a_post_that_is_not_there_is_a_mistake(wuhu: CityDeclaration) -> None:
    grants = wuhu.grants.model_copy(update={"grants": (wuhu.grants.grants[0].model_copy(update={"to": "gaj.nobody"}),)})
    with pytest.raises(ValueError, match="no such post"):
        CityDeclaration(slug="x", departments=wuhu.departments, grants=grants, personas=wuhu.personas, duties=duties())


@pytest.mark.django_db
@pytest.mark.covers("D05")
def test_loading_a_city_twice_writes_once_and_ends_what_is_gone(wuhu: CityDeclaration) -> None:
    first = operations.load_city(city=wuhu, actor=SYSTEM, at=AT)
    assert first is not None
    assert (first.departments, Department.objects.count()) == (81, 81)
    assert Post.objects.get(code="qu_jinghu.grid").divisions == ["340202"]
    assert operations.load_city(city=wuhu, actor=SYSTEM, at=AT) is None
    fewer = wuhu.model_copy(update={"grants": wuhu.grants.model_copy(update={"grants": wuhu.grants.grants[1:]})})
    again = operations.load_city(city=fewer, actor=SYSTEM, at=AT)
    assert again is not None
    assert (again.ended, again.grants) == (1, 0)
    assert Grant.objects.get(code=wuhu.grants.grants[0].code).ended_at == AT
    assert len(list(journal.entries_about(["city:wuhu"]))) == 2


@pytest.mark.django_db
def test_personas_have_posts_parts_and_people_once_the_registry_knows_them() -> None:
    city = this_city()
    operations.load_city(city=city, actor=SYSTEM, at=AT)
    assert operations.load_personas(city=city, actor=SYSTEM, at=AT) == 0
    assert Administrator.objects.count() == 3
    assert PostHolding.objects.filter(account__username="demo.police_query", post__code="gaj.query").exists()
    asked: list[str] = []

    def choose(rule: str) -> RegisteredPerson:
        asked.append(rule)
        return RegisteredPerson(f"P{len(asked)}", f"合成{len(asked)}")

    kept = persona_chooser.find()
    persona_chooser.unplug()
    persona_chooser.plug(choose)
    try:
        assert operations.load_personas(city=city, actor=SYSTEM, at=AT) == len(asked) == 4
        assert operations.load_personas(city=city, actor=SYSTEM, at=AT) == 4
    finally:
        persona_chooser.unplug()
        if kept is not None:
            persona_chooser.plug(kept)
    assert "first resident with a disputed field" in asked
    assert len(asked) == 4
    assert not any(account.has_usable_password() for account in Account.objects.all())
