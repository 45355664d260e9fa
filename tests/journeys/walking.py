"""How a journey walks: somebody at a browser of his own, and what every page that he reads is held to."""

import os
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Browser, Page

from huimin.platform.cases.operations import land_outcomes
from huimin.platform.journal.operations import deliver_due
from huimin.platform.journal.rules import Actor
from huimin.platform.registries.operations import land_granted_corrections

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
SYSTEM = Actor(kind="system", ref="journey")
PHONE, DESK = 360, 1440
PLAIN: dict[str, str] = {}
ELDER, ENGLISH = {"huimin_elder": "1"}, {"django_language": "en"}
TOO_WIDE = """document.documentElement.scrollWidth <= innerWidth ? [] : [...document.querySelectorAll('body *')]
    .filter(one => one.getBoundingClientRect().right > innerWidth + 1).map(one => one.outerHTML.slice(0, 120))"""


def assert_clean(page: Page, name: str = "") -> None:
    """Axe finds nothing, nothing is wider than the page, one main heading; a named page is kept as a picture in HUIMIN_SCREENSHOTS."""
    folder = os.environ.get("HUIMIN_SCREENSHOTS")
    if folder and name:
        walk = (
            Path(os.environ["PYTEST_CURRENT_TEST"].partition("::")[0]).stem.removeprefix("test_").removeprefix("walk_")
        )
        page.screenshot(path=Path(folder, f"{walk}-{name}.png"), full_page=True)
    found = Axe().run(page, options=RULES).response["violations"]
    assert [(page.url, one["id"], one["nodes"][0]["html"]) for one in found] == []
    assert page.evaluate(TOO_WIDE) == [], page.url
    assert page.locator("h1").count() == 1, page.url


def reads(page: Page, heading: str, *words: str, name: str = "") -> str:
    """What the page says: it is the one expected, says these words, and is clean."""
    page.get_by_role("heading", level=1, name=heading, exact=True).wait_for()
    text = page.locator("main").inner_text()
    assert [word for word in words if word not in text] == []
    assert_clean(page, name)
    return text


class Walker:
    """Somebody who has signed in, by a click on his persona, at a browser of his own; every page that he reads is held to the rules."""

    def __init__(self, browser: Browser, address: str, persona: str, width: int, language: str = "zh-CN") -> None:
        context = browser.new_context(viewport={"width": width, "height": 900}, locale=language)
        self.page, self.address = context.new_page(), address
        self.complaints: list[str] = []
        self.page.on("pageerror", lambda problem: self.complaints.append(str(problem)))
        self.page.goto(f"{address}/demo/")
        self.page.locator(f"form[action$='demo/{persona}/'] button").click()
        name = "退出" if language == "zh-CN" else "Sign out"
        self.page.get_by_role("button", name=name).or_(self.page.get_by_role("link", name=name)).first.wait_for()

    def goes_to(self, path: str) -> "Walker":
        """Type an address."""
        self.page.goto(self.address + path)
        return self

    def reads(self, heading: str, *words: str) -> str:
        """What the page says: it is the one expected, says these words, is clean, and nothing in it has complained."""
        text = reads(self.page, heading, *words)
        assert self.complaints == []
        return text

    def clicks(self, name: str, role: Any = "link") -> "Walker":
        """Follow a link, or press a button."""
        self.page.get_by_role(role, name=name).first.click()
        self.page.wait_for_load_state()
        return self


def the_city_goes_on() -> None:
    """What the server does beside the requests: land what was granted, deliver what was announced, land what was decided."""
    land_granted_corrections(actor=SYSTEM, clock=timezone.now)
    while deliver_due(limit=100, at=timezone.now()):
        pass
    land_outcomes(actor=SYSTEM, at=timezone.now())
