"""In a real browser: somebody types what he wants in everyday words, answers two questions, and leaves with the one-time notice."""

import pytest
from walking import ELDER, ENGLISH, PLAIN, assert_clean

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
READERS = pytest.mark.parametrize(
    ("width", "cookies"),
    [(360, PLAIN), (1440, PLAIN), (360, ELDER), (360, ENGLISH), (1440, ENGLISH)],
    ids=["phone", "desk", "elder-phone", "english-phone", "english-desk"],
)


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
