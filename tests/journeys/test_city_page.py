"""In a real browser: the city page reads as a bulletin at every width, in both languages, in elder mode, on paper and as tables."""

import pytest
from walking import ELDER, ENGLISH, PLAIN, assert_clean

from huimin.platform.indicators import queries
from huimin.platform.indicators.operations import release_statistics
from huimin.platform.indicators.tests.test_operations import ACTOR, AT, build

__all__ = ["build"]

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def released(build):
    return release_statistics(build=build, actor=ACTOR, at=AT)


@pytest.mark.covers("D07", "D08", "D18")
@pytest.mark.parametrize(
    ("width", "cookies"),
    [(360, PLAIN), (1440, PLAIN), (360, ELDER), (1440, ELDER), (360, ENGLISH), (1440, ENGLISH)],
    ids=["phone", "desk", "elder-phone", "elder-desk", "english-phone", "english-desk"],
)
def test_the_bulletin_is_clean_for_every_reader(open_page, released, width, cookies):
    page = open_page("/city/", width=width, cookies=cookies)
    english = cookies is ENGLISH
    assert page.locator("h1").inner_text() == ("Wuhu in figures" if english else "芜湖城市数据")
    assert page.locator(".demo").is_visible()
    people = queries.get_table("residents_by_age_and_sex").number()
    assert page.locator(".figure__number strong").first.inner_text() == f"{people:,}"
    assert page.locator("figure.chart").count() == 8
    if english:
        assert page.evaluate("document.body.innerText.match(/[\\u4e00-\\u9fff]+/g)") == ["中文"]
    assert_clean(page)
    page.locator("main details").evaluate_all("all => all.forEach(one => one.open = true)")
    assert_clean(page)


def test_every_chart_reads_as_a_table(open_page, released):
    page = open_page("/city/")
    for chart in page.locator("figure.chart").all():
        chart.locator("summary").click()
        assert chart.get_by_role("table").is_visible()
        assert chart.get_by_role("img").get_attribute("aria-label")
    table = queries.get_table("residents_by_age_and_sex")
    man, woman = (table.number(age_band="30-34", sex=sex) for sex in "12")
    row = page.locator("figure.chart").first.get_by_role("row").filter(has_text="30–34")
    assert row.get_by_role("cell").all_inner_texts() == [str(man), str(woman)]


@pytest.mark.covers("D21")
def test_from_a_figure_to_its_file(open_page, released):
    page = open_page("/city/", width=360)
    page.locator("figure.chart").first.get_by_role("link", name="人口库").click()
    assert page.url.endswith("/open-data/#residents_by_age_and_sex")
    assert_clean(page)
    with page.expect_download() as waiting:
        page.get_by_role("link", name="CSV 人口年龄和性别构成").click()
    assert waiting.value.suggested_filename == "residents_by_age_and_sex.csv"
    assert "未登记" in waiting.value.path().read_text(encoding="utf-8-sig")


def test_paper_shows_figures_and_tables_and_nothing_folded(open_page, released):
    page = open_page("/city/")
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert not page.locator(".top__tools").is_visible()
    assert page.locator(".pyramid").is_visible()
    assert page.locator("figure.chart table").first.is_visible()


@pytest.mark.parametrize("path", ["/city/", "/open-data/"])
def test_a_city_without_figures_says_so(open_page, path):
    page = open_page(path, width=360)
    assert page.locator(".empty__what").first.is_visible()
    assert page.locator("figure.chart").count() == 0
    assert_clean(page)
