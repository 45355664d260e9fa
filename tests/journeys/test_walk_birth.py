"""In a real browser: a birth is one form on a phone; four bodies do their parts, and the mother sees each of them done."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page
from walking import assert_clean

from huimin.kernel.identifiers.check_digits import citizen_check
from huimin.platform.cases import operations, queries
from huimin.platform.cases.models import Case, Draft
from huimin.platform.cases.rules import State
from huimin.platform.cases.tests.factories import PDF, do
from huimin.platform.journal.operations import deliver_due
from huimin.platform.registries.tests.factories import citizen, golden, person

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("standing")]
MOTHER, FATHER = (body + citizen_check(body) for body in ("34020219950303002", "34020219940303001"))


def next_page(page: Page) -> None:
    page.locator("main form button[type=submit].button--main").first.click()
    page.wait_for_load_state()


@pytest.mark.covers("P01", "P11", "C03")
def test_one_form_for_a_birth(at_browser: Any) -> None:
    at = timezone.now()
    married = golden("20", "civil.marriage")
    person("P000000001", number=MOTHER, name="陈芳", sex=golden("2"), marital_status=married)
    person("P000000002", number=FATHER, name="周强", marital_status=married)
    mother, father = citizen("P000000001", "陈芳"), citizen("P000000002", "周强")

    phone = at_browser(mother, width=390)
    phone.goto("/services/birth/")
    phone.get_by_role("button", name="我要办").first.click()
    phone.get_by_label("孩子的姓名").fill("周小宝")
    phone.get_by_label("女", exact=True).check()
    phone.get_by_label("出生日期").fill((timezone.localdate(at) - timedelta(days=9)).isoformat())
    phone.get_by_label("出生医院").fill("芜湖市妇幼保健院")
    next_page(phone)
    assert_clean(phone, "birth-parents-phone")
    phone.get_by_role("group", name="登记父亲信息").get_by_label("是").check()
    phone.get_by_role("group", name="父母已登记结婚").get_by_label("是").check()
    phone.get_by_label("随母亲").check()
    next_page(phone)
    phone.get_by_role("group", name="为孩子申领社会保障卡").get_by_label("是").check()
    next_page(phone)

    draft = Draft.objects.get()
    phone.goto(f"/my/drafts/{draft.public_id}/parties/")
    phone.get_by_label("公民身份号码").fill(FATHER)
    phone.get_by_label("姓名").fill("周强")
    phone.get_by_role("button", name="核对并记下").click()
    phone.get_by_text("已核对：周强").wait_for()
    for met in queries.readiness(draft, on=timezone.localdate(at)).open_materials:
        operations.give_file(
            draft.public_id, met.need.material.code, name="出院记录.pdf", content=PDF, actor=mother, at=at
        )
    phone.goto(f"/my/drafts/{draft.public_id}/check/")
    phone.get_by_role("button", name="请他们签署").click()
    phone.get_by_text("等对方签署").wait_for()
    his = at_browser(father, language="en")
    his.goto("/my/cases/")
    his.locator("a[href*='/my/signatures/']").first.click()
    his.get_by_role("button", name="Agree and sign").click()
    his.wait_for_load_state()
    phone.reload()
    phone.get_by_role("button", name="提交申请").click()
    phone.get_by_text("已提交，编号").first.wait_for()
    assert_clean(phone, "birth-lodged-phone")

    case = Case.objects.get(whole=None)
    for part in ("certificate", "vaccination", "hukou"):
        do(case.parts.get(service=f"birth.{part}"), "handle", "granted", timezone.now())
    phone.reload()
    phone.get_by_role("link", name="城乡居民医保参保").wait_for()
    assert_clean(phone, "birth-parts-phone")
    phone.get_by_role("link", name="社会保障卡").click()
    phone.get_by_role("link", name="新生儿出生一件事").wait_for()
    assert_clean(phone, "birth-part-phone")
    phone.get_by_role("link", name="新生儿出生一件事").click()
    for part in ("insurance", "card"):
        do(case.parts.get(service=f"birth.{part}"), "handle", "granted", timezone.now())
    while deliver_due(at=timezone.now()).done:
        pass
    case.refresh_from_db()
    assert case.state == State.GRANTED
    phone.reload()
    for part in ("出生登记", "城乡居民医保参保", "预防接种档案", "社会保障卡"):
        assert part in phone.content(), part
    assert_clean(phone, "birth-done-phone")
    phone.get_by_role("link", name="查看电子证照").click()
    phone.get_by_text("周小宝").first.wait_for()
    assert operations.land_outcomes(actor=mother, at=timezone.now()) == 1
    record = case.parts.get(service="birth.certificate").records.get()
    assert (record.resource, record.problem) == ("health.births", {})
    assert (record.items["name"], record.items["father_name"]) == ("周小宝", "周强")
