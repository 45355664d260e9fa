"""In a real browser: nobody applies for the old-age allowance; it is found, confirmed in a batch, agreed to with a tap, paid."""

import os
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Browser, sync_playwright

from huimin.cli.standing import establish
from huimin.platform.cases.operations import land_outcomes, offer_benefits
from huimin.platform.cases.tests.test_offering import EIGHTY, NINETY, reconciled
from huimin.platform.identity.models import Account
from huimin.platform.journal.operations import deliver_due
from huimin.platform.journal.rules import Actor
from huimin.platform.registries.models import Person

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
CHROMIUM = os.environ.get("HUIMIN_CHROMIUM", "/usr/bin/chromium")
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
SYSTEM = Actor(kind="system", ref="journey")
PHONE, DESK = 360, 1440


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
def city(settings: Any, tmp_path: Any) -> None:
    """A city with two very old residents, and the personas of the demonstration."""
    settings.HOME, settings.DEMO = tmp_path, True
    establish()
    reconciled(timezone.now(), NINETY, EIGHTY)
    # The personas find their residents only now.
    import_module("huimin.platform.identity.establish").establish(actor=SYSTEM, at=timezone.now())


class Walker:
    """Somebody at a browser of his own; every page that he reads is held to axe and to its width."""

    def __init__(self, browser: Any, address: str, persona: str, width: int) -> None:
        context = browser.new_context(viewport={"width": width, "height": 900}, locale="zh-CN")
        self.page, self.address = context.new_page(), address
        self.complaints: list[str] = []
        self.page.on("pageerror", lambda problem: self.complaints.append(str(problem)))
        self.page.goto(f"{address}/demo/")
        self.page.locator(f"form[action$='demo/{persona}/'] button").click()
        self.page.get_by_role("button", name="退出").or_(self.page.get_by_role("link", name="退出")).first.wait_for()

    def goes_to(self, path: str) -> "Walker":
        self.page.goto(self.address + path)
        return self

    def reads(self, heading: str, *words: str) -> None:
        """The page is the one expected, says these words, and axe finds nothing on it."""
        self.page.get_by_role("heading", level=1, name=heading, exact=True).wait_for()
        text = self.page.locator("main").inner_text()
        assert [word for word in words if word not in text] == []
        found = Axe().run(self.page, options=RULES).response["violations"]
        assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []
        assert self.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert self.complaints == []

    def clicks(self, name: str, role: Any = "link") -> "Walker":
        self.page.get_by_role(role, name=name).first.click()
        self.page.wait_for_load_state()
        return self


def the_city_goes_on() -> None:
    """What the server does beside the requests: deliver what was announced, land what was decided."""
    while deliver_due(limit=100, at=timezone.now()):
        pass
    land_outcomes(actor=SYSTEM, at=timezone.now())


@pytest.mark.covers("P13")
def test_an_allowance_comes_to_who_did_not_apply(chromium: Browser, live_server: Any, city: None) -> None:
    elder = Walker(chromium, live_server.url, "elder", PHONE)
    elder.goes_to("/my/cases/").reads("我的办件", "还没有办过事")
    assert offer_benefits("old_age_allowance", actor=SYSTEM, at=timezone.now()).offered == 2
    elder.goes_to("/my/cases/").reads("我的办件", "高龄津贴")
    assert "等您确认的" not in elder.page.locator("main").inner_text(), "the district has not confirmed it yet"

    district = Walker(chromium, live_server.url, "district_review", DESK)
    district.goes_to("/").clicks("待办").reads("待办", "高龄津贴", "核对名单")
    district.clicks("批量办理").reads("批量办理", "核对名单")
    boxes = district.page.get_by_role("checkbox").all()
    assert len(boxes) == 2
    for box in boxes:
        box.check()
    district.page.get_by_label("核对无误").check()
    district.clicks("办结选中的", "button")
    district.goes_to("/desk/inbox/batch/").reads("批量办理", "现在没有可以批量办理的事")
    the_city_goes_on()

    elder.goes_to("/")
    assert elder.page.get_by_role("link", name="我的办件 1 件待处理").first.is_visible()
    elder.goes_to("/my/cases/").reads("我的办件", "等您确认的", "高龄津贴")
    elder.clicks("高龄津贴").reads("高龄津贴", "等您：本人确认领取", "您不用申请，也不用交材料")
    born = Person.objects.get(key=Account.objects.get(username="demo.elder").person_key).birth_date
    allowance = {EIGHTY["出生日期"]: "¥50.00", NINETY["出生日期"]: "¥100.00"}[str(born)]
    elder.clicks("确认领取", "button")
    the_city_goes_on()
    elder.page.reload()
    elder.reads(
        "高龄津贴", "已办成", "发放", "模拟支付，没有真的转账", "给您的通知", f"从本月起每月向您发放高龄津贴{allowance}"
    )
    elder.goes_to("/my/cases/").reads("我的办件", "已办成")
    assert "等您确认的" not in elder.page.locator("main").inner_text()
