"""In a real browser: the citizens' menu stays on one line of a desk, and what does not fit folds out below its end."""

from typing import Any

import pytest
from walking import assert_clean

from huimin.platform.registries.tests.factories import citizen, person

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("standing")]


@pytest.mark.covers("C03")
@pytest.mark.parametrize(
    ("language", "more", "last"), [("zh-hans", "更多", "家人和委托"), ("en", "More", "Family and delegation")]
)
def test_the_menu_stays_on_one_line(at_browser: Any, language: str, more: str, last: str) -> None:
    person()
    page = at_browser(citizen(), width=1280, language=language)
    page.goto("/help/")
    assert page.locator(".line").evaluate("line => line.getBoundingClientRect().height") < 60
    entry = page.locator(".line").get_by_role("link", name=last)
    assert not entry.is_visible()
    page.get_by_text(more, exact=True).focus()
    page.keyboard.press("Enter")
    entry.wait_for()
    assert_clean(page, f"unfolded-{language}")
    entry.click()
    page.wait_for_load_state()
    assert page.locator(".line__more [aria-current=page]").count() == 1
    assert_clean(page, f"below-{language}")
