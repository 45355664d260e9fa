"""In a real browser: a bad rating goes round its loop, from a receipt's code to the call-back; what failed is said at the counter."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page
from walking import reads

from huimin.platform.cases import operations, queries
from huimin.platform.cases.declarations import ratings
from huimin.platform.cases.models import Case, Rating
from huimin.platform.cases.tests.factories import do, official
from huimin.platform.cases.tests.test_walks import CARD, draft_of, settle
from huimin.platform.registries.tests.factories import citizen, person

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
PHONE, DESK = 390, 1280


@pytest.fixture
def resident(standing: None) -> Any:
    """Somebody whom the city knows."""
    person()
    return citizen()


@pytest.fixture
def case(resident: Any) -> Case:
    """His case, turned away at the counter."""
    at = timezone.now()
    answers = {**CARD, "lost_on": (at - timedelta(days=5)).date().isoformat(), "send_to": "芜湖市镜湖区中山路1号"}
    draft = draft_of("identity_card_replacement", resident, at, **answers)
    found = operations.lodge_case(draft.public_id, actor=resident, at=at)
    do(found, "take_in", "returned", at, note="照片不合格")
    settle(at)
    return found


def claims(page: Page, what: str) -> None:
    """Find the work in the inbox and take it."""
    page.goto("/desk/inbox/")
    page.get_by_role("link", name=what).first.click()
    page.get_by_role("button", name="领取").click()
    page.get_by_role("button", name="办结这一步").wait_for()


def finishes(page: Page, outcome: str, note: str = "") -> None:
    """End the step like that; the city goes on."""
    page.get_by_role("radio", name=outcome, exact=True).check()
    if note:
        page.get_by_label("意见或理由").fill(note)
    page.get_by_role("button", name="办结这一步").click()
    page.get_by_role("heading", level=1, name="待办", exact=True).wait_for()
    settle(timezone.now())


@pytest.mark.covers("C08", "P10")
def test_a_bad_rating_goes_round_its_loop(case: Case, resident: Any, at_browser: Any) -> None:
    phone = at_browser(width=PHONE)
    code = queries.rating_code(case.number, Rating.Channel.CODE)
    phone.goto(f"/rate/{code}/")
    reads(phone, "您对这次办事满意吗", "非常满意", "非常不满意", "看不到是谁评价的", name="levels")
    phone.get_by_role("link", name="非常不满意").click()
    reads(phone, "非常不满意", "多头跑窗口和部门", "请不要写姓名", name="marks")
    phone.get_by_label("多头跑窗口和部门").check()
    phone.get_by_label("想说的话").fill("跑了三趟还是不收")
    phone.get_by_role("button", name="提交评价").click()
    reads(phone, "谢谢您的评价", "有人核实、整改", name="thanks")

    verifier = at_browser(official(ratings().loop.verifier, timezone.now()))
    claims(verifier, "核实差评")
    reads(verifier, "核实差评", case.number, "跑了三趟还是不收", "每次查看都留痕", name="verify")
    finishes(verifier, "情况属实，请部门整改（说明要改什么）", "请一次告知照片要求")

    department = at_browser(official(f"{case.department}.head", timezone.now()))
    claims(department, "整改并答复")
    reads(department, "整改并答复", "多头跑窗口和部门", "跑了三趟还是不收", "评价人受保护", name="mend")
    assert case.number not in department.content()
    assert case.applicant_name not in department.content()
    finishes(department, "已整改，答复如下", "窗口已张贴照片样张，并当面致歉")

    own = at_browser(resident, width=PHONE)
    own.goto(f"/my/cases/{case.number}/")
    reads(own, "居民身份证换领、补领", "您的评价：非常不满意", "已答复，待回访", name="case")
    own.get_by_role("link", name="看评价办到哪了").click()
    reads(own, "我的评价", "已答复，待回访", "窗口已张贴照片样张", name="answered")
    own.get_by_label("满意", exact=True).check()
    own.get_by_role("button", name="告诉回访的人").click()
    own.get_by_text("回访时以您的选择为准").wait_for()

    claims(verifier, "回访")
    reads(verifier, "回访", "本人已在网上答复：满意", name="call-back")
    finishes(verifier, "满意")
    own.reload()
    reads(own, "我的评价", "已回访", "回访时的满意度", name="closed")
    english = at_browser(resident, language="en")
    english.goto(f"/my/cases/{case.number}/rate/")
    reads(english, "My rating", "Very dissatisfied", "Satisfied", "Called back", "saw which case", name="closed-en")

    verifier.set_viewport_size({"width": PHONE, "height": 900})
    verifier.goto("/desk/ratings/?by=service")
    reads(verifier, "好差评", "居民身份证换领、补领", "100%", name="desk-phone")
    verifier.set_viewport_size({"width": DESK, "height": 900})
    verifier.goto("/desk/ratings/")
    reads(verifier, "好差评", "市公安局", "100%", "已回访", name="desk")
    assert case.number not in verifier.content()


@pytest.mark.covers("C08", "P09")
def test_what_could_not_be_got_done_is_taken_to_the_counter(case: Case, resident: Any, at_browser: Any) -> None:
    own = at_browser(resident, width=PHONE, language="en")
    own.goto(f"/my/cases/{case.number}/")
    own.get_by_role("link", name="Could not get it done? Tell us").click()
    reads(own, "Could not get it done? Tell us", case.number, "Turned down without a clear reason", name="stuck-ask")
    own.get_by_label("Turned down without a clear reason").check()
    own.get_by_label("What happened?").fill("Nobody says what is wrong with the photograph.")
    own.get_by_role("button", name="Submit").click()
    reads(own, "Waiting to be taken up", case.number, name="stuck-said")

    counter = at_browser(official(ratings().stuck.counter, timezone.now()))
    claims(counter, "受理并协调")
    reads(counter, "受理并协调", case.number, case.applicant_name, "不予办理，又没说清原因", name="stuck-take")
    finishes(counter, "当场答复本人", "照片背景须为白色，可在窗口免费补拍")
    counter.goto("/desk/stuck/")
    reads(counter, "办不成事", "已答复", "按时答复", name="stuck-desk")

    own.reload()
    reads(own, "Answered", "照片背景须为白色", name="stuck-answered")
    own.get_by_role("button", name="It is done now").click()
    settle(timezone.now())
    own.goto("/my/stuck/")
    reads(own, "Could not get it done", "Closed", name="stuck-list")
