"""What applicants are told of their cases: each row of the table once, in words that hold no more than service, number and day."""

from datetime import timedelta

import pytest

from huimin.platform.cases import operations, queries
from huimin.platform.cases.events import LetterSent
from huimin.platform.cases.tests.factories import do
from huimin.platform.cases.tests.test_restaurant import lodged
from huimin.platform.cases.tests.test_walks import settle
from huimin.platform.journal.models import Entry
from huimin.platform.notifications import queries as notices
from huimin.platform.notifications.declarations import get_notice, notices_of
from huimin.platform.notifications.models import Notice
from huimin.platform.notifications.rules import LONGEST_SMS

pytestmark = pytest.mark.django_db
NAMES = ("王小明", "芜湖合成餐饮有限公司", "合成小馆", "中山路", "合成甲")


@pytest.mark.covers("P01", "P09")
def test_a_supplement_with_its_day_and_a_result(agent, city) -> None:
    at = city[1]
    case = lodged(agent, at)
    do(case, "accept", "accepted", at)
    do(case, "food", "supplement", at, note="缺排水图")
    settle(at)
    (told,) = notices.notices_of_account(agent)
    assert (told.code, told.subject_zh) == ("case_supplement", "请补正材料：开办餐饮店一件事")
    assert (told.page, told.principal) == (f"/my/cases/{case.number}/", agent.on_behalf_of)
    item = queries.waiting_cases(agent, at=at)[0]
    assert item.number in told.text_zh
    assert "最迟" in told.text_zh, "the last day before the case lapses"
    assert "by " in told.text_en
    operations.answer_offer(case.number, outcome="supplied", actor=agent, at=at)
    for node in ("fire", "sign", "smoke", "food"):
        do(case, node, "agreed", at)
    do(case, "inspect", "passed", at)
    do(case, "decide", "granted", at)
    settle(at + timedelta(minutes=1))
    result = notices.notices_of_account(agent).get(code="case_result")
    assert result.subject_zh == "开办餐饮店一件事办结通知", "the heading of the service's own letter"
    for notice in Notice.objects.all():
        said = [notice.subject_zh, notice.subject_en, notice.text_zh, notice.text_en, notice.sms_zh, notice.sms_en]
        assert [name for name in NAMES if any(name in text for text in said)] == []
        assert max(map(len, (notice.sms_zh, notice.sms_en))) <= LONGEST_SMS


def test_every_row_for_a_letter_has_its_words(agent, city) -> None:
    case = lodged(agent, city[1])
    for letter in ("granted", "refused", "lapsed", "stopped", "reminder", "supplement", "offer"):
        told = queries.told_of_case(case, letter=letter, at=city[1])
        fact = LetterSent(subject=case.reference, service=case.service, applicant=case.applicant, letter=letter)
        rows = [get_notice(code) for code in notices_of(fact)]
        assert len(rows) == 1, letter
        for language in ("zh", "en"):
            for words in (rows[0].subject, rows[0].text, rows[0].sms):
                assert "{" not in words.filled(language, told.values[language])


def test_facts_of_telling_name_accounts_and_no_words(agent, city) -> None:
    at = city[1]
    case = lodged(agent, at)
    do(case, "accept", "accepted", at)
    do(case, "food", "supplement", at, note="缺排水图")
    settle(at)
    fact = Entry.objects.get(kind="notifications.PeopleTold").fact
    assert (fact.subject, fact.notice, fact.accounts) == (case.reference, "case_supplement", (f"account:{agent.ref}",))
