"""A suspected illegal business: a grid worker reports it, police and market regulation go together, and it is closed within two hours."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.utils import timezone
from walking import DESK, PHONE, Walker, the_city_goes_on

from huimin.platform.identity.models import Account
from huimin.platform.incidents.models import Incident
from huimin.platform.incidents.tests import factories as make
from huimin.platform.process.queries import trace
from huimin.platform.registries.operations import take_grid

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True), pytest.mark.covers("G01", "G04", "G05")]


@pytest.fixture
def walked(standing: None, tmp_path: Path) -> None:
    """A grid of one cell, which the demonstration's worker walks."""
    feature = {
        "type": "Feature",
        "properties": {"code": make.CELL, "name": "镜湖一格"},
        "geometry": make.square(*make.HERE),
    }
    file = tmp_path / "grid.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": [feature], "synthetic": True}), "utf-8")
    take_grid(file, actor=make.SYSTEM, at=timezone.now())
    make.walks(Account.objects.get(username="demo.grid_worker"), make.CELL)


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    """A photo to attach."""
    file = tmp_path / "seen.jpg"
    file.write_bytes(make.photo("brown", (800, 600)).content)
    return file


def reports(worker: Walker, picture: Path) -> str:
    """Report it at the desk's form; gives the number of the incident."""
    page = worker.goes_to("/desk/incidents/new/").page
    page.locator("#id_class_code").select_option("21001")
    page.locator("#id_description").fill("出租屋里每天几十人听课，疑似传销")
    page.locator("#id_address").fill("北京路12号3楼")
    for name, value in (("longitude", make.HERE[0]), ("latitude", make.HERE[1])):
        page.locator(f"input[name={name}]").evaluate("(field, value) => { field.value = value }", str(value))
    page.locator("#id_photos").set_input_files(picture)
    page.locator("#id_urgent").check()
    worker.clicks("提交上报", "button")
    return page.url.rstrip("/").rpartition("/")[2]


def disposes(handler: Walker, number: str, said: str, picture: Path) -> None:
    """A department says how it dealt with its part, with a photo."""
    handler.goes_to(f"/desk/incidents/{number}/").page.locator("#dispose_said").fill(said)
    handler.page.locator("#dispose_photos").set_input_files(picture)
    handler.clicks("反馈处置结果", "button")


def test_police_and_market_regulation_go_together_and_it_is_closed_in_two_hours(
    chromium: Any, live_server: Any, settings: Any, walked: None, picture: Path
) -> None:
    settings.DEMO = True
    begun = timezone.now()
    with time_machine.travel(begun) as clock:
        worker = Walker(chromium, live_server.url, "grid_worker", PHONE)
        number = reports(worker, picture)
        clock.shift(timedelta(minutes=8))
        centre = Walker(chromium, live_server.url, "district_command", DESK)
        centre.goes_to(f"/desk/incidents/{number}/").reads("疑似传销", "北京路12号3楼", "在谁手上")
        centre.clicks("予以立案", "button").reads("疑似传销", "已按派遣规则选好，可以改。")
        assert centre.page.locator("#dispatch_lead").input_value() == "gaj"
        centre.clicks("予以派遣", "button").reads("疑似传销", "市公安局", "市市场监督管理局")
        clock.shift(timedelta(minutes=40))
        disposes(Walker(chromium, live_server.url, "police_handler", DESK), number, "已带离组织者", picture)
        disposes(Walker(chromium, live_server.url, "market_handler", DESK), number, "已查封宣传资料", picture)
        clock.shift(timedelta(minutes=30))
        worker.goes_to(f"/desk/incidents/{number}/").page.locator("#check_said").fill("现场已清空")
        worker.clicks("核查通过", "button")
        clock.shift(timedelta(minutes=12))
        centre.goes_to(f"/desk/incidents/{number}/").clicks("予以结案", "button")
        centre.reads("疑似传销", "已查封宣传资料", "已带离组织者")
        the_city_goes_on()
        ended = Incident.objects.get(number=number)
        told = trace(ended.reference, facts_at_most=100, at=timezone.now())
    assert ended.state == "closed"
    assert ended.closed_at is not None
    assert timedelta(minutes=80) < ended.closed_at - ended.reported_at < timedelta(hours=2)
    done = {(item.node, item.post.code) for line in told.lines for item in line.items if item.post and item.outcome}
    assert {("dispose", "gaj.dispose"), ("dispose", "scjgj.dispose"), ("check", "qu_jinghu.grid")} <= done
