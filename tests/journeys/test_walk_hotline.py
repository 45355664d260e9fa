"""12345 by keyboard alone: a caller becomes a ticket without a hand on the mouse; a question is answered with its guide; the call-back."""

from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page
from walking import reads, the_city_goes_on

from huimin.platform.incidents import operations
from huimin.platform.incidents.models import Call
from huimin.platform.incidents.tests import factories as make
from huimin.platform.incidents.tests.browsers import the_district

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True), pytest.mark.covers("C08")]
DESK, PHONE = 1280, 390
MOST_TABS = 60


@pytest.fixture
def people(standing: None, tmp_path: Path) -> Any:
    """One official at each post that a report meets, and a worker who walks the cell."""
    return the_district(tmp_path)


def tabs_to(page: Page, name: str) -> None:
    """Go on by Tab until what is focused is called that; nobody touches a mouse."""
    for _ in range(MOST_TABS):
        focused = page.evaluate(
            "() => { const one = document.activeElement; return one.name || one.dataset.mapDo || one.textContent.trim(); }"
        )
        if focused == name:
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{name} is not reached by Tab")


def test_a_caller_becomes_a_ticket_by_keyboard_only(people: Any, at_browser: Any) -> None:
    agent = at_browser(people.agent, width=DESK)
    agent.goto("/hotline/")
    reads(agent, "热线受理", "来电号码", "登记工单", name="desk")
    assert agent.evaluate("document.activeElement.name") == "phone"
    agent.keyboard.type("13900000001")
    tabs_to(agent, "text")
    agent.keyboard.type("路面有个大坑，有人摔了")
    agent.locator("#classes").get_by_text("道路破损").wait_for()
    tabs_to(agent, "class_code")
    agent.keyboard.press("Space")
    tabs_to(agent, "address")
    agent.keyboard.type("网格001")
    agent.locator("#places input").first.wait_for()
    reads(agent, "热线受理", "是这里吗", name="typed")
    tabs_to(agent, "spot")
    agent.keyboard.press("Space")
    agent.keyboard.press("Alt+s")
    agent.get_by_text("请告诉来电人").wait_for()
    call = Call.objects.select_related("incident").get()
    reads(agent, call.number, "139****0001", "道路破损", name="ticket")
    assert (call.incident.class_code, call.incident.cell) == (make.CLASS, make.CELL)

    assert agent.evaluate("document.activeElement.dataset.alt") == "n"
    agent.keyboard.press("Enter")
    reads(agent, "热线受理", "待反馈 1")
    agent.keyboard.type("13900000001")
    agent.locator("#beside").get_by_text("这个号码以前的来电").wait_for()
    tabs_to(agent, "text")
    agent.keyboard.type("身份证丢了怎么补办")
    guide = agent.locator("#beside input[value=identity_card_replacement]")
    guide.wait_for()
    tabs_to(agent, "category")
    agent.keyboard.press("ArrowDown")
    tabs_to(agent, "answer")
    agent.keyboard.type("带户口簿到任一户籍窗口")
    agent.keyboard.press("Alt+d")
    agent.get_by_text("当场答复").first.wait_for()
    assert Call.objects.get(outcome="answered").answer == "带户口簿到任一户籍窗口"

    number, at = call.incident.number, timezone.now()
    operations.verify_incident(number, found=True, actor=people.worker, at=at)
    operations.file_incident(number, actor=people.command, at=at)
    operations.dispatch_incident(number, actor=people.command, at=at)
    operations.dispose_incident(number, said="已修补", photos=[make.photo()], actor=people.housing, at=at)
    operations.check_incident(number, passed=True, actor=people.worker, at=at)
    operations.close_incident(number, actor=people.command, at=at)
    the_city_goes_on()

    agent.goto("/hotline/calls/?view=survey")
    reads(agent, "来电记录", call.number, name="queue")
    agent.locator("#queue-rows a").first.click()
    agent.get_by_role("button", name="显示完整号码").click()
    reads(agent, call.number, "13900000001", "回访", name="call-back")
    agent.get_by_label("解决了", exact=True).check()
    agent.get_by_label("满意", exact=True).check()
    agent.get_by_role("button", name="记下回访").click()
    agent.get_by_text("已记下").wait_for()
    agent.goto("/hotline/rates/")
    reads(agent, "热线三率", "市住房和城乡建设局", "100.0%", "怎么算", name="rates")
    agent.set_viewport_size({"width": PHONE, "height": 800})
    agent.goto("/hotline/")
    reads(agent, "热线受理", name="desk-phone")
    english = at_browser(people.agent, language="en")
    english.goto("/hotline/rates/")
    reads(english, "Hotline rates", "Response rate", name="rates-en")
