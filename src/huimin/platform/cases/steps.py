"""What processes of services take from here: the steps and the decision that they name, and how a case looks on an official's desk."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy

from huimin.platform.cases import operations, queries
from huimin.platform.cases.http import desk
from huimin.platform.cases.http.words import OUTCOMES
from huimin.platform.cases.operations.lodging import KIND
from huimin.platform.cases.rules import State
from huimin.platform.journal.rules import Actor
from huimin.platform.licences import operations as licences
from huimin.platform.licences.queries import licences_of_case
from huimin.platform.process import ports

LETTERS: Final = ("granted", "refused", "lapsed", "stopped", "reminder", "offer", "supplement")


COUNTER: Final = ("accept", "take_in")
"""The steps of a drawing at which the counter takes an application in, or returns it."""


def _number(call: ports.StepCall) -> str:
    return call.subject.removeprefix("case:")


def _teller(kind: str) -> Callable[[ports.StepCall], None]:
    def tell(call: ports.StepCall) -> None:
        returned = "returned" in {call.data.get(step) for step in COUNTER}
        operations.tell_applicant(_number(call), kind, returned=returned, actor=call.actor, at=call.at)

    return tell


for _kind in LETTERS:
    ports.step(f"cases.tell_{_kind}")(_teller(_kind))


@ports.step("cases.accept")
def accept(call: ports.StepCall) -> None:
    """The case is accepted: its legal clock has begun."""
    operations.move_case(_number(call), State.ACCEPTED, actor=call.actor, at=call.at)


@ports.step("cases.grant_licence")
def grant_licence(call: ports.StepCall) -> None:
    """The licence that the service's outcome names."""
    operations.grant_case_licence(_number(call), actor=call.actor, at=call.at)


@ports.step("cases.revoke_licence")
def revoke_licence(call: ports.StepCall) -> None:
    """Take back what the case gave: a promise was broken."""
    for licence in licences_of_case(call.subject):
        licences.revoke_licence(licence.public_id, case=call.subject, actor=call.actor, at=call.at)


@ports.step("cases.order_payment")
def order_payment(call: ports.StepCall) -> None:
    """The payment that was decided, at the till."""
    operations.order_case_payment(_number(call), actor=call.actor, at=call.at)


@ports.step("cases.send_by_courier")
def send_by_courier(call: ports.StepCall) -> None:
    """The paper result, to the applicant's door."""
    operations.send_result(_number(call), actor=call.actor, at=call.at)


@ports.step("cases.publicise")
def publicise(call: ports.StepCall) -> Mapping[str, object]:
    """The case is on the public notice page from today."""
    return {"publicised_on": timezone.localdate(call.at).isoformat()}


@ports.step("cases.schedule_check")
def schedule_check(call: ports.StepCall) -> Mapping[str, object]:
    """The day from which the promise may be checked."""
    return {"check_from": timezone.localdate(call.at).isoformat()}


@ports.step("exchange.land_record")
def land_record(call: ports.StepCall) -> None:
    """The decision goes back as the department's own record."""
    operations.remember_outcome(_number(call), at=call.at)


@ports.decision("cases.decide_by_table")
def decide_by_table(call: ports.StepCall) -> ports.Decided:
    """What the service's table says; what it cannot tell goes to a human."""
    found = operations.decide_by_table(_number(call), actor=call.actor, at=call.at)
    return ports.Decided(outcome=found.outcome, data=dict(found.gives), because=(found.rule,) if found.rule else ())


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

    def context(self, subject: str, *, actor: Actor, at: datetime) -> Mapping[str, Any]:
        """Looking at the panel is a look at the applicant's data, so it is journalled before anything is shown."""
        return desk.panel(subject.removeprefix("case:"), actor=actor, at=at)

    def outcomes(self, node: str) -> Sequence[ports.Outcome]:
        """The same words at every step."""
        return OUTCOMES
