"""The command centre at its desk: an urgent incident sounds, is taken, departments are called and come; a month opens down to its incidents."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from walking import DESK, PHONE, Walker, the_city_goes_on

from huimin.platform.incidents.operations.tallying import tally_month_of_incidents
from huimin.platform.incidents.queries.evaluation import month_of
from huimin.platform.incidents.tests import factories as make
from huimin.platform.registries.operations import take_grid

pytestmark = [
    pytest.mark.journey,
    pytest.mark.django_db(transaction=True),
    pytest.mark.covers("G01", "G02", "G03", "G08"),
]


@pytest.fixture
def grid(standing: None, tmp_path: Path) -> None:
    """A grid of one cell, with an urgent incident in it and one that has time."""
    feature = {
        "type": "Feature",
        "properties": {"code": make.CELL, "name": "镜湖一格"},
        "geometry": make.square(*make.HERE),
    }
    file = tmp_path / "grid.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": [feature], "synthetic": True}), "utf-8")
    at = timezone.now() - timedelta(minutes=10)
    take_grid(file, actor=make.SYSTEM, at=at)
    make.reported(at=at, address="北京路12号门前", class_code="04006", urgent=True)
    make.reported(at=at, address="中山路路口")
    tally_month_of_incidents(month_of(timezone.localdate(at)), at=at)
    the_city_goes_on()


@pytest.mark.parametrize("width", [DESK, PHONE])
def test_an_alarm_is_taken_and_departments_come_to_the_room(chromium, live_server, settings, grid, width):
    settings.DEMO = True
    centre = Walker(chromium, live_server.url, "district_command", width)
    centre.goes_to("/command/").reads("指挥中心：镜湖区", "警报：等人接警", "北京路12号门前", "中山路路口", "今日上报")
    centre.page.locator("[data-map-ready]").wait_for()
    centre.page.get_by_role("button", name="接警").click()
    number = centre.page.url.rstrip("/").rpartition("/")[2]
    assert "等人接警" not in centre.goes_to("/command/").reads("指挥中心：镜湖区", "北京路12号门前")

    centre.goes_to(f"/command/rooms/{number}/").reads("会商室：道路积水", "还没有召集部门。")
    centre.page.get_by_label("市公安局", exact=True).check()
    centre.clicks("召集", "button").reads("会商室：道路积水", "市公安局", "等待报到")
    police = Walker(chromium, live_server.url, "police_handler", width)
    police.goes_to(f"/command/rooms/{number}/").clicks("我部门报到", "button")
    police.page.get_by_label("内容").fill("派出所已在路口疏导")
    police.clicks("发言", "button").reads("会商室：道路积水", "派出所已在路口疏导")
    centre.goes_to(f"/command/rooms/{number}/").clicks("评分", "button").reads(
        "会商室：道路积水", "评分 5", "派出所已在路口疏导"
    )

    centre.goes_to("/command/evaluation/?by=street").reads(
        f"网格考评（{timezone.localdate():%Y-%m}）", "立案率", "按期结案率"
    )
    centre.goes_to("/command/hot-spots/").reads("热点与专题", "这一周没有热点")
    centre.goes_to("/command/duty/").reads("值班表", "现在没有排班")
    guest = centre.goes_to("/statistics/incidents/").reads("城市管理公开")
    assert number not in guest
