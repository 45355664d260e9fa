"""In a real browser: a department asks for another's data, is given them, reads them; the person sees who looked; the provider stops it."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser
from walking import DESK, PHONE, Walker

from huimin.platform.registries.models import Person
from huimin.platform.registries.tests import factories as make

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def decides(walker: Walker, label: str, reason: str) -> None:
    """Answer the work item that is open."""
    walker.page.get_by_label(label).check()
    walker.page.get_by_label("意见或理由").fill(reason)
    walker.clicks("办结这一步", "button").reads("待办", "现在没有等您办的事")


def takes_the_first(walker: Walker) -> None:
    """Open what waits at the post, and claim it."""
    walker.goes_to("/").clicks("待办").page.locator(".work__link").first.click()
    walker.clicks("领取", "button")


@pytest.mark.covers("D01", "D02", "D05")
def test_data_are_asked_for_granted_read_and_stopped(
    chromium: Browser,
    live_server: Any,
    city: Person,
) -> None:
    asker = Walker(chromium, live_server.url, "hrss_data", DESK)
    asker.goes_to("/desk/catalogue/police.population/").clicks("申请使用")
    name = asker.page.locator("h1").inner_text().removeprefix("申请使用")
    asker.reads(
        f"申请使用{name}", "由谁读取", "市人力资源和社会保障局 数据专员", "姓名（有条件共享）", "备注（不予共享）"
    )
    asker.clicks("提出数据需求", "button").reads(f"申请使用{name}", "有几处需要修改")
    page = asker.page
    for item in ("公民身份号码（有条件共享）", "姓名（有条件共享）", "户籍地址（有条件共享）"):
        page.get_by_label(item).check()
    page.get_by_role("group", name="其中哪些要看完整内容").get_by_label("姓名").check()
    page.get_by_label("逐页读取（页面或接口）").check()
    page.get_by_label("用途").select_option(label="审核待遇资格")
    page.get_by_label("法律依据").fill("《社会保险法》第五十七条")
    page.get_by_label("为什么需要").fill("核对参保人是否仍在本市")
    page.get_by_label("用到哪天").fill((timezone.localdate() + timedelta(days=90)).isoformat())
    asker.clicks("提出数据需求", "button").reads(
        name, "审核中", "公民身份号码（掩码）", "初审", "市数据资源管理局 数据管理员"
    )
    path = page.url.removeprefix(live_server.url)

    office = Walker(chromium, live_server.url, "data_office", DESK)
    takes_the_first(office)
    decides(office, "要素齐全，交数源部门审核", "要素齐全")
    police = Walker(chromium, live_server.url, "police_data", DESK)
    takes_the_first(police)
    police.reads("数源部门审核", "《社会保险法》第五十七条", "逐页读取", "户籍地址（掩码）")
    decides(police, "同意按申请的范围提供", "符合履职需要")

    asker.goes_to(path).reads(name, "已同意", "符合履职需要")
    asker.goes_to("/").clicks("共享给我的数据").reads("共享给我的数据", name, "审核待遇资格")
    asker.clicks(name).clicks("逐页读取").reads(name, "授权的信息项")
    assert "王小明" not in page.locator("main").inner_text()
    page.get_by_label("事项编号").fill("芜人社核2026-7")
    asker.page.get_by_role("button", name="读取", exact=True).click()
    asker.reads(name, "王小明", make.NUMBER[:6] + "********" + make.NUMBER[-4:], "芜人社核2026-7", "已记入日志")
    assert make.NUMBER not in page.locator("main").inner_text()
    asker.goes_to("/desk/shared/police.population/")
    assert page.get_by_label("事项编号").input_value() == "芜人社核2026-7"
    page.get_by_label("号码", exact=True).fill(make.NUMBER)
    asker.clicks("查这一条", "button").reads(name, "王小明", "1 行")
    assert make.NUMBER not in page.url

    citizen = Walker(chromium, live_server.url, "citizen", PHONE)
    citizen.goes_to("/my/looks/").reads(
        "谁看过我的信息",
        "市人力资源和社会保障局 数据专员",
        "用途：审核待遇资格",
        "芜人社核2026-7",
        f"从“{name}”的记录里查看了",
    )

    police.goes_to(path).reads(name, "已同意")
    police.page.get_by_text("停止提供", exact=True).first.click()
    police.page.get_by_label("为什么停止").fill("用途已经了结")
    police.clicks("停止提供", "button").reads(name, "已停止提供", "用途已经了结")
    assert asker.page.goto(live_server.url + "/desk/shared/police.population/").status == 404
    asker.goes_to("/desk/shared/").reads("共享给我的数据", "还没有部门向本岗位提供数据")
