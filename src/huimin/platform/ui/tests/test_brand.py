"""A city's brand is read, held to its contrast, and may set nothing but its colour."""

import pytest
from django.utils import translation

from huimin.platform.ui import brand, checks

pytestmark = pytest.mark.unit


@pytest.fixture
def city(tmp_path, settings):
    settings.CITIES, settings.CITY = tmp_path, "somewhere"
    folder = tmp_path / "somewhere" / "brand"
    folder.mkdir(parents=True)
    return folder


def test_wuhu_is_named_in_both_languages():
    with translation.override("zh-hans"):
        assert str(brand.brand().platform) == "芜湖惠民"
    with translation.override("en"):
        assert str(brand.brand().platform) == "Wuhu Huimin"
    assert checks.brand_is_legible() == []


def test_a_city_without_colours_of_its_own_is_fine(city):
    assert checks.brand_is_legible() == []


@pytest.mark.parametrize(
    ("css", "problem"),
    [
        (":root { --ink: #FF0000; }", "ui.E001"),
        (":root { --brand: teal; }", "ui.E002"),
        (":root { --brand: #1AA3B5; }", "ui.E003"),
        (":root { --brand-soft: #14414D; }", "ui.E003"),
    ],
)
def test_an_illegible_brand_stops_the_start(city, css, problem):
    (city / "tokens.css").write_text(css, encoding="utf-8")
    assert [found.id for found in checks.brand_is_legible()] == [problem]
