"""In a real browser: nobody applies for the old-age allowance; it is found, confirmed in a batch, agreed to with a tap, paid."""

from importlib import import_module
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser
from walking import DESK, PHONE, SYSTEM, Walker, the_city_goes_on

from huimin.platform.cases.operations import offer_benefits
from huimin.platform.cases.tests.test_offering import EIGHTY, NINETY, reconciled
from huimin.platform.identity.models import Account
from huimin.platform.registries.models import Person

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def city(standing: None) -> None:
    """A city with two very old residents, and the personas of the demonstration."""
    reconciled(timezone.now(), NINETY, EIGHTY)
    # The personas find their residents only now.
    import_module("huimin.platform.identity.establish").establish(actor=SYSTEM, at=timezone.now())


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
    district.clicks("全选（2 件）")
    assert district.page.get_by_role("checkbox", checked=True).count() == 2
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
