"""In a real browser: every piece in every state, at every width, in both languages, in elder mode, on paper and by keyboard."""

import pytest
from axe_playwright_python.sync_playwright import Axe

pytestmark = [
    pytest.mark.journey,
    pytest.mark.urls("huimin.platform.ui.tests.urls"),
    pytest.mark.usefixtures("demonstration"),
]
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
PLAIN, ELDER, ENGLISH = {}, {"huimin_elder": "1"}, {"django_language": "en"}
PIECES = [
    ".value", ".clock", ".steps", ".trail", ".eligibility", ".evidence", ".work", ".figure", ".chart", ".progress", ".table", ".empty",
]  # fmt: skip


@pytest.fixture
def open_page(chromium, server):
    """Opens a page and, at the end, holds every page opened to an empty console."""
    contexts, complaints = [], []

    def open_(path, *, width=1024, cookies=PLAIN, scripts=True, **more):
        context = chromium.new_context(
            viewport={"width": width, "height": 900}, locale="zh-CN", java_script_enabled=scripts, **more
        )
        context.add_cookies([{"name": name, "value": value, "url": server} for name, value in cookies.items()])
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda problem: complaints.append(str(problem)))
        page.goto(server + path)
        return page

    yield open_
    for context in contexts:
        context.close()
    assert [text for text in complaints if "status of 4" not in text] == []


def assert_nothing_found(page):
    """axe finds nothing, the page is not wider than its window, and it has one first heading."""
    found = Axe().run(page, options=RULES).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.locator("h1").count() == 1


@pytest.mark.parametrize(
    ("width", "cookies"),
    [(360, PLAIN), (768, PLAIN), (1440, PLAIN), (360, ELDER), (1440, ELDER), (360, ENGLISH)],
    ids=["phone", "tablet", "desk", "elder-phone", "elder-desk", "english-phone"],
)
def test_the_style_page_shows_every_piece_and_axe_finds_nothing(open_page, width, cookies):
    page = open_page("/style/", width=width, cookies=cookies)
    assert page.locator("h1").inner_text() == (
        "Style: every piece in every state" if cookies is ENGLISH else "样式：每个部件的每种状态"
    )
    for piece in PIECES:
        assert page.locator(piece).first.is_visible(), piece
    # No sentence is left untranslated on the English page, but the way back to Chinese.
    if cookies is ENGLISH:
        assert page.evaluate("document.body.innerText.match(/[\\u4e00-\\u9fff]+/g)") == ["中文"]
    assert_nothing_found(page)


@pytest.mark.parametrize("cookies", [PLAIN, ELDER, ENGLISH], ids=["plain", "elder", "english"])
@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/", {"zh": "芜湖惠民", "en": "Wuhu Huimin"}),
        ("/help/", {"zh": "帮助与无障碍", "en": "Help and accessibility"}),
        ("/nowhere/", {"zh": "没有找到这个页面", "en": "This page was not found"}),
        ("/test/refuses/", {"zh": "这一步没有办成", "en": "This step was not done"}),
    ],
)
def test_plain_pages_are_clean_on_a_phone(open_page, path, words, cookies):
    page = open_page(path, width=360, cookies=cookies)
    assert page.locator("h1").inner_text() == words["en" if cookies is ENGLISH else "zh"]
    assert_nothing_found(page)


def test_targets_are_large_in_elder_mode(open_page):
    page = open_page("/", width=360, cookies=ELDER)
    assert page.evaluate("getComputedStyle(document.body).fontSize") == "20px"
    assert page.evaluate("parseFloat(getComputedStyle(document.body).lineHeight)") == pytest.approx(36)
    heights = page.eval_on_selector_all(
        "a:not(.skip), button, input:not([type=hidden])",
        "all => all.filter(e => e.offsetParent).map(e => [e.outerHTML, e.getBoundingClientRect().height])",
    )
    assert heights
    assert [html for html, height in heights if height < 60 and "top__brand" not in html] == []


def test_a_queue_is_worked_from_the_keyboard(open_page):
    page = open_page("/style/")
    numbers = page.locator(".work__number").all_inner_texts()
    focused = "document.activeElement.querySelector('.work__number')?.textContent"
    page.keyboard.press("j")
    assert page.evaluate(focused) == numbers[0]
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    assert page.evaluate(focused) == numbers[1]
    page.locator("#empty_name").focus()
    page.keyboard.press("j")
    assert page.locator("#empty_name").input_value() == "j"


def test_more_joins_the_list_and_the_list_ends(open_page):
    page = open_page("/style/")
    assert page.locator(".work").count() == 5
    page.get_by_role("link", name="再看一些").click()
    page.get_by_text("已经到底了").wait_for()
    assert page.locator(".work").count() == 10
    assert page.locator(".work__number").last.inner_text() == "3402-26-0000008"


def test_long_work_moves_by_itself(open_page):
    page = open_page("/style/")
    assert page.locator("#landing progress").get_attribute("value") == "20"
    page.locator("#landing.progress--done").wait_for(timeout=15_000)
    assert "已完成" in page.locator("#landing").inner_text()


def test_everything_works_without_scripts(open_page):
    page = open_page("/style/", scripts=False)
    assert page.get_by_role("link", name="刷新进度").is_visible()
    page.get_by_role("link", name="再看一些").click()
    assert page.locator(".work__number").first.inner_text() == "3402-26-0000004"
    page.get_by_role("button", name="长辈版").click()
    assert page.locator("body.elder").count() == 1
    page.get_by_role("button", name="English").click()
    assert page.locator("html").get_attribute("lang") == "en"
    page.get_by_role("button", name="Archive this case").click()
    assert "1 case archived." in page.locator("[role=status]").inner_text()
    page.get_by_role("button", name="Undo").click()
    assert "Undone." in page.locator("[role=status]").inner_text()


def test_a_form_with_mistakes_starts_at_the_list_of_them(open_page):
    page = open_page("/style/form/")
    page.get_by_label("姓名").fill("王某某")
    page.get_by_role("button", name="提交").click()
    page.locator(".mistakes").wait_for()
    assert page.evaluate("document.activeElement.className") == "mistakes"
    assert page.get_by_label("姓名").input_value() == "王某某"
    page.get_by_role("link", name="怎样领取结果：请选择怎样领取结果").click()
    assert page.evaluate("document.activeElement.id") == "id_delivery_0"
    assert_nothing_found(page)


def test_a_chart_shows_its_table(open_page):
    page = open_page("/style/")
    chart = page.locator(".chart").nth(1)
    assert chart.get_by_role("img").get_attribute("aria-label") == "人口年龄结构：50 到 59 岁的人最多。"
    chart.locator("summary").click()
    assert chart.get_by_role("row", name="90+ 21 38").is_visible()
    assert_nothing_found(page)


def test_the_skip_link_comes_first_and_focus_is_always_seen(open_page):
    page = open_page("/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "跳到正文"
    page.keyboard.press("Tab")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineWidth") == "3px"


def test_paper_shows_the_content_alone_and_nothing_folded(open_page):
    page = open_page("/style/")
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert not page.locator(".top__tools").is_visible()
    assert not page.locator(".bar").is_visible()
    assert page.locator(".fact", has_text="复查合格").is_visible()
    assert page.locator(".chart table").first.is_visible()
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator("main details[open]").count() == 0


def test_reduced_motion_is_honoured(open_page):
    page = open_page("/style/", reduced_motion="reduce")
    assert page.evaluate("getComputedStyle(document.querySelector('.clock__left')).transitionDuration") == "0s"
