"""In a real browser: the base map by pointer, keys and list; a command post finds a cell that nobody walks and assigns it; a worker sees it."""

from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from walking import DESK, PHONE, SYSTEM, Walker, assert_clean

from huimin.platform.grid.models import Assignment, Component
from huimin.platform.grid.tests import factories_grid as grid
from huimin.platform.identity.queries import find_account_named

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True), pytest.mark.covers("G01")]
FRAME, SAID = "[data-map-frame]", "[data-map-said]"
MAP = "[data-map]"


@pytest.fixture
def city(settings: Any, tmp_path: Path) -> None:
    """A grid of eighteen cells, the posts and personas of the demonstration, three components in the first cell."""
    settings.HOME, settings.DEMO = tmp_path, True
    for app in ("identity", "process"):
        import_module(f"huimin.platform.{app}.establish").establish(actor=SYSTEM, at=timezone.now())
    grid.take(tmp_path)
    for n in range(3):
        east, north = grid.middle(1)
        grid.component(1, longitude=east + n * 0.0012, latitude=north, state="broken" if n == 2 else "intact")


def drawn(page: Page) -> str:
    """The map has drawn itself and its points have come; where it looks."""
    page.locator("[data-map-ready]").first.wait_for()
    page.locator("[data-map-shown]").first.wait_for()
    return page.locator(MAP).get_attribute("data-map-view") or ""


@pytest.mark.parametrize("width", [DESK, PHONE])
def test_everybody_reads_the_map_by_keys_and_by_its_list(open_page: Any, city: None, width: int) -> None:
    page = open_page("/map/cells/", width=width)
    before = drawn(page)
    assert_clean(page, f"cells-{width}")
    page.locator(FRAME).focus()
    for key in ("+", "ArrowLeft", "-"):
        page.keyboard.press(key)
        expect(page.locator(MAP)).not_to_have_attribute("data-map-view", before)
        before = page.locator(MAP).get_attribute("data-map-view") or ""
    page.keyboard.press("0")
    # Enter says what lies under the cross in the middle: between the two districts nothing does, so go to one by its list.
    page.get_by_role("link", name="赭山街道").click()
    page.get_by_text(grid.cell(9)).wait_for()
    drawn(page)
    page.locator(FRAME).focus()
    page.keyboard.press("Enter")
    expect(page.locator(SAID)).to_contain_text("赭山街道")
    assert_clean(page, f"street-{width}")


@pytest.mark.parametrize("width", [DESK, PHONE])
def test_a_cell_that_nobody_walks_is_found_and_assigned(
    chromium: Browser, live_server: Any, city: None, width: int
) -> None:
    post = Walker(chromium, live_server.url, "district_command", width)
    post.goes_to(reverse("grid:command"))
    drawn(post.page)
    post.reads("网格分工", "无人负责")
    post.clicks("给无人负责的网格安排人").reads("无人负责的网格", grid.cell(1))
    post.clicks("第1网格")
    drawn(post.page)
    post.reads("赭山街道北门社区第1网格", "这个网格现在无人负责。", "路灯")
    worker = find_account_named("demo.grid_worker")
    assert worker is not None
    post.page.get_by_label("工号").fill(worker.username)
    post.page.get_by_label("首要负责人").check()
    post.page.get_by_role("button", name="安排", exact=True).click()
    post.page.get_by_text("已安排。").first.wait_for()
    post.reads("赭山街道北门社区第1网格", "首要负责人")
    assert Assignment.objects.get().cell == grid.cell(1)
    own = Walker(chromium, live_server.url, "grid_worker", width)
    own.goes_to(reverse("grid:my_cells"))
    drawn(own.page)
    own.reads("我的网格", "赭山街道北门社区第1网格", "部件 3 个")


@pytest.mark.parametrize("width", [DESK, PHONE])
def test_a_component_is_opened_from_the_map_and_its_state_changed(
    chromium: Browser, live_server: Any, city: None, width: int
) -> None:
    post = Walker(chromium, live_server.url, "district_command", width)
    post.goes_to(reverse("grid:cell", args=[grid.cell(1)]))
    drawn(post.page)
    # The map opens on the cell, and a component stands in the middle of both: a tap there opens its card, once no other is near it.
    expect(post.page.locator(MAP)).to_have_attribute("data-map-shown", "3")
    looks = post.page.locator(MAP).get_attribute("data-map-view") or ""
    post.page.get_by_role("button", name="放大").click()
    expect(post.page.locator(MAP)).not_to_have_attribute("data-map-view", looks)
    box = post.page.locator(FRAME).bounding_box()
    assert box is not None
    card = post.page.locator("[data-map-card] a").first
    post.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    card.wait_for()
    assert_clean(post.page, f"card-{width}")
    card.click()
    post.page.wait_for_load_state()
    drawn(post.page)
    post.reads("路灯", "属性", "完好", grid.cell(1))
    post.page.get_by_text("更新状态").first.click()
    post.page.get_by_label("破损").check()
    post.page.get_by_label("原因").fill("灯头损坏")
    post.page.get_by_role("button", name="更新状态").click()
    post.page.get_by_text("已更新状态。").first.wait_for()
    assert Component.objects.filter(note="灯头损坏", state="broken").count() == 1


def test_without_script_the_lists_say_it_all(chromium: Browser, live_server: Any, city: None) -> None:
    context = chromium.new_context(java_script_enabled=False, locale="zh-CN", viewport={"width": PHONE, "height": 800})
    page = context.new_page()
    page.goto(f"{live_server.url}/map/cells/")
    expect(page.get_by_text("地图需要脚本。不用地图也可以")).to_be_visible()
    expect(page.locator(FRAME)).to_be_hidden()
    page.get_by_role("link", name="赭山街道").click()
    expect(page.get_by_text(grid.cell(9))).to_be_visible()
    context.close()


def test_the_map_in_english(chromium: Browser, live_server: Any, city: None) -> None:
    post = Walker(chromium, live_server.url, "district_command", PHONE, "en-GB")
    post.goes_to(reverse("grid:command"))
    drawn(post.page)
    post.reads("Who walks which cell", "Nobody's", "Grid workers")
