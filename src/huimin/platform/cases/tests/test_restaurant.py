"""Opening a restaurant: four departments at once, one supplement, one inspection with the clock standing, a licence that others check."""

from datetime import timedelta

import pytest
from django.test import Client

from huimin.platform.cases import operations, queries
from huimin.platform.cases.http.progress import progress_of
from huimin.platform.cases.rules import State
from huimin.platform.cases.tests.factories import FIRM, PDF, do
from huimin.platform.cases.tests.test_walks import settle
from huimin.platform.licences import queries as licences
from huimin.platform.process.models import Process, WorkItem
from huimin.platform.process.queries import find_waiting_for_applicant

pytestmark = pytest.mark.django_db
ANSWERS = {
    "shop_name": "合成小馆",
    "premises": "芜湖市镜湖区中山路1号",
    "area": "120",
    "above_homes": "no",
    "kind": "restaurant",
    "items": ["hot", "cold"],
    "makes_fumes": "yes",
    "uses_gas": "yes",
    "has_sign": "yes",
    "sign_size": "6",
}


def lodged(agent, at):
    draft = operations.start_draft("restaurant_opening", actor=agent, at=at)
    valid_to = (at + timedelta(days=200)).date().isoformat()
    staff = [{"worker": "合成甲", "certificate": "J-1", "valid_to": valid_to}]
    assert operations.answer_questions(draft.public_id, {**ANSWERS, "staff": staff}, actor=agent, at=at) == {}
    draft.refresh_from_db()
    for met in queries.readiness(draft, on=at.date()).open_materials:
        code = met.need.material.code
        if any(way.how == "promise" for way in met.need.material.met_by):
            operations.sign_promise(draft.public_id, code, signed=True, actor=agent, at=at)
        else:
            operations.give_file(draft.public_id, code, name=f"{code}.pdf", content=PDF, actor=agent, at=at)
    return operations.lodge_case(draft.public_id, actor=agent, at=at)


@pytest.mark.covers("P01", "P02", "P11", "P18")
def test_a_restaurant_opens(agent, city) -> None:
    at = city[1]
    case = lodged(agent, at)
    ways = dict(case.evidence.values_list("material", "how"))
    assert ways["business_licence"] == "fact", "what the registry shows is not handed in"
    assert ways["safety_rules"] == "promise"
    do(case, "accept", "accepted", at)
    settle(at)
    case.refresh_from_db()
    assert case.state == State.ACCEPTED
    open_now = set(
        WorkItem.objects.filter(process__subject=case.reference, closed_at=None).values_list("node", flat=True)
    )
    assert open_now == {"food", "fire", "sign", "smoke"}, "four departments at the same time"
    do(case, "food", "supplement", at, note="缺排水图")
    assert [item.node for item in find_waiting_for_applicant(case.reference)] == ["supplement"]
    wanted = progress_of(case, at=at).wanted
    assert [one.said for one in wanted] == [["缺排水图"]], "who has to supply reads what for"
    root = Process.objects.get(number=case.process)
    assert root.clock_stopped, "while the applicant supplies, the clock stands"
    operations.supply_material(case.number, "plan", name="排水图.pdf", content=PDF, actor=agent, at=at)
    operations.answer_offer(case.number, outcome="supplied", actor=agent, at=at)
    root.refresh_from_db()
    assert not root.clock_stopped
    for node in ("fire", "sign", "smoke", "food"):
        do(case, node, "agreed", at)
    do(case, "inspect", "passed", at)
    do(case, "decide", "granted", at)
    settle(at)
    case.refresh_from_db()
    assert case.state == State.GRANTED
    licence = licences.licences_of_case(case.reference).get()
    assert licence.holder == FIRM
    assert licences.field_of(licence, "items") == "热食类、冷食类"
    assert licences.is_untouched(licence)
    assert case.letters.get(kind="granted").zh.count(case.number) >= 1
    checked = Client().get(f"/check/{licence.public_id}/").content.decode()
    assert "食品经营许可证" in checked
    assert "是真的" in checked


@pytest.mark.covers("P02")
def test_not_supplied_in_time_the_others_go_on_and_the_head_decides(agent, city) -> None:
    at = city[1]
    case = lodged(agent, at)
    do(case, "accept", "accepted", at)
    for node in ("fire", "sign", "smoke"):
        do(case, node, "objected" if node == "fire" else "agreed", at, note="通道不足")
    do(case, "food", "agreed", at)
    do(case, "inspect", "failed", at, note="不合格")
    do(case, "decide", "refused", at, note="消防通道不符合规定")
    settle(at)
    case.refresh_from_db()
    assert case.state == State.REFUSED
    assert not licences.licences_of_case(case.reference).exists()
    assert case.letters.filter(kind="refused").exists()


@pytest.mark.covers("P02")
def test_one_thing_shows_its_parts_each_with_its_own_body_and_clock(agent, city) -> None:
    at = city[1]
    case = lodged(agent, at)
    parts = progress_of(case, at=at).parts
    assert [(part.name, part.word) for part in parts] == [
        ("食品经营许可", "还没开始"),
        ("消防安全条件", "还没开始"),
        ("户外招牌", "还没开始"),
        ("油烟排放", "还没开始"),
    ]
    do(case, "accept", "accepted", at)
    do(case, "sign", "agreed", at)
    do(case, "fire", "objected", at, note="疏散通道不足")
    case.refresh_from_db()
    parts = {part.name: part for part in progress_of(case, at=at).parts}
    assert (parts["户外招牌"].word, parts["户外招牌"].mark) == ("同意", "good")
    assert (parts["消防安全条件"].word, parts["消防安全条件"].mark) == ("不同意", "due")
    assert parts["食品经营许可"].clock is not None
    assert parts["食品经营许可"].clock.left == 5, "its own clock, not that of the whole"
    assert len({part.department for part in parts.values()}) == 4
