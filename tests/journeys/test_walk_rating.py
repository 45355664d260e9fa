"""In a real browser: a bad rating goes round its loop, from a receipt's code to the call-back; what failed is said at the counter."""

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Browser, Page, sync_playwright

from huimin.cli.standing import establish
from huimin.platform.cases import operations, queries
from huimin.platform.cases.declarations import ratings
from huimin.platform.cases.models import Case, Rating
from huimin.platform.cases.tests.factories import do, official
from huimin.platform.cases.tests.test_pages import signed_in
from huimin.platform.cases.tests.test_walks import CARD, draft_of, settle
from huimin.platform.registries.tests.factories import citizen, person

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
CHROMIUM = os.environ.get("HUIMIN_CHROMIUM", "/usr/bin/chromium")
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
PHONE, DESK = 390, 1280


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser; Playwright's event loop must not make Django refuse the database."""
    patch = pytest.MonkeyPatch()
    patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()
    patch.undo()


@pytest.fixture
def resident(live_server: Any, settings: Any, tmp_path: Any) -> Any:
    """Somebody whom the city knows."""
    settings.HOME, settings.DEMO = tmp_path, True
    establish()
    person()
    return citizen()


@pytest.fixture
def case(resident: Any) -> Case:
    """His case, turned away at the counter."""
    at = timezone.now()
    answers = {**CARD, "lost_on": (at - timedelta(days=5)).date().isoformat(), "send_to": "芜湖市镜湖区中山路1号"}
    draft = draft_of("identity_card_replacement", resident, at, **answers)
    found = operations.lodge_case(draft.public_id, actor=resident, at=at)
    do(found, "take_in", "returned", at, note="照片不合格")
    settle(at)
    return found


@pytest.fixture
def at_browser(chromium: Browser, live_server: Any) -> Iterator[Any]:
    """Opens a browser of somebody's own, or of nobody who is signed in; at the end no page may have complained."""
    contexts, complaints = [], []

    def open_as(actor: Any = None, *, width: int = DESK, language: str = "zh-hans") -> Page:
        context = chromium.new_context(viewport={"width": width, "height": 900}, base_url=live_server.url)
        cookies = [("django_language", language)]
        if actor is not None:
            cookies.append(("sessionid", signed_in(actor).cookies["sessionid"].value))
        context.add_cookies([{"name": name, "value": value, "url": live_server.url} for name, value in cookies])
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda problem: complaints.append(str(problem)))
        return page

    yield open_as
    for context in contexts:
        context.close()
    assert complaints == []


def reads(page: Page, name: str, heading: str, *words: str) -> None:
    """The page is the one expected and says these words; axe finds nothing, nothing is wider than the page."""
    page.get_by_role("heading", level=1, name=heading, exact=True).wait_for()
    text = page.locator("main").inner_text()
    assert [word for word in words if word not in text] == []
    if folder := os.environ.get("HUIMIN_SCREENSHOTS"):
        page.screenshot(path=Path(folder, f"rating-{name}.png"), full_page=True)
    found = Axe().run(page, options=RULES).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.locator("h1").count() == 1


def claims(page: Page, what: str) -> None:
    """Find the work in the inbox and take it."""
    page.goto("/desk/inbox/")
    page.get_by_role("link", name=what).first.click()
    page.get_by_role("button", name="领取").click()
    page.get_by_role("button", name="办结这一步").wait_for()


def finishes(page: Page, outcome: str, note: str = "") -> None:
    """End the step like that; the city goes on."""
    page.get_by_role("radio", name=outcome, exact=True).check()
    if note:
        page.get_by_label("意见或理由").fill(note)
    page.get_by_role("button", name="办结这一步").click()
    page.get_by_role("heading", level=1, name="待办", exact=True).wait_for()
    settle(timezone.now())


@pytest.mark.covers("C08", "P10")
def test_a_bad_rating_goes_round_its_loop(case: Case, resident: Any, at_browser: Any) -> None:
    phone = at_browser(width=PHONE)
    code = queries.rating_code(case.number, Rating.Channel.CODE)
    phone.goto(f"/rate/{code}/")
    reads(phone, "levels", "您对这次办事满意吗", "非常满意", "非常不满意", "看不到是谁评价的")
    phone.get_by_role("link", name="非常不满意").click()
    reads(phone, "marks", "非常不满意", "多头跑窗口和部门", "请不要写姓名")
    phone.get_by_label("多头跑窗口和部门").check()
    phone.get_by_label("想说的话").fill("跑了三趟还是不收")
    phone.get_by_role("button", name="提交评价").click()
    reads(phone, "thanks", "谢谢您的评价", "有人核实、整改")

    verifier = at_browser(official(ratings().loop.verifier, timezone.now()))
    claims(verifier, "核实差评")
    reads(verifier, "verify", "核实差评", case.number, "跑了三趟还是不收", "每次查看都留痕")
    finishes(verifier, "情况属实，请部门整改（说明要改什么）", "请一次告知照片要求")

    department = at_browser(official(f"{case.department}.head", timezone.now()))
    claims(department, "整改并答复")
    reads(department, "mend", "整改并答复", "多头跑窗口和部门", "跑了三趟还是不收", "评价人受保护")
    assert case.number not in department.content()
    assert case.applicant_name not in department.content()
    finishes(department, "已整改，答复如下", "窗口已张贴照片样张，并当面致歉")

    own = at_browser(resident, width=PHONE)
    own.goto(f"/my/cases/{case.number}/")
    reads(own, "case", "居民身份证换领、补领", "您的评价：非常不满意", "已答复，待回访")
    own.get_by_role("link", name="看评价办到哪了").click()
    reads(own, "answered", "我的评价", "已答复，待回访", "窗口已张贴照片样张")
    own.get_by_label("满意", exact=True).check()
    own.get_by_role("button", name="告诉回访的人").click()
    own.get_by_text("回访时以您的选择为准").wait_for()

    claims(verifier, "回访")
    reads(verifier, "call-back", "回访", "本人已在网上答复：满意")
    finishes(verifier, "满意")
    own.reload()
    reads(own, "closed", "我的评价", "已回访", "回访时的满意度")
    english = at_browser(resident, language="en")
    english.goto(f"/my/cases/{case.number}/rate/")
    reads(english, "closed-en", "My rating", "Very dissatisfied", "Satisfied", "Called back", "saw which case")

    verifier.set_viewport_size({"width": PHONE, "height": 900})
    verifier.goto("/desk/ratings/?by=service")
    reads(verifier, "desk-phone", "好差评", "居民身份证换领、补领", "100%")
    verifier.set_viewport_size({"width": DESK, "height": 900})
    verifier.goto("/desk/ratings/")
    reads(verifier, "desk", "好差评", "市公安局", "100%", "已回访")
    assert case.number not in verifier.content()


@pytest.mark.covers("C08", "P09")
def test_what_could_not_be_got_done_is_taken_to_the_counter(case: Case, resident: Any, at_browser: Any) -> None:
    own = at_browser(resident, width=PHONE, language="en")
    own.goto(f"/my/cases/{case.number}/")
    own.get_by_role("link", name="Could not get it done? Tell us").click()
    reads(own, "stuck-ask", "Could not get it done? Tell us", case.number, "Turned down without a clear reason")
    own.get_by_label("Turned down without a clear reason").check()
    own.get_by_label("What happened?").fill("Nobody says what is wrong with the photograph.")
    own.get_by_role("button", name="Submit").click()
    reads(own, "stuck-said", "Waiting to be taken up", case.number)

    counter = at_browser(official(ratings().stuck.counter, timezone.now()))
    claims(counter, "受理并协调")
    reads(counter, "stuck-take", "受理并协调", case.number, case.applicant_name, "不予办理，又没说清原因")
    finishes(counter, "当场答复本人", "照片背景须为白色，可在窗口免费补拍")
    counter.goto("/desk/stuck/")
    reads(counter, "stuck-desk", "办不成事", "已答复", "按时答复")

    own.reload()
    reads(own, "stuck-answered", "Answered", "照片背景须为白色")
    own.get_by_role("button", name="It is done now").click()
    settle(timezone.now())
    own.goto("/my/stuck/")
    reads(own, "stuck-list", "Could not get it done", "Closed")
