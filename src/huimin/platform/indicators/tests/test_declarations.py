"""What a city publishes is declared right, or it does not start."""

from pathlib import Path

import pytest
import yaml
from django.conf import settings as django_settings

from huimin.kernel.declarations import DeclarationWrong
from huimin.platform.indicators import checks, declarations
from huimin.platform.indicators.declarations import UNKNOWN, statistics
from huimin.platform.registries.declarations import authority, city

pytestmark = pytest.mark.unit


@pytest.fixture(autouse=True)
def fresh():
    yield
    for read in (statistics, authority, city):
        read.cache_clear()


@pytest.fixture
def declared(tmp_path, settings):
    """The city's own file in a folder of its own, to be changed."""
    own = Path(django_settings.CITIES) / django_settings.CITY
    (tmp_path / "town").mkdir()
    for name in ("city.yaml", "authority.yaml", "statistics.yaml"):
        (tmp_path / "town" / name).write_text((own / name).read_text(encoding="utf-8"), encoding="utf-8")
    settings.CITIES, settings.CITY = tmp_path, "town"
    for read in (statistics, authority, city):
        read.cache_clear()
    path = tmp_path / "town" / "statistics.yaml"

    def change(**changes):
        path.write_text(yaml.safe_dump(yaml.safe_load(path.read_text(encoding="utf-8")) | changes), encoding="utf-8")
        statistics.cache_clear()

    return change


def test_the_city_publishes_what_the_page_shows():
    found = statistics()
    assert found.smallest >= 10
    assert set(found.releases) >= {
        "residents_by_age_and_sex",
        "residents_by_district_and_age",
        "residents_by_education_and_sex",
        "businesses_by_kind_and_status",
        "businesses_by_district",
        "businesses_by_industry",
    }
    assert checks.statistics_are_declared(None) == []


def test_every_dimension_ends_with_unknown_and_has_both_names():
    for name in statistics().dimensions:
        names = statistics().category_names(name)
        assert list(names)[-1] == UNKNOWN
        assert all(each.zh and each.en for each in names.values())


def test_ages_in_fives_lie_in_the_groups():
    parents = statistics().parents("age_group", "age_band")
    assert (parents["60-64"], parents["75-79"], parents["95+"], parents[UNKNOWN]) == ("60-64", "65-79", "80+", UNKNOWN)
    assert statistics().parents("age_band", "age_group") is None
    assert statistics().parents("age_band", "sex") is None


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"smallest": 10, "round_to": 4}, "multiple of round_to"),
        ({"smallest": 2}, "greater than or equal to 3"),
        ({"colour": "red"}, "Extra inputs"),
        ({"releases": {}}, "at least 1 item"),
        (
            {"releases": {"x": {"names": {"zh": "表", "en": "T"}, "population": "cats", "by": ["sex"]}}},
            "no such population",
        ),
        (
            {"releases": {"x": {"names": {"zh": "表", "en": "T"}, "population": "residents", "by": ["industry"]}}},
            "not in the chain",
        ),
        (
            {
                "releases": {
                    "x": {"names": {"zh": "表", "en": "T"}, "population": "residents", "by": ["district", "sex"]}
                }
            },
            "no neighbours in the chain",
        ),
    ],
)
def test_a_mistake_names_the_file(declared, changes, said):
    declared(**changes)
    with pytest.raises(DeclarationWrong, match=r"statistics\.yaml:\d+") as wrong:
        statistics()
    assert said in str(wrong.value)
    assert [found.id for found in checks.statistics_are_declared(None)] == ["indicators.E001"]


def test_a_field_that_the_registry_does_not_have_is_a_mistake(declared):
    dimension = {"names": {"zh": "体重", "en": "Weight"}, "by": "values", "field": "weight", "values": {}}
    dimension["values"] = {"heavy": {"names": {"zh": "重", "en": "Heavy"}, "of": ["重"]}}
    raw = statistics().model_dump(mode="json")
    raw["dimensions"]["weight"] = dimension
    raw["populations"]["residents"]["chain"].append("weight")
    declared(dimensions=raw["dimensions"], populations=raw["populations"])
    with pytest.raises(DeclarationWrong, match="no such registry field: weight"):
        statistics()


def test_a_coarser_age_stands_right_before_the_finer(declared):
    raw = statistics().model_dump(mode="json")
    raw["populations"]["residents"]["chain"] = ["age_group", "district", "age_band", "sex", "education"]
    raw["releases"] = {"x": {"names": {"zh": "表", "en": "T"}, "population": "residents", "by": ["sex"]}}
    declared(populations=raw["populations"], releases=raw["releases"])
    with pytest.raises(DeclarationWrong, match="must be a finer form of age_group"):
        declarations.statistics()
