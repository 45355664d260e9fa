"""In a real browser, beside a real SMTP server: something is missing in a case, an e-mail says so, its link leads to the case."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser
from test_walk_case import a_firm_of_his
from walking import PHONE, Walker, the_city_goes_on

from huimin.platform.cases.tests.factories import FIRM, do
from huimin.platform.cases.tests.test_restaurant import lodged
from huimin.platform.identity.models import Account
from huimin.platform.journal.rules import Actor
from huimin.platform.notifications.operations import send_due
from huimin.platform.notifications.tests.conftest import sink  # noqa: F401 - a fixture

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.mark.covers("P01", "C03")
def test_an_e_mail_leads_to_what_is_missing(chromium: Browser, live_server: Any, city: Any, sink: Any) -> None:  # noqa: F811
    citizen = Walker(chromium, live_server.url, "citizen", PHONE)
    citizen.goes_to("/my/messages/").reads("消息", "还没有消息", "通知方式")
    citizen.clicks("通知方式").reads("通知方式", "电子邮件", "还没有填", "想收到哪些", "我的办件")
    citizen.clicks("添加邮箱").reads("添加邮箱", "我们发一个验证码过去")
    citizen.page.get_by_label("电子邮件地址").fill("resident@example.test")
    citizen.clicks("获取验证码", "button").reads("填写验证码", "验证码已发到 re***@example.test")
    code = re.search(r"验证码 (\d{6})", sink.taken.pop().get_content())
    assert code
    citizen.page.get_by_label("验证码").fill(code[1])
    citizen.clicks("验证", "button").reads("通知方式", "re***@example.test", "已验证")

    a_firm_of_his()
    account, at = Account.objects.exclude(person_key="").get(), timezone.now()
    case = lodged(replace(Actor(kind="account", ref=account.public_id), on_behalf_of=FIRM), at)
    do(case, "accept", "accepted", at)
    do(case, "food", "supplement", at, note="缺排水图")
    the_city_goes_on()
    assert send_due(at=timezone.now() + timedelta(minutes=1)) == 1
    (mail,) = sink.taken
    assert (mail["To"], mail["Subject"]) == ("resident@example.test", "请补正材料：开办餐饮店一件事")
    assert case.number in mail.get_content()
    assert "王小明" not in mail.get_content()
    link = re.search(rf"{live_server.url}(/my/messages/[0-9A-Z]{{12}}/)", mail.get_content())
    assert link

    citizen.goes_to(link[1]).reads("请补正材料：开办餐饮店一件事", "这是 芜湖合成餐饮有限公司 的事")
    citizen.clicks("代 芜湖合成餐饮有限公司 办理，打开", "button")
    citizen.reads("开办餐饮店一件事", "等您：补正材料", case.number)
    citizen.goes_to("/my/messages/").reads("消息", "请补正材料：开办餐饮店一件事", "最迟")
    citizen.page.get_by_role("button", name="English").click()
    citizen.page.get_by_role("heading", level=1, name="Messages", exact=True).wait_for()
    citizen.reads("Messages", "Something is missing", "My applications")
    stop = re.search(rf"{live_server.url}(/notices/stop/\S+)", mail.get_content())
    assert stop
    citizen.goes_to(stop[1]).reads("No more e-mails", "Stop e-mails about “My applications”?")
    citizen.clicks("Stop", "button").reads("No more e-mails", "No more e-mails about “My applications”.")
