"""The city page shows what was published, in both languages, and says so when nothing was."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from huimin.platform.exchange import queries as exchange
from huimin.platform.exchange.declarations import sources
from huimin.platform.exchange.models import Delivery
from huimin.platform.identity.permissions import PUBLIC
from huimin.platform.indicators.models import Release
from huimin.platform.indicators.operations import release_statistics
from huimin.platform.indicators.tests.test_operations import ACTOR, AT, build
from huimin.platform.ui import menu

pytestmark = pytest.mark.django_db
__all__ = ["build"]


@pytest.fixture
def released(build):
    return release_statistics(build=build, actor=ACTOR, at=AT)


def main_of(answer):
    return re.search(r"<main.*</main>", answer.content.decode(), re.S)[0]


def deliver(resource, days_ago):
    Delivery.objects.create(
        resource=resource,
        department=sources()[resource].department,
        file_name="f.csv",
        content=resource,
        mode="full",
        state="standing",
        reference_on=timezone.localdate() - timedelta(days=days_ago),
        arrived_at=AT,
        lake_file="x.parquet",
        delivered=3,
        landed=3,
        quarantined=0,
        duplicates=0,
    )


@pytest.mark.covers("D07", "D08", "D18")
def test_anybody_sees_figures_with_day_and_source(client, released):
    page = main_of(client.get("/city/"))
    assert "<h1>芜湖城市数据</h1>" in page
    assert "数据截至2026年6月30日" in page
    for title in (
        "人口年龄和性别构成",
        "受教育程度",
        "各区县人口",
        "各区县 60 岁及以上人口比重",
        "按类型",
        "市场主体行业分布",
    ):
        assert title in page
    assert page.count('<figure class="chart">') == page.count("用表格看<span") == 8
    assert "截至 2026-06-30" in page
    assert "中度老龄化" in page or "重度老龄化" in page


def test_the_page_shows_no_small_number(client, released):
    for row in Release.objects.all():
        assert not re.search(r'"value":[1-9][,}]', row.content)
    page = main_of(client.get("/city/"))
    residents = page[page.index('id="residents"') : page.index('id="departments"')]
    numbers = re.findall(r'<(?:td|th)[^>]*class="numeric"[^>]*>([\d,]+)<', residents)
    assert len(numbers) > 100
    assert [number for number in numbers if 0 < int(number.replace(",", "")) < 10] == []
    assert "不公布" in residents


@pytest.mark.covers("D02", "D05")
def test_departments_and_their_rates(client):
    codes = sorted(sources())
    one, other = codes[0], next(code for code in codes if sources()[code].department != sources()[codes[0]].department)
    for code in codes:
        if sources()[code].department == sources()[one].department:
            deliver(code, 0)
    deliver(other, 4000)
    page = main_of(client.get("/city/"))
    agreed = len({source.department for source in sources().values()})
    rates = exchange.access(timezone.localdate()).rates
    assert rates.expected > agreed
    assert f"应接入 {rates.expected} 个部门，已交付 2 个" in page
    assert f"已约定 {agreed} 个部门，全部数据都按时的 1 个" in page
    assert f">{100 * 2 / rates.expected:.1f}<" in re.sub(r"\s", "", page)
    assert re.search(r"按时</td>", page)
    assert page.count(">逾期</td>") == 1
    assert page.count(">尚未交付</td>") == agreed - 2


def test_an_empty_city_says_what_will_be_shown(client):
    page = main_of(client.get("/city/"))
    assert "人口和市场主体的统计数还没有公布。" in page
    assert "<figure" not in page
    assert "部门接入率" in page
    assert "还没有公布统计表。" in main_of(client.get("/open-data/"))


@pytest.mark.parametrize("path", ["/city/", "/open-data/"])
def test_english_readers_meet_no_chinese(client, released, path):
    page = client.get(path, headers={"accept-language": "en"}).content.decode()
    words = re.findall(r"[一-鿿]+", re.sub(r'<[^>]*lang="zh-Hans"[^>]*>中文<', "", page))
    assert words == []


@pytest.mark.covers("D21")
def test_every_table_can_be_downloaded(client, released):
    page = main_of(client.get("/open-data/"))
    links = re.findall(r'href="(/open-data/[^"]+)"', page)
    assert len(links) == 2 * released.tables
    assert {client.get(link).status_code for link in links} == {200}


def test_the_citizens_home_leads_here(client):
    page = main_of(client.get("/"))
    assert re.search(r'<a href="/city/">城市数据</a>', page)
    assert {entry.permission for entry in menu.entries("city")} == {PUBLIC}


def test_the_page_costs_few_queries(client, released, django_assert_max_num_queries):
    with django_assert_max_num_queries(6):
        client.get("/city/")
