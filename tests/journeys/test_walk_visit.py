"""In a real browser: a worker visits a house without a network, finds a family gone and another there, and the registry is mended."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from carrying import carried, comes_online, goes_offline, heading, takes_up
from django.utils import timezone
from playwright.sync_api import Browser, Page
from walking import SYSTEM, assert_clean, reads, the_city_goes_on

from huimin.cli.standing import establish
from huimin.platform.grid.models import Finding, Visit
from huimin.platform.grid.operations.visit_records import land_visits
from huimin.platform.incidents.tests import factories as officials
from huimin.platform.journal.queries import entries_about
from huimin.platform.registries.models import Correction, Person
from huimin.platform.registries.operations import refresh_awaited, take_grid
from huimin.platform.registries.rules import golden_values
from huimin.platform.registries.tests.factories_places import CELL, LI, WANG, ZHANG, landed_street, write_grid

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True), pytest.mark.covers("D20", "D06", "G02")]
NEW_HOME = "安徽省芜湖市镜湖区赭山街道北门社区中山路12号春江苑3幢2单元502室"


@pytest.fixture
def street(live_server: Any, settings: Any, tmp_path: Path) -> Any:
    """A street with its houses, the city as it declares itself, and a worker of the street's cell."""
    settings.HOME, settings.DEMO, settings.SITE_URL = tmp_path, True, live_server.url
    landed_street()
    establish()
    take_grid(write_grid(tmp_path / "grid.geojson"), actor=SYSTEM, at=timezone.now())
    worker = officials.official("qu_jinghu.grid", "合成网格员")
    officials.walks(worker, CELL)
    return worker


@pytest.fixture
def phone(chromium: Browser, live_server: Any, street: Any) -> Iterator[Page]:
    """The worker's phone, taken up."""
    with carried(chromium, live_server.url) as open_as:
        page = open_as(street)
        takes_up(page, street)
        yield page


def lives_at(number: str) -> str:
    person = Person.objects.get(number=number)
    return golden_values(person.values)["residence_address"].value


def test_a_visit_that_finds_a_moved_family_mends_the_registry(phone: Page, street: Any, at_browser: Any) -> None:
    assert "501" in lives_at(LI)
    assert "502室" in lives_at(WANG)
    page = phone
    page.get_by_role("button", name="入户走访").click()
    heading(page, "入户走访")
    page.get_by_label("找住户").fill("2单元501室")
    page.get_by_role("button", name="查找住户").click()
    page.get_by_role("button", name="2单元501室").click()
    heading(page, "这一户")
    page.get_by_role("button", name="← 返回").click()
    goes_offline(page)
    page.get_by_role("button", name="入户走访").click()
    assert_clean(page, "houses")
    page.locator("[data-prepared] button").click()
    heading(page, "这一户")
    text = page.locator("main").inner_text()
    assert "李建国" in text
    assert LI not in text
    assert LI[-4:] in text, "the number is shown in part"
    gone = page.get_by_role("group", name="李建国")
    gone.get_by_label("已搬走").check()
    gone.get_by_label("搬到哪里").fill(NEW_HOME)
    page.get_by_role("group", name="张丽").get_by_label("还住在这里").check()
    page.get_by_role("button", name="登记新发现的人").click()
    page.get_by_label("姓名").fill("王芳")
    page.get_by_label("公民身份号码").fill(WANG)
    assert_clean(page, "house")
    page.get_by_role("button", name="记录走访").click()
    heading(page, "入户走访")
    page.get_by_text("还没有带上住户").wait_for()
    assert not Visit.objects.exists()
    comes_online(page)
    visit = Visit.objects.get()
    assert sorted(visit.findings.values_list("what", flat=True)) == ["here", "moved", "new"]
    page.get_by_role("button", name="没有待发").click()
    page.get_by_text("1 处不同已转有关部门核实").wait_for()
    assert_clean(page, "visit-sent")

    # The department that answers for where he lives decides on the ticket, at its desk.
    ticket = Correction.objects.get()
    clerk = at_browser(officials.acting(officials.official("zfw.data")))
    clerk.goto("/desk/inbox/")
    reads(clerk, "待办", "居住地址")
    clerk.locator(".work__link").first.click()
    clerk.get_by_role("button", name="领取").click()
    reads(clerk, "核实并答复", "入户走访发现", "李建国", name="ticket")
    clerk.get_by_label("更正：按核定的内容更新本部门记录").check()
    clerk.get_by_role("button", name="办结这一步").click()
    clerk.get_by_role("heading", level=1, name="待办").wait_for()

    assert land_visits(actor=SYSTEM, at=timezone.now()) == 2
    the_city_goes_on()
    refresh_awaited(actor=SYSTEM, at=timezone.now())
    ticket.refresh_from_db()
    assert ticket.state == "landed"
    assert "502室" in lives_at(LI), "he lives where the neighbours said"
    assert "501室" in lives_at(WANG), "she lives where she was found"
    assert "501室" in lives_at(ZHANG)
    assert not Finding.objects.exclude(items={}).exists(), "what has landed lies with the visit no longer"
    looked = entries_about([f"person:{ticket.person_key}"], at=timezone.now())
    assert "registries.LookedUp" in {entry.kind for entry in looked}, "who looked can be read by the person"
