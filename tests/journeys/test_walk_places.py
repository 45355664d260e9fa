"""In a real browser: an official finds a house by words of its address and sees who lives there, journalled for each of them."""

from importlib import import_module
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser
from walking import DESK, PHONE, SYSTEM
from walking import Walker as Plain

from huimin.platform.registries import operations
from huimin.platform.registries.models import Person, Place
from huimin.platform.registries.tests.factories_places import landed_street, write_grid

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
CELL_NAME = "赭山街道北门社区第1网格"


@pytest.fixture
def city(settings: Any, tmp_path: Any) -> None:
    """A street with its houses and grid, and the personas of the demonstration."""
    settings.HOME, settings.DEMO = tmp_path, True
    landed_street()
    operations.take_grid(write_grid(tmp_path / "grid.geojson"), actor=SYSTEM, at=timezone.now())
    for app in ("identity", "process"):
        import_module(f"huimin.platform.{app}.establish").establish(actor=SYSTEM, at=timezone.now())


class Walker(Plain):
    """An official who looks for houses."""

    def searches(self, address: str, button: str) -> None:
        """Fill in why, and the address."""
        self.goes_to("/desk/places/")
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
