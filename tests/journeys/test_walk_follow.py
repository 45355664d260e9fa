"""随手拍 on a phone: a photo, the same matter close by, me too, and the link that shows it closed."""

from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page
from walking import ELDER, reads, the_city_goes_on

from huimin.platform.incidents import operations
from huimin.platform.incidents.models import Incident
from huimin.platform.incidents.tests import factories as make
from huimin.platform.incidents.tests.browsers import the_district

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True), pytest.mark.covers("C08", "G01")]
PHONE = 390


@pytest.fixture
def people(standing: None, tmp_path: Path) -> Any:
    """One official at each post that a report meets, and a worker who walks the cell."""
    return the_district(tmp_path)


def points_at(page: Page, longitude: float, latitude: float) -> None:
    """Choose a point, as a tap on the map leaves it in the form."""
    page.evaluate(
        """([longitude, latitude]) => { for (const [name, value] of Object.entries({longitude, latitude, datum: 'cgcs2000'}))
            document.querySelector(`[name=${name}]`).value = value; }""",
        [longitude, latitude],
    )


def says(page: Page, words: str, longitude: float) -> None:
    """The first of the two pages."""
    page.goto("/report/")
    page.locator("[data-map] canvas").wait_for()
    page.get_by_label("什么问题").fill(words)
    points_at(page, longitude, make.HERE[1])
    page.get_by_role("button", name="下一步").click()
    page.get_by_role("heading", level=1, name="看一看，再提交").wait_for()


def test_a_citizen_reports_another_says_me_too_and_both_see_it_closed(
    people: Any, at_browser: Any, live_server: Any, tmp_path: Path
) -> None:
    picture = tmp_path / "pothole.jpg"
    picture.write_bytes(make.photo("brown", (900, 600)).content)
    first = at_browser(width=PHONE)
    first.goto("/report/")
    reads(first, "随手拍", "在哪里", "有人身危险时请先拨打", name="begin")
    says(first, "路面有个大坑", make.HERE[0])
    reads(first, "看一看，再提交", "道路破损", "按关键词给的建议", name="check")
    first.get_by_label("道路破损").check()
    first.get_by_label("照片").set_input_files(picture)
    first.get_by_label("匿名上报").check()
    first.get_by_role("button", name="提交上报").click()
    reads(first, "网格员正在现场核实", "已收到您的上报", "您拍的照片", name="sent")
    incident = Incident.objects.get()

    second = at_browser(width=PHONE)
    says(second, "这里有坑", make.HERE[0] + 0.0003)
    reads(second, "看一看，再提交", "是不是这一件？", "28 米外", name="similar")
    second.get_by_role("button", name="我也遇到").click()
    reads(second, "网格员正在现场核实", incident.number, name="me-too")
    assert Incident.objects.count() == 1

    number, at = incident.number, timezone.now()
    operations.verify_incident(number, found=True, actor=people.worker, at=at)
    operations.file_incident(number, actor=people.command, at=at)
    operations.dispatch_incident(number, actor=people.command, at=at)
    second.get_by_role("button", name="催一催").click()
    second.get_by_text("已催办").wait_for()
    operations.dispose_incident(number, said="已修补", photos=[make.photo("green")], actor=people.housing, at=at)
    operations.check_incident(number, passed=True, actor=people.worker, at=at)
    operations.close_incident(number, actor=people.command, at=at)
    the_city_goes_on()

    second.reload()
    reads(second, "已办结", "处置后", "办得怎么样？", name="closed")
    assert not any(account.name in second.content() for account in people.accounts.values())
    second.get_by_role("button", name="满意", exact=True).click()
    second.get_by_text("您的评价：满意").wait_for()
    first.goto("/report/mine/")
    reads(first, "我报过的", "已办结", name="mine")
    first.get_by_role("link", name="道路破损").click()
    first.get_by_text("没有办好，要求重新办理").click()
    first.get_by_label("哪里还没办好").fill("坑又开了")
    first.get_by_role("button", name="要求重新办理").click()
    reads(first, "已受理，正在派遣", name="reopened")

    elder = at_browser(width=PHONE)
    elder.context.add_cookies([{"name": name, "value": value, "url": live_server.url} for name, value in ELDER.items()])
    elder.goto("/report/")
    reads(elder, "随手拍", "什么问题", name="elder")
    english = at_browser(width=PHONE, language="en")
    english.goto("/report/")
    reads(english, "Report a problem", "What is wrong?", name="begin-en")


def test_without_a_script_words_serve_for_the_place(people: Any, chromium: Any, live_server: Any) -> None:
    context = chromium.new_context(java_script_enabled=False, locale="zh-CN", viewport={"width": PHONE, "height": 800})
    page = context.new_page()
    page.goto(f"{live_server.url}/report/")
    page.get_by_label("什么问题").fill("垃圾没人收")
    page.get_by_label("在哪里").fill("中山路1号门口")
    page.get_by_role("button", name="下一步").click()
    page.get_by_label("暴露垃圾").check()
    page.get_by_label("匿名上报").check()
    page.get_by_role("button", name="提交上报").click()
    page.get_by_text("已收到您的上报").wait_for()
    context.close()
    assert Incident.objects.get().address == "中山路1号门口"
