"""In a real browser: a window takes in, by keyboard alone, somebody of another district who brings paper; he then sees his case."""

from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page
from walking import assert_clean

from huimin.platform.cases.models import Case, Draft
from huimin.platform.cases.tests.factories import official
from huimin.platform.registries.tests.factories import NUMBER, citizen, person

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def at_browser(standing: None, at_browser: Any) -> Any:
    """The same, in the city as it declares itself, which knows somebody of another district."""
    person(division="340207")
    return at_browser


def focused(page: Page) -> str:
    """The name of what has the focus."""
    name: str = page.evaluate("document.activeElement.name || document.activeElement.textContent.trim()")
    return name


def come_to_the_form(page: Page) -> None:
    """Search, choose, identify: nothing but keys."""
    keys = page.keyboard
    page.goto("/desk/window/")
    assert focused(page) == "q"
    assert_clean(page, "search")
    keys.type("sfz")
    keys.press("Enter")
    page.get_by_role("heading", name="收哪一项").wait_for()
    assert focused(page) == "居民身份证换领、补领"
    assert_clean(page, "found")
    keys.press("Enter")
    page.get_by_role("heading", level=1, name="来人是谁").wait_for()
    assert focused(page) == "citizen_id"
    assert_clean(page, "person")
    keys.type(NUMBER)
    keys.press("Tab")
    keys.type("王小明")
    for _ in range(2):
        keys.press("Tab")
    keys.press("Space")
    keys.press("Enter")
    page.get_by_role("heading", level=1, name="居民身份证换领、补领").wait_for()


@pytest.mark.covers("P01", "P09")
def test_taken_in_by_keyboard_alone(at_browser: Any) -> None:
    page = at_browser(official("xzfw.window", timezone.now()))
    keys = page.keyboard
    come_to_the_form(page)
    assert NUMBER not in page.url
    assert "13800001234" in page.locator("main").inner_text()
    assert_clean(page, "intake")
    assert focused(page) == "reason", "the focus is on the first thing that is still empty"
    keys.press("Space")
    keys.press("Tab")
    keys.press("Space")
    keys.press("Tab")
    # By courier it would ask for an address: it is fetched at the counter.
    keys.press("Space")
    keys.press("ArrowDown")
    keys.press("Enter")
    # Everything is answered but the old card, which lodging does not wait for: an original may still be shown.
    page.get_by_role("heading", name="已收件").wait_for()
    assert_clean(page, "taken")
    case = Case.objects.get()
    assert (case.channel, case.first_contact, case.division) == ("window", "xzfw.window", "340207")
    with page.expect_download() as download:
        keys.press("Enter")
    assert Path(download.value.path()).read_bytes().startswith(b"%PDF"), "the receipt has the focus: Enter prints it"
    own = at_browser(citizen(), width=360)
    own.goto("/my/cases/")
    own.get_by_role("link", name="居民身份证换领、补领").click()
    own.get_by_role("heading", name="办到哪了").wait_for()
    assert case.number in own.locator("main").inner_text()
    own.goto(f"/receipts/{case.number}/1/")
    assert "有效" in own.locator("main").inner_text()
    assert_clean(own, "standing")


def test_a_cut_line_loses_nothing_and_lodges_once(at_browser: Any) -> None:
    page = at_browser(official("xzfw.window", timezone.now()))
    come_to_the_form(page)
    page.get_by_label("损坏").check()
    page.get_by_label("否", exact=True).check()
    page.get_by_label("到收件窗口领取").check()
    page.get_by_label("原件已当面核验").first.check()
    sent: list[str] = []
    answered = "**/desk/window/drafts/*/"

    def let_through_but_lose_the_answer(route: Any) -> None:
        if route.request.method != "POST":
            route.continue_()
            return
        sent.append(route.request.method)
        if len(sent) == 1:
            route.abort("internetdisconnected")
        elif len(sent) == 2:
            # The server has it, the window never hears so: the worst moment for a line to be cut.
            route.fetch()
            route.abort("connectionreset")
        else:
            route.continue_()

    page.route(answered, let_through_but_lose_the_answer)
    page.keyboard.press("Enter")
    page.get_by_text("离线，已暂存在这一页，恢复后自动提交").wait_for()
    page.evaluate("window.dispatchEvent(new Event('online'))")
    page.get_by_role("heading", name="已收件").wait_for()
    assert len(sent) == 3
    case = Case.objects.get()
    assert case.evidence.get(material="old_card").trust == "B"
    assert page.url.endswith(f"/desk/window/cases/{case.number}/")


@pytest.mark.parametrize(("width", "language"), [(360, "zh-hans"), (360, "en"), (1440, "en")])
def test_the_pages_fit_and_speak_both_languages(at_browser: Any, width: int, language: str) -> None:
    from huimin.platform.cases import operations

    clerk = official("xzfw.window", timezone.now())
    draft = operations.start_intake(
        "public_rental_housing", citizen_id=NUMBER, name="王小明", actor=clerk, at=timezone.now()
    )
    page = at_browser(clerk, width=width, language=language)
    for path in ("", "new/restaurant_opening/", f"drafts/{draft.public_id}/", f"drafts/{draft.public_id}/notice/"):
        page.goto(f"/desk/window/{path}")
        assert_clean(page, f"{width}-{language}-{path.replace('/', '-')}")
        ours = page.locator("main").inner_text()
        assert language == "zh-hans" or "收件" not in ours, ours
    assert Draft.objects.get().lodged == ""
