"""Cases from the draft to the result, through the city's own services."""

from datetime import timedelta

import pytest

from huimin.platform.cases import operations, queries
from huimin.platform.cases.models import Case, Draft, Evidence
from huimin.platform.cases.operations.lodging import NotWhole
from huimin.platform.cases.queries.drafts import ForSomebodyElse, NotProvenToApply
from huimin.platform.cases.rules import State, is_case_number
from huimin.platform.cases.tests.factories import PDF, do
from huimin.platform.journal.operations import deliver_due
from huimin.platform.journal.queries import entries_about
from huimin.platform.registries.tests.factories import citizen, golden, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def resident(city):
    person()
    return citizen()


def settle(at) -> None:
    """What follows by itself: receivers of the facts."""
    while deliver_due(at=at).done:
        pass


def draft_of(code, actor, at, **answers) -> Draft:
    draft = operations.start_draft(code, actor=actor, at=at)
    assert operations.answer_questions(draft.public_id, answers, actor=actor, at=at) == {}
    draft.refresh_from_db()
    return draft


CARD = {"reason": "lost", "lost_on": "2026-07-01", "on_allowance": "true", "delivery": "courier"}


@pytest.fixture
def card(resident, city):
    """A draft for a lost identity card, whole."""
    at = city[1]
    lost_on = (at - timedelta(days=5)).date().isoformat()
    answers = {**CARD, "lost_on": lost_on, "send_to": "芜湖市镜湖区中山路1号"}
    return draft_of("identity_card_replacement", resident, at, **answers)


@pytest.mark.covers("P04", "P16")
def test_what_the_city_knows_is_not_asked_for(card, resident, city) -> None:
    ready = queries.readiness(card, on=city[1].date())
    assert ready.known["phone"].value == "13800001234"
    assert ready.known["phone"].source == "telecom.subscribers"
    assert ready.is_whole, (ready.missing, ready.wrong, ready.open_materials)
    assert [met.way.how for met in ready.materials] == ["fact"], "the registry itself shows the registration"


@pytest.mark.covers("P01", "P11")
def test_a_case_walks_from_the_counter_to_the_parcel(card, resident, city) -> None:
    at = city[1]
    case = operations.lodge_case(card.public_id, actor=resident, at=at)
    assert is_case_number(case.number)
    assert case.answers["reason"] == "lost"
    assert case.known["phone"]["source"] == "telecom.subscribers"
    with pytest.raises(queries.NoSuchDraft):
        operations.lodge_case(card.public_id, actor=resident, at=at)
    do(case, "take_in", "forwarded", at)
    do(case, "verify", "agreed", at)
    do(case, "make", "made", at)
    settle(at)
    case.refresh_from_db()
    assert case.state == State.GRANTED
    kinds = [entry.kind.partition(".")[2] for entry in entries_about([case.reference], at=at)]
    assert "ResultSent" in kinds
    bodies = "".join(entry.body for entry in entries_about([case.reference], at=at))
    assert not [secret for secret in ("王小明", "中山路", "13800001234") if secret in bodies]


def test_everything_that_is_missing_is_said_at_once(resident, city) -> None:
    at = city[1]
    draft = draft_of("identity_card_replacement", resident, at, reason="lost")
    with pytest.raises(NotWhole) as refused:
        operations.lodge_case(draft.public_id, actor=resident, at=at)
    said = refused.value.sentence("zh")
    assert all(name in said for name in ("丢失日期", "正在领取最低生活保障金", "纸质结果怎样给您"))
    assert not Case.objects.exists()


def test_an_answer_that_cannot_be_right_is_kept_and_explained(resident, city) -> None:
    at = city[1]
    draft = operations.start_draft("identity_card_replacement", actor=resident, at=at)
    wrong = operations.answer_questions(
        draft.public_id, {"reason": "lost", "lost_on": "the other day"}, actor=resident, at=at
    )
    assert "日期" in wrong["lost_on"].sentence("zh")
    draft.refresh_from_db()
    assert draft.answers == {"reason": "lost", "lost_on": "the other day"}
    assert not queries.readiness(draft, on=at.date()).is_whole


def test_the_same_thing_twice_is_noticed(card, resident, city) -> None:
    at = city[1]
    first = operations.lodge_case(card.public_id, actor=resident, at=at)
    again = draft_of("identity_card_replacement", resident, at, **card.answers)
    with pytest.raises(operations.AlreadyLodged) as refused:
        operations.lodge_case(again.public_id, actor=resident, at=at)
    assert first.number in refused.value.sentence("zh")
    assert operations.lodge_case(again.public_id, another=True, actor=resident, at=at).number != first.number


def test_a_refusal_tells_why_and_ends_the_case(card, resident, city) -> None:
    at = city[1]
    case = operations.lodge_case(card.public_id, actor=resident, at=at)
    do(case, "take_in", "forwarded", at)
    do(case, "verify", "objected", at, note="照片与本人不符")
    case.refresh_from_db()
    assert case.state == State.REFUSED
    letter = case.letters.get()
    assert "照片与本人不符" in letter.zh
    assert "照片与本人不符" in letter.en
    assert letter.kind == "refused"
    assert case.number in letter.zh
    assert case.number in letter.en


def test_an_applicant_withdraws_before_it_is_decided_and_not_after(card, resident, city) -> None:
    at = city[1]
    case = operations.lodge_case(card.public_id, actor=resident, at=at)
    operations.withdraw_case(case.number, actor=resident, at=at)
    case.refresh_from_db()
    assert case.state == State.WITHDRAWN
    from huimin.platform.cases.models import CaseOver
    from huimin.platform.process.models import WorkItem

    assert not WorkItem.objects.filter(process__subject=case.reference, closed_at=None).exists()
    with pytest.raises(CaseOver):
        operations.withdraw_case(case.number, actor=resident, at=at)


def test_only_who_is_proven_applies_and_only_the_applicant_sees(card, resident, city) -> None:
    at = city[1]
    with pytest.raises(NotProvenToApply):
        operations.start_draft("identity_card_replacement", actor=citizen("", "无名"), at=at)
    case = operations.lodge_case(card.public_id, actor=resident, at=at)
    person("P000000002", number="340204195001011236", name="李四")
    other = citizen("P000000002", "李四")
    with pytest.raises(queries.NoSuchCase):
        queries.access_own_case(case.number, other, at=at)
    with pytest.raises(queries.NoSuchDraft):
        queries.access_draft(operations.start_draft("retirement", actor=resident, at=at).public_id, other, at=at)


def test_a_firm_s_service_is_not_for_a_person_in_his_own_name(resident, city) -> None:
    with pytest.raises(ForSomebodyElse):
        operations.start_draft("restaurant_opening", actor=resident, at=city[1])


def test_a_disputed_value_meets_no_material(city) -> None:
    at = city[1]
    person(hukou_address=golden("芜湖市镜湖区", disputes={"hrss.insured": "合肥市"}))
    actor = citizen()
    draft = draft_of("identity_card_replacement", actor, at, reason="expired", on_allowance="false", delivery="pickup")
    ready = queries.readiness(draft, on=at.date())
    assert {met.need.material.code: met.way for met in ready.materials} == {"old_card": None, "register": None}
    case = operations.lodge_case(draft.public_id, actor=actor, at=at)
    assert set(case.evidence.values_list("material", "how")) == {
        ("old_card", Evidence.How.OWED),
        ("register", Evidence.How.OWED),
    }


def test_files_are_kept_by_content_and_other_kinds_refused(resident, city) -> None:
    at = city[1]
    draft = operations.start_draft("identity_card_replacement", actor=resident, at=at)
    with pytest.raises(operations.BadFile):
        operations.give_file(draft.public_id, "old_card", name="x.exe", content=b"MZ", actor=resident, at=at)
    given = operations.give_file(draft.public_id, "old_card", name="../../证件.pdf", content=PDF, actor=resident, at=at)
    assert given.name == "证件.pdf"
    from huimin.platform.cases.operations.drafting import path_of

    assert path_of(given.content).read_bytes() == PDF
