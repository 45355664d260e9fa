"""In a real browser: an official delegates and stops the clock, a step gets its cards, the department explains itself, the supervisor decides."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser
from walking import DESK, PHONE, Walker, assert_clean

from huimin.platform.cases import operations as cases
from huimin.platform.cases.models import Case
from huimin.platform.cases.tests.factories import do
from huimin.platform.indicators.operations import tally_month
from huimin.platform.indicators.queries import untallied_months
from huimin.platform.process import operations
from huimin.platform.process.models import Card, WorkItem
from huimin.platform.process.rules.states import CardState
from huimin.platform.process.tests.factories import SYSTEM, Drawing, actor_of, make_official, publish, two_steps
from huimin.platform.registries.tests import factories as make

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True), pytest.mark.covers("P10")]


def test_cards_are_raised_explained_and_decided(at_browser: Any) -> None:
    police, civil = make_official("gaj.data", name="张合成"), make_official("mzj.data", name="李合成")
    chief = make_official("zsj.supervision", duty="supervisor", name="王合成")
    now = timezone.now()
    publish("trial", two_steps())
    process = operations.start("trial", subject="thing:1", actor=SYSTEM, at=now - timedelta(days=40))
    operations.raise_due_cards(at=now)
    card = Card.objects.get()

    page = at_browser(actor_of(police), width=PHONE)
    page.goto("/desk/supervision/")
    assert_clean(page, "cards-phone")
    page.get_by_role("link", name=card.number).or_(page.locator(f"a[href$='{card.number}/']")).first.click()
    page.get_by_label("说明或理由").fill("系统迁移期间无法办理")
    assert_clean(page, "card-phone")
    page.get_by_role("button", name="提交说明").click()
    page.get_by_text("系统迁移期间无法办理").first.wait_for()

    page = at_browser(actor_of(chief), width=DESK, language="en")
    page.goto(f"/desk/supervision/{card.number}/")
    assert_clean(page, "card-desk-en")
    page.get_by_label("Explanation or reason").fill("The migration was announced")
    page.get_by_role("button", name="Lift this card").click()
    page.get_by_text("lifted").first.wait_for()
    card.refresh_from_db()
    assert card.state == CardState.LIFTED

    item = WorkItem.objects.get(process=process)
    operations.claim(number=item.number, actor=actor_of(police), at=now)
    for width, language, word in ((PHONE, "zh-hans", "委派"), (DESK, "en", "Delegate")):
        page = at_browser(actor_of(police), width=width, language=language)
        page.goto(f"/desk/inbox/{item.number}/")
        for summary in page.locator("aside details, details").all():
            summary.evaluate("one => one.open = true")
        page.get_by_text(word).first.wait_for()
        assert_clean(page, f"item-{width}")
    page.locator("form[action$='/delegate/'] select").first.select_option(label="mzj局 mzj.data岗")
    page.locator("form[action$='/delegate/'] button").click()
    page.get_by_text("waits for 1 opinion").first.wait_for()
    assert WorkItem.objects.get(kind="delegated").post.code == "mzj.data"
    assert civil.holdings.exists()


def test_leave_and_batches(at_browser: Any) -> None:
    police, deputy = make_official("gaj.data", name="张合成"), make_official("gaj.data", name="赵合成")
    drawing = Drawing().start().user("check", attributes='hm:batch="true" hm:outcomes="ok bad"').end()
    publish("trial", drawing.line("start", "check", "end"))
    for number in range(3):
        operations.start("trial", subject=f"thing:{number}", actor=SYSTEM, at=timezone.now())
    page = at_browser(actor_of(police), width=PHONE)
    page.goto("/desk/absence/")
    assert_clean(page, "absence-phone")
    today = timezone.localdate()
    page.get_by_label("从这一天起").fill(today.isoformat())
    page.get_by_label("到这一天止").fill((today + timedelta(days=1)).isoformat())
    page.get_by_role("button", name="委托").click()
    page.get_by_text("赵合成 ·").or_(page.get_by_text("→ 赵合成")).first.wait_for()

    page = at_browser(actor_of(deputy), width=DESK)
    page.goto("/desk/inbox/batch/")
    assert_clean(page, "batch-desk")
    page.get_by_role("link", name="全选（3 件）").click()
    boxes = page.locator("input[type=checkbox][name$=numbers]")
    assert boxes.count() == page.locator("input[type=checkbox][name$=numbers]:checked").count() == 3
    assert_clean(page, "batch-whole-desk")
    boxes.last.uncheck()
    page.get_by_label("ok").check()
    page.get_by_role("button", name="办结选中的").click()
    page.get_by_text("已办结 2 件").first.wait_for()
    assert WorkItem.objects.filter(closed_at=None).count() == 1


def lost_card(at: datetime) -> Case:
    """A resident's application for a lost identity card, lodged at an instant and taken in at the counter."""
    resident = make.citizen()
    draft = cases.start_draft("identity_card_replacement", actor=resident, at=at)
    lost_on = (at - timedelta(days=3)).date().isoformat()
    answers = {"reason": "lost", "lost_on": lost_on, "on_allowance": "no", "delivery": "pickup", "phone": "13800001234"}
    cases.answer_questions(draft.public_id, answers, actor=resident, at=at)
    case = cases.lodge_case(draft.public_id, actor=resident, at=at)
    do(case, "take_in", "forwarded", at)
    return case


@pytest.mark.covers("P01", "P10")
def test_a_step_lies_too_long_until_the_supervisor_decides(live_server: Any, chromium: Browser, city: Any) -> None:
    now = timezone.now()
    case = lost_card(now - timedelta(days=30))
    for days in range(29, -1, -1):
        operations.raise_due_cards(at=now - timedelta(days=days))
    found = Card.objects.filter(item__node="verify").order_by("raised_at")
    assert list(found.values_list("level", flat=True)) == ["yellow", "red", "overdue"]
    for month in untallied_months(timezone.localdate(now)):
        tally_month(month)
    number = found.get(level="overdue").number

    police = Walker(chromium, live_server.url, "police_review", PHONE)
    police.goes_to("/desk/supervision/").reads("电子监察", "超期 · 户籍地核验", "黄牌")
    police.goes_to(f"/desk/supervision/{number}/")
    police.page.get_by_label("说明或理由").fill("人员调整，未及时交接")
    police.page.get_by_role("button", name="提交说明").click()
    police.page.get_by_text("已说明，等待认定").first.wait_for()

    chief = Walker(chromium, live_server.url, "supervisor", DESK)
    chief.goes_to("/desk/board/").reads("监察总览：全市", "五率", "市公安局", "超期 · 时限", "每 30 秒自动刷新")
    chief.clicks("停止刷新").reads("监察总览：全市", "已停止自动刷新")
    chief.clicks("市公安局").reads("市公安局", "环节和经办人", "各月")
    chief.clicks("超期的办件").reads("监察办件", "居民身份证换领、补领", "已超期")
    chief.page.locator(".work__link").first.click()
    chief.reads(
        "居民身份证换领、补领",
        "环节：谁在什么时候办了什么",
        "户籍地核验",
        "人员调整，未及时交接",
        "谁看过这件事",
        case.number,
    )
    chief.goes_to(f"/desk/supervision/{number}/")
    chief.page.get_by_label("说明或理由").fill("交接是部门的责任")
    chief.page.get_by_role("button", name="认定成立").click()
    chief.page.get_by_text("已认定成立").or_(chief.page.get_by_text("认定成立")).first.wait_for()
    assert found.get(level="overdue").state == CardState.UPHELD

    board = Walker(chromium, live_server.url, "supervisor", PHONE)
    board.goes_to("/desk/board/").reads("监察总览：全市", "未结监察卡")
    board.goes_to(f"/desk/oversight/{case.number}/").reads("居民身份证换领、补领", "监察卡情况", "已认定成立")
