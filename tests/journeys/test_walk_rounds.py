"""In a real browser: a grid worker makes a planned visit to a lone elder and asks for help; the command post sees counts and the incident."""

from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser
from walking import DESK, PHONE, SYSTEM, Walker, assert_clean, the_city_goes_on

from huimin.platform.grid.models import Assignment, RoundVisit
from huimin.platform.grid.operations.rounds import plan_rounds
from huimin.platform.grid.tests import factories_grid as grid
from huimin.platform.identity.queries import find_account_named
from huimin.platform.incidents.models import Incident
from huimin.platform.process.operations import publish_standing_definitions
from huimin.platform.registries.models import Person, Place, PlaceRelation
from huimin.platform.registries.tests import factories as make

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True), pytest.mark.covers("D20", "G02")]


@pytest.fixture
def city(settings: Any, tmp_path: Path) -> None:
    """A grid, the personas of the demonstration, two lone elders in the worker's cell whose visits are planned."""
    settings.HOME, settings.DEMO = tmp_path, True
    for app in ("identity", "process", "incidents"):
        import_module(f"huimin.platform.{app}.establish").establish(actor=SYSTEM, at=timezone.now())
    publish_standing_definitions(actor=SYSTEM, at=timezone.now())
    grid.take(tmp_path)
    worker = find_account_named("demo.grid_worker")
    assert worker is not None
    Assignment.objects.create(worker=worker, cell=grid.cell(1), since_on=date(2025, 1, 1), is_first=True)
    for number in (1, 2):
        key, house = f"P{number:09}", f"H{number:09}"
        make.person(key, number=f"34020219350101{number:04}", name=f"王老{number}")
        Person.objects.filter(pk=key).update(birth_date=date(1935, 1, 1))
        Place.objects.create(
            key=house,
            number=house,
            address=f"芜湖市镜湖区赭山街道测试路{number}号",
            division="340202",
            cell=grid.cell(1),
            residents=1,
        )
        PlaceRelation.objects.create(
            key=f"lives_at:{key}", subject=key, kind="lives_at", place=house, source="police.population"
        )
    assert plan_rounds(actor=SYSTEM, at=timezone.now()) == 2


def test_a_visit_to_a_lone_elder_brings_help(chromium: Browser, live_server: Any, city: None) -> None:
    worker = Walker(chromium, live_server.url, "grid_worker", PHONE)
    worker.goes_to(reverse("grid:rounds")).reads("我的探访", "测试路1号", "独居老人探访")
    assert_clean(worker.page, "mine")
    worker.clicks("测试路1号").reads("独居老人探访", "王老1", "身体怎么样")
    assert_clean(worker.page, "visit")
    worker.clicks("平安", "button").reads("独居老人探访", "请先回答")
    assert_clean(worker.page, "unanswered")
    for choice in ("比平时差", "有着落", "没有问题"):
        worker.page.get_by_label(choice).check()
    worker.clicks("需要帮助", "button").reads("我的探访", "测试路2号")
    visit = RoundVisit.objects.get(outcome="needs_help")
    the_city_goes_on()
    assert Incident.objects.get().cell == visit.cell
    post = Walker(chromium, live_server.url, "district_command", DESK)
    text = post.goes_to(reverse("grid:rounds_overview")).reads("探访进度", "赭山街道", "其中需要帮助")
    assert "王老" not in text
    assert_clean(post.page, "overview")
    english = Walker(chromium, live_server.url, "grid_worker", PHONE, language="en")
    english.goes_to(reverse("grid:rounds")).reads("My rounds", "Visits to lone elders")
