"""How a journey carries a handset: a phone with a position, and what its worker does on it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page
from walking import assert_clean

from huimin.platform.cases.tests.test_pages import signed_in
from huimin.platform.grid.operations.handsets import offer_enrolment
from huimin.platform.incidents.tests import factories as make

PHONE = {"width": 390, "height": 844}
ACCURACY = 8
A_WHILE = 40_000
"""Longer than the app waits before it tries again by itself."""


@contextmanager
def carried(browser: Browser, address: str) -> Iterator[Callable[..., Page]]:
    """Phones with a position, each signed in as somebody; at the end no page on them may have complained."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def phone(account: Any, **cookies: str) -> Page:
        context = browser.new_context(
            viewport=PHONE,
            base_url=address,
            locale="zh-CN",
            geolocation={"longitude": make.HERE[0], "latitude": make.HERE[1], "accuracy": ACCURACY},
            permissions=["geolocation"],
        )
        session = signed_in(make.acting(account)).cookies["sessionid"].value
        values = {"sessionid": session, "django_language": "zh-hans", **cookies}
        context.add_cookies([{"name": name, "value": value, "url": address} for name, value in values.items()])
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda problem: complaints.append(str(problem)))
        return page

    yield phone
    for context in contexts:
        context.close()
    assert complaints == []


def heading(page: Page, name: str) -> None:
    """The screen of this name is shown."""
    page.get_by_role("heading", level=1, name=name, exact=True).wait_for()


def takes_up(page: Page, account: Any) -> None:
    """With a code of the command post, the phone becomes the worker's handset."""
    command = make.acting(make.official("qu_jinghu.command"))
    code = offer_enrolment(worker=account, actor=command, at=timezone.now())
    page.goto("/grid/")
    heading(page, "绑定这台终端")
    assert_clean(page, "enrol")
    page.get_by_label("绑定码").fill(code.lower())
    page.get_by_label("给这台终端起个名字").fill("我的手机")
    page.get_by_role("button", name="绑定").click()
    heading(page, "网格随身办")
    page.get_by_text(f"{account.name}，您好。").wait_for()
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")


def goes_offline(page: Page) -> None:
    """The network is gone, and the app says so."""
    page.context.set_offline(True)
    page.get_by_text("没有网络", exact=True).wait_for()


def comes_online(page: Page) -> None:
    """The network is back, and what waited has been sent."""
    page.context.set_offline(False)
    page.get_by_role("button", name="没有待发").wait_for(timeout=A_WHILE)
