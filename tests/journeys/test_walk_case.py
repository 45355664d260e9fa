"""In a real browser: an application walks from the guide to the result; a restaurant's licence is checked from another browser."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, expect
from walking import DESK, PHONE, Walker, assert_clean, the_city_goes_on

from huimin.platform.cases.models import Case
from huimin.platform.cases.tests.factories import PDF, do
from huimin.platform.identity.models import Account, Delegation
from huimin.platform.registries.models import Organisation
from huimin.platform.registries.tests import factories as make

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
GUIDE = "/services/identity_card_replacement/"


@pytest.mark.covers("P01", "P04", "P09", "P16", "C03")
def test_an_identity_card_is_replaced(chromium: Browser, live_server: Any, city: Any) -> None:
    citizen = Walker(chromium, live_server.url, "citizen", PHONE)
    citizen.goes_to(GUIDE).reads("居民身份证换领、补领", "要准备的材料", "预约窗口")
    citizen.clicks("我要办", "button").reads("为什么换", "第 1 步")
    citizen.clicks("保存并继续", "button").reads("为什么换", "有几处需要修改", "请填写“原因”")
    citizen.page.get_by_label("到期或快到期").check()
    citizen.page.get_by_role("group", name="正在领取最低生活保障金").get_by_label("否").check()
    if citizen.page.get_by_label("联系电话").count():
        citizen.page.get_by_label("联系电话").fill("13800001234")
    citizen.clicks("保存并继续", "button").reads("怎样取结果", "纸质结果怎样给您")
    citizen.page.get_by_label("到收件窗口领取").check()
    citizen.clicks("保存并继续", "button").reads("材料", "原居民身份证", "带到任意一个窗口")
    citizen.clicks("继续，核对一遍").reads("核对并提交", "到期或快到期", "¥20.00")
    citizen.clicks("继续，去缴费", "button").reads("缴费 ¥20.00", "换领工本费", "模拟收银台")
    citizen.clicks("缴费 ¥20.00 并提交", "button")
    citizen.reads("居民身份证换领、补领", "已提交", "还有 20 个工作日", "市政务服务中心")

    clerk = Walker(chromium, live_server.url, "window", DESK)
    clerk.goes_to("/desk/inbox/").reads("待办", "居民身份证换领")
    clerk.page.locator(".work__link").first.click()
    clerk.page.get_by_role("button", name="领取").click()
    clerk.reads("就近收件、采集", "事实和来源", "王小明", "还缺")
    clerk.clicks("已核验原件：原居民身份证", "button").reads("就近收件、采集", "工作人员已核对")
    clerk.page.get_by_label("收件，转办理部门").check()
    clerk.clicks("办结这一步", "button").reads("待办", "现在没有等您办的事")
    the_city_goes_on()
    citizen.goes_to("/my/cases/").reads("我的办件", "已受理")

    police = Walker(chromium, live_server.url, "police_review", DESK)
    police.goes_to("/desk/inbox/")
    police.page.locator(".work__link").first.click()
    police.clicks("领取", "button").reads("户籍地核验", "王小明", "已核对", "法律依据")
    police.page.get_by_label("同意", exact=True).check()
    police.clicks("办结这一步", "button").reads("待办", "现在没有等您办的事")
    case = Case.objects.get()
    do(case, "make", "made", timezone.now())
    do(case, "hand_out", "handed_out", timezone.now())
    the_city_goes_on()
    citizen.goes_to(f"/my/cases/{case.number}/").reads("居民身份证换领、补领", "已办成", "已办结")
    citizen.clicks("评价这次办事").clicks("非常满意").reads("非常满意", "想说的话")
    citizen.clicks("提交评价", "button")
    citizen.goes_to(f"/my/cases/{case.number}/").reads("居民身份证换领、补领", "您的评价：非常满意")


def a_firm_of_his() -> None:
    """The resident who has signed in may apply for a firm that is in business."""
    values = {
        "uscc": make.golden(make.USCC, "market.entities"),
        "name": make.golden("芜湖合成餐饮有限公司", "market.entities"),
        "status": make.golden("存续", "market.entities"),
        "legal_representative": make.golden("王小明", "market.entities"),
    }
    firm = Organisation.objects.update_or_create(
        number=make.USCC,
        defaults={
            "key": "E000000001",
            "name_key": "芜湖合成餐饮有限公司",
            "division": "340202",
            "values": make.json.dumps(values, ensure_ascii=False),
        },
    )[0]
    at = timezone.now()
    Delegation.objects.create(
        principal=f"organisation:{firm.key}",
        principal_name="芜湖合成餐饮有限公司",
        agent=Account.objects.exclude(person_key="").get(),
        relation="other",
        acts=["view", "apply", "receive"],
        state="active",
        basis="own account",
        offered_at=at - timedelta(days=1),
        until=at + timedelta(days=30),
    )


@pytest.mark.covers("P02", "P18", "C02")
def test_a_restaurant_s_licence_is_checked_from_another_browser(chromium: Browser, live_server: Any, city: Any) -> None:
    citizen = Walker(chromium, live_server.url, "citizen", PHONE)
    page = citizen.page
    a_firm_of_his()
    citizen.goes_to("/account/delegations/")
    page.get_by_role("button", name="代 芜湖合成餐饮有限公司 办理").click()
    citizen.goes_to("/services/restaurant_opening/").clicks("我要办", "button")
    page.get_by_label("招牌上的店名").fill("合成小馆")
    page.get_by_label("经营场所").fill("芜湖市镜湖区中山路1号")
    page.get_by_label("使用面积").fill("60")
    page.get_by_role("group", name="位于居民住宅楼内").get_by_label("否").check()
    citizen.reads("店在哪里", "招牌上的店名")
    citizen.clicks("保存并继续", "button")
    page.get_by_label("小餐饮").check()
    page.get_by_label("热食类").check()
    page.get_by_role("group", name="产生油烟").get_by_label("否").check()
    page.get_by_role("group", name="使用燃气").get_by_label("否").check()
    citizen.clicks("保存并继续", "button")
    page.get_by_role("group", name="设置户外招牌").get_by_label("否").check()
    citizen.clicks("保存并继续", "button").reads("从业人员", "第 1 项")
    page.get_by_label("人员姓名").first.fill("合成甲")
    page.get_by_label("健康证明编号").first.fill("J-1")
    page.get_by_label("健康证明有效期至").first.fill((timezone.localdate() + timedelta(days=200)).isoformat())
    if page.get_by_label("联系电话").count():
        page.get_by_label("联系电话").fill("13800001234")
    citizen.clicks("保存并继续", "button").reads("怎样取结果")
    page.get_by_label("不用纸质").check()
    citizen.clicks("保存并继续", "button").reads("材料", "免提交的材料", "营业执照")
    while (waiting := page.locator("section.card", has_text="还缺").locator("input[type=file]")).count():
        waiting.first.set_input_files({"name": "材料.pdf", "mimeType": "application/pdf", "buffer": PDF})
        page.locator("section.card", has_text="还缺").get_by_role("button", name="上传").first.click()
        page.wait_for_load_state()
    citizen.clicks("继续，核对一遍").reads("核对并提交", "合成小馆")
    citizen.clicks("提交申请", "button").reads("开办餐饮店一件事", "已提交")

    case, at = Case.objects.get(), timezone.now()
    do(case, "accept", "accepted", at)
    do(case, "food", "supplement", at, note="缺排水图")
    citizen.goes_to(f"/my/cases/{case.number}/").reads("开办餐饮店一件事", "等您：补正材料", "已停表")
    citizen.clicks("材料已补齐，请继续办理", "button")
    for node in ("food", "fire", "sign", "smoke"):
        do(case, node, "agreed", at)
    do(case, "inspect", "passed", at)
    do(case, "decide", "granted", at)
    the_city_goes_on()
    citizen.goes_to(f"/my/cases/{case.number}/").reads("开办餐饮店一件事", "已办成", "给您的通知")
    citizen.clicks("查看电子证照").reads("食品经营许可证", "有效", "签名相符", "模拟")
    citizen.clicks("出示证照", "button").reads("食品经营许可证", "截图过后不能再用")
    address = page.locator(".qr__address").inner_text()

    stranger = chromium.new_context(viewport={"width": PHONE, "height": 800}, locale="zh-CN").new_page()
    stranger.goto(address)
    expect(stranger.locator("main")).to_contain_text("这张证照是真的")
    assert_clean(stranger)
    citizen.page.go_back()
    citizen.goes_to("/my/licences/").reads("我的证照", "食品经营许可证")
