"""Decisions by rule: kept with why, explained with sources, some of them looked at by a human."""

import pytest
from django.urls import reverse

from huimin.platform.cases import operations
from huimin.platform.cases.models import Case, Ruling
from huimin.platform.cases.operations import ruling as by_rule
from huimin.platform.cases.queries.findings import NotFindable
from huimin.platform.cases.rules import State
from huimin.platform.cases.tests.factories import official
from huimin.platform.catalogue.queries.items import get_service
from huimin.platform.identity.models import Account
from huimin.platform.journal.operations import deliver_due
from huimin.platform.journal.queries import entries_about
from huimin.platform.process import operations as process
from huimin.platform.process.models import WorkItem
from huimin.platform.registries.tests.factories import citizen, golden, person

ANSWERS = {
    "rent_kind": "market",
    "monthly_rent": "1800",
    "months": "3",
    "own_home": "false",
    "card_number": "6217000000000000001",
}


def lodged(city, **fields) -> tuple[Case, object]:
    at = city[1]
    known = {"employer_uscc": golden("913402001490000000", "hrss.insured"), "deceased": golden("false"), **fields}
    person(**known)
    actor = citizen()
    draft = operations.start_draft("fund_rent_withdrawal", actor=actor, at=at)
    assert operations.answer_questions(draft.public_id, ANSWERS, actor=actor, at=at) == {}
    operations.sign_promise(draft.public_id, "no_home", signed=True, actor=actor, at=at)
    case = operations.lodge_case(draft.public_id, actor=actor, at=at)
    while deliver_due(at=at).done:
        pass
    case.refresh_from_db()
    return case, actor


@pytest.mark.covers("P01")
def test_a_decision_by_rule_is_kept_with_every_rule_and_every_fact(city) -> None:
    case, _ = lodged(city, marital_status=golden("10", "civil.marriage"))
    assert case.state == State.GRANTED
    ruling = case.rulings.get()
    assert (ruling.outcome, ruling.rule) == ("granted", "single")
    assert ruling.tried == [["owns_a_home", False], ["not_employed", False], ["couple", False], ["single", True]]
    married = next(one for one in ruling.seen if one["name"] == "married")
    assert (married["value"], married["source"], married["as_of"]) == ("10", "civil.marriage", "2026-05-25")


@pytest.mark.covers("P01")
def test_what_departments_dispute_goes_to_a_human_and_the_ruling_says_what_was_missing(city) -> None:
    case, _ = lodged(city, marital_status=golden("10", disputes={"civil.marriage": "20"}))
    ruling = case.rulings.get()
    assert (ruling.outcome, ruling.missing, ruling.sampled) == ("human", ["married"], False)
    assert ruling.tried[-1] == ["couple", None]
    assert next(one for one in ruling.seen if one["name"] == "married")["disputed"]


@pytest.mark.covers("P01", "P05")
def test_an_official_finds_out_what_could_not_be_told_and_the_table_reckons_again(city, client) -> None:
    at = city[1]
    case, _ = lodged(city, marital_status=golden("10", disputes={"civil.marriage": "20"}))
    item = WorkItem.objects.get(process__subject=case.reference, closed_at=None)
    examiner = official(item.post.code, at)
    with pytest.raises(operations.NotInHand):
        operations.find_facts(case.number, {"married": "20"}, actor=examiner, at=at)
    process.claim(number=item.number, actor=examiner, at=at)
    client.force_login(Account.objects.get(public_id=examiner.ref))
    page = client.get(reverse("process:item", args=[item.number])).content.decode()
    assert "认定：规则判断不了的" in page
    with pytest.raises(NotFindable):
        operations.find_facts(case.number, {"married": "大概"}, actor=examiner, at=at)
    assert not case.findings.exists()
    found = client.post(reverse("cases:find", args=[case.number]), {"married": "20", "employed": ""})
    assert found.status_code == 302
    last = case.rulings.order_by("-id").first()
    assert (last.outcome, last.rule, last.sampled) == ("granted", "couple", False)
    assert next(one for one in last.seen if one["name"] == "married")["post"] == examiner.post
    bodies = "".join(entry.body for entry in entries_about([case.reference], at=at))
    assert "FactFound" in "".join(entry.kind for entry in entries_about([case.reference], at=at))
    assert "已婚" not in bodies
    process.complete(number=item.number, outcome="granted", note="", actor=examiner, at=at)
    case.refresh_from_db()
    assert case.payments.get().amount == 3 * 180_000


def test_what_the_table_could_tell_is_not_found_out_again(city) -> None:
    case, _ = lodged(city, marital_status=golden("10", disputes={"civil.marriage": "20"}))
    item = WorkItem.objects.get(process__subject=case.reference, closed_at=None)
    examiner = official(item.post.code, city[1])
    process.claim(number=item.number, actor=examiner, at=city[1])
    Ruling.objects.filter(case=case).update(outcome="granted")
    with pytest.raises(operations.NothingToFind):
        operations.find_facts(case.number, {"married": "20"}, actor=examiner, at=city[1])


def test_the_applicant_reads_how_the_rule_decided(city, client) -> None:
    case, actor = lodged(city, marital_status=golden("10", "civil.marriage"))
    client.force_login(Account.objects.get(public_id=actor.ref))
    page = client.get(reverse("cases:case", args=[case.number])).content.decode()
    for said in ("规则怎么判的", "单身职工，每月按房租提取，不超过个人限额。", "未婚", "3600.00"):
        assert said in page.replace(",", ""), said


@pytest.mark.covers("P05")
def test_a_sampled_ruling_waits_for_a_human_who_may_find_it_wrong(city, client, monkeypatch) -> None:
    monkeypatch.setattr(by_rule, "_is_drawn", lambda number, table: True)
    at = city[1]
    case, _ = lodged(city, marital_status=golden("10", "civil.marriage"))
    ruling = case.rulings.get()
    operations.sample_rulings(case.number, actor=city[0], at=at)
    item = WorkItem.objects.get(process__subject=ruling.reference, closed_at=None)
    examiner = official(item.post.code, at)
    client.force_login(Account.objects.get(public_id=examiner.ref))
    process.claim(number=item.number, actor=examiner, at=at)
    page = client.get(reverse("process:item", args=[item.number])).content.decode()
    assert "单身职工，每月按房租提取" in page
    assert any(one.kind.endswith("CaseLookedAt") for one in entries_about([case.reference], at=at))
    process.complete(number=item.number, outcome="wrong", note="缴存不足三个月", actor=examiner, at=at)
    head = WorkItem.objects.get(process__subject=ruling.reference, closed_at=None)
    boss = official(head.post.code, at)
    process.claim(number=head.number, actor=boss, at=at)
    process.complete(number=head.number, outcome="mended", note="已追回", actor=boss, at=at)
    ruling.refresh_from_db()
    assert ruling.check_found == Ruling.Check.MENDED


@pytest.mark.unit
def test_about_as_many_are_drawn_as_the_table_says_and_always_the_same() -> None:
    table = get_service("fund_rent_withdrawal").decision
    assert table is not None
    assert table.sampled == 5
    drawn = [by_rule._is_drawn(str(number), table) for number in range(4000)]
    assert 120 < sum(drawn) < 280
    assert drawn == [by_rule._is_drawn(str(number), table) for number in range(4000)]
