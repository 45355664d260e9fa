"""The fee: shown line by line with its law, paid as part of lodging, seen at the desk, given back where nobody had begun."""

import json

import pytest

from huimin.platform.cases import operations
from huimin.platform.cases.adapters.simulated import SimulatedTill
from huimin.platform.cases.models import Case, Payment
from huimin.platform.cases.ports import NotPaid, payments
from huimin.platform.cases.rules import State, is_fee_given_back
from huimin.platform.cases.tests.factories import do, official
from huimin.platform.cases.tests.test_pages import signed_in
from huimin.platform.cases.tests.test_walks import CARD, draft_of, settle
from huimin.platform.journal.queries import entries_about
from huimin.platform.process import operations as process
from huimin.platform.process.models import WorkItem
from huimin.platform.registries.tests.factories import citizen, person

pytestmark = pytest.mark.django_db
LOST = {**CARD, "on_allowance": "false", "send_to": "芜湖市镜湖区中山路1号"}


class CountingTill(SimulatedTill):
    """A till that counts, and may not have the money yet."""

    def __init__(self) -> None:
        self.charged, self.back, self.has_it = [], [], True

    def charge(self, **order):
        if not self.has_it:
            raise NotPaid(amount=order["amount"])
        self.charged.append(order)
        return super().charge(**order)

    def give_back(self, **order):
        self.back.append(order)
        return super().give_back(**order)


@pytest.fixture
def till(monkeypatch):
    counting = CountingTill()
    monkeypatch.setattr(payments, "_plug", counting)
    return counting


@pytest.fixture
def resident(city, settings):
    settings.DEMO = True
    person()
    return citizen()


@pytest.fixture
def draft(resident, city):
    lost_on = city[1].date().replace(day=1).isoformat()
    return draft_of("identity_card_replacement", resident, city[1], **{**LOST, "lost_on": lost_on})


def kinds_of(case, at) -> list[str]:
    return [entry.kind.partition(".")[2] for entry in entries_about([case.reference], at=at)]


@pytest.mark.once
def test_a_fee_goes_back_only_where_nobody_had_begun() -> None:
    back = {(end, accepted) for end in State for accepted in (True, False) if is_fee_given_back(end, accepted=accepted)}
    assert back == {(State.NOT_ACCEPTED, False), (State.WITHDRAWN, False), (State.LAPSED, False)}


@pytest.mark.covers("P01")
def test_the_fee_is_shown_with_its_law_and_paying_it_lodges(draft, resident, till) -> None:
    client = signed_in(resident)
    check, pay = f"/my/drafts/{draft.public_id}/check/", f"/my/drafts/{draft.public_id}/pay/"
    assert "继续，去缴费" in client.get(check).content.decode()
    assert client.post(check)["Location"] == pay, "nobody is charged what he was not shown"
    page = client.get(pay).content.decode()
    for words in ("丢失补领、损坏换领工本费", "¥40.00", "发改价格〔2003〕2322号", "每证20元", "模拟收银台"):
        assert words in page
    assert not till.charged
    other = client.post(pay, {"amount": "2000"})
    assert (other.status_code, Case.objects.count(), till.charged) == (409, 0, []), (
        "another amount than the page showed"
    )
    number = client.post(pay, {"amount": "4000"})["Location"].rstrip("/").rpartition("/")[2]
    assert [order["amount"].amount for order in till.charged] == [4000]
    paid = Payment.objects.get(case__number=number)
    assert (paid.direction, paid.amount, paid.simulated) == ("in", 4000, True)
    assert paid.lines == [{"code": "lost", "count": 1, "amount": 4000, "relief": ""}]
    page = client.get(f"/my/cases/{number}/").content.decode()
    assert "模拟收银台，没有真的收款" in page
    assert "缴费 ¥40.00" in page
    assert "办好后寄到：芜湖市镜湖区中山路1号" in page
    assert client.get(f"/my/cases/{number}/fee-receipt/").content.startswith(b"%PDF")
    assert client.post(pay, {"amount": "4000"}).status_code == 404, "the draft is a case now"
    assert len(till.charged) == 1


def test_what_is_not_paid_is_not_lodged_and_nothing_is_lost(draft, resident, till) -> None:
    till.has_it = False
    client, pay = signed_in(resident), f"/my/drafts/{draft.public_id}/pay/"
    refused = client.post(pay, {"amount": "4000"})
    assert refused.status_code == 402
    assert "还没有收到 ¥40.00 的缴费" in refused.content.decode()
    assert not Case.objects.exists()
    till.has_it = True
    assert client.post(pay, {"amount": "4000"}).status_code == 302
    assert [order["key"] for order in till.charged] == [f"draft:{draft.public_id}"], "the same order at every attempt"


def test_what_costs_nothing_has_no_page_to_pay(resident, city) -> None:
    draft = operations.start_draft("retirement", actor=resident, at=city[1])
    assert signed_in(resident).get(f"/my/drafts/{draft.public_id}/pay/")["Location"].endswith("/check/")


def test_who_withdraws_before_acceptance_gets_his_fee_back_once(draft, resident, city, till) -> None:
    at = city[1]
    case = operations.lodge_case(draft.public_id, actor=resident, at=at)
    operations.withdraw_case(case.number, actor=resident, at=at)
    settle(at)
    assert operations.give_fee_back(case.number, actor=city[0], at=at) is None, "once"
    paid = Payment.objects.get(case=case)
    assert [(order["paper"], order["amount"].amount) for order in till.back] == [(paid.paper, 4000)]
    assert paid.back_paper.startswith("SIM-BACK-")
    assert kinds_of(case, at).count("FeeGivenBack") == 1
    page = signed_in(resident).get(f"/my/cases/{case.number}/").content.decode()
    assert "已原路退回" in page
    assert "费用已退回：居民身份证换领、补领" in signed_in(resident).get("/my/messages/").content.decode()
    assert "费用已退回 ¥40.00" in page


def test_who_is_not_taken_in_gets_his_fee_back_and_who_is_refused_later_does_not(draft, resident, city, till) -> None:
    at = city[1]
    first = operations.lodge_case(draft.public_id, actor=resident, at=at)
    do(first, "take_in", "returned", at)
    settle(at)
    assert len(till.back) == 1
    again = draft_of("identity_card_replacement", resident, at, **draft.answers)
    second = operations.lodge_case(again.public_id, actor=resident, at=at)
    do(second, "take_in", "forwarded", at)
    settle(at)
    do(second, "verify", "objected", at)
    settle(at)
    second.refresh_from_db()
    assert second.state == State.REFUSED
    assert len(till.back) == 1


@pytest.mark.covers("P09")
def test_the_desk_sees_what_was_paid(draft, resident, city) -> None:
    at = city[1]
    case = operations.lodge_case(draft.public_id, actor=resident, at=at)
    item = WorkItem.objects.get(process__subject=case.reference, node="take_in")
    clerk = official(item.post.code, at)
    process.claim(number=item.number, actor=clerk, at=at)
    page = signed_in(clerk).get(f"/desk/inbox/{item.number}/").content.decode()
    assert "¥40.00" in page
    assert "已缴" in page
    assert "模拟收银台，没有真的收款" in page


def test_no_fact_of_a_fee_or_a_parcel_says_who_or_where(draft, resident, city) -> None:
    at = city[1]
    case = operations.lodge_case(draft.public_id, actor=resident, at=at)
    for node, outcome in (("take_in", "forwarded"), ("verify", "agreed"), ("make", "made")):
        do(case, node, outcome, at)
    settle(at)
    bodies = {entry.kind.partition(".")[2]: json.loads(entry.body) for entry in entries_about([case.reference], at=at)}
    assert bodies["ResultSent"]["simulated"] is True
    assert "中山路" not in json.dumps(bodies, ensure_ascii=False)
    page = signed_in(resident).get(f"/my/cases/{case.number}/").content.decode()
    assert "模拟快递，没有真的寄出" in page
