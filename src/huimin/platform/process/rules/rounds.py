"""Rounds: one task done several times over, by several posts or people (会签 all, 或签 any, n of m, 依次 one by one).

A round is a block run of its own; instance 3 of round 7 stands in the scope `…/7/3`. What is still to come and what was
answered is kept as a small value beside the process, so that whether a round is over can be told without reading rows.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from huimin.kernel.refusals import Refusal
from huimin.platform.process.rules.expressions import Data, DataMissing
from huimin.platform.process.rules.graph import Multi, Node

MIXED: Final = "mixed"
"""The outcome of a round whose answers differ."""
LARGEST: Final = 99
LITERAL: Final = "@"
"""Before an element that is a post as it stands, not what the drawing makes a post of: somebody who was added by hand."""


class NobodyToAsk(Refusal):
    """A step that several should do has nobody on its list, or too many."""

    zh = "“{node}”应当由多个部门或人员办理，但名单“{list}”为空、不是名单，或超过99个。"
    en = "“{node}” is to be done by several, but its list “{list}” is empty, is no list, or has more than 99 names."


@dataclass(frozen=True, slots=True)
class Round:
    """A running round: the elements of its instances in order (number 1 first), which are still to be opened, and how
    many ended with which outcome. `dropped` instances were taken off the list before they were done.
    """

    node: str
    elements: tuple[str, ...]
    queued: tuple[int, ...] = ()
    done: tuple[tuple[str, int], ...] = ()
    dropped: int = 0

    @property
    def of(self) -> int:
        """How many instances there are."""
        return len(self.elements) - self.dropped

    @property
    def answered(self) -> int:
        """How many have been done."""
        return sum(count for _, count in self.done)

    def element(self, instance: int) -> str:
        """What an instance is about: a post's code, or nothing when only the number of answers was given."""
        return self.elements[instance - 1]

    def with_answer(self, outcome: str, count: int = 1) -> "Round":
        """The round after an answer (or, with -1, after it was taken back)."""
        tally = Counter(dict(self.done))
        tally[outcome] += count
        return replace(self, done=tuple(sorted((key, n) for key, n in tally.items() if n)))

    def with_queue(self, queued: tuple[int, ...]) -> "Round":
        """The round with these instances still to be opened."""
        return replace(self, queued=queued)

    def with_signer(self, element: str, *, queued: bool) -> "Round":
        """The round with one more instance, opened at once or next in the queue."""
        number = len(self.elements) + 1
        queue = (number, *self.queued) if queued else self.queued
        return replace(self, elements=(*self.elements, element), queued=queue)

    def without_signer(self, instance: int) -> "Round":
        """The round without an instance that has not been done."""
        return replace(
            self, queued=tuple(number for number in self.queued if number != instance), dropped=self.dropped + 1
        )

    def is_over(self, node: Node, active: int, data: Data) -> bool:
        """Whether it needs no more answers. Raises DataMissing or DataNotComparable."""
        if not active and not self.queued:
            return True
        until = node.multi.until if node.multi else None
        return until is not None and until.holds({**data, **self.counters(node, active)})

    def counters(self, node: Node, active: int) -> dict[str, int]:
        """What a completion condition may ask besides the data."""
        done = dict(self.done)
        return {
            "numberOfInstances": self.of,
            "numberOfActiveInstances": active,
            "numberOfCompletedInstances": self.answered,
            **{f"count_{outcome}": done.get(outcome, 0) for outcome in node.outcomes},
        }

    def result(self, node: Node) -> dict[str, Any]:
        """What the round leaves in the data: the outcome all agree on or `mixed`, and how many gave each."""
        done = dict(self.done)
        outcome = next(iter(done)) if len(done) == 1 else MIXED
        return {node.datum: outcome, **{f"{node.datum}_{each}": done.get(each, 0) for each in node.outcomes}}

    def as_json(self) -> dict[str, Any]:
        """As it is stored."""
        return {
            "node": self.node,
            "elements": list(self.elements),
            "queued": list(self.queued),
            "done": dict(self.done),
            "dropped": self.dropped,
        }

    @classmethod
    def of_json(cls, stored: Mapping[str, Any]) -> "Round":
        """The round that was stored."""
        return cls(
            node=stored["node"],
            elements=tuple(stored["elements"]),
            queued=tuple(stored["queued"]),
            done=tuple(sorted(stored["done"].items())),
            dropped=stored["dropped"],
        )


def begun(node: Node, multi: Multi, data: Data) -> tuple[Round, Sequence[int]]:
    """A new round and the numbers of the instances to open now. Raises DataMissing, NobodyToAsk."""
    elements = _elements(node, multi, data)
    numbers = tuple(range(1, len(elements) + 1))
    if multi.sequential:
        return Round(node.id, elements, queued=numbers[1:]), numbers[:1]
    return Round(node.id, elements), numbers


def _elements(node: Node, multi: Multi, data: Data) -> tuple[str, ...]:
    name = multi.collection or multi.cardinality
    found = name
    if isinstance(name, str):
        if name not in data:
            raise DataMissing(name=name)
        found = data[name]
    is_number = isinstance(found, int) and not isinstance(found, bool) and not multi.collection
    elements = [""] * found if isinstance(found, int) and is_number else found
    if not isinstance(elements, list) or not 0 < len(elements) <= LARGEST:
        raise NobodyToAsk(node=node.name or node.id, list=name)
    return tuple(str(element) for element in elements)
