"""In a real browser: a person has a wrong value corrected at its source; an official looks, and the person sees it."""

from typing import Any

import pytest
from playwright.sync_api import Browser
from walking import DESK, PHONE, Walker, the_city_goes_on

from huimin.platform.registries.models import Person
from huimin.platform.registries.tests import factories as make

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.mark.covers("D20", "C03")
def test_a_wrong_value_is_corrected_at_its_source(chromium: Browser, live_server: Any, city: Person) -> None:
    citizen = Walker(chromium, live_server.url, "citizen", PHONE)
    citizen.goes_to("/").clicks("我的信息")
    citizen.reads("我的信息", "王小明", "市公安局", "有异议：市人力资源和社会保障局记为“女”", make.ADDRESS)
    citizen.goes_to("/my/data/hukou_address/").reads("户籍地址", make.ADDRESS, "各部门怎么说")
    citizen.clicks("更正这条信息").reads("更正户籍地址", "会交给市公安局核实")
    citizen.clicks("提交", "button").reads("更正户籍地址", "有几处需要修改")
    page = citizen.page
    page.get_by_label("应该是什么").fill(make.NEW_ADDRESS)
    page.get_by_label("为什么").fill("搬家，户口已迁")
    page.get_by_label("有什么可以证明").fill("户口簿，2026年5月")
    citizen.clicks("提交", "button").reads(
        "更正户籍地址", "核实中", make.NEW_ADDRESS, "还有 5 个工作日", "市公安局 数据专员"
    )

    police = Walker(chromium, live_server.url, "police_data", DESK)
    police.goes_to("/").clicks("待办").reads("待办", "户籍地址")
    police.page.locator(".work__link").first.click()
    police.reads("核实并答复", "领取以后")
    assert "王小明" not in police.page.locator("main").inner_text().split("办理经过")[0]
    police.clicks("领取", "button").reads("核实并答复", "王小明", make.ADDRESS, make.NEW_ADDRESS, "户口簿", "RK1")
    police.page.get_by_label("更正：按核定的内容更新本部门记录").check()
    police.page.get_by_label("意见或理由").fill("已核户口簿")
    police.clicks("办结这一步", "button").reads("待办", "现在没有等您办的事")
    the_city_goes_on()

    citizen.goes_to("/my/data/").reads("我的信息", make.NEW_ADDRESS)
    assert make.ADDRESS not in citizen.page.locator("main").inner_text()
    citizen.goes_to("/my/data/hukou_address/").reads(
        "户籍地址", "已更正，市公安局的记录已更新", "同意更正", "提出更正，交市公安局核实"
    )
    citizen.goes_to("/my/messages/").reads("消息", "已更正：户籍地址")
    citizen.goes_to("/my/corrections/").reads("我的更正", "已更正")
    citizen.clicks("户籍地址").reads("更正户籍地址", "已更正", "已核户口簿")
    citizen.goes_to("/my/looks/").reads("谁看过我的信息", "市公安局 数据专员", "数据校核纠错")


@pytest.mark.covers("D16")
def test_a_quick_query_shows_under_who_looked(chromium: Browser, live_server: Any, city: Person) -> None:
    query = Walker(chromium, live_server.url, "police_query", DESK)
    query.goes_to("/").clicks("实名快速查询").reads("实名快速查询", "先说明为什么查")
    # By keyboard alone: the purpose has the focus; its first letter, tab, and so on.
    keyboard = query.page.keyboard
    assert query.page.evaluate("document.activeElement.name") == "purpose"
    keyboard.press("ArrowDown")
    keyboard.press("Tab")
    keyboard.type("皖公芜侦2026-18")
    keyboard.press("Tab")
    keyboard.type(make.NUMBER)
    keyboard.press("Enter")
    query.reads("查询结果", "王小明", make.ADDRESS, "办理案件", "皖公芜侦2026-18")
    assert make.NUMBER not in query.page.url
    query.page.emulate_media(media="print")
    assert query.page.get_by_text("王小明").is_visible()
    assert not query.page.get_by_role("link", name="再查一个").is_visible()
    query.page.emulate_media(media="screen")
    query.clicks("再查一个").reads("实名快速查询")
    assert query.page.get_by_label("事项编号").input_value() == "皖公芜侦2026-18"
    query.clicks("只问是否").reads("实名快速查询")
    query.page.get_by_label("公民身份号码").fill(make.NUMBER)
    query.clicks("查询", "button").reads("是否年满18周岁？", "是")
    the_city_goes_on()

    citizen = Walker(chromium, live_server.url, "citizen", PHONE)
    citizen.goes_to("/my/looks/").reads(
        "谁看过我的信息", "市公安局 实名核查员", "用途：办理案件", "皖公芜侦2026-18", "只问是否：是否年满18周岁？"
    )
