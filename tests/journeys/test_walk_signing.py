"""In a real browser: an applicant names his spouse and asks her to sign; she reads it on her phone and signs; he lodges."""

from typing import Any

import pytest
from django.utils import timezone
from walking import assert_clean

from huimin.platform.cases import operations
from huimin.platform.cases.models import Case
from huimin.platform.cases.tests.factories import official
from huimin.platform.cases.tests.test_signing import HOUSING, bring
from huimin.platform.registries.tests.factories import NUMBER, OTHER_NUMBER, citizen, golden, person

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("standing")]


@pytest.mark.covers("P01", "P04", "C03")
def test_two_sign_and_one_lodges(at_browser: Any) -> None:
    at = timezone.now()
    person()
    person("P000000002", number=OTHER_NUMBER, name="李四")
    applicant, spouse = citizen(), citizen("P000000002", "李四")
    draft = operations.start_draft("public_rental_housing", actor=applicant, at=at)
    operations.answer_questions(draft.public_id, HOUSING, actor=applicant, at=at)
    bring(draft, applicant, at)
    page = at_browser(applicant)
    page.goto(f"/my/drafts/{draft.public_id}/parties/")
    assert "对方的信息不会显示给您" in page.content()
    page.get_by_label("公民身份号码").fill(OTHER_NUMBER)
    page.get_by_label("姓名").fill("李五")
    page.get_by_role("button", name="核对并记下").click()
    page.get_by_text("与登记不一致").first.wait_for()
    assert_clean(page, "wrong-pair")
    page.get_by_label("姓名").fill("李四")
    page.get_by_role("button", name="核对并记下").click()
    page.get_by_text("已核对：李四").wait_for()
    assert_clean(page, "named")
    page.goto(f"/my/drafts/{draft.public_id}/check/")
    page.get_by_role("button", name="请他们签署").click()
    page.get_by_text("等对方签署").wait_for()
    assert_clean(page, "check-waiting")
    phone = at_browser(spouse, width=390, language="en")
    phone.goto("/my/cases/")
    phone.get_by_role("heading", name="Waiting for your signature").wait_for()
    assert_clean(phone, "asked-phone-en")
    phone.get_by_role("link", name="Public rental housing").click()
    phone.get_by_role("heading", name="王小明 asks you to sign").wait_for()
    assert_clean(phone, "request-phone-en")
    phone.get_by_role("button", name="Agree and sign").click()
    phone.get_by_text("Once it is lodged you will find the case number here.").wait_for()
    assert_clean(phone, "signed-phone-en")
    page.goto(f"/my/drafts/{draft.public_id}/check/")
    page.get_by_text("已签署").wait_for()
    page.get_by_role("button", name="提交申请").click()
    page.get_by_text("已提交，编号").first.wait_for()
    phone.reload()
    assert Case.objects.get().number in phone.content()


@pytest.mark.covers("P01")
def test_both_stand_at_the_window(at_browser: Any) -> None:
    at = timezone.now()
    person(marital_status=golden("10"))
    person("P000000002", number=OTHER_NUMBER, name="李四", marital_status=golden("10"))
    clerk = official("xzfw.window", at)
    draft = operations.start_intake("marriage_registration", citizen_id=NUMBER, name="王小明", actor=clerk, at=at)
    page = at_browser(clerk)
    page.goto(f"/desk/window/drafts/{draft.public_id}/")
    page.get_by_label("都是初婚").check()
    page.get_by_label("是", exact=True).first.check()
    page.get_by_label("公民身份号码").fill(OTHER_NUMBER)
    page.get_by_label("姓名").fill("李四")
    page.get_by_role("button", name="提交收件，打印回执").click()
    page.get_by_text("已核对：李四").wait_for()
    assert "13800001234" in page.content(), "what the city knows of him who stands here is shown"
    assert_clean(page, "window-named")
    page.get_by_label("本人在场，证件已核对，已当面签字").check()
    page.get_by_role("button", name="提交收件，打印回执").click()
    page.get_by_role("heading", name="已收件").wait_for()
    assert Case.objects.get().signatures.get().answered_by == "post:xzfw.window"
