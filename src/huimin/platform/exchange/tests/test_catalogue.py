"""Search, browsing and versions of the catalogue."""

from copy import deepcopy

import pytest

from huimin.platform.exchange import catalogue
from huimin.platform.exchange.catalogue import Difference
from huimin.platform.exchange.models import ResourceVersion
from huimin.platform.exchange.operations.catalogue import register_catalogue
from huimin.platform.exchange.tests.factories import ACTOR, AT
from huimin.platform.journal.queries import entries_about


def found(asked: str) -> list[str]:
    return [entry.resource.code for entry in catalogue.search(asked)]


@pytest.mark.covers("D01")
@pytest.mark.unit
@pytest.mark.parametrize(
    ("asked", "first"),
    [
        ("低保", "civil.lowincome"),
        ("参保", "hrss.insured"),
        ("社保", "hrss.insured"),
        ("不动产", "housing.property"),
        ("bdc", "housing.property"),
        ("shehuibaoxian", "hrss.insured"),
        ("SHBX", "hrss.insured"),
        ("gongjijin", "fund.members"),
        ("social insurance", "hrss.insured"),
        ("hrss.insured", "hrss.insured"),
        ("低保人员", "civil.lowincome"),
        ("公安 户籍", "police.population"),
    ],
)
def test_found_by_words_pinyin_and_initials(asked, first):
    assert found(asked)[0] == first


@pytest.mark.unit
@pytest.mark.parametrize("asked", ["", "  ", "夸克", "q", "heb", "zzzz", "低保 夸克", ".*"])
def test_not_found_by_what_is_not_there(asked):
    assert found(asked) == []


@pytest.mark.unit
def test_every_resource_is_found_by_its_own_names():
    for code, entry in catalogue.entries().items():
        assert code in found(entry.resource.names.zh)
        assert code in found(code)


@pytest.mark.unit
def test_browsing_narrows():
    every = catalogue.browse()
    assert {entry.resource.code for entry in catalogue.browse(department="mzj")} == {
        "civil.elders", "civil.lowincome", "civil.marriage",
    }  # fmt: skip
    basic = catalogue.browse(kind="基础信息资源")
    assert basic
    assert basic == [entry for entry in every if entry.classes[0] == "基础信息资源"]
    assert [entry.resource.code for entry in catalogue.browse(kind="基础信息资源/人口", asked="户籍")] == [
        "police.population", "police.migrants",
    ]  # fmt: skip
    assert catalogue.browse(domain="health", department="mzj") == []


@pytest.mark.unit
def test_a_code_that_is_not_there_is_refused():
    with pytest.raises(catalogue.NoSuchResource):
        catalogue.get_entry("no.such")


@pytest.mark.unit
def test_differences_name_what_changed_and_nothing_else():
    before = catalogue.get_entry("hrss.insured").content()
    assert catalogue.differences(before, before) == []
    after = deepcopy(before)
    after["cycle"] = "weekly"
    after["open"] = True
    del after["items"]["phone"]
    after["items"]["email"] = {"zh": "电子邮箱", "en": "e-mail", "type": "text"}
    after["items"]["name"]["share"] = "withheld"
    assert catalogue.differences(before, after) == [
        Difference(kind="changed", attribute="open", before="false", after="true"),
        Difference(kind="changed", attribute="cycle", before="daily", after="weekly"),
        Difference(kind="changed", item="name", attribute="share", before="", after="withheld"),
        Difference(kind="removed", item="phone", before="手机号码"),
        Difference(kind="added", item="email", after="电子邮箱"),
    ]


@pytest.mark.covers("D23")
@pytest.mark.django_db
class TestVersions:
    def test_each_declaration_is_kept_once(self):
        first = register_catalogue(actor=ACTOR, at=AT)
        assert {version.number for version in first} == {1}
        assert len(first) == len(catalogue.entries())
        assert register_catalogue(actor=ACTOR, at=AT) == []
        assert ResourceVersion.objects.count() == len(first)
        assert len(entries_about(["catalogue:resources"])) == 1

    def test_a_changed_declaration_is_the_next_version(self):
        register_catalogue(actor=ACTOR, at=AT)
        kept = ResourceVersion.objects.get(code="hrss.insured")
        kept.content["cycle"] = "weekly"
        kept.save()
        (new,) = register_catalogue(actor=ACTOR, at=AT)
        assert (new.code, new.number) == ("hrss.insured", 2)
        newest, before = catalogue.versions_of("hrss.insured")
        assert catalogue.differences(before.content, newest.content) == [
            Difference(kind="changed", attribute="cycle", before="weekly", after="daily")
        ]

    def test_two_processes_make_one_version(self):
        register_catalogue(actor=ACTOR, at=AT)
        version = ResourceVersion.objects.first()
        with pytest.raises(Exception, match=r"(?i)unique"):
            ResourceVersion.objects.create(code=version.code, number=version.number, content={}, seen_at=AT)
