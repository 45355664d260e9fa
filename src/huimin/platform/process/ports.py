"""What other apps plug into processes: steps that the machine takes, and how the subject of a kind of process looks
on an official's desk.

A **step** runs inside the transaction of the operation that reached it: what it writes is there if and only if the
token moved on, and a Refusal that it raises refuses the whole operation. So it must be short and touch nothing but
this database; what leaves the house (a letter, a call to another system) belongs into a receiver of the facts. A longer one is drawn
`hm:run="after_commit"`: it then runs from the outbox, in a transaction of its own, and is tried again when it fails.

    @ports.step("registries.apply_correction")
    def apply_correction(call: ports.StepCall) -> Mapping[str, object]:
        ...
        return {"applied": True}

A **decision** is a step that answers: it gives the outcome by which the drawing goes on, and says by which rules.

    @ports.decision("housing.rent_subsidy")
    def rent_subsidy(call: ports.StepCall) -> ports.Decided:
        return ports.Decided(outcome="granted", because=("income_below_line", "lives_here"))

A **subject view** makes the one item page and the one inbox serve all kinds of process:

    @ports.subject_view("data_correction")
    class CorrectionView(ports.SubjectView): ...
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

from huimin.kernel.registry import Registry
from huimin.platform.journal.rules import Actor

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from huimin.platform.process.rules.graph import Limit


@dataclass(frozen=True, kw_only=True)
class StepCall:
    """What a step is told: the process, what it is about, its data, who moved it there and when."""

    process: str
    kind: str
    subject: str
    data: Mapping[str, Any]
    actor: Actor
    at: datetime
    node: str = ""
    key: str = ""
    """The same for every run of this step in this place: for what a step may do once only."""
    said: str = ""
    """What was written with the act that led here; nothing where a clock or the machine did."""


Step = Callable[[StepCall], Mapping[str, Any] | None]
"""A step returns data to add to the process (codes, counts, truths), or None."""

S = TypeVar("S", bound=Step)

steps: Final[Registry[Step]] = Registry("steps")


def step(name: str) -> Callable[[S], S]:
    """Register the decorated function as the step of that name (`app.verb_noun`); raises RegisteredTwice."""

    def register(function: S) -> S:
        steps.register(name, function)
        return function

    return register


@dataclass(frozen=True, kw_only=True)
class Decided:
    """What a decision says: one of the outcomes that the task declares, data to add, and the codes of the rules that led to it."""

    outcome: str
    data: Mapping[str, Any] = field(default_factory=dict)
    because: tuple[str, ...] = ()


Decision = Callable[[StepCall], Decided]
"""A decision by rule; the same data give the same answer. What it cannot tell is an outcome too, drawn to a human."""

D = TypeVar("D", bound=Decision)

decisions: Final[Registry[Decision]] = Registry("decisions")


def decision(name: str) -> Callable[[D], D]:
    """Register the decorated function as the decision of that name (`app.what_is_decided`); raises RegisteredTwice."""

    def register(function: D) -> D:
        decisions.register(name, function)
        return function

    return register


@dataclass(frozen=True, kw_only=True)
class SubCase:
    """What a called process is about: its subject and its data, and where that is a case of its own the code of the department that answers
    for it and the clock of its whole. `begun` is told the number of its process.
    """

    subject: str
    data: Mapping[str, Any]
    department: str = ""
    limit: "Limit | None" = None
    begun: Callable[[str], None] = field(default=lambda number: None)


Opener = Callable[[StepCall], SubCase | None]
"""What a call opens, where its drawing is at `node`; None where the called process is about what its caller is about."""

openers: Final[Registry[Opener]] = Registry("openers of sub-cases")

N = TypeVar("N", bound=Opener)


def opens_sub_cases(kind: str) -> Callable[[N], N]:
    """Register the decorated function for the calls of processes of a kind; raises RegisteredTwice. It runs as a step does."""

    def register(function: N) -> N:
        openers.register(kind, function)
        return function

    return register


@dataclass(frozen=True)
class Outcome:
    """A way to finish a work item, as a button says it: `Outcome("correct", _("更正"), needs_reason=False)`."""

    code: str
    label: "str | _StrPromise"
    needs_reason: bool = False


class SubjectView:
    """How the subjects of one kind of process are shown. Subclass it, set `label` and `template`, and override what
    differs.

    `template` is included into the item page with what `context` returns; empty shows nothing but the reference.
    """

    label: "str | _StrPromise" = ""
    template: str = ""

    def titles(self, subjects: Sequence[str], *, actor: Actor, at: datetime) -> Mapping[str, str]:
        """One line for each subject reference, for lists: in one query, and only what the reader's scope allows."""
        return {}

    def briefs(self, subjects: Sequence[str], *, actor: Actor, at: datetime) -> Mapping[str, str]:
        """What one has to know of each to decide several in one go, in a line, by reference; read in a fixed number of reads.

        Asked only for work that the actor may do; a look at personal data is journalled by whoever gives it.
        """
        return {}

    def context(self, subject: str, *, actor: Actor, at: datetime) -> Mapping[str, Any]:
        """What `template` needs; read through the reader's scope, since holding the work gives no more sight than
        the scope says.
        """
        return {}

    def trace_url(self, subject: str) -> str:
        """Where a supervisor reads the whole trace of a subject; empty where there is no such page."""
        return ""

    def outcomes(self, node: str) -> Sequence[Outcome]:
        """The buttons of a user task; their codes must be among those that the definition declares. Empty shows the
        codes.
        """
        return ()


V = TypeVar("V", bound=type[SubjectView])

subject_views: Final[Registry[SubjectView]] = Registry("subject views")


def subject_view(kind: str) -> Callable[[V], V]:
    """Register the decorated SubjectView for a kind of process; raises RegisteredTwice."""

    def register(view: V) -> V:
        subject_views.register(kind, view())
        return view

    return register


_PLAIN: Final = SubjectView()


def view_of(kind: str) -> SubjectView:
    """The view of a kind; a plain one, which shows the reference alone, for a kind that nobody has registered."""
    return subject_views.get(kind) if kind in subject_views else _PLAIN


definitions: Final[Registry[Path]] = Registry("definitions")
"""BPMN files that come with the house, by the code of the definition; `operations.publish_standing_definitions`
publishes them.
"""
