"""Electronic supervision of cases: a case that went right gets no card; a fee, a licence, a reason and a notice that are wrong get theirs."""

from datetime import timedelta

import pytest
from django.utils import timezone

from huimin.platform.cases import operations
from huimin.platform.cases.models import Letter, Payment
from huimin.platform.cases.rules import Handling, State, violations_of
from huimin.platform.cases.tests.factories import do, official
from huimin.platform.cases.tests.test_restaurant import lodged
from huimin.platform.cases.tests.test_walks import settle
from huimin.platform.licences.models import Licence
from huimin.platform.process import operations as process
from huimin.platform.process.models import Card, WorkItem
from huimin.platform.process.tests.factories import SYSTEM, Drawing, actor_of, make_official, publish

pytestmark = [pytest.mark.django_db, pytest.mark.covers("P10")]


def rules() -> set[str]:
    return set(Card.objects.exclude(rule="").values_list("rule", flat=True))


def granted(agent, at):
    case = lodged(agent, at)
    do(case, "accept", "accepted", at)
    for node in ("food", "fire", "sign", "smoke"):
        do(case, node, "agreed", at)
    do(case, "inspect", "passed", at)
    do(case, "decide", "granted", at)
    settle(at)
    case.refresh_from_db()
    assert case.state == State.GRANTED
    return case


def test_what_went_right_gets_no_card_and_what_is_tampered_with_does(agent, city):
    at = city[1]
    case = granted(agent, at)
    assert rules() == set()
    assert operations.inspect_process(case.process, at=at) == 0
    Licence.objects.filter(case=case.reference).update(case="")
    Payment.objects.create(case=case, direction="in", amount=100, paper="X", simulated=True, ordered_at=at)
    assert operations.inspect_process(case.process, at=at) == 2
    assert rules() == {"no_licence_number", "fee_differs"}
    assert operations.inspect_process(case.process, at=at) == 0, "each once"
    assert {card.department.code for card in Card.objects.all()} == {"scjgj"}


def test_no_without_a_reason_is_found_when_the_case_ends(agent, city):
    at = city[1]
    case = lodged(agent, at)
    do(case, "accept", "returned", at)
    settle(at)
    case.refresh_from_db()
    assert case.state == State.NOT_ACCEPTED
    assert rules() == {"no_reason"}
    card = Card.objects.get()
    assert (card.item.node, card.department.code, card.level) == ("accept", "xzfw", "red")
    Letter.objects.filter(case=case).delete()
    assert operations.inspect_process(case.process, at=at) == 1
    assert rules() == {"no_reason", "no_notice"}


def test_asked_for_supplements_again_while_it_waits(agent, city):
    at = city[1]
    case = lodged(agent, at)
    do(case, "accept", "accepted", at)
    for times in (1, 2):
        do(case, "food", "supplement", at, note="缺图")
        assert operations.inspect_waiting(at=at) == times - 1
        if times == 1:
            operations.answer_offer(case.number, outcome="supplied", actor=agent, at=at)
    assert rules() == {"repeated_supplement"}


def test_a_clock_stopped_without_the_head_is_found_at_once(agent, city):
    at = city[1]
    case = lodged(agent, at)
    do(case, "accept", "accepted", at)
    item = WorkItem.objects.get(process__subject=case.reference, node="fire", closed_at=None)
    examiner = official(item.post.code, at)
    process.claim(number=item.number, actor=examiner, at=at)
    process.stop_clock(
        number=item.number, reason="special_procedure", basis="消防法", actor=examiner, at=at + timedelta(hours=1)
    )
    settle(at + timedelta(hours=2))
    assert rules() == {"extension"}


@pytest.mark.once
class TestRules:
    def found(self, **handling) -> set[str]:
        return {one.rule for one in violations_of(Handling(**handling))}

    def test_fees(self):
        assert self.found(state=State.GRANTED, due=2000, charged=2000) == set()
        assert self.found(state=State.GRANTED, due=2000, charged=0) == {"fee_differs"}
        assert self.found(state=State.GRANTED, due=None, charged=500) == set(), (
            "where the standard cannot be told, nothing is found"
        )
        assert self.found(state=State.WITHDRAWN, due=2000, charged=0) == set()
        assert self.found(state=State.WITHDRAWN, due=2000, charged=2500) == {"fee_differs"}

    def test_licences_and_notices(self):
        assert self.found(state=State.GRANTED, promised_licence=True, numbers=("1.2.156",), due=0) == set()
        assert self.found(state=State.GRANTED, promised_licence=True, numbers=("",)) == {"no_licence_number"}
        assert self.found(state=State.REFUSED, promised_licence=True) == {"no_notice"}
        assert self.found(state=State.NOT_ACCEPTED, letters=frozenset({"refused"})) == set()


def test_a_bad_rating_that_was_justified_counts_against_the_department_that_mends(db):
    """The card is on the rating's process: nobody learns from it which case was rated."""
    at = timezone.now()
    mender = actor_of(make_official("gaj.review"))
    drawing = Drawing().start().user("mend", "gaj.review", 'hm:outcomes="mended explained"').end()
    publish("bad_rating", drawing.line("start", "mend", "end"))
    loop = process.start("bad_rating", subject="rating:ABC", kind="bad_rating", actor=SYSTEM, at=at)
    assert operations.inspect_process(loop.number, at=at) == 0
    item = WorkItem.objects.get(process=loop)
    process.claim(number=item.number, actor=mender, at=at)
    process.complete(number=item.number, outcome="mended", actor=mender, at=at)
    assert operations.inspect_process(loop.number, at=at) == 1
    card = Card.objects.get()
    assert (card.rule, card.item, card.department.code, card.process.subject) == (
        "bad_rating",
        item,
        "gaj",
        "rating:ABC",
    )
