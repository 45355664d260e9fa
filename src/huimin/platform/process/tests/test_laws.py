"""Laws of what BPMN does not know: rounds, signers who come and go, going back from anywhere, moving to another version."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huimin.platform.process.rules.bpmn import compiled
from huimin.platform.process.rules.graph import Token
from huimin.platform.process.rules.moving import reasons_against
from huimin.platform.process.rules.rounds import MIXED, Round
from huimin.platform.process.rules.tokens import dropped, ended_by_return, entered, may_go_back, pruned
from huimin.platform.process.tests.factories import Drawing
from huimin.platform.process.tests.test_against_spiff import Builder, Ours, blocks

pytestmark = pytest.mark.unit
answers = st.lists(st.sampled_from(["agree", "refuse"]), min_size=1, max_size=6)


def asked(sequential=False, until="") -> Drawing:
    return (
        Drawing().start().each("ask", attributes='hm:outcomes="agree refuse"', sequential=sequential, until=until).user("next").end()
        .line("start", "ask", "next", "end")
    )  # fmt: skip


def begun(drawing: Drawing, people: int) -> Ours:
    return Ours(drawing.text(), {"posts": [f"p{n}" for n in range(people)]})


def signing(process: Ours) -> list[Token]:
    return [token for token in process.resting if token.node == "ask"]


class TestRounds:
    @given(answers, st.randoms(use_true_random=False))
    def test_all_answer_in_any_order_and_all_are_counted(self, given_, chance):
        process = begun(asked(), len(given_))
        for answer in given_:
            token = chance.choice(signing(process))
            process.resting.remove(token)
            process.leave(token, answer)
        assert process.ready() == {"next": 1}
        assert process.rounds == {}
        counted = Counter(given_)
        assert (process.data["ask_agree"], process.data["ask_refuse"]) == (counted["agree"], counted["refuse"])
        assert process.data["ask"] == (given_[0] if len(counted) == 1 else MIXED)

    @given(answers, st.integers(1, 6), st.booleans())
    def test_n_of_m_passes_with_the_nth_and_never_before(self, given_, enough, sequential):
        process = begun(asked(sequential, f"count_agree >= {enough}"), len(given_))
        agreed = 0
        for number, answer in enumerate(given_, 1):
            assert signing(process)
            assert len(signing(process)) == (1 if sequential else len(given_) - number + 1)
            token = signing(process)[0]
            process.resting.remove(token)
            process.leave(token, answer)
            agreed += answer == "agree"
            if agreed >= enough:
                break
        assert not signing(process)
        assert process.ready() == {"next": 1}
        assert process.data["ask_agree"] == agreed

    @given(answers, st.integers(0, 3), st.integers(0, 6))
    def test_signers_who_come_and_go_are_all_waited_for_and_nobody_else(self, given_, more, fewer):
        process = begun(asked(), len(given_))
        (around,) = process.rounds
        for _ in range(more):
            process.rounds[around] = process.rounds[around].with_signer("@x.y", queued=False)
            process.resting.append(Token("ask", f"{around}/{len(process.rounds[around].elements)}"))
        for _ in range(min(fewer, len(given_) + more - 1)):
            token = signing(process)[-1]
            process.resting.remove(token)
            moved = dropped(
                process.graph,
                token,
                resting=process.resting,
                data=process.data,
                runs=process.runs,
                rounds=process.rounds,
            )
            process.rounds = dict(moved.rounds)
            assert not moved.opened
        waited = len(signing(process))
        assert waited == process.rounds[around].of
        for _ in range(waited):
            assert "next" not in process.ready()
            token = signing(process)[0]
            process.resting.remove(token)
            process.leave(token, "agree")
        assert (process.ready(), process.data["ask_agree"]) == ({"next": 1}, waited)

    @given(st.lists(st.sampled_from(["agree", "refuse"]), max_size=5), st.sampled_from(["agree", "refuse"]))
    def test_an_answer_taken_back_was_never_given(self, before, answer):
        one = Round("ask", ("a",) * 9)
        for each in before:
            one = one.with_answer(each)
        assert one.with_answer(answer).with_answer(answer, -1) == one
        assert Round.of_json(one.as_json()) == one

    @given(st.integers(1, 6), st.integers(0, 5))
    def test_one_by_one_keeps_the_order_of_the_list(self, people, added_after):
        process = begun(asked(sequential=True), people)
        (around,) = process.rounds
        seen, added = [], False
        while signing(process):
            (token,) = signing(process)
            seen.append(int(token.scope.rpartition("/")[2]))
            if len(seen) == added_after + 1:
                process.rounds[around], added = process.rounds[around].with_signer("@x.y", queued=True), True
            process.resting.remove(token)
            process.leave(token, "agree")
        usual = list(range(1, people + 1))
        place = added_after + 1
        assert seen == ([*usual[:place], people + 1, *usual[place:]] if added else usual)


class Walker(Ours):
    """Our engine with a memory of what was done, so that work can go back."""

    def __init__(self, text: str, data) -> None:
        self.done: list[Token] = []
        super().__init__(text, data)

    def finish(self, token: Token, outcome: str) -> None:
        self.resting.remove(token)
        if self.graph.nodes[token.node].multi is None:
            self.data[token.node] = outcome
        self.done.append(token)
        self.leave(token, outcome)
        assert len(set(self.resting)) == len(self.resting)

    def earlier(self, here: Token) -> list[Token]:
        return [
            there
            for there in self.done
            if may_go_back(self.graph, leaving=here, back_to=there) and not self.is_signing(there)
        ]

    def is_signing(self, token: Token) -> bool:
        return token.scope.rpartition("/")[0] in self.rounds

    def go_back(self, here: Token, to: Token) -> None:
        self.resting.remove(here)
        there, ended = ended_by_return(self.graph, leaving=here, back_to=to, resting=self.resting)
        self.resting = [token for token in self.resting if token not in ended]
        self.called = {at: one for at, one in self.called.items() if at in self.resting}
        moved = entered(
            self.graph, there, resting=self.resting, data=self.data, runs=self.runs, rounds=pruned(self.rounds, self.resting)
        )  # fmt: skip
        self.runs, self.rounds = moved.runs, dict(moved.rounds)
        self.resting += moved.opened
        assert len(set(self.resting)) == len(self.resting), "the same work is done twice at once"


def drawn(block, data):
    builder = Builder()
    builder.build(block, "start", "end")
    chosen = {name: data.draw(st.integers(0, ways - 1), label=name) for name, ways in builder.choices.items()}
    return builder, chosen | {name: data.draw(st.booleans(), label=name) for name in sorted(builder.switches)}


def steps_of(process: Walker) -> list[Token]:
    return sorted((token for token in process.resting if token not in process.called), key=str)


def walk(process: Walker, builder: Builder, data, *, returns: int, at_most: int = 400) -> None:
    """Go on at random, back at random while `returns` last, until nothing rests."""
    again = 2
    for _ in range(at_most):
        if not process.resting:
            return
        for token, child in list(process.called.items()):
            while child.ready():
                child.complete(min(child.ready()), "done")
            del process.called[token]
            process.resting.remove(token)
            process.leave(token, "done")
        if not steps_of(process):
            continue
        here = data.draw(st.sampled_from(steps_of(process)), label="next")
        earlier = process.earlier(here)
        if returns and earlier and data.draw(st.booleans(), label="back"):
            returns -= 1
            process.go_back(here, data.draw(st.sampled_from(earlier), label="to"))
            continue
        outcome = "done"
        if here.node in builder.loops:
            outcome = data.draw(st.sampled_from(["again", "on"]) if again else st.just("on"), label="outcome")
            again -= outcome == "again"
        process.finish(here, outcome)
    raise AssertionError("it never ends")


class TestGoingBack:
    @settings(max_examples=200, deadline=None)
    @given(blocks, st.data())
    def test_from_anywhere_back_to_anywhere_the_process_still_ends_and_nothing_is_done_twice_at_once(self, block, data):
        builder, chosen = drawn(block, data)
        process = Walker(builder.drawing.text(), chosen)
        walk(process, builder, data, returns=4)
        assert process.over
        assert process.rounds == {}


class TestMoving:
    @settings(max_examples=100, deadline=None)
    @given(blocks, st.data())
    def test_a_longer_drawing_takes_every_process_of_the_shorter_one(self, block, data):
        """Wherever it stands, and it ends there too, through the new last step."""
        builder, chosen = drawn(block, data)
        shorter = builder.drawing.text()
        longer = shorter.replace(
            '<endEvent id="end"/>', '<endEvent id="end"/><userTask id="last" hm:post="gaj.data"/><endEvent id="over"/>'
        )
        longer = longer.replace('targetRef="end"', 'targetRef="last"').replace(
            '<endEvent id="end"/>', ""
        ).replace("</process>", '<sequenceFlow id="to_over" sourceRef="last" targetRef="over"/></process>')  # fmt: skip
        process = Walker(shorter, chosen)
        for _ in range(data.draw(st.integers(0, 6), label="steps before")):
            if steps_of(process):
                process.finish(data.draw(st.sampled_from(steps_of(process)), label="next"), "on")
        if not process.resting:
            return
        new = compiled(longer)
        assert (
            reasons_against(process.graph, new, tokens=process.resting, rounds=process.rounds, data=process.data) == []
        )
        process.graph = new
        stops = any(node.terminates for node in new.nodes.values())
        walk(process, builder, data, returns=0)
        assert stops or process.done[-1].node == "last"
