"""What processes of services take from here: the steps and the decision that they name, and how a case looks on an official's desk."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, Final

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy

from huimin.platform.cases import operations, queries
from huimin.platform.cases.http import desk, pre_reviewing, ratings_desk, rulings
from huimin.platform.cases.http.briefs import briefs_of
from huimin.platform.cases.http.words import ADVERSE, CHECKED, OUTCOMES, PRE_REVIEWED
from huimin.platform.cases.operations import rating, stuck
from huimin.platform.cases.operations.deciding import SENDS
from huimin.platform.cases.operations.lodging import KIND
from huimin.platform.cases.operations.pre_reviewing import PRE_REVIEW
from huimin.platform.cases.operations.ruling import CHECK
from huimin.platform.cases.rules import State
from huimin.platform.catalogue.rules.process_agreement import PART
from huimin.platform.journal.rules import Actor
from huimin.platform.licences import operations as licences
from huimin.platform.licences.queries import licences_of_case
from huimin.platform.process import ports
from huimin.platform.process.queries import get_process_graph

DECIDING: Final = frozenset({"granted", "refused"})
LETTERS: Final = ("granted", "refused", "lapsed", "stopped", "reminder", "offer", "supplement")


PUBLICISED: Final = "publicised_on"
"""What a process knows of a case that stood in public: only then anybody can have objected."""

COUNTER: Final = ("accept", "take_in")
"""The steps of a drawing at which the counter takes an application in, or returns it."""


def _number(call: ports.StepCall) -> str:
    return call.subject.removeprefix("case:")


def _hold(call: ports.StepCall) -> None:
    """What follows a decision waits for an answer to every objection, and the decision with it."""
    if PUBLICISED in call.data:
        operations.hold_objections_answered(_number(call))


def _teller(kind: str) -> Callable[[ports.StepCall], None]:
    def tell(call: ports.StepCall) -> None:
        if kind in DECIDING:
            _hold(call)
        returned = "returned" in {call.data.get(step) for step in COUNTER}
        number = _number(call)
        reasons = queries.reasons_of(number, kind, call.said, adverse=ADVERSE, at=call.at)
        operations.tell_applicant(number, kind, reasons=reasons, returned=returned, actor=call.actor, at=call.at)

    return tell


for _kind in LETTERS:
    ports.step(f"cases.tell_{_kind}")(_teller(_kind))


@ports.step("cases.accept")
def accept(call: ports.StepCall) -> None:
    """The case is accepted: its legal clock has begun."""
    operations.move_case(_number(call), State.ACCEPTED, actor=call.actor, at=call.at)


ports.definitions.register(PART, Path(__file__).parent / "definitions" / f"{PART}.bpmn")


@ports.opens_sub_cases(KIND)
def open_part(call: ports.StepCall) -> ports.SubCase | None:
    """A part of a life event: a case of its own, with its own body and clock."""
    opened = operations.open_part(_number(call), task=call.node, at=call.at)
    if opened is None:
        return None
    return ports.SubCase(
        subject=opened.case.reference,
        department=opened.case.department,
        limit=opened.limit,
        data=opened.data,
        begun=partial(operations.begin_part, opened.case),
    )


@ports.step("cases.grant_licence")
def grant_licence(call: ports.StepCall) -> None:
    """The licence that the service's outcome names."""
    _hold(call)
    operations.grant_case_licence(_number(call), actor=call.actor, at=call.at)


@ports.step("cases.revoke_licence")
def revoke_licence(call: ports.StepCall) -> None:
    """Take back what the case gave: a promise was broken."""
    for licence in licences_of_case(call.subject):
        licences.revoke_licence(licence.public_id, case=call.subject, actor=call.actor, at=call.at)


@ports.step("cases.order_payment")
def order_payment(call: ports.StepCall) -> None:
    """The payment that was decided, at the till."""
    _hold(call)
    operations.order_case_payment(_number(call), actor=call.actor, at=call.at)


@ports.step(SENDS)
def send_by_courier(call: ports.StepCall) -> None:
    """The paper result, to the applicant's door."""
    operations.send_result(_number(call), actor=call.actor, at=call.at)


@ports.step("cases.publicise")
def publicise(call: ports.StepCall) -> Mapping[str, object]:
    """The case is on the public notice page from today, for as long as the timer waits that the drawing puts behind this step."""
    last = queries.last_day_after(get_process_graph(call.process), call.node, at=call.at)
    operations.publicise_case(_number(call), node=call.node, step=call.key, last=last, actor=call.actor, at=call.at)
    return {PUBLICISED: timezone.localdate(call.at).isoformat()}


@ports.step("cases.land_record")
def land_record(call: ports.StepCall) -> None:
    """The decision goes back as the department's own record."""
    _hold(call)
    operations.remember_outcome(_number(call), at=call.at)


@ports.decision("cases.decide_by_table")
def decide_by_table(call: ports.StepCall) -> ports.Decided:
    """What the service's table says; what it cannot tell goes to a human."""
    found = operations.decide_by_table(_number(call), actor=call.actor, at=call.at)
    return ports.Decided(outcome=found.outcome, data=dict(found.gives), because=(found.rule,) if found.rule else ())


ports.definitions.register(CHECK, Path(__file__).parent / "definitions" / f"{CHECK}.bpmn")


@ports.step("cases.settle_ruling_check")
def settle_ruling_check(call: ports.StepCall) -> None:
    """What a human found of a decision by rule."""
    operations.settle_check(call.subject, call.data, actor=call.actor, at=call.at)


@ports.subject_view(CHECK)
class RulingView(ports.SubjectView):
    """A decision by rule on the item page: every rule that was tried, every fact with its source, what it gave."""

    label = gettext_lazy("自动判定抽检")
    template = "cases/ruling_panel.html"

    def titles(self, subjects: Sequence[str], *, actor: Actor, at: datetime) -> Mapping[str, str]:
        """The service and the case's number."""
        return rulings.titles(subjects)

    def context(self, subject: str, *, actor: Actor, at: datetime) -> Mapping[str, Any]:
        """Looking at it is a look at the applicant's data, so it is journalled before anything is shown."""
        return rulings.panel(subject, actor=actor, at=at)

    def outcomes(self, node: str) -> Sequence[ports.Outcome]:
        """What he may find."""
        return CHECKED


ports.definitions.register(PRE_REVIEW, Path(__file__).parent / "definitions" / f"{PRE_REVIEW}.bpmn")


@ports.step("cases.settle_pre_review")
def settle_pre_review(call: ports.StepCall) -> None:
    """What a window found of a draft."""
    operations.settle_pre_review(call.subject, str(call.data["look"]), actor=call.actor, at=call.at)


@ports.subject_view(PRE_REVIEW)
class PreReviewView(ports.SubjectView):
    """A draft on the item page of the window that was asked to look at it."""

    label = gettext_lazy("网上预审")
    template = "cases/pre_review_panel.html"

    def titles(self, subjects: Sequence[str], *, actor: Actor, at: datetime) -> Mapping[str, str]:
        """The service: nothing of the applicant."""
        return pre_reviewing.titles(subjects)

    def context(self, subject: str, *, actor: Actor, at: datetime) -> Mapping[str, Any]:
        """Looking at it is a look at the applicant's data, so it is journalled before anything is shown."""
        return pre_reviewing.panel(subject, actor=actor, at=at)

    def outcomes(self, node: str) -> Sequence[ports.Outcome]:
        """What the window may find."""
        return PRE_REVIEWED


@ports.subject_view(KIND)
class CaseView(ports.SubjectView):
    """A case on the item page: what is asked for, the facts with their standing, the materials, what the others said, the draft letter."""

    label = gettext_lazy("办件")
    template = "cases/panel.html"

    def titles(self, subjects: Sequence[str], *, actor: Actor, at: datetime) -> Mapping[str, str]:
        """The service and the number: nothing of the applicant."""
        language = get_language() or "zh"
        return {
            reference: f"{queries.service_of(case).item.names.text(language)} · {case.number}"
            for reference, case in queries.numbered(list(subjects)).items()
        }

    def briefs(self, subjects: Sequence[str], *, actor: Actor, at: datetime) -> Mapping[str, str]:
        """The facts by which it is decided, with their standing; the looks are journalled before anything is shown."""
        return briefs_of(subjects, actor=actor, at=at)

    def context(self, subject: str, *, actor: Actor, at: datetime) -> Mapping[str, Any]:
        """Looking at the panel is a look at the applicant's data, so it is journalled before anything is shown."""
        return desk.panel(subject.removeprefix("case:"), actor=actor, at=at)

    def trace_url(self, subject: str) -> str:
        """The whole trace, for who oversees it."""
        return reverse("cases:whole_trace", args=[subject.removeprefix("case:")])

    def outcomes(self, node: str) -> Sequence[ports.Outcome]:
        """The same words at every step."""
        return OUTCOMES


@ports.step("cases.record_call_back")
def record_call_back(call: ports.StepCall) -> None:
    """The level that a call-back found, of the task that stands before this step; refuses another one than the rater chose himself."""
    asked = CALL_BACKS[call.node]
    operations.record_call_back(call.subject, str(call.data[asked]))


CALL_BACKS: Final = {"record": "call_back", "record_again": "call_back_again"}
"""The call-back that each recording step of a bad rating's drawing stands behind."""


@ports.subject_view(rating.KIND)
class RatingView(ports.SubjectView):
    """A bad rating on the item page: which service, which level, what was ticked; who rated only for who verifies."""

    label = gettext_lazy("差评")
    template = "cases/rating_panel.html"

    def titles(self, subjects: Sequence[str], *, actor: Actor, at: datetime) -> Mapping[str, str]:
        """The service and the level: nothing of the case."""
        return ratings_desk.titles(subjects)

    def context(self, subject: str, *, actor: Actor, at: datetime) -> Mapping[str, Any]:
        """Where the case is shown, that is journalled first."""
        return ratings_desk.panel(subject, actor=actor, at=at)

    def outcomes(self, node: str) -> Sequence[ports.Outcome]:
        """The step's own words."""
        return ratings_desk.OUTCOMES.get(node, ())


@ports.subject_view(stuck.KIND)
class StuckView(ports.SubjectView):
    """A matter that somebody could not get done on the item page: his words, his case, his name."""

    label = gettext_lazy("办不成事")
    template = "cases/stuck_panel.html"

    def titles(self, subjects: Sequence[str], *, actor: Actor, at: datetime) -> Mapping[str, str]:
        """The service: nothing of the person."""
        return ratings_desk.stuck_titles(subjects)

    def context(self, subject: str, *, actor: Actor, at: datetime) -> Mapping[str, Any]:
        """Looking at it is a look at what somebody wrote, so it is journalled before it is shown."""
        return ratings_desk.stuck_panel(subject, actor=actor, at=at)

    def outcomes(self, node: str) -> Sequence[ports.Outcome]:
        """The step's own words."""
        return ratings_desk.STUCK_OUTCOMES.get(node, ())
