"""In a real browser: a firm's representative gives an agent a power, the agent applies for the firm, the representative sees it."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser
from walking import DESK, PHONE, Walker, the_city_goes_on

from huimin.platform.cases.models import Case
from huimin.platform.cases.tests.factories import PDF, do
from huimin.platform.exchange.operations import land_rows
from huimin.platform.registries.operations import reconcile
from huimin.platform.registries.tests import factories as make

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
FIRM = "芜湖合成餐饮有限公司"
OWNER = make.POLICE | {
    "人员编号": "RK2", "公民身份号码": make.OTHER_NUMBER, "姓名": "李合成", "出生日期": "1950-01-01", "户号": "H2",
}  # fmt: skip
BUSINESS = {
    "主体编号": "M1", "统一社会信用代码": make.USCC, "名称": FIRM, "市场主体类型": "有限责任公司", "登记状态": "存续",
    "法定代表人（经营者）": "李合成", "法定代表人证件号": make.OTHER_NUMBER, "住所": make.ADDRESS, "行业代码": "H621",
    "注册资本（万元）": "10", "经营范围": "餐饮服务", "核准日期": "2026-05-20",
}  # fmt: skip


@pytest.fixture
def city(city: Any) -> None:
    """The city as it declares itself, with a restaurant, its owner, and a resident whom he trusts."""
    for resource, row in (("police.population", OWNER), ("market.entities", BUSINESS)):
        at = timezone.now()
        land_rows(resource, [row], actor=make.SYSTEM, at=at, reference_on=date(2026, 6, 1), name=f"{resource}-more")
    reconcile(actor=make.SYSTEM, at=timezone.now())


def fills_in(agent: Walker) -> None:
    """The restaurant's form, page by page, up to lodging."""
    page = agent.page
    page.get_by_label("招牌上的店名").fill("合成小馆")
    page.get_by_label("经营场所").fill("芜湖市镜湖区中山路1号")
    page.get_by_label("使用面积").fill("60")
    page.get_by_role("group", name="位于居民住宅楼内").get_by_label("否").check()
    agent.clicks("保存并继续", "button")
    page.get_by_label("小餐饮").check()
    page.get_by_label("热食类").check()
    page.get_by_role("group", name="产生油烟").get_by_label("否").check()
    page.get_by_role("group", name="使用燃气").get_by_label("否").check()
    agent.clicks("保存并继续", "button")
    page.get_by_role("group", name="设置户外招牌").get_by_label("否").check()
    agent.clicks("保存并继续", "button")
    page.get_by_label("人员姓名").first.fill("合成甲")
    page.get_by_label("健康证明编号").first.fill("J-1")
    page.get_by_label("健康证明有效期至").first.fill((timezone.localdate() + timedelta(days=200)).isoformat())
    if page.get_by_label("联系电话").count():
        page.get_by_label("联系电话").fill("13800001234")
    agent.clicks("保存并继续", "button")
    page.get_by_label("不用纸质").check()
    agent.clicks("保存并继续", "button")
    while (waiting := page.locator("section.card", has_text="还缺").locator("input[type=file]")).count():
        waiting.first.set_input_files({"name": "材料.pdf", "mimeType": "application/pdf", "buffer": PDF})
        page.locator("section.card", has_text="还缺").get_by_role("button", name="上传").first.click()
        page.wait_for_load_state()
    agent.clicks("继续，核对一遍").reads("核对并提交", "合成小馆", "提交时盖上企业的电子印章")


@pytest.mark.covers("C02", "P02", "P19")
def test_a_firm_gives_a_power_and_sees_what_came_of_it(chromium: Browser, live_server: Any, city: Any) -> None:
    agent = Walker(chromium, live_server.url, "citizen", PHONE)
    agent.goes_to("/account/")
    username = re.search(r"demo\.\w+", agent.page.locator("main").inner_text())[0]

    owner = Walker(chromium, live_server.url, "owner", DESK)
    owner.goes_to("/account/delegations/").reads("代办", "我的企业", "不用填任何号码")
    owner.clicks("按登记数据找到我的企业", "button").reads("代办", FIRM)
    owner.clicks(f"代 {FIRM} 办理", "button").reads(FIRM, "您是这家企业的法定代表人", "现在没有等企业办的事")
    owner.clicks("代办人").reads("代办人", "法定代表人（按登记数据）")
    owner.clicks("授权给代办人").reads("授权给代办人", FIRM, "您随时可以收回")
    owner.clicks("发出授权", "button").reads("授权给代办人", "有几处需要修改")
    owner.page.get_by_label("代办人的登录名").fill(username)
    for act in ("查看信息", "申办事项"):
        owner.page.get_by_label(act).check()
    owner.page.get_by_label("开办餐饮店一件事").check()
    owner.page.get_by_label("最后一天").fill((timezone.localdate() + timedelta(days=60)).isoformat())
    owner.clicks("发出授权", "button").reads("代办人", "等待接受", "查看信息、申办事项", "开办餐饮店一件事")

    agent.goes_to("/").reads("王小明，您好", f"{FIRM} 请您代办")
    agent.clicks(f"{FIRM} 请您代办").clicks("接受委托", "button").reads("代办", FIRM, "生效")
    agent.clicks(f"代 {FIRM} 办理", "button").reads(FIRM, "您可以替它：查看信息、申办事项")
    agent.goes_to("/for-me/").reads(f"{FIRM} 能享受什么", "开办餐饮店一件事", "没有资格条件")
    agent.goes_to("/services/restaurant_opening/").clicks("我要办", "button")
    fills_in(agent)
    agent.clicks("提交申请", "button").reads("开办餐饮店一件事", "已提交")
    agent.goes_to("/services/hr_agency_licence/").clicks("我要办", "button")
    assert "包括这个事项" in agent.page.locator("main").inner_text()
    the_city_goes_on()

    case, at = Case.objects.get(), timezone.now()
    do(case, "accept", "accepted", at)
    do(case, "food", "supplement", at, note="缺排水图")
    owner.goes_to("/enterprise/home/").reads(FIRM, "待办", "开办餐饮店一件事", "等您处理")
    owner.clicks("开办餐饮店一件事").reads("开办餐饮店一件事", "等您：补正材料", "已停表")
    owner.goes_to("/enterprise/agents/").clicks("王小明").reads("王小明", "替企业做过的事", "提交申请", case.number)
    owner.goes_to("/enterprise/seal/").reads("电子印章", "模拟", "王小明", case.number)
    owner.goes_to("/my/data/").reads("企业信息", FIRM, "市市场监督管理局", "李合成")
    owner.goes_to("/my/looks/").reads("谁看过企业信息", "登记状态")
    owner.goes_to("/enterprise/agents/").clicks("收回授权", "button").reads("代办人", "已结束")
    agent.goes_to("/enterprise/home/")
    assert "您现在没有代企业办理" in agent.page.locator("main").inner_text()
    agent.goes_to("/").reads("王小明，您好")


@pytest.mark.covers("C03")
@pytest.mark.parametrize("width", [PHONE, DESK])
def test_a_guest_asks_what_he_may_get(chromium: Browser, live_server: Any, width: int) -> None:
    context = chromium.new_context(viewport={"width": width, "height": 900}, locale="en-GB")
    page = context.new_page()
    page.goto(f"{live_server.url}/for-me/")
    guest = Walker.__new__(Walker)
    guest.page, guest.address, guest.complaints = page, live_server.url, []
    guest.reads("What may I get?", "Your answers are not kept")
    page.get_by_label("Age", exact=False).first.fill("83")
    page.get_by_label("In this city, registered or resident").check()
    guest.clicks("See what I may get", "button").reads("What may I get?", "Old-age allowance", "¥50.00", "Perhaps")
    assert page.url.endswith("/for-me/questions/person/")
