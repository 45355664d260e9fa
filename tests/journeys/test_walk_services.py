"""In a real browser: somebody types what he wants in everyday words, answers two questions, and leaves with the one-time notice."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
CHROMIUM = os.environ.get("HUIMIN_CHROMIUM", "/usr/bin/chromium")
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
PLAIN, ELDER, ENGLISH = {}, {"huimin_elder": "1"}, {"django_language": "en"}
READERS = pytest.mark.parametrize(
    ("width", "cookies"),
    [(360, PLAIN), (1440, PLAIN), (360, ELDER), (360, ENGLISH), (1440, ENGLISH)],
    ids=["phone", "desk", "elder-phone", "english-phone", "english-desk"],
)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser for all of these; Playwright's event loop must not make Django refuse the database."""
    patch = pytest.MonkeyPatch()
    patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()
    patch.undo()


@pytest.fixture
def open_page(chromium, live_server, settings):
    """Opens a page of the demonstration and, at the end, holds every page opened to an empty console."""
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


def assert_clean(page: Page, name: str) -> None:
    if folder := os.environ.get("HUIMIN_SCREENSHOTS"):
        page.screenshot(path=Path(folder, f"{name}.png"), full_page=True)
    found = Axe().run(page, options=RULES).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.locator("h1").count() == 1


@pytest.mark.covers("P09", "P13", "C03")
@READERS
def test_from_everyday_words_to_the_notice(open_page, request, width, cookies):
    english = cookies is ENGLISH
    mark = request.node.callspec.id
    page = open_page("/services/", width=width, cookies=cookies)
    assert_clean(page, f"{mark}-services")
    page.get_by_label("I want to…" if english else "我要办…").fill("lost ID card" if english else "身份证丢了")
    page.get_by_role("button", name="Search" if english else "搜索", exact=True).click()
    page.get_by_role("link", name="Replacement of the identity card" if english else "居民身份证换领、补领").click()
    assert "old card is handed back" in page.content() if english else "应当交回原证" in page.content()
    assert_clean(page, f"{mark}-guide")
    page.get_by_label("Lost" if english else "丢失", exact=True).check()
    page.get_by_label("Yes" if english else "是", exact=True).check()
    page.get_by_role("button", name="Show what I need" if english else "看看我要准备什么").click()
    assert "¥20.00" in page.locator("main").inner_text()
    assert "old card is handed back" not in page.content()
    assert "应当交回原证" not in page.content()
    assert_clean(page, f"{mark}-answered")
    page.get_by_role("link", name="Print the one-time notice" if english else "打印一次性告知单").click()
    assert page.locator("h1").inner_text().startswith("One-time notice" if english else "一次性告知单")
    assert "¥20.00" in page.locator("main").inner_text()
    assert_clean(page, f"{mark}-notice")


@READERS
def test_a_life_event_is_found_by_browsing(open_page, request, width, cookies):
    english = cookies is ENGLISH
    page = open_page("/services/", width=width, cookies=cookies)
    page.get_by_text("By life event, theme or department" if english else "按人生大事、主题、部门看").click()
    page.get_by_role("link", name="One event, one go" if english else "一件事一次办", exact=True).click()
    page.get_by_role("link", name="A birth" if english else "新生儿出生一件事", exact=True).click()
    assert ("Vaccination record" if english else "预防接种档案") in page.locator("main").inner_text()
    assert_clean(page, f"{request.node.callspec.id}-birth")
