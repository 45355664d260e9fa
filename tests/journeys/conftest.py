"""A browser for the journeys, and a city to walk through."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from walking import PLAIN

from huimin.cli.standing import establish
from huimin.platform.cases.tests.test_pages import signed_in
from huimin.platform.registries.models import Person
from huimin.platform.registries.tests import factories as make

CHROMIUM = os.environ.get("HUIMIN_CHROMIUM", "/usr/bin/chromium")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser a module; Playwright's event loop must not make Django refuse the database."""
    patch = pytest.MonkeyPatch()
    patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()
    patch.undo()


@pytest.fixture
def standing(live_server: Any, settings: Any, tmp_path: Path) -> None:
    """The city as it declares itself, a demonstration without residents; links lead to the server of the test."""
    settings.HOME, settings.DEMO, settings.SITE_URL = tmp_path, True, live_server.url
    establish()


@pytest.fixture
def city(standing: None) -> Person:
    """The city with one resident, about whose sex two departments disagree."""
    return make.landed_city(性别="2")


@pytest.fixture
def at_browser(chromium: Browser, live_server: Any, settings: Any) -> Iterator[Any]:
    """Opens a browser of somebody's own, or of nobody who has signed in; at the end no page may have complained."""
    settings.DEMO = True
    contexts, complaints = [], []

    def open_as(actor: Any = None, *, width: int = 1280, language: str = "zh-hans") -> Page:
        context = chromium.new_context(viewport={"width": width, "height": 900}, base_url=live_server.url)
        cookies = {"django_language": language}
        if actor is not None:
            cookies["sessionid"] = signed_in(actor).cookies["sessionid"].value
        context.add_cookies([{"name": name, "value": value, "url": live_server.url} for name, value in cookies.items()])
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda problem: complaints.append(str(problem)))
        return page

    yield open_as
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def open_page(chromium: Browser, live_server: Any, settings: Any) -> Iterator[Any]:
    """Opens a page of the demonstration as a guest; at the end the console of every page opened must be empty."""
    settings.DEMO = True
    contexts, complaints = [], []
    url = live_server.url.replace("127.0.0.1", "localhost")

    def open_(path: str, *, width: int = 1440, cookies: dict[str, str] = PLAIN) -> Page:
        context = chromium.new_context(viewport={"width": width, "height": 900}, locale="zh-CN", base_url=url)
        context.add_cookies([{"name": name, "value": value, "url": url} for name, value in cookies.items()])
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda problem: complaints.append(str(problem)))
        page.goto(path)
        return page

    yield open_
    for context in contexts:
        context.close()
    assert complaints == []
