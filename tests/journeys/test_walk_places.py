"""In a real browser: an official finds a house by words of its address and sees who lives there, journalled for each of them."""

import os
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Browser, sync_playwright

from huimin.platform.journal.rules import Actor
from huimin.platform.registries import operations
from huimin.platform.registries.models import Person, Place
from huimin.platform.registries.tests.factories_places import landed_street, write_grid

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
CHROMIUM = os.environ.get("HUIMIN_CHROMIUM", "/usr/bin/chromium")
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
SYSTEM = Actor(kind="system", ref="journey")
PHONE, DESK = 360, 1440
TOO_WIDE = """document.documentElement.scrollWidth <= innerWidth ? [] : [...document.querySelectorAll('body *')]
    .filter(one => one.getBoundingClientRect().right > innerWidth + 1).map(one => one.outerHTML.slice(0, 120))"""
CELL_NAME = "赭山街道北门社区第1网格"


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser for the walk; Playwright's event loop must not make Django refuse the database."""
    patch = pytest.MonkeyPatch()
    patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()
    patch.undo()


@pytest.fixture
def city(settings: Any, tmp_path: Any) -> None:
    """A street with its houses and grid, and the personas of the demonstration."""
    settings.HOME, settings.DEMO = tmp_path, True
    landed_street()
    operations.take_grid(write_grid(tmp_path / "grid.geojson"), actor=SYSTEM, at=timezone.now())
    for app in ("identity", "process"):
        import_module(f"huimin.platform.{app}.establish").establish(actor=SYSTEM, at=timezone.now())


class Walker:
    """Somebody at a browser of his own; every page that he reads is held to axe and to its width."""

    def __init__(self, browser: Any, address: str, persona: str, width: int, language: str = "zh-CN") -> None:
        context = browser.new_context(viewport={"width": width, "height": 900}, locale=language)
        self.page, self.address = context.new_page(), address
        self.page.goto(f"{address}/demo/")
        self.page.locator(f"form[action$='demo/{persona}/'] button").click()
        self.page.locator(
            "form[action*='logout'], a[href*='logout'], button:has-text('退出'), button:has-text('Sign out')"
        ).first.wait_for()

    def reads(self, heading: str, *words: str) -> str:
        """The page is the one expected, says these words, and axe finds nothing on it."""
        self.page.get_by_role("heading", level=1, name=heading, exact=True).wait_for()
        text: str = self.page.locator("main").inner_text()
        assert [word for word in words if word not in text] == []
        found = Axe().run(self.page, options=RULES).response["violations"]
        assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []
        assert self.page.evaluate(TOO_WIDE) == []
        return text

    def searches(self, address: str, button: str) -> None:
        """Fill in why, and the address."""
        self.page.goto(f"{self.address}/desk/places/")
        self.page.locator("[name=purpose]").select_option("case_investigation")
        self.page.locator("[name=case_ref]").fill("鸠公刑2026-0042")
        self.page.locator("[name=address]").fill(address)
        self.page.get_by_role("button", name=button).click()
        self.page.wait_for_load_state()

    def opens(self, page: str) -> None:
        """Press the button that leads to a building or a house."""
        self.page.locator(f"form[action='/desk/places/{page}/'] button").first.click()
        self.page.wait_for_load_state()


@pytest.mark.covers("D09", "D11", "D16")
@pytest.mark.parametrize("width", [DESK, PHONE])
def test_an_official_finds_a_house_by_words_and_the_resident_sees_the_look(
    chromium: Browser, live_server: Any, city: None, width: int
) -> None:
    officer = Walker(chromium, live_server.url, "police_query", width)
    officer.searches("春江 3栋", "查找")
    officer.reads("查找结果", "中山路12号春江苑3幢")
    officer.opens("building")
    officer.reads("这幢楼（组）的房屋", "2单元501室", "2单元502室")
    house = Place.objects.get(address__contains="2单元501室")
    officer.page.locator(f"form:has(input[name=place][value='{house.key}']) button").click()
    page = officer.reads("房屋", "张丽", "李建国", CELL_NAME, "中山路")
    assert "王芳" not in page
    assert house.key not in officer.page.url
    resident = Person.objects.get(name_key="张丽")
    looks = [
        entry.fact
        for entry in import_module("huimin.platform.journal.queries").entries_about([f"person:{resident.key}"])
    ]
    assert [(look.by, look.case_ref) for look in looks] == [("house", "鸠公刑2026-0042")]


def test_the_pages_of_places_in_english(chromium: Browser, live_server: Any, city: None) -> None:
    officer = Walker(chromium, live_server.url, "police_query", PHONE, "en-GB")
    officer.searches("镜湖区中山路12号3#2-501", "Search")
    officer.reads("Search results", "House found", "Down to the room")
    officer.opens("house")
    text = officer.reads("House", "People who live here", "Grid cell")
    assert "网格员" not in text
    steward = Walker(chromium, live_server.url, "data_office", PHONE, "en-GB")
    steward.page.goto(f"{live_server.url}/desk/places/coverage/")
    steward.reads("Addresses and houses", "Only to the building")
    steward.page.get_by_role("link", name="Only to the building").click()
    steward.reads("Addresses that name no house", "中山路***")
