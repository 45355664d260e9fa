"""In a real browser: a fee is paid and given back; a neighbour objects to a notice and is answered; a licence is suspended."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser
from walking import DESK, PHONE, Walker, the_city_goes_on

from huimin.platform.cases import operations as cases
from huimin.platform.cases.models import Case, Notice
from huimin.platform.cases.tests.factories import PDF, do, official
from huimin.platform.cases.tests.test_notices import HOUSING
from huimin.platform.identity.models import Account
from huimin.platform.journal.rules import Actor
from huimin.platform.licences import operations as licences
from huimin.platform.licences.queries import get_licence_type
from huimin.platform.process import operations as process
from huimin.platform.registries.tests import factories as make

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def the_citizen() -> Actor:
    """Whoever has signed in as the demonstration's citizen."""
    return Actor(kind="account", ref=Account.objects.exclude(person_key="").get().public_id)


@pytest.mark.covers("P01", "C02", "C03")
def test_a_fee_is_paid_by_lodging_and_comes_back(chromium: Browser, live_server: Any, city: Any) -> None:
    citizen = Walker(chromium, live_server.url, "citizen", PHONE)
    actor, at = the_citizen(), timezone.now()
    draft = cases.start_draft("identity_card_replacement", actor=actor, at=at)
    given = {"reason": "expired", "on_allowance": "false", "delivery": "pickup", "phone": "13800001234"}
    assert cases.answer_questions(draft.public_id, given, actor=actor, at=at) == {}
    citizen.goes_to(f"/my/drafts/{draft.public_id}/check/").reads("核对并提交", "¥20.00")
    citizen.clicks("继续，去缴费", "button").reads("缴费 ¥20.00", "到期换领", "发改价格〔2003〕2322号", "模拟收银台")
    citizen.clicks("缴费 ¥20.00 并提交", "button")
    citizen.reads("居民身份证换领、补领", "费用 ¥20.00", "没有真的收款", "办好后带身份证到收件的窗口领取")
    citizen.clicks("撤回申请", "button").reads("居民身份证换领、补领", "已撤回")
    the_city_goes_on()
    citizen.page.reload()
    citizen.reads("居民身份证换领、补领", "已原路退回", "费用已退回 ¥20.00")


@pytest.mark.covers("P01", "P11", "C02")
def test_an_objection_is_answered_before_the_decision(chromium: Browser, live_server: Any, city: Any) -> None:
    at = timezone.now()
    neighbour = Walker(chromium, live_server.url, "citizen", PHONE)
    case = a_case_on_notice(at)
    notice = Notice.objects.get()
    anybody = chromium.new_context(viewport={"width": PHONE, "height": 900}, locale="en").new_page()
    anybody.goto(f"{live_server.url}/notices/{notice.public_id}/")
    assert "张*成" in anybody.locator("main").inner_text()
    assert "张合成" not in anybody.content()
    neighbour.goes_to("/notices/").reads("公示", "公共租赁住房保障资格申请 · 张*成")
    neighbour.clicks("公共租赁住房保障资格申请").reads("公共租赁住房保障资格申请", "公示期", "提出异议")
    neighbour.clicks("提交异议", "button").reads("公共租赁住房保障资格申请", "有几处需要修改")
    neighbour.page.get_by_label("您的意见和理由").fill("申请人在外地有一套房。")
    neighbour.clicks("提交异议", "button").reads("我提过的异议", "申请人在外地有一套房。", "等待部门答复")
    process.fire_due_timers(at=at + (notice.until - notice.since) + timedelta(hours=20))
    head = official(f"{case.department}.head", at)
    cases.answer_objection(case.notices.get().objections.get().public_id, words="已核查，不影响。", actor=head, at=at)
    neighbour.page.reload()
    neighbour.reads("我提过的异议", "已核查，不影响。")


def a_case_on_notice(at: Any) -> Case:
    """A household of somebody else, whose application stands in public."""
    make.person("P900000002", number="340204195001011236", name="张合成")
    actor = make.citizen("P900000002", "张合成")
    draft = cases.start_draft("public_rental_housing", actor=actor, at=at)
    assert cases.answer_questions(draft.public_id, HOUSING, actor=actor, at=at) == {}
    cases.give_file(draft.public_id, "income_statement", name="a.pdf", content=PDF, actor=actor, at=at)
    case = cases.lodge_case(draft.public_id, actor=actor, at=at)
    for node, outcome in (("accept", "accepted"), ("visit", "agreed"), ("means", "agreed"), ("homes", "agreed")):
        do(case, node, outcome, at)
        the_city_goes_on()
    return case


@pytest.mark.covers("P18", "C02")
def test_a_licence_is_suspended_and_everybody_sees_it(chromium: Browser, live_server: Any, city: Any) -> None:
    citizen = Walker(chromium, live_server.url, "citizen", PHONE)
    at, key = timezone.now(), Account.objects.exclude(person_key="").get().person_key
    grant = licences.Grant(
        type="teacher_certificate",
        holder=f"person:{key}",
        holder_name="王小明",
        holder_number=make.NUMBER,
        department="gaj",
        fields=dict.fromkeys(get_licence_type("teacher_certificate").fields, "合成"),
        valid_from=timezone.localdate(at),
    )
    licence = licences.grant_licence(grant, actor=Actor(kind="system", ref="journey"), at=at)
    police = Walker(chromium, live_server.url, "police_review", DESK)
    police.goes_to("/desk/licences/").reads("本部门证照", "王*明", "有效")
    police.page.get_by_label("证照标识、编码、办件编号，或者持证人号码").fill(licence.public_id)
    police.clicks("查证照", "button").reads("本部门证照", "找到的")
    police.page.locator(".cards a").first.click()
    police.reads("教师资格证书", "王小明", "变更这张证照")
    police.page.get_by_text("暂扣", exact=True).first.click()
    police.clicks("暂扣", "button").reads("教师资格证书", "有几处需要修改")
    police.page.locator("#id_suspend-reason").fill("正在核查。")
    police.clicks("暂扣", "button").reads("教师资格证书", "为什么变更", "正在核查。")
    citizen.goes_to(f"/my/licences/{licence.public_id}/").reads(
        "教师资格证书", "发证机关的通知", "正在核查。", "行政复议"
    )
    citizen.goes_to(f"/check/{licence.public_id}/").reads("教师资格证书", "不要采信", "暂扣")
