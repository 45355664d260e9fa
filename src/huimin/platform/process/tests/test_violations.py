"""Electronic supervision beyond time: what rules find in the facts, and the card that it gets."""

from dataclasses import replace
from datetime import timedelta

import pytest

from huimin.platform.journal.queries import entries_about
from huimin.platform.process import operations, queries
from huimin.platform.process.declarations import supervision
from huimin.platform.process.models import Card, WorkItem
from huimin.platform.process.queries.items import NoSuchWork
from huimin.platform.process.rules.bpmn import compiled
from huimin.platform.process.rules.states import CardState
from huimin.platform.process.rules.violations import (
    OF_PROCESSES,
    Conduct,
    Deed,
    Found,
    Place,
    required_steps,
    violations,
)
from huimin.platform.process.tests.acting import begun, do, live, three_steps
from huimin.platform.process.tests.factories import NOW, Drawing, actor_of, make_official, side_by_side

pytestmark = [pytest.mark.django_db, pytest.mark.covers("P10")]
BASIS = "行政许可法第四十五条"
DAY = timedelta(days=1)


def graph_of(drawing):
    return compiled(drawing.text())


def inspected(process) -> dict[str, str]:
    """The rules that find something, each with the item."""
    found = violations(queries.conduct_of(process.number), supervision().measures)
    operations.raise_violations(process=process.number, found=found, at=NOW + DAY)
    return {one.rule: one.item for one in found}


class TestRules:
    pytestmark = pytest.mark.once

    def test_what_no_way_goes_around(self):
        assert required_steps(graph_of(side_by_side()), "end") == ("intake", "left", "right", "conclude")
        branching = (
            Drawing().start().user("check", attributes='hm:outcomes="ok bad"').exclusive("said", "no").user("inspect", "mzj.data")
            .end().end("refused").line("start", "check", "said").line("said", "inspect", when="check == 'ok'")
            .line("said", "refused", id="no").line("inspect", "end")
        )  # fmt: skip
        assert required_steps(graph_of(branching), "end") == ("check", "inspect")
        assert required_steps(graph_of(branching), "refused") == ("check",)

    def test_a_step_that_no_fact_tells_of_was_skipped(self):
        graph = graph_of(three_steps())
        deeds = [
            Deed(fact=f"0-{n}", item=f"i{n}", node=node, outcome="done") for n, node in enumerate(("intake", "decide"))
        ]
        conduct = Conduct(kind="trial", subject="thing:1", graph=graph, end="end", deeds=deeds, last_fact="0-9")
        assert violations(conduct, supervision().measures) == [Found(rule="step_skipped", evidence=("0-9",))]
        assert violations(replace(conduct, end=""), supervision().measures) == []
        whole = replace(conduct, deeds=[*deeds, Deed(fact="0-5", item="i5", node="check", outcome="done")])
        assert violations(whole, supervision().measures) == []

    def test_only_what_is_declared_is_looked_for(self):
        conduct = Conduct(kind="trial", subject="thing:1", graph=graph_of(three_steps()), end="end", deeds=[])
        assert violations(conduct, {}) == []
        assert set(OF_PROCESSES) <= set(supervision().measures)

    def test_where_it_was_done(self):
        drawn = Place(post="gaj.head", department="gaj", duty="head")
        here = Deed(fact="0-1", item="i", node="check", outcome="ok", drawn=drawn, at_post=drawn)
        review = replace(here, at_post=Place(post="gaj.review", department="gaj", duty="case_examiner"))
        other = replace(here, at_post=Place(post="mzj.head", department="mzj", duty="head"))
        graph = graph_of(three_steps())
        found = [
            [one.rule for one in violations(
                Conduct(kind="t", subject="thing:1", graph=graph, end="", deeds=[deed]), supervision().measures)]
            for deed in (here, review, other, replace(other, drawn=None))
        ]  # fmt: skip
        assert found == [[], ["wrong_post"], ["wrong_body"], []]


class TestFoundInFacts:
    def test_nothing_is_found_where_everything_was_right(self, police, civil, health):
        process = begun(three_steps())
        for node, who in (("intake", police), ("check", civil)):
            do(live(process)[node], who)
        do(live(process)["decide"], health, "ok", note="符合")
        assert inspected(process) == {}
        assert not Card.objects.exists()

    def test_another_department_took_the_step(self, police, civil, health):
        process = begun(three_steps())
        item = live(process)["intake"]
        operations.claim(number=item.number, actor=actor_of(police), at=NOW)
        operations.transfer(number=item.number, to_post="wjw.data", actor=actor_of(police), at=NOW)
        do(item, health)
        assert inspected(process) == {"wrong_body": item.number}
        card = Card.objects.get()
        assert (card.rule, card.level, card.points, card.deadline, card.department.code) == (
            "wrong_body",
            "red",
            6,
            None,
            "wjw",
        )
        told = {e.number: e.kind for e in entries_about([process.reference])}
        assert [told[number] for number in card.evidence] == ["process.WorkCompleted"]
        raised = next(e.fact for e in entries_about([process.reference]) if e.kind == "process.CardRaised")
        assert (raised.rule, raised.evidence) == ("wrong_body", tuple(card.evidence))

    def test_no_without_a_reason_and_an_extension_without_the_head(self, police, civil, health):
        drawing = (
            Drawing().start().user("check", "gaj.data", 'hm:workingDays="5" hm:outcomes="agreed objected"').user("decide", "mzj.data", 'hm:workingDays="2"').end()
            .line("start", "check", "decide", "end")
        )  # fmt: skip
        process = begun(drawing)
        item = live(process)["check"]
        operations.claim(number=item.number, actor=actor_of(police), at=NOW)
        operations.stop_clock(
            number=item.number, reason="special_procedure", basis=BASIS, actor=actor_of(police), at=NOW
        )
        assert inspected(process) == {"extension": item.number}
        operations.resume_clock(number=item.number, actor=actor_of(police), at=NOW)
        operations.complete(number=item.number, outcome="objected", actor=actor_of(police), at=NOW)
        assert inspected(process) == {"extension": item.number, "no_reason": item.number}
        assert Card.objects.count() == 2

    def test_with_the_head_s_word_the_clock_may_stand(self, police):
        head = make_official("gaj.head", duty="head")
        process = begun(
            Drawing()
            .start()
            .user("check", "gaj.data", 'hm:workingDays="5" hm:outcomes="agreed objected"')
            .end()
            .line("start", "check", "end")
        )
        item = live(process)["check"]
        operations.claim(number=item.number, actor=actor_of(police), at=NOW)
        operations.add_signer(number=item.number, to_post="gaj.head", actor=actor_of(police), at=NOW)
        beside = WorkItem.objects.get(kind="cosign")
        do(beside, head, "agreed")
        operations.stop_clock(
            number=item.number, reason="special_procedure", basis=BASIS, actor=actor_of(police), at=NOW
        )
        assert inspected(process) == {}

    def test_an_opinion_that_was_dropped(self, police, civil, health):
        process = begun(three_steps())
        item = live(process)["intake"]
        operations.claim(number=item.number, actor=actor_of(police), at=NOW)
        operations.add_signer(number=item.number, to_post="mzj.data", actor=actor_of(police), at=NOW)
        operations.drop_signer(number=WorkItem.objects.get(kind="cosign").number, actor=actor_of(police), at=NOW)
        assert inspected(process) == {"missing_opinion": item.number}

    def test_supplements_asked_for_twice(self, police):
        drawing = (
            Drawing().start().user("check", attributes='hm:outcomes="agreed supplement"').exclusive("said", "on")
            .user("supply", "applicant", 'hm:outcomes="supplied"').end().line("start", "check", "said")
            .line("said", "supply", when="check == 'supplement'").line("supply", "check").line("said", "end", id="on")
        )  # fmt: skip
        process = begun(drawing)
        do(live(process)["check"], police, "supplement", note="缺图")
        assert queries.waiting_again({"supplement"}, more_than=1) == []
        waiting = live(process)["supply"].number
        operations.answer_for_applicant(number=waiting, outcome="supplied", actor=actor_of(police), at=NOW)
        assert inspected(process) == {}
        do(live(process)["check"], police, "supplement", note="还缺一张")
        assert queries.waiting_again({"supplement"}, more_than=1) == [process.number]
        assert set(inspected(process)) == {"repeated_supplement"}
        assert len(Card.objects.get().evidence) == 2

    def test_a_violation_gets_one_card_even_after_it_was_lifted(self, police, civil, health):
        chief = actor_of(make_official("xzfw.supervision", duty="supervisor"), "xzfw.supervision")
        process = begun(three_steps())
        item = live(process)["intake"]
        operations.claim(number=item.number, actor=actor_of(police), at=NOW)
        operations.transfer(number=item.number, to_post="wjw.data", actor=actor_of(police), at=NOW)
        do(item, health)
        assert inspected(process) == inspected(process) == {"wrong_body": item.number}
        card = Card.objects.get()
        operations.explain_card(number=card.number, text="经市政府批准移交", actor=actor_of(health), at=NOW + DAY)
        operations.lift_card(number=card.number, reason="属实", actor=chief, at=NOW + DAY)
        inspected(process)
        assert Card.objects.get().state == CardState.LIFTED
        with pytest.raises(NoSuchWork):
            queries.conduct_of("HM-2026-0000000X")
